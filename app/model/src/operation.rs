//! How Postroom itself fares: what an administrator looks at when something is slow, stuck or full.

use crate::AccountId;
use serde::{Deserialize, Serialize};

/// Everything on the status page, of one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// The moment, ms.
    pub at: i64,
    /// When this process started, ms.
    pub started_at: i64,
    /// The program's version.
    pub version: String,
    /// What somebody should do, the most urgent first; empty = all is well.
    pub advice: Vec<Advice>,
    /// What runs by itself.
    pub loops: Vec<LoopRow>,
    /// Collections that run in this process.
    pub collecting: i64,
    /// Collections that may run at once in it.
    pub places: i64,
    /// Who collects what.
    pub leases: Vec<LeaseRow>,
    /// What waits.
    pub queues: Vec<QueueRow>,
    /// The database.
    pub database: DatabaseFacts,
    /// Disk and memory.
    pub room: Room,
    /// What went wrong since the start, the latest first.
    pub troubles: Vec<TroubleRow>,
}

/// A sentence, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advice {
    /// What is the matter.
    pub what: String,
    /// What to do about it.
    pub todo: String,
    /// A page to go to: its words, its address.
    pub link: Option<(String, String)>,
}

/// Something that runs again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoopRow {
    /// Its name, in words.
    pub name: String,
    /// What it does.
    pub does: String,
    /// When it last ran, ms; `None` = not since the start.
    pub last: Option<i64>,
    /// How long that took, ms.
    pub took: i64,
    /// When it runs again at the latest, ms.
    pub next: Option<i64>,
    /// It should have run long ago.
    pub late: bool,
    /// Why it failed when it last ran.
    pub error: Option<String>,
}

/// A lease on an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseRow {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// Who holds it, in words.
    pub holder: String,
    /// It is this process.
    pub ours: bool,
    /// Until when, if it is not prolonged, ms.
    pub until: i64,
}

/// Something that waits to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueRow {
    /// What waits, in words.
    pub name: String,
    /// How many.
    pub waiting: i64,
    /// What that means.
    pub means: String,
}

/// The database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseFacts {
    /// "SQLite" or "PostgreSQL".
    pub kind: String,
    /// Its version.
    pub version: String,
    /// Number of the newest change to its tables.
    pub schema: i64,
    /// Octets.
    pub octets: i64,
    /// There and back, in microseconds.
    pub round_trip: i64,
}

/// Disk and memory; `None` where the machine does not tell.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// Octets free where the data folder lies.
    pub free: Option<i64>,
    /// Octets of that disk.
    pub whole: Option<i64>,
    /// Octets of letters, as packed.
    pub letters: i64,
    /// Octets of everything in the data folder.
    pub folder: i64,
    /// Octets of memory this process holds.
    pub memory: Option<i64>,
}

/// Something that went wrong, and how often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TroubleRow {
    /// Where, in words.
    pub area: String,
    /// What the log says.
    pub what: String,
    /// What to do.
    pub todo: String,
    /// How often since the start.
    pub times: i64,
    /// The last time, ms.
    pub last: i64,
}
