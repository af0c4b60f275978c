//! Octets to text: by the charset a letter names, or by the best guess when it names none or a wrong one.

use mail_parser::decoders::charsets::map::charset_decoder;
use std::borrow::Cow;

/// Text and whether its charset was known.
pub(crate) struct Decoded<'x> {
    pub text: Cow<'x, str>,
    pub known: bool,
}

/// Decodes by a label of a letter. Without one, or with an unknown one: UTF-8 if it is that, else Windows-1252, which is
/// what most old letters were written in.
pub(crate) fn decode<'x>(label: Option<&str>, octets: &'x [u8]) -> Decoded<'x> {
    let label = label.map(|label| label.trim().trim_matches(['"', '\'']).to_ascii_lowercase()).unwrap_or_default();
    match label.as_str() {
        "utf-8" | "utf8" | "unicode-1-1-utf-8" => Decoded { text: String::from_utf8_lossy(octets), known: true },
        "" | "us-ascii" | "ascii" | "unknown-8bit" | "x-unknown" | "default" | "8bit" | "7bit" | "binary" => guess(octets, true),
        label => match charset_decoder(label.as_bytes()) {
            Some(decoder) => Decoded { text: Cow::Owned(decoder(octets)), known: true },
            None => guess(octets, octets.is_ascii()),
        },
    }
}

fn guess(octets: &[u8], known: bool) -> Decoded<'_> {
    let text = match std::str::from_utf8(octets) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => match charset_decoder(b"windows-1252") {
            Some(decoder) => Cow::Owned(decoder(octets)),
            None => String::from_utf8_lossy(octets),
        },
    };
    Decoded { text, known }
}

/// Header octets as text: UTF-8 (RFC 6532), else Windows-1252.
pub(crate) fn header(octets: &[u8]) -> Cow<'_, str> {
    guess(octets, true).text
}

/// The charset an HTML page names in its first kilobyte, for pages whose part names none.
pub(crate) fn of_page(octets: &[u8]) -> Option<String> {
    let start = octets[..octets.len().min(1024)].to_ascii_lowercase();
    let at = start.windows(8).position(|window| window == b"charset=")? + 8;
    let label: String = start[at..]
        .iter()
        .skip_while(|b| matches!(b, b'"' | b'\''))
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        .map(|b| char::from(*b))
        .collect();
    (!label.is_empty()).then_some(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    // P19
    #[test]
    fn octets_become_text_whatever_the_label_says() {
        for (label, octets, text, known) in [
            (Some("utf-8"), &b"M\xc3\xbcller"[..], "Müller", true),
            (Some("UTF-8"), b"M\xfcller", "M\u{fffd}ller", true),
            (Some("iso-8859-1"), b"M\xfcller", "Müller", true),
            (Some("us-ascii"), b"M\xc3\xbcller", "Müller", true),
            (None, b"M\xfcller", "Müller", true),
            (Some("x-nonsense"), b"M\xfcller", "Müller", false),
            (Some("x-nonsense"), b"Mueller", "Mueller", true),
            (Some("\"windows-1251\""), b"\xcf\xf0\xe8", "При", true),
            (Some("iso-2022-jp"), b"\x1b$B%O\x1b(B", "ハ", true),
        ] {
            let decoded = decode(label, octets);
            assert_eq!((decoded.text.as_ref(), decoded.known), (text, known), "{label:?}");
        }
        assert_eq!(of_page(b"<meta charset=\"ISO-8859-15\">").as_deref(), Some("iso-8859-15"));
        assert_eq!(of_page(b"<p>"), None);
    }
}
