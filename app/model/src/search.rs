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

/// Results are counted up to here; beyond they are "more than".
pub const COUNTED: i64 = 1_000;

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
}

impl SearchResults {
    /// Nothing was asked.
    pub fn none(remarks: Vec<String>, behind: i64) -> Self {
        Self { page: Page::empty(), matches: None, remarks, behind, until: None }
    }
}
