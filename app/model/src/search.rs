//! Searching: in which order, and what was found.

use crate::{HistoryRow, Page};
use serde::{Deserialize, Serialize};

/// In which order results stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SearchOrder {
    /// Newest first.
    #[default]
    Newest,
    /// Best first, among the newest [`BEST_AMONG`].
    Best,
}

/// So many of the newest results are compared when the best shall stand first.
pub const BEST_AMONG: usize = 500;

/// Results are counted up to here; beyond they are "more than": each has to be looked at, whether the viewer may see it.
pub const COUNTED: i64 = 200;

impl SearchOrder {
    /// As it stands in addresses; empty for the usual order.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "",
            Self::Best => "best",
        }
    }

    /// Reads what [`SearchOrder::as_str`] writes.
    pub fn parse(text: &str) -> Self {
        if text == "best" { Self::Best } else { Self::Newest }
    }
}

/// How many letters were found, of those the viewer may open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Matches {
    /// So many.
    Exactly(i64),
    /// Counting stopped here.
    MoreThan(i64),
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchResults {
    /// Letters the viewer may open.
    pub page: Page<HistoryRow>,
    /// How many there are; not counted again on later pages.
    pub matches: Option<Matches>,
    /// What of the question could not be understood and what to do, in words.
    pub remarks: Vec<String>,
    /// Letters stored but not searchable yet; -1 = some (how many is not the viewer's to know).
    pub behind: i64,
    /// The search took long and stopped at this moment, ms; the next page goes on from there.
    pub until: Option<i64>,
    /// What would narrow it; only on the first page.
    #[serde(default)]
    pub narrower: Vec<Narrower>,
    /// Among how many letters that was counted: the newest, or the best.
    #[serde(default)]
    pub counted: i64,
}

/// What a search can be narrowed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NarrowBy {
    /// Whose file the letters are on.
    Client,
    /// Who wrote them.
    Sender,
    /// The year they are from.
    Year,
    /// Which way they went.
    Direction,
    /// Whether they have files.
    Files,
}

/// One way to narrow a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Narrower {
    /// By what.
    pub by: NarrowBy,
    /// In words.
    pub words: String,
    /// What to put before the question.
    pub term: String,
    /// How many of the letters counted are left.
    pub letters: i64,
}

/// The pieces of a question that are operators with a value (`from:hale`, `client:"Jo Hartley"`), and the question without each.
pub fn operators(question: &str) -> Vec<(String, String)> {
    let (mut pieces, mut piece, mut quoted) = (Vec::new(), String::new(), false);
    for c in question.chars() {
        quoted ^= c == '"';
        if c.is_whitespace() && !quoted {
            pieces.push(std::mem::take(&mut piece));
        } else {
            piece.push(c);
        }
    }
    pieces.push(piece);
    pieces.retain(|piece| !piece.is_empty());
    let is_operator = |piece: &str| {
        let known = piece.split_once(':').filter(|(_, value)| !value.is_empty());
        known.is_some_and(|(key, _)| OPERATORS.iter().any(|operator| key.eq_ignore_ascii_case(operator)))
    };
    let without = |at: usize| pieces.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, piece)| piece.as_str()).collect::<Vec<_>>();
    (0..pieces.len()).filter(|at| is_operator(&pieces[*at])).map(|at| (pieces[at].clone(), without(at).join(" "))).collect()
}

/// What may stand before a colon in a question.
pub const OPERATORS: [&str; 10] = ["from", "to", "subject", "client", "filename", "in", "is", "has", "before", "after"];

impl SearchResults {
    /// Nothing was asked.
    pub fn none(remarks: Vec<String>, behind: i64) -> Self {
        Self { page: Page::empty(), matches: None, remarks, behind, until: None, narrower: Vec::new(), counted: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_operator_of_a_question_can_be_taken_away() {
        let found = operators("is:sent  client:\"Jo Hartley\" annual from: review 12:30");
        let pieces: Vec<_> = found.iter().map(|(piece, rest)| (piece.as_str(), rest.as_str())).collect();
        assert_eq!(
            pieces,
            [
                ("is:sent", "client:\"Jo Hartley\" annual from: review 12:30"),
                ("client:\"Jo Hartley\"", "is:sent annual from: review 12:30")
            ]
        );
        assert!(operators("").is_empty());
    }
}
