//! An account that is deleted, and what becomes of its letters.

use crate::AccountId;
use serde::{Deserialize, Serialize};

/// What becomes of a deleted account's letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Letters {
    /// The account becomes an archive.
    Keep,
    /// Letters that no other account holds are removed.
    Remove,
}

/// What deleting an account would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    /// The account.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// It is an archive already.
    pub archive: bool,
    /// Letters in it.
    pub letters: i64,
    /// Letters that no other account holds.
    pub only_here: i64,
    /// Of those, letters in the history of a client.
    pub of_clients: i64,
    /// The viewer may remove letters.
    pub may_remove: bool,
}
