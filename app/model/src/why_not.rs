//! Why a letter is, or is not, in a client's history: each step, and the rule that decides (S2).

use crate::{AccountHealth, AddressRole, Filing, HistoryRow, MessageId, Person, Why};
use serde::{Deserialize, Serialize};

/// What became of one address of a letter when it was compared with a client's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AddressFinding {
    /// It is on file, and the letter's date is within its days.
    Counts {
        /// Whose address.
        person: Person,
        /// Which slot.
        slot: i64,
    },
    /// It is on file, but the letter's date is not within its days.
    OutsideDays {
        /// Whose address.
        person: Person,
        /// Which slot.
        slot: i64,
        /// First moment that counts, ms.
        from: Option<i64>,
        /// First moment that does not count any more, ms.
        to: Option<i64>,
    },
    /// It is on file, but it is one of the office's own, which never count: they are in every letter.
    Own,
    /// It was on file, and was taken off.
    TakenOff {
        /// When, ms; `None` when the record does not say.
        at: Option<i64>,
    },
    /// It is not on file, and never counts: it is the office's own.
    Office,
    /// It is not on file.
    Unknown,
}

/// One address of a letter, and what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressStep {
    /// The header it stands in.
    pub role: AddressRole,
    /// The address.
    pub address: String,
    /// What was found; an address may stand on one file twice.
    pub found: Vec<AddressFinding>,
}

/// The rule that decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rule {
    /// It is in the history, for these reasons.
    Here(Vec<Why>),
    /// Somebody kept it off.
    KeptOff,
    /// Its addresses are on file, for other days only.
    OutsideDays,
    /// Only an address of the office's own is on file.
    OwnAddress,
    /// None of its addresses is on file.
    NotOnFile,
}

/// A letter compared with a client's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The letter.
    pub letter: MessageId,
    /// Every address, in the order of the headers.
    pub steps: Vec<AddressStep>,
    /// What somebody decided by hand.
    pub filing: Option<Filing>,
    /// The rule that decides.
    pub rule: Rule,
}

/// What is asked about a letter that is missed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissedLetter {
    /// Part of the sender's name or address.
    #[serde(default)]
    pub sender: String,
    /// Words of the subject.
    #[serde(default)]
    pub subject: String,
    /// From this moment on, ms.
    #[serde(default)]
    pub after: Option<i64>,
    /// Before this moment, ms.
    #[serde(default)]
    pub before: Option<i64>,
}

/// An account, as far as it may be why a letter is missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CollectedAccount {
    /// Id.
    pub id: crate::AccountId,
    /// Name.
    pub name: String,
    /// Its last collection's end, ms.
    pub collected: Option<i64>,
    /// What it is doing.
    pub health: AccountHealth,
    /// Letters the server counts and Postroom has not accounted for.
    pub missing: i64,
    /// Letters left out by a rule: drafts.
    pub excluded: i64,
    /// Folders that are not collected, and the letters in them.
    pub left_out: Vec<(String, i64)>,
}

/// The answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct WhyNot {
    /// Letters the viewer may see that fit, newest first, each explained.
    pub letters: Vec<(HistoryRow, Explanation)>,
    /// More letters fit than are shown.
    pub more: bool,
    /// Accounts the viewer may know of.
    pub accounts: Vec<CollectedAccount>,
    /// Letters that words cannot find yet.
    pub behind: i64,
    /// Letters kept off this client or contact by hand.
    pub kept_off: i64,
}
