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

/// A piece of `text` of about `width` characters around the place where most of the terms stand together, on one line, with every
/// hit between `\u{2}` and `\u{3}`. Without a hit it is the start of the text.
pub fn highlight(text: &str, terms: &[Term], width: usize) -> String {
    let mut words: Vec<(Range<usize>, String)> = Vec::new();
    each(text, |range, word| words.push((range, word.to_owned())));
    let found = places(&words, terms);
    let first = best_start(&found, width.max(8) * 2 / 3);
    let hits = merged(found);
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

/// How well a text answers the terms: how often each stands there (ever less per time), against the text's length, and whether they stand
/// close together. 0 = none of them.
pub fn closeness(text: &str, terms: &[Term]) -> f64 {
    let mut words: Vec<(Range<usize>, String)> = Vec::new();
    each(text, |range, word| words.push((range, word.to_owned())));
    let found = places(&words, terms);
    let length = 0.4 + 0.6 * words.len() as f64 / 250.0;
    let often: f64 = (0..terms.len())
        .map(|term| found.iter().filter(|(_, found)| *found == term).count() as f64)
        .map(|count| count * 2.2 / (count + 1.2 * length))
        .sum();
    let start = best_start(&found, 200);
    let together = distinct(found.iter().filter(|(range, _)| range.start >= start && range.start < start + 200)).count_ones();
    often + if terms.len() > 1 { f64::from(together) / terms.len() as f64 } else { 0.0 }
}

/// Which terms are among these hits, a bit each.
fn distinct<'a>(hits: impl Iterator<Item = &'a (Range<usize>, usize)>) -> u64 {
    hits.fold(0, |set, (_, term)| set | 1 << (term % 64))
}

/// Where the first stretch of `octets` begins that holds most of the terms.
fn best_start(found: &[(Range<usize>, usize)], octets: usize) -> usize {
    let mut best = (0, 0);
    for (at, (range, _)) in found.iter().enumerate() {
        // Hits after so many are like those before: a letter full of the word is no reason to look at all of it.
        if at > 200 {
            break;
        }
        let here = distinct(found[at..].iter().take(50).take_while(|(next, _)| next.end <= range.start + octets)).count_ones();
        if here > best.0 {
            best = (here, range.start);
        }
    }
    best.1
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

/// Where the terms stand in the text, in order, and which.
fn places(words: &[(Range<usize>, String)], terms: &[Term]) -> Vec<(Range<usize>, usize)> {
    let mut found = Vec::new();
    for at in 0..words.len() {
        for (number, term) in terms.iter().enumerate() {
            let length = match term {
                Term::Word(word) => usize::from(words[at].1 == *word),
                Term::Prefix(start) => usize::from(words[at].1.starts_with(start.as_str())),
                Term::Phrase(phrase) => in_order(&words[at..], phrase, false),
                Term::PhrasePrefix(phrase) => in_order(&words[at..], phrase, true),
            };
            if length > 0 {
                found.push((words[at].0.start..words[at + length - 1].0.end, number));
            }
        }
    }
    found
}

/// The phrase's length if the words begin with it, else 0.
fn in_order(words: &[(Range<usize>, String)], phrase: &[String], goes_on: bool) -> usize {
    let last = phrase.len().saturating_sub(1);
    let fits = |(at, word): (usize, &String)| words[at].1 == *word || (goes_on && at == last && words[at].1.starts_with(word.as_str()));
    if words.len() >= phrase.len() && phrase.iter().enumerate().all(fits) { phrase.len() } else { 0 }
}

/// The ranges, joined where they overlap.
fn merged(found: Vec<(Range<usize>, usize)>) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (range, _) in found {
        match ranges.last_mut() {
            Some(last) if last.end > range.start => last.end = last.end.max(range.end),
            _ => ranges.push(range),
        }
    }
    ranges
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
pub(crate) fn each(text: &str, found: impl FnMut(Range<usize>, &str)) {
    let mut cutter = Cutter { word: String::new(), chars: 0, range: 0..0, found };
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at].is_ascii() {
            let run = bytes[at..].iter().take_while(|b| b.is_ascii_alphanumeric()).count();
            if run > 0 {
                cutter.ascii(at..at + run, &text[at..at + run]);
                at += run;
            } else {
                cutter.end();
                at += 1;
            }
        } else if let Some(c) = text[at..].chars().next() {
            let here = at..at + c.len_utf8();
            at = here.end;
            decompose_compatible(c, |c| cutter.char(here.clone(), c));
        }
    }
    cutter.end();
}

/// Gathers characters until a word ends.
struct Cutter<F> {
    word: String,
    chars: usize,
    range: Range<usize>,
    found: F,
}

impl<F: FnMut(Range<usize>, &str)> Cutter<F> {
    fn end(&mut self) {
        if !self.word.is_empty() {
            (self.found)(self.range.clone(), &self.word);
            self.word.clear();
        }
    }

    /// Makes ready for a character at this place; false when the word is long enough.
    fn grow(&mut self, place: &Range<usize>) -> bool {
        if self.word.is_empty() {
            (self.range, self.chars) = (place.clone(), 0);
        }
        self.range.end = place.end;
        self.chars < WORD_CHARS
    }

    /// A run of plain letters and digits: most of most letters.
    fn ascii(&mut self, place: Range<usize>, run: &str) {
        if self.grow(&place) {
            let kept = &run[..run.len().min(WORD_CHARS - self.chars)];
            let from = self.word.len();
            self.word.push_str(kept);
            self.word[from..].make_ascii_lowercase();
            self.chars += kept.len();
        }
    }

    fn char(&mut self, place: Range<usize>, c: char) {
        if is_plain_letter(c) || c.is_alphanumeric() {
            let alone = stands_alone(c);
            if alone {
                self.end();
            }
            if self.grow(&place) {
                let from = self.word.len();
                push_folded(&mut self.word, c);
                // One letter may fold to two (ß): the second may be one too many.
                let kept = self.word[from..].chars().count().min(WORD_CHARS - self.chars);
                let octets: usize = self.word[from..].chars().take(kept).map(char::len_utf8).sum();
                self.word.truncate(from + octets);
                self.chars += kept;
            }
            if alone {
                self.end();
            }
        } else if is_combining_mark(c) {
            if !self.word.is_empty() {
                self.range.end = place.end;
            }
        } else {
            self.end();
        }
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
        // Small already, or without capitals: not worth asking the tables.
        'а'..='џ' | '\u{3041}'..='\u{9FFF}' => word.push(c),
        // A capital may fold to a letter and a mark (İ); the mark falls away like any other.
        c => word.extend(c.to_lowercase().filter(|c| !is_combining_mark(*c))),
    }
}

/// Letters of the two other scripts that many letters are full of: known without a look into the tables.
fn is_plain_letter(c: char) -> bool {
    matches!(c, 'А'..='я' | '\u{4E00}'..='\u{9FEF}')
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
        // Found by fuzzing: two letters of one stood across the end, and a search for the word looked for another one.
        let long = fold(&format!("{}ße", "x".repeat(WORD_CHARS - 1)));
        assert_eq!((long.clone(), fold(&long)), (format!("{}s", "x".repeat(WORD_CHARS - 1)), long));
    }

    // The short cuts say what the tables say.
    #[test]
    fn letters_known_at_sight_are_those_of_the_tables() {
        for c in (0..=0x10_FFFF).filter_map(char::from_u32) {
            assert!(!is_plain_letter(c) || c.is_alphanumeric(), "{c:?}");
            if matches!(c, 'а'..='џ' | '\u{3041}'..='\u{9FFF}') {
                assert!(c.to_lowercase().eq([c]) || is_combining_mark(c), "{c:?}");
            }
        }
    }

    #[test]
    fn hits_are_marked_in_the_original_with_its_accents() {
        let terms = [Term::Word("muller".into()), Term::Phrase(vec!["guten".into(), "tag".into()]), Term::Prefix("rech".into())];
        assert_eq!(
            highlight("Guten  Tag Frau Müller, die Rechnung", &terms, 80),
            "\u{2}Guten Tag\u{3} Frau \u{2}Müller\u{3}, die \u{2}Rechnung\u{3}"
        );
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

    #[test]
    fn a_snippet_stands_where_most_words_stand_together() {
        let text = format!("pension {} annual pension review {}", "hay ".repeat(100), "straw ".repeat(100));
        let terms = [Term::Word("pension".into()), Term::Word("annual".into()), Term::Prefix("rev".into())];
        let snippet = highlight(&text, &terms, 60);
        assert!(snippet.contains("\u{2}annual\u{3} \u{2}pension\u{3} \u{2}review\u{3}"), "{snippet:?}");
    }

    #[test]
    fn a_text_that_says_it_more_often_and_together_is_closer() {
        let terms = [Term::Word("annual".into()), Term::Word("review".into())];
        let closer = |a: &str, b: &str| assert!(closeness(a, &terms) > closeness(b, &terms), "{a:?} {b:?}");
        closer("annual review", "annual");
        closer("annual review annual review", "annual review hay hay");
        closer("annual review", &format!("annual {} review", "hay ".repeat(100)));
        assert!(closeness("hay", &terms) == 0.0);
    }
}
