//! What somebody typed into the search box, understood. Never an error: what makes no sense is said in
//! [`Query::remarks`] and the rest is searched.
//!
//! Words, `"a phrase"`, `begin*`, `-without`, and `from: to: subject: client: filename: in: has:attachment before: after:`.
//! Dates are YYYY-MM-DD, days of UTC.

use crate::{clean, words};

/// Longest question looked at, in octets.
const LONGEST: usize = 2_000;
/// Most terms of each kind.
const TERMS: usize = 32;

/// Something to find in the words of a letter; the words are folded as [`words::fold`] folds them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// A whole word.
    Word(String),
    /// The start of a word: `word*`.
    Prefix(String),
    /// Words one after the other.
    Phrase(Vec<String>),
}

/// A question: all of it must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Anywhere in the letter.
    pub terms: Vec<Term>,
    /// Nowhere in the letter: `-word`.
    pub without: Vec<Term>,
    /// Part of an address or name of the sender, lower case.
    pub from: Vec<String>,
    /// Part of an address or name of a recipient, lower case.
    pub to: Vec<String>,
    /// In the subject.
    pub subject: Vec<Term>,
    /// Name or code of the client, as typed.
    pub client: Vec<String>,
    /// Part of an attachment's name, lower case.
    pub filename: Vec<String>,
    /// Only letters with files.
    pub has_attachment: bool,
    /// Only letters before this moment, ms.
    pub before: Option<i64>,
    /// Only letters from this moment on, ms.
    pub after: Option<i64>,
    /// Name of the folder, as typed.
    pub in_folder: Vec<String>,
    /// What could not be understood, in words.
    pub remarks: Vec<String>,
}

impl Query {
    /// Nothing was asked.
    pub fn is_empty(&self) -> bool {
        *self == Self { remarks: self.remarks.clone(), ..Self::default() }
    }
}

/// Understands a question.
pub fn parse(text: &str) -> Query {
    let mut query = Query::default();
    let text = clean::line(text);
    let kept = clean::start(&text, LONGEST);
    if kept.len() < text.len() {
        query.remarks.push("Only the first 2,000 characters of the question were used.".to_owned());
    }
    for piece in pieces(kept) {
        take(&mut query, &piece);
    }
    query
}

/// One piece of the question: `-key:"value"*`, of which everything but the value may be missing.
struct Piece {
    without: bool,
    key: String,
    value: String,
    quoted: bool,
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»')
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(first) = chars.peek().copied() {
        if first.is_whitespace() {
            chars.next();
            continue;
        }
        let mut piece = Piece { without: false, key: String::new(), value: String::new(), quoted: false };
        if first == '-' {
            chars.next();
            piece.without = true;
        }
        while let Some(c) = chars.peek().copied() {
            if c.is_whitespace() {
                break;
            }
            if is_quote(c) && piece.value.is_empty() {
                chars.next();
                piece.quoted = true;
                piece.value.extend(std::iter::from_fn(|| chars.next().filter(|c| !is_quote(*c))));
                break;
            }
            chars.next();
            if c == ':' && piece.key.is_empty() && is_key(&piece.value) {
                piece.key = std::mem::take(&mut piece.value).to_ascii_lowercase();
            } else {
                piece.value.push(c);
            }
        }
        pieces.push(piece);
    }
    pieces
}

fn is_key(text: &str) -> bool {
    ["from", "to", "subject", "client", "filename", "in", "has", "before", "after"].iter().any(|key| text.eq_ignore_ascii_case(key))
}

fn take(query: &mut Query, piece: &Piece) {
    let value = piece.value.trim();
    if piece.key.is_empty() {
        let terms = terms(&piece.value, piece.quoted);
        if terms.is_empty() && !value.is_empty() {
            query.remarks.push(format!("“{value}” holds no letter and no digit."));
        }
        let list = if piece.without { &mut query.without } else { &mut query.terms };
        return add(list, terms, &mut query.remarks);
    }
    if piece.without {
        return query.remarks.push(format!("“-{}:” is not understood; only words can be left out.", piece.key));
    }
    if value.is_empty() {
        return query.remarks.push(format!("“{}:” needs something after the colon.", piece.key));
    }
    let Query { from, to, client, filename, in_folder, remarks, .. } = query;
    match piece.key.as_str() {
        "subject" => add(&mut query.subject, terms(&piece.value, piece.quoted), remarks),
        "from" => add(from, vec![value.to_lowercase()], remarks),
        "to" => add(to, vec![value.to_lowercase()], remarks),
        "filename" => add(filename, vec![value.to_lowercase()], remarks),
        "client" => add(client, vec![value.to_owned()], remarks),
        "in" => add(in_folder, vec![value.to_owned()], remarks),
        "has" if ["attachment", "attachments", "file", "files"].iter().any(|word| value.eq_ignore_ascii_case(word)) => {
            query.has_attachment = true
        }
        "has" => remarks.push(format!("“has:{value}” is not understood; there is has:attachment.")),
        key => match day(value) {
            Some(at) if key == "before" => query.before = Some(query.before.map_or(at, |old| old.min(at))),
            Some(at) => query.after = Some(query.after.map_or(at, |old| old.max(at))),
            None => remarks.push(format!("“{key}:{value}” is not understood; write the date like {key}:2024-05-31.")),
        },
    }
}

fn add<T>(list: &mut Vec<T>, more: Vec<T>, remarks: &mut Vec<String>) {
    if list.len() + more.len() > TERMS {
        let remark = "The question is very long; only its first words were used.";
        if !remarks.iter().any(|said| said == remark) {
            remarks.push(remark.to_owned());
        }
    }
    let room = TERMS.saturating_sub(list.len());
    list.extend(more.into_iter().take(room));
}

/// The terms in a piece: `foo` a word, `foo*` a start, `foo-bar` and `"foo bar"` phrases.
fn terms(value: &str, quoted: bool) -> Vec<Term> {
    let prefix = !quoted && value.trim_end().ends_with('*');
    let mut words: Vec<String> = words::fold(value).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let start = if prefix { words.pop().map(Term::Prefix) } else { None };
    let rest = match words.len() {
        0 => None,
        1 => words.pop().map(Term::Word),
        _ => Some(Term::Phrase(words)),
    };
    rest.into_iter().chain(start).collect()
}

/// The first moment of a day of UTC, in ms.
fn day(text: &str) -> Option<i64> {
    let strict =
        text.len() == 10 && text.bytes().enumerate().all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() });
    let date: jiff::civil::Date = if strict { text.parse().ok()? } else { return None };
    Some(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Term {
        Term::Word(text.to_owned())
    }

    fn phrase(text: &str) -> Term {
        Term::Phrase(text.split(' ').map(str::to_owned).collect())
    }

    #[test]
    fn words_phrases_starts_and_exclusions_are_told_apart() {
        let query = parse("Müller \"Guten  Tag\" rech* -Spam -\"kein Interesse\" foo-bar “x y”");
        assert_eq!(query.terms, [word("muller"), phrase("guten tag"), Term::Prefix("rech".into()), phrase("foo bar"), phrase("x y")]);
        assert_eq!(query.without, [word("spam"), phrase("kein interesse")]);
        assert!(query.remarks.is_empty(), "{:?}", query.remarks);
    }

    #[test]
    fn fields_narrow_the_search() {
        let query = parse(
            "FROM:Ada@Example.com to:\"Ben Smith\" subject:\"Annual review\" client:SMI001 filename:Report.PDF in:\"Sent Items\" has:attachment after:2024-01-01 before:2024-02-01",
        );
        assert_eq!(query.from, ["ada@example.com"]);
        assert_eq!(query.to, ["ben smith"]);
        assert_eq!(query.subject, [phrase("annual review")]);
        assert_eq!(query.client, ["SMI001"]);
        assert_eq!(query.filename, ["report.pdf"]);
        assert_eq!(query.in_folder, ["Sent Items"]);
        assert!(query.has_attachment && query.terms.is_empty() && query.remarks.is_empty(), "{query:?}");
        assert_eq!((query.after, query.before), (Some(1_704_067_200_000), Some(1_706_745_600_000)));
    }

    #[test]
    fn what_makes_no_sense_is_said_and_the_rest_is_searched() {
        for (typed, remarks) in [
            ("", 0),
            ("   ", 0),
            ("-", 0),
            ("*", 1),
            ("\"", 0),
            ("%%% invoice", 1),
            ("before:yesterday", 1),
            ("after:2024-02-30", 1),
            ("has:wings", 1),
            ("from:", 1),
            ("-from:ada", 1),
            ("re:invoice", 0),
            ("http://example.com/x", 0),
            ("after:2024-1-1", 1),
            ("'; drop table message; --", 2),
            ("NEAR(a b) AND OR NOT ^col:", 0),
        ] {
            assert_eq!(parse(typed).remarks.len(), remarks, "{typed:?} {:?}", parse(typed));
        }
        assert_eq!(parse("%%% invoice").terms, [word("invoice")]);
        assert_eq!(parse("re:invoice").terms, [phrase("re invoice")]);
        assert!(parse("").is_empty() && !parse("x").is_empty());
    }

    #[test]
    fn a_question_without_end_is_cut() {
        let query = parse(&"word ".repeat(10_000));
        assert_eq!(query.terms.len(), TERMS);
        assert_eq!(query.remarks.len(), 2);
    }
}
