//! Email Management: what became of each letter of an importing account, and the queues where those wait that were not imported
//! (TP-37 to TP-40, TP-45).

use crate::{AccountId, ClientId, Mailbox, MessageId};
use serde::{Deserialize, Serialize};

/// Texts of an enum as stored, both ways.
macro_rules! stored {
    ($name:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// As stored and as in addresses of pages.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// Reads what `as_str` writes.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == text)
            }
        }
    };
}

/// What the import rules made of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportOutcome {
    /// It is with the contact it came from.
    Imported,
    /// A person decides about it.
    Queued,
    /// A rule leaves it where it is.
    LeftOut,
}
stored!(ImportOutcome { Imported = "imported", Queued = "queued", LeftOut = "left_out" });

/// Why it became that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportCause {
    /// Imported: its sender is a contact of a chosen type.
    Contact,
    /// Queued: nobody here has the sender's address, but it answers a letter of ours.
    AnswersOurs,
    /// Queued: nobody here has the sender's address.
    Unknown,
    /// Queued: the letter names no sender.
    NoSender,
    /// Queued: a contact's, but the account imports from no type yet.
    NothingChosen,
    /// Queued: a contact's, put among unwanted mail by the mail system.
    Junk,
    /// Queued: a contact's, or about a letter of ours, but a machine wrote it.
    ByProgram,
    /// Queued: a letter that is not known here did not arrive.
    Bounce,
    /// Queued: larger than what is imported.
    TooLarge,
    /// Queued: it could not be read.
    Unreadable,
    /// Left out: ours.
    Own,
    /// Left out: a client's, in whose history it is anyway.
    Client,
    /// Left out: a contact's whose type is not chosen.
    TypeNotChosen,
    /// Left out: an answer that a program gave (RFC 3834).
    AutomaticAnswer,
    /// Left out: a message of a program, of nobody known.
    Notice,
    /// Left out: sent to a list.
    List,
    /// Left out: the report about a letter of ours, with which it stands.
    BounceOfOurs,
    /// Left out: unwanted mail of nobody known.
    Unwanted,
}
stored!(ImportCause {
    Contact = "contact",
    AnswersOurs = "answers_ours",
    Unknown = "unknown",
    NoSender = "no_sender",
    NothingChosen = "nothing_chosen",
    Junk = "junk",
    ByProgram = "by_program",
    Bounce = "bounce",
    TooLarge = "too_large",
    Unreadable = "unreadable",
    Own = "own",
    Client = "client",
    TypeNotChosen = "type_not_chosen",
    AutomaticAnswer = "automatic_answer",
    Notice = "notice",
    List = "list",
    BounceOfOurs = "bounce_of_ours",
    Unwanted = "unwanted",
});

impl ImportCause {
    /// As the heading of a group of letters.
    pub fn words(self) -> &'static str {
        match self {
            Self::Contact => "From a contact",
            Self::AnswersOurs => "Sender unknown, answers a letter of ours",
            Self::Unknown => "Sender unknown",
            Self::NoSender => "No sender",
            Self::NothingChosen => "No type chosen yet",
            Self::Junk => "Among unwanted mail",
            Self::ByProgram => "Written by a program",
            Self::Bounce => "Did not arrive",
            Self::TooLarge => "Too large",
            Self::Unreadable => "Not readable",
            Self::Own => "Our own",
            Self::Client => "From a client",
            Self::TypeNotChosen => "Type not chosen",
            Self::AutomaticAnswer => "Automatic answer",
            Self::Notice => "Notice of a program",
            Self::List => "Mailing list",
            Self::BounceOfOurs => "Report about a letter of ours",
            Self::Unwanted => "Unwanted mail",
        }
    }

    /// What somebody can do about it; empty when there is nothing to do.
    pub fn advice(self) -> &'static str {
        match self {
            Self::AnswersOurs | Self::Unknown => "File it, and add the address to the contact; or discard it.",
            Self::NoSender => "Read it, and file it to whom it is about; or discard it.",
            Self::NothingChosen => "Choose types on the Import tab of the account, then try again.",
            Self::Junk => "If it is meant for you, file it; else discard it.",
            Self::ByProgram => "A booking system may have written it: file it, or discard it.",
            Self::Bounce => "Find out which letter did not arrive; then discard the report.",
            Self::TooLarge => "It is kept whole. File it by hand.",
            Self::Unreadable => "It is kept exactly as it came. Look at the original, and file it by hand.",
            _ => "",
        }
    }

    /// What the rules make of a letter for this cause.
    pub fn outcome(self) -> ImportOutcome {
        match self {
            Self::Contact => ImportOutcome::Imported,
            Self::AnswersOurs
            | Self::Unknown
            | Self::NoSender
            | Self::NothingChosen
            | Self::Junk
            | Self::ByProgram
            | Self::Bounce
            | Self::TooLarge
            | Self::Unreadable => ImportOutcome::Queued,
            _ => ImportOutcome::LeftOut,
        }
    }
}

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
    fn every_cause_reads_back_and_says_what_to_do_when_it_waits() {
        for cause in ImportCause::ALL {
            assert_eq!(ImportCause::parse(cause.as_str()), Some(*cause));
            assert!(!cause.words().is_empty());
            assert_eq!(cause.outcome() == ImportOutcome::Queued, !cause.advice().is_empty(), "{cause:?}");
        }
    }

    #[test]
    fn a_letter_of_an_account_reads_back() {
        let id = Managed { account: AccountId(12), letter: MessageId(345) };
        assert_eq!(Managed::parse(&id.to_string()), Some(id));
        for wrong in ["", "12", "12-", "-3", "a-b", "12-3-4"] {
            assert_eq!(Managed::parse(wrong), None, "{wrong}");
        }
    }
}
