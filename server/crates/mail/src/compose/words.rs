//! Rich text as plain text, for those who read that: what is quoted begins with `>`, lists have their marks, links say where they lead.

use crate::html::{Token, Tokens, attributes, entities};
use crate::{clean, limits};

/// The words of rich text, as [`super::rich`] leaves it.
pub fn as_text(rich: &str) -> String {
    let mut writer = Writer::default();
    for token in Tokens::new(clean::start(rich, limits::HTML_OCTETS)) {
        match token {
            Token::Text(text) => writer.text(&entities(text)),
            Token::Open { name, attributes } => writer.open(&name, attributes),
            Token::Close { name } => writer.close(&name),
        }
    }
    writer.finish()
}

/// A line that is written, and how deep it is quoted.
struct Line {
    depth: usize,
    words: String,
}

#[derive(Default)]
struct Writer {
    lines: Vec<Line>,
    /// The line at hand; `begun` as soon as it says something, be it a blank that counts.
    words: String,
    begun: bool,
    /// Blanks that count only if more follows.
    blank: bool,
    depth: usize,
    /// Lists around this place: the number of the next item, or none where they are not numbered.
    lists: Vec<Option<usize>>,
    /// The mark of an item whose first line is still to come.
    mark: Option<String>,
    /// A paragraph ended or begins: an empty line stands before what follows.
    apart: bool,
    /// Where the link at hand leads, and its words.
    link: Option<(String, String)>,
}

impl Writer {
    fn text(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_ascii_whitespace() {
                self.blank = true;
                continue;
            }
            if std::mem::take(&mut self.blank) && self.begun {
                self.push(' ');
            }
            self.push(if c == '\u{a0}' { ' ' } else { c });
        }
    }

    fn push(&mut self, c: char) {
        self.begun = true;
        self.words.push(c);
        if let Some((_, shown)) = &mut self.link {
            shown.push(c);
        }
    }

    fn open(&mut self, name: &str, given: &str) {
        match name {
            "br" => self.end_line(),
            "a" => {
                let href = attributes(given).into_iter().find(|(name, _)| name == "href").map(|(_, value)| entities(value).into_owned());
                self.link = href.map(|href| (href, String::new()));
            }
            "p" | "div" | "ul" | "ol" | "li" | "blockquote" => {
                self.end_block();
                match name {
                    "p" => self.apart = true,
                    "ul" => self.lists.push(None),
                    "ol" => self.lists.push(Some(1)),
                    "li" => self.mark = Some(self.next_mark()),
                    "blockquote" => self.depth += 1,
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "a" => self.end_link(),
            "p" | "div" | "ul" | "ol" | "li" | "blockquote" => {
                self.end_block();
                match name {
                    "p" => self.apart = true,
                    "ul" | "ol" => drop(self.lists.pop()),
                    "li" => self.mark = None,
                    "blockquote" => self.depth = self.depth.saturating_sub(1),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn next_mark(&mut self) -> String {
        match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{}. ", *number - 1)
            }
            _ => "- ".to_owned(),
        }
    }

    /// Where a link leads is written out unless its words say so.
    fn end_link(&mut self) {
        let Some((href, shown)) = self.link.take() else { return };
        let target = ["mailto:", "tel:"].iter().find_map(|scheme| href.strip_prefix(scheme)).unwrap_or(&href);
        let bare = |text: &str| text.trim().trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/').to_owned();
        if !shown.trim().is_empty() && bare(&shown) != bare(target) {
            self.text(" <");
            self.text(target);
            self.text(">");
        }
    }

    /// A block begins or ends: whatever stands on the line ends with it.
    fn end_block(&mut self) {
        if self.begun {
            self.end_line();
        }
    }

    fn end_line(&mut self) {
        self.blank = false;
        self.begun = false;
        let said = std::mem::take(&mut self.words);
        let said = said.trim_end();
        let apart = std::mem::take(&mut self.apart);
        let parted = |last: &&Line| apart && !said.is_empty() && !last.words.is_empty();
        if let Some(depth) = self.lines.last().filter(parted).map(|last| last.depth.min(self.depth)) {
            self.lines.push(Line { depth, words: String::new() });
        }
        let mut words = String::new();
        if !said.is_empty() || self.mark.is_some() {
            let mark = self.mark.take();
            words.push_str(&"  ".repeat(self.lists.len().saturating_sub(usize::from(mark.is_some()))));
            words.push_str(mark.as_deref().unwrap_or_default());
            words.push_str(said);
        }
        self.lines.push(Line { depth: self.depth, words });
    }

    fn finish(mut self) -> String {
        self.end_block();
        let mut out = String::new();
        for Line { depth, words } in self.lines {
            out.push_str(&">".repeat(depth));
            if depth > 0 && !words.is_empty() {
                out.push(' ');
            }
            out.push_str(words.trim_end());
            out.push('\n');
        }
        out.truncate(out.trim_end().len());
        if !out.is_empty() {
            out.push('\n');
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // FC-20: who reads plain text reads the same letter.
    #[test]
    fn plain_text_says_what_rich_text_says() {
        for (page, text) in [
            ("<p>Dear <b>Ada</b>,</p><p>yes &amp; no.<br>Ben</p>", "Dear Ada,\n\nyes & no.\nBen\n"),
            ("<div>a</div><div><br></div><div>b<br></div>c", "a\n\nb\nc\n"),
            ("<div><br></div><div>a</div>", "\na\n"),
            ("<p>a</p><p><br></p><p>b</p>", "a\n\nb\n"),
            ("a  b\n&nbsp; c&nbsp;", "a b   c\n"),
            ("<ul><li>one</li><li>two<ul><li>deep</li></ul></li></ul>after", "- one\n- two\n  - deep\nafter\n"),
            ("<ol><li>one</li><li>two<br>more</li></ol>", "1. one\n2. two\n  more\n"),
            (
                "<div>Ada wrote:</div><blockquote><p>one</p><p>two</p><blockquote>old</blockquote></blockquote>yes",
                "Ada wrote:\n\n> one\n>\n> two\n>\n>> old\nyes\n",
            ),
            ("<a href=\"https://x.example/?a=1&amp;b=2\">the lease</a>.", "the lease <https://x.example/?a=1&b=2>.\n"),
            (
                "<a href=\"https://x.example/\">https://x.example</a> <a href=\"mailto:a@x.example\">a@x.example</a>",
                "https://x.example a@x.example\n",
            ),
            ("<a href=\"mailto:a@x.example\">Ada</a> <a>none</a> <a href=\"https://x.example\"></a>", "Ada <a@x.example> none\n"),
            ("{<b>{ client.name }</b>}", "{{ client.name }}\n"),
            ("", ""),
        ] {
            assert_eq!(as_text(page), text, "{page}");
        }
    }
}
