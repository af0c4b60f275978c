//! Modified UTF-7, the spelling of folder names (RFC 3501 §5.1.3). Must never: lose a name; what is broken stays as it is.

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &alphabet::IMAP_MUTF7,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Decodes a name for people; a name that is not valid modified UTF-7 is returned unchanged.
pub fn decode(raw: &str) -> String {
    try_decode(raw).unwrap_or_else(|| raw.to_owned())
}

fn try_decode(raw: &str) -> Option<String> {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let (coded, after) = after.split_once('-')?;
        if coded.is_empty() {
            out.push('&');
        } else {
            let bytes = ENGINE.decode(coded).ok()?;
            if bytes.len() % 2 != 0 {
                return None;
            }
            let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            let text = String::from_utf16(&units).ok()?;
            // A control character, NUL above all, is nobody's folder name (Dovecot once made such).
            if text.is_empty() || text.chars().any(char::is_control) {
                return None;
            }
            out.push_str(&text);
        }
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

/// Encodes a name for the server.
pub fn encode(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut coded: Vec<u8> = Vec::new();
    for c in name.chars() {
        if (' '..='~').contains(&c) {
            close(&mut out, &mut coded);
            out.push(c);
            if c == '&' {
                out.push('-');
            }
        } else {
            coded.extend(c.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_be_bytes()));
        }
    }
    close(&mut out, &mut coded);
    out
}

fn close(out: &mut String, coded: &mut Vec<u8>) {
    if !coded.is_empty() {
        out.push('&');
        out.push_str(&ENGINE.encode(&*coded));
        out.push('-');
        coded.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // P10
    #[test]
    fn names_in_every_script_come_back_as_they_were() {
        for (raw, name) in [
            ("INBOX", "INBOX"),
            ("Entw&APw-rfe", "Entwürfe"),
            ("~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"),
            ("Tom &- Jerry", "Tom & Jerry"),
            ("&2D3eAA-", "😀"),
            ("Gesendet", "Gesendet"),
        ] {
            assert_eq!(decode(raw), name);
            assert_eq!(encode(name), raw);
        }
    }

    // P10, R10 (small)
    #[test]
    fn broken_names_stay_as_they_are() {
        for raw in ["&", "&AP", "Caf&Jw", "&AAA-", "&2D0-", "&!!-", "Entwürfe", "a&b c", "&AA-", "&-&"] {
            assert_eq!(decode(raw), raw, "{raw}");
        }
    }
}
