//! The ledger (S1): what became of every letter the server counts.

use crate::{AccountId, FolderId, MessageId};
use serde::{Deserialize, Serialize};

/// Sums over sightings; the five outcomes add up to `server` (DESIGN §6).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerSums {
    /// The server's own count at the same moment.
    pub server: i64,
    /// Brought a new message.
    pub filed: i64,
    /// A message already held (another folder, another account, or twice here).
    pub elsewhere: i64,
    /// Left out by a named rule.
    pub excluded: i64,
    /// Stored but unreadable, or refused by the server again and again: waits in a queue.
    pub errored: i64,
    /// The difference. Never hidden.
    pub missing: i64,
}

impl LedgerSums {
    /// Adds another folder.
    pub fn add(&mut self, other: &Self) {
        self.server += other.server;
        self.filed += other.filed;
        self.elsewhere += other.elsewhere;
        self.excluded += other.excluded;
        self.errored += other.errored;
        self.missing += other.missing;
    }
}

/// The ledger of one folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerRow {
    /// Folder.
    pub folder_id: FolderId,
    /// The account's name.
    pub account: String,
    /// The folder's decoded name.
    pub folder: String,
    /// Its sums.
    #[serde(flatten)]
    pub sums: LedgerSums,
    /// When the server was counted, ms; `None` before the first collection.
    pub counted_at: Option<i64>,
}

/// One column of the ledger, as a page filters by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Brought a new message.
    Filed,
    /// A message already held.
    Elsewhere,
    /// Left out by a named rule.
    Excluded,
    /// Waits in a queue.
    Errored,
}

impl Outcome {
    /// As stored and as in addresses of pages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Filed => "filed",
            Self::Elsewhere => "elsewhere",
            Self::Excluded => "excluded",
            Self::Errored => "errored",
        }
    }

    /// Reads what [`Outcome::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Filed, Self::Elsewhere, Self::Excluded, Self::Errored].into_iter().find(|o| o.as_str() == text)
    }
}

/// One sighting, as listed behind a number of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SightingRow {
    /// UID on the server.
    pub uid: i64,
    /// What became of it.
    pub outcome: Outcome,
    /// The rule or reason, in words.
    pub reason: String,
    /// The letter, if one could be made and the viewer may open it.
    pub message_id: Option<MessageId>,
    /// Its subject, if the viewer may see it.
    pub subject: Option<String>,
    /// Its date, ms.
    pub date: Option<i64>,
    /// Octets.
    pub size: i64,
}

/// Live progress of a collection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Account.
    pub account_id: AccountId,
    /// What is being done, in words: "Collecting Sent", "Counting".
    pub doing: String,
    /// Letters stored so far in this collection.
    pub done: i64,
    /// Letters to store in this collection.
    pub total: i64,
    /// Octets fetched.
    pub bytes: i64,
    /// Letters a second over the last while.
    pub rate: i64,
    /// Seconds left, once stable.
    pub seconds_left: Option<i64>,
    /// Per folder: name, done, total.
    pub folders: Vec<(String, i64, i64)>,
    /// Ended (then the page asks for the fresh state).
    pub finished: bool,
}
