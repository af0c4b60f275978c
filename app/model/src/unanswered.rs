//! Whose last word waits for an answer (S19).

use crate::{ClientId, Mailbox, MessageId};
use serde::{Deserialize, Serialize};

/// Working days that one can choose from.
pub const UNANSWERED_DAYS: [i64; 4] = [1, 2, 5, 10];

/// A client or contact whose last word is theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unanswered {
    /// The party.
    pub party: ClientId,
    /// Its name.
    pub name: String,
    /// An agent or a supplier, no client.
    pub is_contact: bool,
    /// Their last letter.
    pub letter: MessageId,
    /// Its subject.
    pub subject: String,
    /// Who wrote it.
    pub from: Mailbox,
    /// Its date, ms.
    pub date: i64,
    /// How many working days ago.
    pub days: i64,
}

/// A letter of which somebody said that it needs no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAside {
    /// The party.
    pub party: ClientId,
    /// Its name.
    pub name: String,
    /// The letter.
    pub letter: MessageId,
    /// Its subject.
    pub subject: String,
    /// Who said so.
    pub by: String,
    /// When, ms.
    pub at: i64,
}

/// The list that one works through, the oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnansweredPage {
    /// At least so many working days old.
    pub days: i64,
    /// The rows.
    pub rows: Vec<Unanswered>,
    /// There are more: where they begin.
    pub next: Option<String>,
    /// Said to need no answer, the latest first.
    pub aside: Vec<SetAside>,
}
