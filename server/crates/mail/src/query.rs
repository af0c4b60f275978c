//! What somebody typed into the search box, understood. Never an error: what makes no sense is said in
//! [`Query::remarks`], with what to do instead, and the rest is searched.
//!
//! Words, `"a phrase"`, `begin*`, `-without`, and `from: to: subject: client: filename: in: is:sent is:received
//! has:attachment before: after:`.
//! Dates are days, months or years where the office is: `2024-05-31`, `2024-05`, `2024`.

use crate::{clean, words};
pub use jiff::tz::TimeZone;
use model::Direction;

/// Longest question looked at, in octets.
const LONGEST: usize = 2_000;
/// Most terms of each kind.
const TERMS: usize = 32;
/// Most remarks.
const REMARKS: usize = 8;

/// Something to find in the words of a letter; the words are folded as [`words::fold`] folds them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// A whole word.
    Word(String),
    /// The start of a word: `word*`.
    Prefix(String),
    /// Words one after the other.
    Phrase(Vec<String>),
    /// Words one after the other, of which the last may go on.
    PhrasePrefix(Vec<String>),
}

/// A question: all of it must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Anywhere in the letter.
    pub terms: Vec<Term>,
    /// Nowhere in the letter: `-word`.
    pub without: Vec<Term>,
    /// In a name or address of the sender; the beginning of the last word is enough.
    pub from: Vec<Term>,
    /// In a name or address of a recipient.
    pub to: Vec<Term>,
    /// In the subject.
    pub subject: Vec<Term>,
    /// Name or code of the client, as typed.
    pub client: Vec<String>,
    /// In the name of a file.
    pub filename: Vec<Term>,
    /// Only letters with files.
    pub has_attachment: bool,
    /// Only letters that went this way; both = none.
    pub direction: Vec<Direction>,
    /// Only letters before this moment, ms.
    pub before: Option<i64>,
    /// Only letters from this moment on, ms.
    pub after: Option<i64>,
    /// Name of a folder or an account, as typed.
    pub within: Vec<String>,
    /// What could not be understood and what to do, in words.
    pub remarks: Vec<String>,
}

impl Query {
    /// Nothing was asked.
    pub fn is_empty(&self) -> bool {
        *self == Self { remarks: self.remarks.clone(), ..Self::default() }
    }
}

/// Understands a question. `typing` = the last word is not finished yet and may go on.
pub fn parse(typed: &str, zone: &TimeZone, typing: bool) -> Query {
    let mut query = Query::default();
    let text = clean::line(typed);
    let kept = clean::start(&text, LONGEST);
    if kept.len() < text.len() {
        remark(&mut query.remarks, "Only the first 2,000 characters of the question were used.".to_owned());
    }
    let pieces = pieces(kept);
    let unfinished = if typing && !typed.ends_with(char::is_whitespace) { pieces.len() } else { 0 };
    for (at, piece) in pieces.iter().enumerate() {
        take(&mut query, piece, zone, at + 1 == unfinished);
    }
    query
}

fn remark(remarks: &mut Vec<String>, words: String) {
    if remarks.len() < REMARKS && !remarks.contains(&words) {
        remarks.push(words);
    }
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
    model::OPERATORS.iter().any(|key| text.eq_ignore_ascii_case(key))
}

/// What people know from elsewhere, and what to write here.
const ELSEWHERE: [(&str, &str); 20] = [
    ("sender", "from:"),
    ("recipient", "to:"),
    ("cc", "to:"),
    ("bcc", "to:"),
    ("title", "subject:"),
    ("subj", "subject:"),
    ("file", "filename:"),
    ("attachment", "filename:"),
    ("attachments", "has:attachment"),
    ("folder", "in:"),
    ("account", "in:"),
    ("label", "in:"),
    ("mailbox", "in:"),
    ("date", "after: and before:"),
    ("since", "after:"),
    ("newer", "after:"),
    ("older", "before:"),
    ("until", "before:"),
    ("customer", "client:"),
    ("with", "from: or to:"),
];

/// Beginnings of subjects and addresses, which are no operators.
const NOT_MEANT: [&str; 12] = ["re", "aw", "fw", "fwd", "wg", "sv", "tr", "http", "https", "mailto", "tel", "www"];

fn take(query: &mut Query, piece: &Piece, zone: &TimeZone, unfinished: bool) {
    let value = piece.value.trim();
    let Query { from, to, subject, client, filename, within, remarks, terms: anywhere, without, .. } = query;
    if piece.key.is_empty() {
        if !piece.quoted {
            foreign(value, remarks);
        }
        let terms = terms(&piece.value, piece.quoted, unfinished && !piece.without, remarks);
        if terms.is_empty() && !value.is_empty() {
            remark(remarks, format!("“{value}” holds no letter and no digit, so it was left out."));
        }
        return add(if piece.without { without } else { anywhere }, terms, remarks);
    }
    if piece.without {
        return remark(remarks, format!("“-{}:” is not understood: only words can be left out, like -newsletter.", piece.key));
    }
    if value.is_empty() {
        return remark(remarks, format!("“{}:” needs something after the colon, like {}.", piece.key, example(&piece.key)));
    }
    match piece.key.as_str() {
        "subject" => add(subject, terms(&piece.value, piece.quoted, unfinished, remarks), remarks),
        "from" | "to" | "filename" => {
            let found = beginning(&piece.value, piece.quoted);
            if found.is_none() {
                remark(remarks, format!("“{}:{value}” holds no letter and no digit, so it was left out.", piece.key));
            }
            let list = match piece.key.as_str() {
                "from" => from,
                "to" => to,
                _ => filename,
            };
            add(list, found.into_iter().collect(), remarks);
        }
        "client" => add(client, vec![value.to_owned()], remarks),
        "in" => add(within, vec![value.to_owned()], remarks),
        "has" if ["attachment", "attachments", "file", "files"].iter().any(|word| value.eq_ignore_ascii_case(word)) => {
            query.has_attachment = true
        }
        "has" => remark(remarks, format!("“has:{value}” is not understood; there is has:attachment.")),
        "is" => {
            match [("sent", Direction::Sent), ("received", Direction::Received)].iter().find(|(word, _)| value.eq_ignore_ascii_case(word)) {
                Some((_, way)) if !query.direction.contains(way) => query.direction.push(*way),
                Some(_) => {}
                None => remark(remarks, format!("“is:{value}” is not understood; there are is:sent and is:received.")),
            }
        }
        key => match day(value, zone) {
            Some(at) if key == "before" => query.before = Some(query.before.map_or(at, |old| old.min(at))),
            Some(at) => query.after = Some(query.after.map_or(at, |old| old.max(at))),
            None => remark(remarks, format!("“{key}:{value}” is no date that is understood; write it like {}.", example(key))),
        },
    }
}

fn example(key: &str) -> &'static str {
    match key {
        "from" => "from:hale",
        "to" => "to:office",
        "subject" => "subject:renewal",
        "client" => "client:hale",
        "filename" => "filename:policy",
        "in" => "in:sent",
        "has" => "has:attachment",
        "is" => "is:sent",
        "before" => "before:2026-03-31",
        _ => "after:2026-03-31",
    }
}

/// A word that would be an operator elsewhere is searched as words; what to write instead is said.
fn foreign(value: &str, remarks: &mut Vec<String>) {
    let Some((key, rest)) = value.split_once(':') else { return };
    let is_word = key.chars().count() > 1 && key.chars().all(char::is_alphabetic);
    if !is_word || rest.starts_with('/') || NOT_MEANT.iter().any(|word| key.eq_ignore_ascii_case(word)) {
        return;
    }
    match ELSEWHERE.iter().find(|(word, _)| key.eq_ignore_ascii_case(word)) {
        Some((_, here)) => remark(remarks, format!("“{key}:” is not understood here; write {here} instead.")),
        None => remark(
            remarks,
            format!(
                "“{key}:” is not understood, so “{value}” was searched as words. There are from: to: subject: client: filename: in: is: has: before: after:"
            ),
        ),
    }
}

fn add<T>(list: &mut Vec<T>, more: Vec<T>, remarks: &mut Vec<String>) {
    if list.len() + more.len() > TERMS {
        remark(remarks, "The question is very long; only its first words were used.".to_owned());
    }
    let room = TERMS.saturating_sub(list.len());
    list.extend(more.into_iter().take(room));
}

fn folded(value: &str) -> Vec<String> {
    words::fold(value).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).take(TERMS).collect()
}

/// The terms in a piece: `foo` a word, `foo*` a start, `foo-bar` and `"foo bar"` phrases.
fn terms(value: &str, quoted: bool, unfinished: bool, remarks: &mut Vec<String>) -> Vec<Term> {
    let star = !quoted && value.trim_end().ends_with('*');
    let words = folded(value);
    let long = words.last().is_some_and(|word| is_long(word));
    if star && !long && !words.is_empty() {
        remark(remarks, format!("“{}” is too short: write two letters or more before the star.", value.trim()));
    }
    term(words, (star || (unfinished && !quoted)) && long).into_iter().collect()
}

/// What stands in names, addresses and file names: the beginning of the last word is enough, unless it is quoted.
fn beginning(value: &str, quoted: bool) -> Option<Term> {
    let words = folded(value);
    let long = words.last().is_some_and(|word| is_long(word));
    term(words, !quoted && long)
}

/// Beginnings of one letter would be half of all words; where every character is a word, one is enough.
fn is_long(word: &str) -> bool {
    word.chars().nth(1).is_some()
}

fn term(mut words: Vec<String>, goes_on: bool) -> Option<Term> {
    match (words.len(), goes_on) {
        (0, _) => None,
        (1, false) => words.pop().map(Term::Word),
        (1, true) => words.pop().map(Term::Prefix),
        (_, false) => Some(Term::Phrase(words)),
        (_, true) => Some(Term::PhrasePrefix(words)),
    }
}

/// The first moment of a day, a month or a year, in ms.
fn day(text: &str, zone: &TimeZone) -> Option<i64> {
    let shape = |text: &str| text.bytes().enumerate().all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() });
    let whole = match text.len() {
        10 => text.to_owned(),
        7 => format!("{text}-01"),
        4 => format!("{text}-01-01"),
        _ => return None,
    };
    let date: jiff::civil::Date = if shape(&whole) { whole.parse().ok()? } else { return None };
    Some(date.to_zoned(zone.clone()).ok()?.timestamp().as_millisecond())
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

    fn parse(text: &str) -> Query {
        super::parse(text, &TimeZone::UTC, false)
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
        assert_eq!(query.from, [Term::PhrasePrefix(["ada", "example", "com"].map(str::to_owned).to_vec())]);
        assert_eq!(query.to, [phrase("ben smith")]);
        assert_eq!(query.subject, [phrase("annual review")]);
        assert_eq!(query.client, ["SMI001"]);
        assert_eq!(query.filename, [Term::PhrasePrefix(["report", "pdf"].map(str::to_owned).to_vec())]);
        assert_eq!(query.within, ["Sent Items"]);
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
            ("is:late", 1),
            ("is:sent IS:Received", 0),
            ("from:", 1),
            ("-from:ada", 1),
            ("re:invoice", 0),
            ("http://example.com/x", 0),
            ("after:2024-1-1", 1),
            ("after:2024-05", 0),
            ("after:2024", 0),
            ("sender:ada", 1),
            ("colour:red", 1),
            ("12:30", 0),
            ("p*", 1),
            ("\"folder:x\"", 0),
            ("'; drop table message; --", 2),
            ("NEAR(a b) AND OR NOT ^col:", 0),
        ] {
            assert_eq!(parse(typed).remarks.len(), remarks, "{typed:?} {:?}", parse(typed));
        }
        assert_eq!(parse("%%% invoice").terms, [word("invoice")]);
        assert_eq!(parse("re:invoice").terms, [phrase("re invoice")]);
        assert!(parse("").is_empty() && !parse("x").is_empty());
        assert_eq!(parse("is:Sent is:sent").direction, [Direction::Sent]);
    }

    #[test]
    fn a_question_without_end_is_cut() {
        let query = parse(&"word ".repeat(10_000));
        assert_eq!(query.terms.len(), TERMS);
        assert_eq!(query.remarks.len(), 2);
    }

    #[test]
    fn people_are_found_by_the_beginning_of_a_word_in_any_script() {
        let query = parse("from:MÜL to:\"Σίσυφος\" from:x");
        assert_eq!(query.from, [Term::Prefix("mul".into()), word("x")]);
        assert_eq!(query.to, [word("σισυφοσ")]);
    }

    #[test]
    fn the_last_word_goes_on_while_it_is_typed() {
        let typed = |text: &str| super::parse(text, &TimeZone::UTC, true).terms;
        assert_eq!(typed("annual rev"), [word("annual"), Term::Prefix("rev".into())]);
        assert_eq!(typed("annual rev "), [word("annual"), word("rev")]);
        assert_eq!(typed("annual-rev"), [Term::PhrasePrefix(["annual", "rev"].map(str::to_owned).to_vec())]);
        assert_eq!(typed("annual \"rev"), [word("annual"), word("rev")]);
        assert_eq!(typed("a"), [word("a")]);
    }

    #[test]
    fn remarks_say_what_to_do() {
        assert_eq!(parse("from:").remarks, ["“from:” needs something after the colon, like from:hale."]);
        assert_eq!(parse("since:2024").remarks, ["“since:” is not understood here; write after: instead."]);
        assert_eq!(parse("before:soon").remarks, ["“before:soon” is no date that is understood; write it like before:2026-03-31."]);
    }

    #[test]
    fn days_begin_where_the_office_is() {
        let berlin = TimeZone::fixed(jiff::tz::offset(1));
        assert_eq!(super::parse("after:2024-01-01", &berlin, false).after, Some(1_704_067_200_000 - 3_600_000));
    }

    #[test]
    fn anything_typed_is_understood_somehow() {
        let parts = [
            "from:",
            "-",
            "\"",
            "*",
            "to:",
            " ",
            "ä",
            "世",
            "before:",
            "2024",
            "-01-01",
            ":",
            "has:",
            "attachment",
            "“",
            "\u{0}",
            "in:",
            "x",
        ];
        let mut seed = 7_u64;
        for _ in 0..10_000 {
            let mut text = String::new();
            for _ in 0..12 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                match (seed >> 33) % 20 {
                    18 => text.extend(char::from_u32((seed >> 35) as u32 % 0x11_0000)),
                    at => text.push_str(parts.get(at as usize).copied().unwrap_or("word")),
                }
            }
            let query = super::parse(&text, &TimeZone::UTC, seed.is_multiple_of(2));
            assert!(query.terms.len() <= TERMS && query.remarks.len() <= REMARKS, "{text:?}");
        }
    }
}
