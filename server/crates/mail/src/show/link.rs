//! Where links lead, and whether their text pretends otherwise.

use crate::html::strip_prefix_ignoring_case;

/// Longest address of a link that is kept.
const LONGEST: usize = 4_000;

/// The address of a link if it is one a reader may follow: web, mail or telephone.
pub(crate) fn target(address: &str) -> Option<String> {
    let address: String = address.trim().chars().filter(|c| !c.is_control()).collect();
    let harmless = ["http://", "https://", "mailto:", "tel:"].iter().any(|start| strip_prefix_ignoring_case(&address, start).is_some());
    (harmless && address.len() <= LONGEST && !address.contains(['<', '>', '"', '\\'])).then_some(address)
}

/// The host of a web address in ASCII, without user, port and `www.`.
fn host(address: &str) -> Option<String> {
    let rest = strip_prefix_ignoring_case(address, "https://").or_else(|| strip_prefix_ignoring_case(address, "http://"))?;
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let authority = authority.rsplit('@').next().unwrap_or_default();
    let host = if authority.starts_with('[') { authority.split_inclusive(']').next()? } else { authority.split(':').next()? };
    let host = host.trim_end_matches('.');
    let ascii = idna::domain_to_ascii(host).unwrap_or_else(|_| host.to_ascii_lowercase());
    (!ascii.is_empty()).then(|| ascii.strip_prefix("www.").unwrap_or(&ascii).to_owned())
}

/// The true host, when the visible text names another one.
pub(crate) fn host_to_tell(href: &str, visible: &str) -> Option<String> {
    let truth = host(href)?;
    let mut shown = visible.split_whitespace().filter_map(shown_host).peekable();
    shown.peek()?;
    let honest = shown.all(|shown| truth == shown || truth.strip_suffix(shown.as_str()).is_some_and(|rest| rest.ends_with('.')));
    (!honest).then_some(truth)
}

/// The host a word of text looks like: `www.bank.example/x`, `https://bank.example`, `bank.example`.
fn shown_host(word: &str) -> Option<String> {
    let word: String = word.chars().filter(|c| !crate::clean::is_invisible(*c)).collect();
    let word = word.trim_matches(|c: char| matches!(c, '(' | ')' | '[' | ']' | '<' | '>' | '"' | '\'' | ',' | '.' | ';' | '!' | '…'));
    if word.contains("://") {
        return host(word);
    }
    let name = word.split(['/', '?', '#', ':']).next().unwrap_or_default();
    if name.contains('@') {
        return None;
    }
    let (_, last) = name.rsplit_once('.')?;
    let is_name = name.split('.').all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'));
    // "report.pdf" is a file, "1.5" a number, "e.g" no host: the end must look like a domain people know, or a path follow.
    let is_domain = last.chars().count() >= 2 && last.chars().all(char::is_alphabetic) && !is_file_ending(last);
    if is_name && is_domain { host(&format!("http://{name}")) } else { None }
}

fn is_file_ending(text: &str) -> bool {
    ["pdf", "doc", "docx", "xls", "xlsx", "csv", "txt", "jpg", "jpeg", "png", "gif", "zip", "html", "htm", "ppt", "pptx", "eml"]
        .iter()
        .any(|ending| text.eq_ignore_ascii_case(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_a_reader_may_follow_are_kept() {
        for (address, kept) in [
            (" https://example.com/a ", Some("https://example.com/a")),
            ("HTTP://example.com", Some("HTTP://example.com")),
            ("mailto:ada@example.com", Some("mailto:ada@example.com")),
            ("java\nscript:alert(1)", None),
            ("javascript:alert(1)", None),
            ("data:text/html,x", None),
            ("/relative", None),
            ("#top", None),
            ("https:\\\\example.com", None),
            ("file:///etc/passwd", None),
        ] {
            assert_eq!(target(address).as_deref(), kept, "{address:?}");
        }
    }

    // RELIABILITY §3.3: true host shown.
    #[test]
    fn a_text_that_names_another_host_is_told() {
        for (href, visible, told) in [
            ("https://evil.example/x", "https://bank.example/login", Some("evil.example")),
            ("https://bank.example.evil.example", "bank.example", Some("bank.example.evil.example")),
            ("https://bank.example@evil.example/", "www.bank.example", Some("evil.example")),
            ("https://www.bank.example/x", "bank.example", None),
            ("https://login.bank.example/x", "Go to bank.example.", None),
            ("https://evil.example/x", "Click here", None),
            ("https://evil.example/x", "report.pdf", None),
            ("https://evil.example/x", "see bank.example/report.pdf", Some("evil.example")),
            ("https://evil.example/x", "ada@bank.example", None),
            ("https://bücher.example", "bank.example", Some("xn--bcher-kva.example")),
            ("https://evil.example/x", "b\u{200b}ank.example", Some("evil.example")),
            ("mailto:ada@evil.example", "bank.example", None),
        ] {
            assert_eq!(host_to_tell(href, visible).as_deref(), told, "{href} {visible}");
        }
    }
}
