//! The tokens of an HTML page as the standard's tokenizer sees them (WHATWG HTML §13.2.5), in one pass.
//!
//! Comments, declarations and what stands inside elements of raw text (`script`, `style` …) never come out. Nothing
//! here decides what is safe: the cleaner does, after.

/// A piece of a page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Token<'x> {
    Text(&'x str),
    /// Name in lower case, and the octets of its attributes.
    Open {
        name: String,
        attributes: &'x str,
    },
    Close {
        name: String,
    },
}

/// Longest name of an element that is looked at.
const LONGEST_NAME: usize = 32;
/// Elements whose content is no markup.
const RAW: [&str; 9] = ["script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "plaintext"];

pub(crate) struct Tokens<'x> {
    rest: &'x str,
}

impl<'x> Tokens<'x> {
    pub fn new(page: &'x str) -> Self {
        Self { rest: page }
    }

    fn skip(&mut self, octets: usize) {
        self.rest = self.rest.get(octets..).unwrap_or_default();
    }

    /// Goes past the next `mark`, or to the end when there is none.
    fn skip_past(&mut self, mark: &str) {
        self.rest = self.rest.find(mark).map_or("", |at| &self.rest[at + mark.len()..]);
    }

    /// A tag whose name starts `lead` octets from here.
    fn tag(&mut self, lead: usize) -> Option<(String, &'x str)> {
        let after = &self.rest[lead..];
        let length = after.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>')).unwrap_or(after.len());
        let name = crate::clean::start(&after[..length], LONGEST_NAME).to_ascii_lowercase();
        let attributes = &after[length..];
        match end_of_tag(attributes.as_bytes()) {
            Some(end) => {
                self.rest = &attributes[end + 1..];
                Some((name, &attributes[..end]))
            }
            None => {
                self.rest = "";
                None
            }
        }
    }

    /// After the opening tag of an element of raw text: goes to its closing tag.
    fn skip_raw(&mut self, name: &str) {
        let bytes = self.rest.as_bytes();
        let mut at = 0;
        while let Some(found) = self.rest[at..].find("</") {
            at += found + 2;
            let end = at + name.len();
            if bytes.get(at..end).is_some_and(|here| here.eq_ignore_ascii_case(name.as_bytes()))
                && bytes.get(end).is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'))
            {
                self.skip(at - 2);
                return;
            }
        }
        self.rest = "";
    }
}

impl<'x> Iterator for Tokens<'x> {
    type Item = Token<'x>;

    fn next(&mut self) -> Option<Token<'x>> {
        while !self.rest.is_empty() {
            let bytes = self.rest.as_bytes();
            if bytes[0] != b'<' {
                let end = self.rest.find('<').unwrap_or(self.rest.len());
                let (text, rest) = self.rest.split_at(end);
                self.rest = rest;
                return Some(Token::Text(text));
            }
            match (bytes.get(1), bytes.get(2)) {
                (Some(b'!'), _) if self.rest.starts_with("<!--") => self.skip_comment(),
                (Some(b'!' | b'?'), _) => self.skip_past(">"),
                (Some(b'/'), Some(letter)) if letter.is_ascii_alphabetic() => {
                    let (name, _) = self.tag(2)?;
                    return Some(Token::Close { name });
                }
                (Some(b'/'), Some(_)) => self.skip_past(">"),
                (Some(letter), _) if letter.is_ascii_alphabetic() => {
                    let (name, attributes) = self.tag(1)?;
                    if RAW.contains(&name.as_str()) {
                        self.skip_raw(&name);
                    }
                    return Some(Token::Open { name, attributes });
                }
                _ => {
                    let (text, rest) = self.rest.split_at(1);
                    self.rest = rest;
                    return Some(Token::Text(text));
                }
            }
        }
        None
    }
}

impl Tokens<'_> {
    fn skip_comment(&mut self) {
        self.skip(4);
        if self.rest.starts_with('>') {
            self.skip(1);
        } else if self.rest.starts_with("->") {
            self.skip(2);
        } else {
            let end = self.rest.find("--").and_then(|first| {
                let mut at = first;
                loop {
                    let rest = &self.rest[at..];
                    if rest.starts_with("-->") {
                        return Some(at + 3);
                    }
                    if rest.starts_with("--!>") {
                        return Some(at + 4);
                    }
                    at += 1 + self.rest.get(at + 1..)?.find("--")?;
                }
            });
            self.rest = end.map_or("", |end| &self.rest[end..]);
        }
    }
}

/// Where the `>` stands that ends a tag, given what follows its name; quoted values may hold others.
fn end_of_tag(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'>' => return Some(at),
            b'=' => {
                at += 1;
                while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
                    at += 1;
                }
                if let Some(quote @ (b'"' | b'\'')) = bytes.get(at) {
                    at += 1 + bytes[at + 1..].iter().position(|b| b == quote)? + 1;
                }
            }
            _ => at += 1,
        }
    }
    None
}

/// Names (lower case) and values (as written, entities and all) of attributes.
pub(crate) fn attributes(text: &str) -> Vec<(String, &str)> {
    let mut list = Vec::new();
    let mut rest = text;
    while list.len() < 100 {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() {
            break;
        }
        let length = rest
            .char_indices()
            .find(|(at, c)| *at > 0 && (c.is_ascii_whitespace() || matches!(c, '/' | '=')))
            .map_or(rest.len(), |(at, _)| at);
        let name = crate::clean::start(&rest[..length], LONGEST_NAME).to_ascii_lowercase();
        rest = rest[length..].trim_start_matches(|c: char| c.is_ascii_whitespace());
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start_matches(|c: char| c.is_ascii_whitespace());
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
            (value, rest) = match quote {
                Some(quote) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
                None => after.split_at(after.find(|c: char| c.is_ascii_whitespace()).unwrap_or(after.len())),
            };
        }
        if !list.iter().any(|(known, _)| *known == name) {
            list.push((name, value));
        }
    }
    list
}
