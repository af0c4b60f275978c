//! The audit trail, as shown.

use serde::{Deserialize, Serialize};

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventRow {
    /// Place in the chain, from 1.
    pub seq: i64,
    /// When, ms.
    pub at: i64,
    /// Who: a name, "console" or "scheduler".
    pub principal: String,
    /// What, dotted: `account.enabled`.
    pub action: String,
    /// About what: `account:7`, or empty.
    pub subject: String,
    /// More, in words.
    pub detail: String,
    /// The subject's name by now, where it has one and the reader may know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The detail in words, where it holds numbers that stand for something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
}

/// What checking the whole record found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// Entries checked.
    pub events: i64,
    /// Stored blobs checked.
    pub blobs: i64,
    /// Everything found wrong, first thing first; empty is good.
    pub findings: Vec<String>,
}

/// What sealing copies did that had no seal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealing {
    /// Copies that have a seal now.
    pub sealed: i64,
    /// Copies that got none, each with why.
    pub left: Vec<String>,
}
