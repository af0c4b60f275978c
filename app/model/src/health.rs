//! How accounts fare: collections on record.

use crate::{Page, Verdict};
use serde::{Deserialize, Serialize};

/// One collection that ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectionRow {
    /// Id.
    pub id: i64,
    /// When it began, ms.
    pub started_at: i64,
    /// When it ended, ms.
    pub ended_at: i64,
    /// New letters.
    pub filed: i64,
    /// Letters missing when it ended.
    pub missing: i64,
    /// It was stopped on purpose.
    pub stopped: bool,
    /// Error text, as the mail server or the network gave it.
    pub error: Option<String>,
    /// Whose turn it was.
    pub verdict: Option<Verdict>,
}

/// What an account's collections did on one day of the office.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectedDay {
    /// `YYYY-MM-DD`.
    pub day: String,
    /// Collections that ended.
    pub collections: i64,
    /// New letters.
    pub letters: i64,
    /// Collections that failed.
    pub failed: i64,
}

/// An account's collections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectionHistory {
    /// The account's name.
    pub account: String,
    /// The last thirty days, oldest first, without a gap.
    pub days: Vec<CollectedDay>,
    /// Collections, newest first.
    pub page: Page<CollectionRow>,
}
