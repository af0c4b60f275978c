//! Plain text as HTML: everything escaped, quoted lines quieter, web and mail addresses followable.

use super::{document, link};

/// Text as the inside of a page.
pub(crate) fn page(text: &str) -> String {
    let mut page = String::with_capacity(text.len() + text.len() / 4 + 64);
    page.push_str("<div class=\"plain\">");
    let mut quoted = false;
    for line in text.split('\n') {
        let quote = line.trim_start().starts_with('>');
        if quote != quoted {
            page.push_str(if quote { "<span class=\"quoted\">" } else { "</span>" });
            quoted = quote;
        }
        links(line, &mut page);
        page.push('\n');
    }
    page.push_str(if quoted { "</span></div>" } else { "</div>" });
    page
}

/// Writes a line, escaped, with its addresses as links.
fn links(line: &str, page: &mut String) {
    let mut rest = line;
    while let Some((at, length)) = next_link(rest) {
        document::escape(&rest[..at], page);
        let address = &rest[at..at + length];
        match link::target(address) {
            Some(target) => {
                page.push_str("<a href=\"");
                document::escape(&target, page);
                page.push_str("\" rel=\"noopener noreferrer\" target=\"_blank\">");
                document::escape(address, page);
                page.push_str("</a>");
            }
            None => document::escape(address, page),
        }
        rest = &rest[at + length..];
    }
    document::escape(rest, page);
}

/// Where the next address stands and how long it is.
fn next_link(text: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some(colon) = text[from..].find(':').map(|at| from + at) {
        let head = &text[..colon];
        let scheme = ["https", "http", "mailto"].into_iter().find(|scheme| ends_with_ignoring_case(head, scheme));
        if let Some(scheme) = scheme {
            let at = colon - scheme.len();
            let free = !text[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || matches!(c, '+' | '-' | '.'));
            let length = length(&text[at..]);
            let more = &text[colon + 1..(at + length).max(colon + 1)];
            let good = if scheme == "mailto" { more.contains('@') } else { more.len() > 2 && more.starts_with("//") };
            if free && good {
                return Some((at, length));
            }
        }
        from = colon + 1;
    }
    None
}

fn ends_with_ignoring_case(text: &str, end: &str) -> bool {
    text.len().checked_sub(end.len()).and_then(|at| text.get(at..)).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}

/// How far an address reaches: visible ASCII that addresses are made of, without the sentence's own punctuation.
fn length(text: &str) -> usize {
    let end = text
        .find(|c: char| !(c.is_ascii_graphic() || c.is_alphanumeric()) || matches!(c, '<' | '>' | '"' | '`' | '{' | '}' | '|' | '^' | '\\'))
        .unwrap_or(text.len());
    let mut address = &text[..end];
    loop {
        let shorter = match address.chars().next_back() {
            Some('.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_') => &address[..address.len() - 1],
            Some(')') if address.matches(')').count() > address.matches('(').count() => &address[..address.len() - 1],
            Some(']') if address.matches(']').count() > address.matches('[').count() => &address[..address.len() - 1],
            _ => return address.len(),
        };
        if shorter.len() + 2_000 < end {
            return shorter.len();
        }
        address = shorter;
    }
}

#[cfg(test)]
mod tests {
    use super::page;

    fn linked(text: &str) -> String {
        page(text)
            .replace(" rel=\"noopener noreferrer\" target=\"_blank\"", "")
            .replace("<div class=\"plain\">", "")
            .replace("\n</div>", "")
    }

    #[test]
    fn addresses_become_links_and_nothing_else_does() {
        for (text, html) in [
            (
                "see https://example.com/a?b=1&c=2.",
                "see <a href=\"https://example.com/a?b=1&amp;c=2\">https://example.com/a?b=1&amp;c=2</a>.",
            ),
            ("(http://example.com/x_(y))", "(<a href=\"http://example.com/x_(y)\">http://example.com/x_(y)</a>)"),
            ("<https://example.com>", "&lt;<a href=\"https://example.com\">https://example.com</a>&gt;"),
            ("mailto:ada@example.com", "<a href=\"mailto:ada@example.com\">mailto:ada@example.com</a>"),
            ("javascript:alert(1)", "javascript:alert(1)"),
            ("xhttp://example.com", "xhttp://example.com"),
            ("http:// x", "http:// x"),
            ("https://example.com/\"onclick=\"x", "<a href=\"https://example.com/\">https://example.com/</a>&quot;onclick=&quot;x"),
            ("<script>alert('x')</script> & \"", "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;"),
            ("12:30: http", "12:30: http"),
        ] {
            assert_eq!(linked(text), html, "{text}");
        }
    }

    #[test]
    fn quoted_lines_are_marked() {
        assert_eq!(linked("a\n> b\n>> c\nd"), "a\n<span class=\"quoted\">&gt; b\n&gt;&gt; c\n</span>d");
    }
}
