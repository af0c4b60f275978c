//! Letters that answer each other, as one row of a history.

use crate::{ClientId, HistoryRow, Mailbox};
use serde::{Deserialize, Serialize};

/// A conversation in a history: what stands under its newest letter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gathered {
    /// Letters of it that the history has, the newest among them.
    pub letters: i64,
    /// Who wrote them, newest first, each once.
    pub people: Vec<Mailbox>,
    /// Its other letters, newest first; of a long conversation the newest of them.
    pub others: Vec<HistoryRow>,
}

/// A history on paper: every letter, variants and all, as a line of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistorySheet {
    /// Its letters, newest first, each with the names of its files.
    pub lines: Vec<(HistoryRow, Vec<String>)>,
    /// There are older letters than stand here.
    pub cut: bool,
    /// When this was asked, ms.
    pub at: i64,
}

/// Letters on a sheet at most: some eighty pages of paper.
pub const SHEET_LETTERS: usize = 2_000;

/// Who wrote the letter that a colleague's letter forwards (P30): suggested, never taken as the sender.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quoted {
    /// The quoted sender's address.
    pub address: String,
    /// Clients in scope on whose file the address stands and whose history lacks the letter.
    pub clients: Vec<(ClientId, String)>,
}
