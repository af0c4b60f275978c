//! Letters that are passed on to approved addresses (TP-42).

use crate::{AccountId, FieldErrors, Forward, MessageId, OutboxState};
use serde::{Deserialize, Serialize};

/// The header that says which Postroom passed a letter on: one that has it is passed on by none.
pub const FORWARDED_BY: &str = "Postroom-Forwarded";
/// Letters of an account that are passed on within an hour at most.
pub const FORWARDS_AN_HOUR: i64 = 300;
/// Characters of the note.
pub const NOTE_CHARS: usize = 10_000;

/// How a letter is passed on, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassOnForm {
    /// Which of the approved addresses.
    #[serde(default)]
    pub to: String,
    /// A few words above it.
    #[serde(default)]
    pub note: String,
    /// `attached`, or `inline`: quoted, its files along.
    #[serde(default)]
    pub how: String,
    /// Stops the double click.
    #[serde(default)]
    pub key: String,
}

impl PassOnForm {
    /// It is quoted in the letter, not attached.
    pub fn is_inline(&self) -> bool {
        self.how == "inline"
    }

    /// The number of the approved address that was chosen.
    pub fn approved(&self) -> Option<i64> {
        self.to.trim().parse().ok().filter(|id| *id > 0)
    }

    /// The rules, the same everywhere.
    pub fn check(&self) -> FieldErrors {
        let mut errors = FieldErrors::default();
        if self.approved().is_none() {
            errors.add("to", "Choose one of the approved addresses");
        }
        if self.note.chars().count() > NOTE_CHARS {
            errors.add("note", "The note must be 10,000 characters or less");
        }
        errors
    }
}

/// A letter that was passed on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forwarded {
    /// Its number in the outbox.
    pub outbox: i64,
    /// By which account's rules.
    pub account: String,
    /// To whom.
    pub to: String,
    /// Quoted, not attached.
    pub is_inline: bool,
    /// The note.
    pub note: String,
    /// Who did it.
    pub by: String,
    /// When, ms.
    pub at: i64,
    /// What became of it.
    pub state: OutboxState,
}

/// The page for passing a letter on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForwardView {
    /// The letter.
    pub letter: MessageId,
    /// Its subject.
    pub subject: String,
    /// Its sender.
    pub from: String,
    /// Its date, ms.
    pub date: i64,
    /// Octets.
    pub size: i64,
    /// Accounts that have the letter and approved addresses: to choose by which; the chosen one first.
    pub accounts: Vec<(AccountId, String)>,
    /// The one chosen.
    pub account: Option<AccountId>,
    /// Its approved addresses.
    pub approved: Vec<Forward>,
    /// In whose name it leaves: name and address.
    pub sender: Option<(String, String)>,
    /// Where answers go.
    pub reply_to: String,
    /// Why it cannot be passed on; empty = it can.
    pub refused: Vec<String>,
    /// Where the viewer can approve an address, when that is what is missing.
    #[serde(default)]
    pub approve_at: Option<AccountId>,
    /// It arrives as a letter within the letter; else as a file that holds it.
    pub as_letter: bool,
    /// Where it went before, the latest first.
    pub before: Vec<Forwarded>,
    /// Stops the double click.
    pub key: String,
}
