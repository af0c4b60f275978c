//! Words the way the index sees them: the same on both databases, because they are made here and not there.
//!
//! Compatibility forms are taken apart, accents and case fall away, everything that is no letter and no digit separates.
//! Chinese and Japanese write without blanks: there every character is a word, and a word is a phrase.

use crate::{limits::WORD_CHARS, query::Term};
use std::ops::Range;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// The words of `text`, folded, with single blanks between.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    each(text, |_, word| {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    });
    out
}

/// A piece of `text` of about `width` characters around the first hit, on one line, with every hit between
/// `\u{2}` and `\u{3}`. Without a hit it is the start of the text.
pub fn highlight(text: &str, terms: &[Term], width: usize) -> String {
    let mut words: Vec<(Range<usize>, String)> = Vec::new();
    each(text, |range, word| words.push((range, word.to_owned())));
    let hits = hits(&words, terms);
    let first = hits.first().map_or(0, |hit| hit.start);
    let window = window(text, &words, first, width.max(8));
    let mut out = String::with_capacity(window.len() + 64);
    if window.start > 0 {
        out.push('…');
    }
    let mut at = window.start;
    for hit in hits.iter().filter(|hit| hit.start >= window.start && hit.end <= window.end) {
        push_flat(&mut out, &text[at..hit.start]);
        out.push('\u{2}');
        push_flat(&mut out, &text[hit.clone()]);
        out.push('\u{3}');
        at = hit.end;
    }
    push_flat(&mut out, &text[at..window.end]);
    let mut out = out.trim_end().to_owned();
    if window.end < text.len() {
        out.push('…');
    }
    out
}

/// Adds text with its white space collapsed and without controls.
fn push_flat(out: &mut String, text: &str) {
    for c in text.chars() {
        if c.is_whitespace() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !c.is_control() {
            out.push(c);
        }
    }
}

/// Where the terms stand in the text: ranges in order that do not overlap.
fn hits(words: &[(Range<usize>, String)], terms: &[Term]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for at in 0..words.len() {
        for term in terms {
            let length = match term {
                Term::Word(word) => usize::from(words[at].1 == *word),
                Term::Prefix(start) => usize::from(words[at].1.starts_with(start.as_str())),
                Term::Phrase(phrase) => {
                    let here = words[at..].iter().take(phrase.len()).map(|(_, word)| word);
                    if !phrase.is_empty() && words.len() - at >= phrase.len() && here.eq(phrase.iter()) { phrase.len() } else { 0 }
                }
            };
            if length > 0 {
                let range = words[at].0.start..words[at + length - 1].0.end;
                match found.last_mut() {
                    Some(last) if last.end > range.start => last.end = last.end.max(range.end),
                    _ => found.push(range),
                }
            }
        }
    }
    found
}

/// The octets to show: from a word a third of the width before `first`, about `width` characters on, ending after a word.
fn window(text: &str, words: &[(Range<usize>, String)], first: usize, width: usize) -> Range<usize> {
    let back: usize = text[..first].chars().rev().take(width / 3).map(char::len_utf8).sum();
    let wish = first - back;
    let start = if wish == 0 { 0 } else { words.iter().map(|(range, _)| range.start).find(|at| *at >= wish).unwrap_or(wish).min(first) };
    let length: usize = text[start..].chars().take(width).map(char::len_utf8).sum();
    let end = start + length;
    if end == text.len() {
        return start..end;
    }
    let after = words.iter().map(|(range, _)| range.end).take_while(|at| *at <= end).last().filter(|at| *at > first);
    start..after.unwrap_or(end)
}

/// Calls `found` for each word with where it stands in `text` and how it reads folded.
pub(crate) fn each(text: &str, mut found: impl FnMut(Range<usize>, &str)) {
    let mut word = String::new();
    let mut chars = 0usize;
    let mut range = 0..0;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let mut letter = |c: char| {
            if c.is_alphanumeric() {
                if stands_alone(c) && !word.is_empty() {
                    found(range.clone(), &word);
                    word.clear();
                }
                if word.is_empty() {
                    (range, chars) = (at..end, 0);
                }
                range.end = end;
                if chars < WORD_CHARS {
                    push_folded(&mut word, c);
                    chars += 1;
                }
                if stands_alone(c) {
                    found(range.clone(), &word);
                    word.clear();
                }
            } else if is_combining_mark(c) {
                if !word.is_empty() {
                    range.end = end;
                }
            } else if !word.is_empty() {
                found(range.clone(), &word);
                word.clear();
            }
        };
        if c.is_ascii() { letter(c) } else { decompose_compatible(c, letter) }
    }
    if !word.is_empty() {
        found(range, &word);
    }
}

/// Lower case, and the letters whose stroke or tie Unicode does not take apart.
fn push_folded(word: &mut String, c: char) {
    match c {
        'A'..='Z' => word.push(c.to_ascii_lowercase()),
        '\0'..='\u{7f}' => word.push(c),
        'ß' | 'ẞ' => word.push_str("ss"),
        'æ' | 'Æ' => word.push_str("ae"),
        'œ' | 'Œ' => word.push_str("oe"),
        'þ' | 'Þ' => word.push_str("th"),
        'ø' | 'Ø' => word.push('o'),
        'ł' | 'Ł' => word.push('l'),
        'đ' | 'Đ' | 'ð' | 'Ð' => word.push('d'),
        'ħ' | 'Ħ' => word.push('h'),
        'ı' => word.push('i'),
        'ς' => word.push('σ'),
        // A capital may fold to a letter and a mark (İ); the mark falls away like any other.
        c => word.extend(c.to_lowercase().filter(|c| !is_combining_mark(*c))),
    }
}

/// Scripts without blanks between words: Han, Hiragana, Katakana.
fn stands_alone(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFD}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_fold_to_the_same_tokens_however_they_are_written() {
        for (text, words) in [
            ("Müller-Lüdenscheidt, Ærø!", "muller ludenscheidt aero"),
            ("Mu\u{308}ller", "muller"),
            ("STRASSE Straße", "strasse strasse"),
            ("ﬁne ½ №5 e\u{301}te\u{301}", "fine 1 2 no5 ete"),
            ("a_b.c@d'e", "a b c d e"),
            ("世界 ハロー", "世 界 ハ ロ ー"),
            ("İstanbul ılık ΣΊΣΥΦΟΣ σίσυφος", "istanbul ilik σισυφοσ σισυφοσ"),
            ("", ""),
            ("—…!", ""),
            ("привет МИР", "привет мир"),
        ] {
            assert_eq!(fold(text), words, "{text:?}");
            assert_eq!(fold(&fold(text)), fold(text), "folding again changes nothing: {text:?}");
        }
        assert_eq!(fold(&"x".repeat(500)), "x".repeat(WORD_CHARS));
    }

    #[test]
    fn hits_are_marked_in_the_original_with_its_accents() {
        let terms = [Term::Word("muller".into()), Term::Phrase(vec!["guten".into(), "tag".into()]), Term::Prefix("rech".into())];
        assert_eq!(highlight("Guten  Tag Frau Müller, die Rechnung", &terms, 80), "\u{2}Guten Tag\u{3} Frau \u{2}Müller\u{3}, die \u{2}Rechnung\u{3}");
        assert_eq!(highlight("Mu\u{308}ller", &terms, 80), "\u{2}Mu\u{308}ller\u{3}");
        assert_eq!(highlight("nothing here", &terms, 80), "nothing here");
        assert_eq!(highlight("", &terms, 80), "");
    }

    #[test]
    fn a_snippet_stands_around_the_first_hit() {
        let text = format!("{} needle {}", "hay ".repeat(200), "straw ".repeat(200));
        let snippet = highlight(&text, &[Term::Word("needle".into())], 60);
        assert!(snippet.starts_with("…hay ") && snippet.contains("\u{2}needle\u{3} straw") && snippet.ends_with("straw…"), "{snippet:?}");
        assert!(snippet.chars().count() <= 64, "{snippet:?}");
    }
}
