//! How accounts fare: collections on record, statements of the ledger, certificates, and the list "no letter appears?".

use crate::{AccountId, ClientId, HandsOff, LedgerRow, LedgerSums, Page, StatementId, Verdict};
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

/// A statement of an account's ledger as listed (S1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementCard {
    /// Id.
    pub id: StatementId,
    /// The office's day, when it is the daily one.
    pub day: Option<String>,
    /// The moment, ms.
    pub at: i64,
    /// Who asked for it; `scheduler` for the daily one.
    pub asked_by: String,
    /// Sums over its folders.
    pub sums: LedgerSums,
    /// SHA-256, hexadecimal.
    pub digest: String,
    /// Entry of the audit trail that holds the digest.
    pub event: i64,
    /// That entry holds this very digest.
    pub sealed: bool,
}

/// Statements of an account, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statements {
    /// The account's name.
    pub account: String,
    /// The viewer may have one drawn up.
    pub may_ask: bool,
    /// The statements.
    pub page: Page<StatementCard>,
}

/// One statement, made to be printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The account's name.
    pub account: String,
    /// The mailbox's address.
    pub address: String,
    /// As listed.
    pub card: StatementCard,
    /// Each folder's numbers.
    pub lines: Vec<LedgerRow>,
}

/// What was said to a mail server, certified (S10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// The account's name.
    pub account: String,
    /// The mailbox's address.
    pub address: String,
    /// Sessions, and commands with how often.
    pub record: HandsOff,
    /// Commands among them that could change a mailbox.
    pub writes: i64,
    /// The last collection counted, ms.
    pub until: Option<i64>,
    /// When it was drawn up, ms.
    pub at: i64,
}

/// How a check of the list "no letter appears?" came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Finding {
    /// In order.
    Good,
    /// Worth knowing; need not be wrong.
    Note,
    /// Keeps letters away.
    Bad,
}

/// What mends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mend {
    /// A page to go to: its words and address.
    Open(String, String),
    /// Collect this account at once.
    Collect(AccountId),
    /// Collect this account again after a pause.
    Resume(AccountId),
}

/// One check: a sentence, and what mends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// How it came out.
    pub finding: Finding,
    /// In one sentence.
    pub sentence: String,
    /// What mends it, if the viewer can do that.
    pub mend: Option<Mend>,
}

/// The list "no letter appears?", run for a client or an address (FP-34).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checklist {
    /// The client it is about.
    pub client: Option<(ClientId, String)>,
    /// What was asked about the client's file and its addresses.
    pub about: Vec<Check>,
    /// What was asked about the mailboxes.
    pub mailboxes: Vec<Check>,
}

impl Checklist {
    /// Checks that came out bad.
    pub fn bad(&self) -> i64 {
        self.about.iter().chain(&self.mailboxes).filter(|check| check.finding == Finding::Bad).count() as i64
    }
}
