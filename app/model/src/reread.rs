//! Reading stored letters again after the reader has changed (S16): first only what would change is shown, then it is accepted or dropped.

use crate::MessageId;
use serde::{Deserialize, Serialize};

/// Where such a reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RereadState {
    /// Letters are being read; nothing is changed.
    Looking,
    /// What would change is known.
    Ready,
    /// It is being written.
    Accepting,
    /// It was written.
    Done,
}

impl RereadState {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Looking => "looking",
            Self::Ready => "ready",
            Self::Accepting => "accepting",
            Self::Done => "done",
        }
    }

    /// Reads what `as_str` writes.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Looking, Self::Ready, Self::Accepting, Self::Done].into_iter().find(|state| state.as_str() == text)
    }

    /// For a page.
    pub fn words(self) -> &'static str {
        match self {
            Self::Looking => "Reading; nothing is changed",
            Self::Ready => "Read; nothing is changed yet",
            Self::Accepting => "Writing what was found",
            Self::Done => "Written",
        }
    }
}

/// A reading under way, or the last one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RereadJob {
    /// Version of the reader that it is made with.
    pub parser: i64,
    /// Where it is.
    pub state: RereadState,
    /// Letters up to this number are through.
    pub next: i64,
    /// The last number when it began.
    pub last: i64,
    /// Letters read.
    pub looked: i64,
    /// Letters that would be, or were, changed.
    pub changed: i64,
    /// When it began, ms.
    pub began_at: i64,
    /// Who wanted it.
    pub principal: String,
}

/// A letter that would change. No words of the letter: whoever looks need not be allowed to read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RereadChange {
    /// The letter.
    pub letter: MessageId,
    /// What: "date, files".
    pub what: String,
    /// Figures: "3 files instead of 1".
    pub figures: String,
}

/// Why a letter could not be read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RereadObstacle {
    /// Its bytes do not come from the data folder as they were stored.
    Octets,
    /// The reader broke off.
    Reader,
    /// What was read could not be written.
    Writing,
}

impl RereadObstacle {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Octets => "octets",
            Self::Reader => "reader",
            Self::Writing => "writing",
        }
    }

    /// Reads what `as_str` writes.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Octets, Self::Reader, Self::Writing].into_iter().find(|why| why.as_str() == text)
    }

    /// For a page.
    pub fn words(self) -> &'static str {
        match self {
            Self::Octets => "Its bytes could not be read from the data folder. “postroom verify” says which copies are damaged.",
            Self::Reader => "The reader broke off in the middle of it.",
            Self::Writing => "What was read could not be written into the database.",
        }
    }
}

/// A letter that could not be read again: it stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RereadTrouble {
    /// The letter.
    pub letter: MessageId,
    /// How often it was tried.
    pub tries: i64,
    /// Why.
    pub why: RereadObstacle,
}

impl RereadTrouble {
    /// A letter is tried so often and then left as it is.
    pub const TRIES: i64 = 3;
}

/// The page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RereadView {
    /// Version of the reader that runs now.
    pub parser: i64,
    /// Letters that an earlier one read.
    pub older: i64,
    /// The reading under way, or the last one.
    pub job: Option<RereadJob>,
    /// What would change: kind and number of letters.
    pub counts: Vec<(String, i64)>,
    /// Some of them.
    pub examples: Vec<RereadChange>,
    /// Letters that could not be read again.
    pub failed: i64,
    /// Some of them.
    pub troubles: Vec<RereadTrouble>,
}
