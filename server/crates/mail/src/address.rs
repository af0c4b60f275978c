//! One spelling for an address, so that equality is equality of text (DESIGN §5): case folded, domain by IDNA, nothing
//! specific to a provider (dots and plus signs count).

use crate::clean::is_invisible;
use unicode_normalization::UnicodeNormalization;

/// Longest address taken: 64 for the local part, `@`, 255 for the domain (RFC 5321 §4.5.3.1).
const LONGEST: usize = 320;

/// The one spelling of an address, or `None` when it is none: no `@`, blanks or controls inside, absurdly long.
///
/// The whole address is folded, the local part too: no mail server of our time tells `Ada@` from `ada@`.
pub fn canonical(text: &str) -> Option<String> {
    if text.len() > 4 * LONGEST {
        return None;
    }
    let visible: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let bare = visible.trim();
    let bare = bare.strip_prefix('<').unwrap_or(bare);
    let bare = bare.strip_suffix('>').unwrap_or(bare).trim();
    let (local, domain) = bare.rsplit_once('@')?;
    let local = local_part(local.trim())?;
    let address = format!("{local}@{}", domain_part(domain.trim())?);
    (address.len() <= LONGEST).then_some(address)
}

fn local_part(text: &str) -> Option<String> {
    let folded: String = text.nfc().collect::<String>().to_lowercase();
    let inner = folded.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match inner {
        Some(inner) if is_plain(inner) => Some(inner.to_owned()),
        // A quoted local part may hold blanks (RFC 5321 §4.1.2); it stays quoted.
        Some(inner) if !inner.is_empty() && !inner.chars().any(|c| c.is_control() || matches!(c, '"' | '<' | '>')) => Some(folded),
        Some(_) => None,
        None => is_plain(&folded).then_some(folded),
    }
}

fn is_plain(local: &str) -> bool {
    !local.is_empty()
        && !local.chars().any(|c| {
            c.is_control() || c.is_whitespace() || matches!(c, '"' | '<' | '>' | '(' | ')' | ',' | ';' | ':' | '\\' | '@' | '[' | ']')
        })
}

fn domain_part(text: &str) -> Option<String> {
    let domain = text.strip_suffix('.').unwrap_or(text);
    if let Some(inner) = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let literal = !inner.is_empty() && inner.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '-'));
        return literal.then(|| domain.to_ascii_lowercase());
    }
    let host = |name: &str| {
        !name.is_empty()
            && name.split('.').all(|label| !label.is_empty())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
    };
    match idna::domain_to_ascii(domain) {
        Ok(ascii) if host(&ascii) => Some(ascii),
        _ => host(domain).then(|| domain.to_ascii_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // FP-07, DESIGN §5: address equality is one function.
    #[test]
    fn every_spelling_of_an_address_becomes_one() {
        for (typed, one) in [
            ("ada@example.com", "ada@example.com"),
            ("  <Ada@EXAMPLE.com> ", "ada@example.com"),
            ("Ada@Bücher.Example", "ada@xn--bcher-kva.example"),
            ("ADA@XN--BCHER-KVA.example", "ada@xn--bcher-kva.example"),
            ("ada@example.com.", "ada@example.com"),
            ("\"ada\"@example.com", "ada@example.com"),
            ("\"Ada L\"@example.com", "\"ada l\"@example.com"),
            ("ada+tag@example.com", "ada+tag@example.com"),
            ("a.d.a@gmail.com", "a.d.a@gmail.com"),
            ("\u{202a}ada@example.com\u{200b}", "ada@example.com"),
            ("JÖRG@example.com", "jörg@example.com"),
            ("jo\u{308}rg@example.com", "jörg@example.com"),
            ("ada@[192.0.2.1]", "ada@[192.0.2.1]"),
            ("ada@localhost", "ada@localhost"),
            ("o'hara@example.com", "o'hara@example.com"),
            ("ada@my_host.example", "ada@my_host.example"),
        ] {
            assert_eq!(canonical(typed).as_deref(), Some(one), "{typed:?}");
            assert_eq!(canonical(one).as_deref(), Some(one), "the one spelling stays: {one:?}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("{}@example.com", "a".repeat(400));
        for typed in [
            "",
            "@",
            "ada",
            "@example.com",
            "ada@",
            "a da@example.com",
            "ada@exa mple.com",
            "ada\0@example.com",
            "ada\r\nBcc: x@y.z",
            "ada@example.com,ben@example.com",
            "ada@ex..com",
            "<>",
            "\"\"@example.com",
            "a@b@c d",
            "ada@[]",
            "ada@[\n]",
            long.as_str(),
        ] {
            assert_eq!(canonical(typed), None, "{typed:?}");
        }
    }
}
