//! What the import rules made of a letter, and why (TP-37 to TP-40).

use crate::outbox::stored;
use serde::{Deserialize, Serialize};

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
}
