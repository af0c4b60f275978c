//! A contact is deleted: what that does, said before it is done, and what is left of it.

use crate::ClientId;
use serde::{Deserialize, Serialize};

/// What deleting a contact does; counted on the letters as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactRemoval {
    /// Letters of its history.
    pub letters: i64,
    /// Of these, in nobody else's history.
    pub alone: i64,
    /// Decisions by hand about it.
    pub by_hand: i64,
    /// Letters that the import rules imported to it.
    pub replies: i64,
    /// Planned letters that end.
    pub planned: i64,
    /// Letters whose day has come and that are given up.
    pub waiting: i64,
    /// Addresses that go off the file.
    pub addresses: Vec<String>,
}

impl ContactRemoval {
    /// What somebody has seen who agrees to it.
    pub fn mark(&self) -> String {
        let Self { letters, alone, by_hand, replies, planned, waiting, addresses } = self;
        format!("{letters}.{alone}.{by_hand}.{replies}.{planned}.{waiting} {}", addresses.join(" "))
    }
}

/// A deleted contact in the list of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoneLine {
    /// Which.
    pub id: ClientId,
    /// Its name.
    pub name: String,
    /// Its company; may be empty.
    pub company: String,
    /// When it was deleted, ms.
    pub at: i64,
}

/// Deleted contacts listed at once; what is older is found by its words.
pub const GONE_LISTED: usize = 20;

/// A contact that was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoneContact {
    /// Which.
    pub id: ClientId,
    /// Its name.
    pub name: String,
    /// Its company; may be empty.
    pub company: String,
    /// When, ms.
    pub at: i64,
    /// Letters that the import rules had imported to it.
    pub replies: i64,
}
