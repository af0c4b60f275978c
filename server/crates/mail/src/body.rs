//! Which parts are the letter's own words and which are files.

use crate::{charset, html, mime::Part};
use std::borrow::Cow;

/// Which form of the letter somebody wants to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    Text,
    Html,
}

/// The parts that are the letter's words, in order. Of alternatives one is chosen (RFC 2046 §5.1.4).
pub(crate) fn pieces<'t, 'x>(root: &'t Part<'x>, wish: Wish) -> Vec<&'t Part<'x>> {
    let first = first_leaf(root);
    let mut list = Vec::new();
    collect(root, wish, first, &mut list);
    list
}

/// The files: every leaf that is not the letter's words.
pub(crate) fn files<'t, 'x>(root: &'t Part<'x>) -> Vec<&'t Part<'x>> {
    let first = first_leaf(root);
    let mut leaves = Vec::new();
    root.leaves(&mut leaves);
    leaves.retain(|leaf| !is_words(leaf, first));
    leaves
}

/// Whether a leaf is HTML.
pub(crate) fn is_html(part: &Part<'_>) -> bool {
    matches!(part.kind.media.as_str(), "text/html" | "application/xhtml+xml")
}

/// The text of a part by its charset, and whether that was known.
pub(crate) fn text<'t>(part: &'t Part<'_>) -> charset::Decoded<'t> {
    let octets = part.octets();
    let label = match &part.kind.charset {
        Some(label) => Some(Cow::Borrowed(label.as_str())),
        None if is_html(part) && std::str::from_utf8(octets).is_err() => charset::of_page(octets).map(Cow::Owned),
        None => None,
    };
    charset::decode(label.as_deref(), octets)
}

fn first_leaf<'t, 'x>(root: &'t Part<'x>) -> &'t Part<'x> {
    let mut part = root;
    while let Some(child) = part.children.first() {
        part = child;
    }
    part
}

/// Words are plain text and HTML that do not say they are a file. A named text is a file, unless the letter starts with it.
fn is_words<'x>(part: &Part<'x>, first: &Part<'x>) -> bool {
    let readable = part.kind.media == "text/plain" || is_html(part);
    readable && part.kind.disposition != "attachment" && (part.kind.name.is_none() || std::ptr::eq(part, first))
}

fn collect<'t, 'x>(part: &'t Part<'x>, wish: Wish, first: &Part<'x>, list: &mut Vec<&'t Part<'x>>) {
    if part.children.is_empty() {
        if is_words(part, first) {
            list.push(part);
        }
    } else if part.kind.media == "multipart/alternative" {
        let choices = part.children.iter().map(|child| {
            let mut choice = Vec::new();
            collect(child, wish, first, &mut choice);
            choice
        });
        list.extend(choose(choices.filter(|choice| !choice.is_empty()).collect(), wish));
    } else {
        for child in &part.children {
            collect(child, wish, first, list);
        }
    }
}

fn choose<'t, 'x>(mut choices: Vec<Vec<&'t Part<'x>>>, wish: Wish) -> Vec<&'t Part<'x>> {
    let fits = |choice: &Vec<&Part<'_>>| match wish {
        Wish::Text => choice.iter().all(|part| !is_html(part)) && choice.iter().any(|part| !part.octets().trim_ascii().is_empty()),
        Wish::Html => choice.iter().any(|part| is_html(part)),
    };
    let found = match wish {
        Wish::Text => choices.iter().position(fits),
        Wish::Html => choices.iter().rposition(fits),
    };
    match found {
        Some(at) => choices.swap_remove(at),
        None => choices.pop().unwrap_or_default(),
    }
}

/// What a reader needs to know about the words: them, and what the HTML asks for.
#[derive(Debug, Default)]
pub(crate) struct Words {
    pub text: String,
    pub has_html: bool,
    pub remote: bool,
    pub cids: Vec<String>,
    pub unknown_charset: Option<String>,
}

/// Reads the words of a letter.
pub(crate) fn words(root: &Part<'_>) -> Words {
    let mut words = Words::default();
    let texts = pieces(root, Wish::Text);
    for part in &texts {
        let decoded = text(part);
        if !decoded.known {
            words.unknown_charset.clone_from(&part.kind.charset);
        }
        if is_html(part) {
            words.learn(&decoded.text, true);
        } else {
            words.append(&decoded.text);
        }
    }
    for part in pieces(root, Wish::Html) {
        if is_html(part) && !texts.iter().any(|known| std::ptr::eq(*known, part)) {
            words.learn(&text(part).text, false);
        }
    }
    words
}

impl Words {
    fn learn(&mut self, page: &str, with_text: bool) {
        self.has_html = true;
        let facts = html::facts(page, with_text);
        self.remote |= facts.remote;
        self.cids.extend(facts.cids);
        self.append(&facts.text);
    }

    fn append(&mut self, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push_str("\n\n");
        }
        let room = crate::limits::TEXT_OCTETS.saturating_sub(self.text.len());
        self.text.push_str(&crate::clean::text(crate::clean::start(text, room)));
    }
}
