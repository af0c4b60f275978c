//! Email Management: what became of each letter of an importing account, and the queues where those wait that were not imported
//! (TP-37 to TP-40, TP-45).

use crate::outbox::stored;
use crate::{AccountId, ClientId, ImportCause, ImportOutcome, Mailbox, MessageId};
use serde::{Deserialize, Serialize};

/// How it is known which letter a letter answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswersBy {
    /// It names a letter that is stored here.
    References,
    /// It names a letter that left from here.
    OwnLetter,
    /// Same subject, same person: only a suggestion.
    Suggested,
}
stored!(AnswersBy { References = "references", OwnLetter = "own_letter", Suggested = "suggested" });

/// How a letter that waited was dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosedHow {
    /// Filed by hand.
    Filed,
    /// Forwarded to an approved address.
    Forwarded,
    /// Of no use.
    Discarded,
    /// Imported when it was tried again.
    Imported,
}
stored!(ClosedHow { Filed = "filed", Forwarded = "forwarded", Discarded = "discarded", Imported = "imported" });

impl ClosedHow {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Filed => "Filed",
            Self::Forwarded => "Forwarded",
            Self::Discarded => "Discarded",
            Self::Imported => "Imported when tried again",
        }
    }
}

/// Which letters are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ManagedState {
    /// Somebody has to decide.
    #[default]
    Waiting,
    /// Of these, the ones that the viewer has taken.
    Mine,
    /// Of these, the ones that somebody has taken.
    Assigned,
    /// Somebody has decided.
    Done,
    /// Imported by the rules.
    Imported,
    /// Left out by the rules.
    LeftOut,
}
stored!(ManagedState {
    Waiting = "waiting",
    Mine = "mine",
    Assigned = "assigned",
    Done = "done",
    Imported = "imported",
    LeftOut = "left_out",
});

impl ManagedState {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting",
            Self::Mine => "Taken by you",
            Self::Assigned => "Taken by somebody",
            Self::Done => "Done",
            Self::Imported => "Imported",
            Self::LeftOut => "Left out",
        }
    }

    /// Whether a decision about such a letter is still to be made.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Mine | Self::Assigned)
    }
}

/// A letter of an account: what is decided about it there says nothing about other accounts that have it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Managed {
    /// The account.
    pub account: AccountId,
    /// The letter.
    pub letter: MessageId,
}

impl std::fmt::Display for Managed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.account, self.letter)
    }
}

impl Managed {
    /// Reads `12-345`.
    pub fn parse(text: &str) -> Option<Self> {
        let (account, letter) = text.split_once('-')?;
        Some(Self { account: AccountId(account.parse().ok()?), letter: MessageId(letter.parse().ok()?) })
    }
}

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagementFilter {
    /// Which letters.
    #[serde(default)]
    pub state: ManagedState,
    /// Of this queue only.
    #[serde(default)]
    pub queue: Option<i64>,
    /// For this cause only.
    #[serde(default)]
    pub cause: Option<ImportCause>,
    /// Whose subject or sender holds these words.
    #[serde(default)]
    pub words: String,
}

/// One letter in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagedRow {
    /// Which.
    pub id: Managed,
    /// The account's name.
    pub account: String,
    /// Its sender.
    pub from: Mailbox,
    /// Its subject.
    pub subject: String,
    /// Its date, ms.
    pub date: i64,
    /// Octets.
    pub size: i64,
    /// When the rules looked at it, ms.
    pub at: i64,
    /// What they made of it.
    pub outcome: ImportOutcome,
    /// For which cause.
    pub cause: ImportCause,
    /// The cause in a sentence about this letter.
    pub why: String,
    /// The rules have changed since: trying again may come to something else.
    pub outdated: bool,
    /// The contact it was imported to.
    pub party: Option<(ClientId, String)>,
    /// The letter it answers, and how that is known.
    pub answers: Option<(MessageId, AnswersBy)>,
    /// The queue it waits or waited in.
    pub queue: Option<(i64, String)>,
    /// Somebody has still to decide.
    pub waits: bool,
    /// Who has taken it.
    pub assigned: Option<String>,
    /// Whether that is the viewer.
    pub mine: bool,
    /// Who dealt with it (`None` = nobody by name), how, when, why.
    pub closed: Option<Closed>,
}

/// How a letter was dealt with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// How.
    pub how: ClosedHow,
    /// Who; `None` = the console or the schedule.
    pub by: Option<String>,
    /// When, ms.
    pub at: i64,
    /// Why.
    pub reason: String,
}

/// A queue and how many letters wait in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueCount {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Letters that wait.
    pub waiting: i64,
}

/// Letters that the server did not hand over: nothing to read, but not to be forgotten either.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfetched {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// How many.
    pub letters: i64,
    /// Why, of the latest.
    pub reason: String,
}

/// A page of Email Management.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagementPage {
    /// All queues that the viewer has letters in, and the built-in one.
    pub queues: Vec<QueueCount>,
    /// How many letters there are of each state in the queue asked for.
    pub states: Vec<(ManagedState, i64)>,
    /// How many there are for each cause, in the queue and state asked for.
    pub causes: Vec<(ImportCause, i64)>,
    /// Letters, the longest waiting first.
    pub rows: Vec<ManagedRow>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// What could not be fetched.
    pub unfetched: Vec<Unfetched>,
    /// Letters that the rules have not looked at yet.
    pub pending: i64,
    /// Whether any account imports replies.
    pub any_account: bool,
    /// Letters that wait, wherever: the badge.
    pub waiting: i64,
}

/// One letter of Email Management.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagedLetter {
    /// The letter.
    pub row: ManagedRow,
    /// Others who look at it now.
    pub looking: Vec<String>,
    /// How many wait in the same queue, this one included.
    pub waiting: i64,
    /// The one that waits before it in the queue.
    pub before: Option<Managed>,
    /// The one that waits after it.
    pub after: Option<Managed>,
    /// Contacts whose address has the sender's domain: the sender's address may belong on their file.
    pub neighbours: Vec<(ClientId, String)>,
}

/// A deed done to many letters at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ManagedDeed {
    /// The viewer takes them.
    Take,
    /// Nobody has them any more.
    Release,
    /// The rules look at them again.
    Retry,
    /// They are of no use.
    Discard,
    /// What was decided is taken back: they wait again.
    Reopen,
}
stored!(ManagedDeed { Take = "take", Release = "release", Retry = "retry", Discard = "discard", Reopen = "reopen" });

/// What became of a deed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeedDone {
    /// Letters it was done to.
    pub done: Vec<Managed>,
    /// Of those tried again, letters that are imported or left out now.
    pub settled: i64,
    /// Letters that were somebody else's in the meantime, or dealt with.
    pub passed: i64,
}

/// Letters that one deed reaches at most.
pub const DEED_LETTERS: usize = 200;

/// How many letters of an account became what; beside the ledger, whose numbers they do not touch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportSums {
    /// Imported to a contact.
    pub imported: i64,
    /// Waiting for somebody.
    pub waiting: i64,
    /// Dealt with by somebody.
    pub done: i64,
    /// Left out by a rule.
    pub left_out: i64,
    /// Not looked at yet.
    pub pending: i64,
}

/// What the rules would do to letters that are here already.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRehearsal {
    /// The account.
    pub account: String,
    /// How many letters were looked at.
    pub letters: i64,
    /// What became of the account's letters so far.
    pub sums: ImportSums,
    /// How many for each cause.
    pub causes: Vec<(ImportCause, i64)>,
    /// Examples: sender, subject, letter, cause, the sentence.
    pub examples: Vec<Rehearsed>,
}

/// One letter of a rehearsal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rehearsed {
    /// The letter.
    pub letter: MessageId,
    /// Its sender.
    pub from: Mailbox,
    /// Its subject.
    pub subject: String,
    /// Its date, ms.
    pub date: i64,
    /// What would become of it.
    pub cause: ImportCause,
    /// The sentence.
    pub why: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_of_an_account_reads_back() {
        let id = Managed { account: AccountId(12), letter: MessageId(345) };
        assert_eq!(Managed::parse(&id.to_string()), Some(id));
        for wrong in ["", "12", "12-", "-3", "a-b", "12-3-4"] {
            assert_eq!(Managed::parse(wrong), None, "{wrong}");
        }
    }
}
