//! The address of a link, as people type it.

/// The whole address of a page, a mailbox or a telephone; `None` where it is none of these.
pub fn address(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let lower = typed.to_ascii_lowercase();
    if typed.is_empty() || typed.contains(char::is_whitespace) {
        return None;
    }
    if ["https://", "http://", "mailto:", "tel:"].iter().any(|scheme| lower.len() > scheme.len() && lower.starts_with(scheme)) {
        return Some(typed.to_owned());
    }
    match lower.split_once(['/', '?', '#']).map_or(lower.as_str(), |(host, _)| host) {
        mailbox if mailbox.contains('@') && !mailbox.contains(':') => Some(format!("mailto:{typed}")),
        // A port is digits; anything else before a colon is a scheme of some other kind.
        host if host.contains('.') && host.split_once(':').is_none_or(|(_, port)| port.parse::<u16>().is_ok()) => {
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
