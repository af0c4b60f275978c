//! What an HTML page says and asks for: its words, pictures from the network, pictures from the letter.

use super::tokens::{Token, Tokens, attributes};
use crate::{clean, limits};
use mail_parser::decoders::html::add_html_token;
use std::borrow::Cow;

/// Found in one pass over a page.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pub text: String,
    /// Something would be loaded from the network.
    pub remote: bool,
    /// Content-IDs of pictures, as written after `cid:`.
    pub cids: Vec<String>,
}

/// Reads a page; its text only if asked for.
pub(crate) fn facts(page: &str, with_text: bool) -> Facts {
    let page = clean::start(page, limits::HTML_OCTETS);
    let mut facts = Facts::default();
    let mut writer = Writer { out: String::new(), wanted: with_text, pre: 0, blank: false };
    for token in Tokens::new(page) {
        match token {
            Token::Text(text) => writer.text(text),
            Token::Open { name, attributes } => {
                facts.look(&name, attributes);
                writer.tag(&name, true);
            }
            Token::Close { name } => writer.tag(&name, false),
        }
    }
    if !facts.remote {
        facts.remote = style_loads(page);
    }
    facts.text = writer.out;
    facts
}

impl Facts {
    fn look(&mut self, element: &str, text: &str) {
        if text.len() < 5 {
            return;
        }
        for (name, value) in attributes(text) {
            let loads =
                matches!(name.as_str(), "src" | "srcset" | "background" | "poster" | "data") || (name == "href" && element == "link");
            if loads {
                let value = entities(value.trim());
                if let Some(cid) = strip_prefix_ignoring_case(&value, "cid:") {
                    if self.cids.len() < limits::PICTURES {
                        self.cids.push(cid.to_owned());
                    }
                } else {
                    self.remote |= is_remote(&value);
                }
            } else if name == "style" {
                self.remote |= value.to_ascii_lowercase().contains("url(");
            }
        }
    }
}

/// Whether an address of a picture leads to the network.
pub(crate) fn is_remote(value: &str) -> bool {
    ["http:", "https:", "ftp:", "//"].iter().any(|start| strip_prefix_ignoring_case(value.trim_start(), start).is_some())
}

pub(crate) fn strip_prefix_ignoring_case<'x>(text: &'x str, start: &str) -> Option<&'x str> {
    text.get(..start.len()).filter(|head| head.eq_ignore_ascii_case(start)).map(|_| &text[start.len()..])
}

/// A `<style>` that loads something; such styles are dropped, but the reader is told that something was held back.
pub(crate) fn style_loads(page: &str) -> bool {
    page.contains("<style")
        && (page.contains("url(http") || page.contains("url('http") || page.contains("url(\"http") || page.contains("@import"))
}

/// Character references (`&amp;`) as the characters they stand for.
pub(crate) fn entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(34).skip(1).position(|b| !(b.is_ascii_alphanumeric() || b == b'#')).map(|n| n + 1);
        match end {
            Some(end) if end > 1 && rest.as_bytes()[end] == b';' => {
                add_html_token(&mut out, &rest.as_bytes()[..=end], false);
                rest = &rest[end + 1..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

struct Writer {
    out: String,
    wanted: bool,
    pre: usize,
    blank: bool,
}

impl Writer {
    fn text(&mut self, text: &str) {
        if !self.wanted || self.out.len() >= limits::TEXT_OCTETS {
            return;
        }
        let text = entities(text);
        if self.pre > 0 {
            self.out.push_str(&text);
            return;
        }
        for (at, word) in text.split(|c: char| c.is_whitespace()).enumerate() {
            self.blank |= at > 0;
            if word.is_empty() {
                continue;
            }
            if self.blank && !self.out.is_empty() && !self.out.ends_with('\n') {
                self.out.push(' ');
            }
            self.blank = false;
            self.out.push_str(word);
        }
    }

    fn tag(&mut self, name: &str, opens: bool) {
        match name {
            "pre" if opens => self.pre += 1,
            "pre" => self.pre = self.pre.saturating_sub(1),
            "td" | "th" => self.blank = true,
            "br" => self.out.push('\n'),
            _ => {}
        }
        if is_block(name) && !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        if name == "p" && !opens && !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }
}

/// Elements that stand on lines of their own.
pub(crate) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "center"
            | "dd"
            | "details"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tr"
            | "ul"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_becomes_text_with_its_words_apart() {
        for (page, text) in [
            ("<p>Hello&nbsp;<b>Ada</b>,</p><p>bye</p>", "Hello Ada,\n\nbye\n\n"),
            ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc\n"),
            ("a<br>b<div>c</div>d", "a\nb\nc\nd"),
            ("<style>x{}</style><script>evil('<p>')</script>shown<!-- not --> too", "shown too"),
            ("1 < 2 &amp; 3 &lt; 4 & &unknown; &#8364;&#x41;", "1 < 2 & 3 < 4 & &unknown; €A"),
            ("<pre>a\n  b</pre>", "a\n  b\n"),
            ("<title>t</title>x", "x"),
            ("<a title='>'>y</a>", "y"),
            ("<", "<"),
            ("<a", ""),
        ] {
            assert_eq!(facts(page, true).text, text, "{page}");
        }
    }

    // P22
    #[test]
    fn what_a_page_would_load_is_noticed() {
        for (page, remote) in [
            ("<img src=\"https://example.com/x.png\">", true),
            ("<IMG SRC=//example.com/x>", true),
            ("<td background='http://example.com/x'>", true),
            ("<p style=\"background:URL(http://example.com)\">", true),
            ("<style>p{background:url(http://example.com)}</style>", true),
            ("<img src=&#104;ttps://example.com/x>", true),
            ("<img srcset='https://example.com/x 2x'>", true),
            ("<img src=cid:one@x><a href=https://example.com>x</a>", false),
        ] {
            assert_eq!(facts(page, false).remote, remote, "{page}");
        }
        assert_eq!(facts("<img src='CID:one@x'>", false).cids, ["one@x"]);
    }
}
