//! The address of a link, as people type it.

/// The whole address of a page, a mailbox or a telephone; `None` where it is none of these.
pub fn address(typed: &str) -> Option<String> {
    let typed = typed.trim();
    if typed.bytes().any(|b| b.is_ascii_whitespace()) {
        return None;
    }
    let begins =
        |scheme: &&str| typed.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme) && typed.len() > scheme.len());
    if ["https://", "http://", "mailto:", "tel:"].iter().any(begins) {
        return Some(typed.to_owned());
    }
    match typed.split(['/', '?', '#']).next().unwrap_or_default() {
        mailbox if mailbox.contains('@') && !mailbox.contains(':') => Some(format!("mailto:{typed}")),
        // A port is digits; anything else before a colon is a scheme of some other kind.
        host if host.contains('.') && host.split_once(':').is_none_or(|(_, port)| port.bytes().all(|b| b.is_ascii_digit())) => {
            Some(format!("https://{typed}"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_becomes_an_address_or_is_refused() {
        for (typed, whole) in [
            (" www.example.org/a?b=c:d ", Some("https://www.example.org/a?b=c:d")),
            ("example.org:8080", Some("https://example.org:8080")),
            ("HTTP://example.org", Some("HTTP://example.org")),
            ("ada@example.org", Some("mailto:ada@example.org")),
            ("tel:+441", Some("tel:+441")),
            ("https://example.org/@ada", Some("https://example.org/@ada")),
            ("javascript:alert(1)", None),
            ("javascript:x.y", None),
            ("data:text/html,x", None),
            ("file:///etc/passwd", None),
            ("https://", None),
            ("two words.example", None),
            ("word", None),
            ("", None),
        ] {
            assert_eq!(address(typed).as_deref(), whole, "{typed}");
        }
    }
}
