//! The small rich text that people write: bold, italics, lists, links, quotes. Nothing else survives, whatever was pasted.

use crate::{clean, html, show};
use ammonia::{Builder, UrlRelative};
use std::collections::{HashMap, HashSet};

/// Rich text as it may be kept, shown in the editor, and sent.
pub fn rich(typed: &str) -> String {
    let page = clean::start(typed, crate::limits::HTML_OCTETS);
    let mut builder = Builder::empty();
    builder
        .add_tags(["p", "div", "br", "b", "strong", "i", "em", "u", "ul", "ol", "li", "a", "blockquote"])
        .add_clean_content_tags(["script", "style", "title", "head"])
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"]))]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(None)
        .strip_comments(true);
    let cleaned = clean::text(&builder.clean(page).to_string());
    if as_text(&cleaned).trim().is_empty() { String::new() } else { cleaned }
}

/// The words of rich text, for those who read plain text.
pub fn as_text(rich: &str) -> String {
    let text = html::facts(rich, true).text;
    let mut out = String::with_capacity(text.len());
    for line in text.trim().lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Plain text as rich text, to go on with in the editor.
pub fn as_rich(text: &str) -> String {
    let mut page = String::with_capacity(text.len() + text.len() / 8);
    for block in clean::text(text).trim_end().split("\n\n") {
        page.push_str("<p>");
        for (at, line) in block.lines().enumerate() {
            if at > 0 {
                page.push_str("<br>");
            }
            show::escape(line, &mut page);
        }
        page.push_str("</p>");
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    // RELIABILITY §3.3: what is pasted is a stranger's.
    #[test]
    fn nothing_but_small_rich_text_survives() {
        for (typed, kept) in [
            ("<p>Dear <b>Ada</b>, <i>yes</i>.</p>", "<p>Dear <b>Ada</b>, <i>yes</i>.</p>"),
            ("<ul><li>one<li>two</ul>", "<ul><li>one</li><li>two</li></ul>"),
            ("<a href=\"https://x.example/\" onclick=\"x()\" style=\"color:red\">x</a>", "<a href=\"https://x.example/\">x</a>"),
            ("<a href=\"javascript:alert(1)\">x</a>", "<a>x</a>"),
            ("<script>alert(1)</script>a<style>b{}</style>", "a"),
            ("<img src=x onerror=alert(1)>a", "a"),
            ("<table><tr><td>cell</table>", "cell"),
            ("<p><br></p>", ""),
            ("", ""),
        ] {
            assert_eq!(rich(typed), kept, "{typed}");
            assert_eq!(rich(kept), kept, "kept text stays: {kept}");
        }
    }

    #[test]
    fn rich_text_and_plain_text_say_the_same() {
        assert_eq!(as_text("<p>Dear <b>Ada</b>,</p><p>yes &amp; no.<br>Ben</p>").trim(), "Dear Ada,\n\nyes & no.\nBen");
        assert_eq!(as_rich("Dear <Ada>,\n\nyes & no.\nBen\n"), "<p>Dear &lt;Ada&gt;,</p><p>yes &amp; no.<br>Ben</p>");
        assert_eq!(rich(&as_rich("a\nb\n\nc < d")), as_rich("a\nb\n\nc < d"));
    }
}
