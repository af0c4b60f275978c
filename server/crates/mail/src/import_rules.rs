//! The import rules: what becomes of a letter of an account that imports replies (TP-37 to TP-40), and why, in one sentence.
//!
//! One function of facts: whoever knows the facts gets the same answer, in the loop, when tried again, and in a rehearsal. The first
//! rule that fits decides; they stand in the order in which they are asked.

use crate::import_head::Machine;
use model::{AnswersBy, ImportCause, ImportOutcome, MessageId};

/// A letter larger than this (octets) is not imported: mail systems commonly pass no larger one on.
pub const LARGEST: i64 = 25 << 20;

/// A contact who has the sender's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownContact {
    /// The contact.
    pub party: i64,
    /// Its name.
    pub name: String,
    /// An agent; else a supplier.
    pub is_agent: bool,
    /// Its type.
    pub type_id: i64,
    /// The type's name.
    pub type_name: String,
}

/// A letter that this one answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// Which.
    pub letter: MessageId,
    /// How that is known.
    pub by: AnswersBy,
    /// Its subject.
    pub subject: String,
}

/// What is known of a letter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Incoming {
    /// The sender's address, in its one spelling.
    pub sender: Option<String>,
    /// It is the office's own.
    pub is_own: bool,
    /// Contacts who have it, in the order of their names.
    pub contacts: Vec<KnownContact>,
    /// A client who has it.
    pub client: Option<String>,
    /// Whether a program wrote it.
    pub machine: Machine,
    /// Why it could not be read.
    pub unreadable: Option<String>,
    /// Octets.
    pub size: i64,
    /// The mail system put it among unwanted mail.
    pub is_junk: bool,
    /// The letter it answers.
    pub answers: Option<Answered>,
}

/// A type of contact that an account imports from: an agent's (else a supplier's), and its number.
pub type ChosenType = (bool, i64);

/// What becomes of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// For which cause; it says the outcome too.
    pub cause: ImportCause,
    /// The contact it is imported to, and the contact's type.
    pub contact: Option<(i64, i64)>,
    /// The letter it answers.
    pub answers: Option<(MessageId, AnswersBy)>,
    /// The cause in a sentence about this letter.
    pub why: String,
}

impl Decided {
    /// What that makes of it.
    pub fn outcome(&self) -> ImportOutcome {
        self.cause.outcome()
    }
}

/// Decides. Never answers a letter, whatever it is (P31).
pub fn decide(letter: &Incoming, chosen: &[ChosenType]) -> Decided {
    let (cause, contact, why) = judge(letter, chosen);
    Decided {
        cause,
        contact: contact.map(|contact| (contact.party, contact.type_id)),
        answers: letter.answers.as_ref().map(|answered| (answered.letter, answered.by)),
        why,
    }
}

type Judged<'a> = (ImportCause, Option<&'a KnownContact>, String);

fn judge<'a>(letter: &'a Incoming, chosen: &[ChosenType]) -> Judged<'a> {
    use ImportCause::{AutomaticAnswer, Bounce, BounceOfOurs, NoSender, Own, Unreadable};
    let ours = letter.answers.as_ref().filter(|answered| answered.by == AnswersBy::OwnLetter);
    let no = |cause, why: String| (cause, None, why);
    if let Some(why) = &letter.unreadable {
        return no(Unreadable, format!("It could not be read: {}", ended(why)));
    }
    if letter.is_own {
        return no(Own, "It was sent from an address of the office.".to_owned());
    }
    if letter.machine == Machine::Bounce {
        return match ours {
            Some(ours) => no(
                BounceOfOurs,
                format!("It reports that our letter {} did not arrive, and stands with that letter.", quoted(&ours.subject)),
            ),
            None => no(Bounce, "It reports that a letter did not arrive, but not which of ours.".to_owned()),
        };
    }
    if let Machine::Answer(header) = &letter.machine {
        return no(AutomaticAnswer, format!("A program answered, not a person ({header})."));
    }
    let Some(sender) = letter.sender.as_deref() else {
        return no(NoSender, "The letter names no sender, so it is not known whose it is.".to_owned());
    };
    let contact = letter.contacts.iter().find(|contact| chosen.contains(&(contact.is_agent, contact.type_id)));
    match (contact, letter.contacts.first()) {
        (Some(contact), _) => of_contact(letter, contact, chosen),
        (None, Some(other)) => of_other(letter, other, chosen),
        (None, None) => of_stranger(letter, sender, ours),
    }
}

/// The sender is a contact of a chosen type.
fn of_contact<'a>(letter: &Incoming, contact: &'a KnownContact, chosen: &[ChosenType]) -> Judged<'a> {
    use ImportCause::{ByProgram, Contact, Junk, TooLarge};
    let who = named(contact);
    if letter.is_junk {
        return (Junk, None, format!("It is from {who}, but the mail system put it among unwanted mail."));
    }
    if letter.size > LARGEST {
        return (
            TooLarge,
            None,
            format!("It is from {who}, but has {}; letters of up to {} are imported.", megabytes(letter.size), megabytes(LARGEST)),
        );
    }
    if let Machine::Notice(header) | Machine::List(header) = &letter.machine {
        return (ByProgram, None, format!("It is from {who}, but a program wrote it ({header})."));
    }
    let more =
        letter.contacts.iter().filter(|other| other.party != contact.party && chosen.contains(&(other.is_agent, other.type_id))).count();
    let also = match more {
        0 => String::new(),
        1 => ", one of two contacts with this address".to_owned(),
        more => format!(", one of {} contacts with this address", more + 1),
    };
    let answering = match &letter.answers {
        None => String::new(),
        Some(Answered { by: AnswersBy::OwnLetter, subject, .. }) => format!(" It answers our letter {}.", quoted(subject)),
        Some(Answered { by: AnswersBy::References, subject, .. }) => format!(" It answers {}.", quoted(subject)),
        Some(Answered { by: AnswersBy::Suggested, subject, .. }) => {
            format!(" By its subject it may answer our letter {}; it does not say so itself.", quoted(subject))
        }
    };
    (Contact, Some(contact), format!("It is from {who}{also}.{answering}"))
}

/// The sender is a contact, of types that are not chosen.
fn of_other<'a>(letter: &Incoming, contact: &KnownContact, chosen: &[ChosenType]) -> Judged<'a> {
    use ImportCause::{List, NothingChosen, Notice, TypeNotChosen, Unwanted};
    let who = named(contact);
    match &letter.machine {
        _ if letter.is_junk => return (Unwanted, None, "The mail system put it among unwanted mail.".to_owned()),
        Machine::List(header) => return (List, None, format!("It was sent to a list ({header}).")),
        Machine::Notice(header) => return (Notice, None, format!("A program wrote it ({header}).")),
        _ => {}
    }
    if chosen.is_empty() {
        return (NothingChosen, None, format!("It is from {who}, but this account imports from no type of contact yet."));
    }
    let all = if letter.contacts.len() > 1 {
        "No type of the contacts with this address is chosen for this account"
    } else {
        "That type is not chosen for this account"
    };
    (TypeNotChosen, None, format!("It is from {who}. {all}."))
}

/// The sender is no contact.
fn of_stranger<'a>(letter: &Incoming, sender: &str, ours: Option<&Answered>) -> Judged<'a> {
    use ImportCause::{AnswersOurs, ByProgram, Client, List, Notice, Unknown, Unwanted};
    if let Some(client) = &letter.client {
        return (Client, None, format!("It is from the client {client}, in whose history it is."));
    }
    if letter.is_junk {
        return (Unwanted, None, "The mail system put it among unwanted mail, and nobody here has its sender's address.".to_owned());
    }
    match (&letter.machine, ours) {
        (Machine::List(header) | Machine::Notice(header), Some(ours)) => {
            return (ByProgram, None, format!("A program wrote it ({header}), about our letter {}.", quoted(&ours.subject)));
        }
        (Machine::List(header), None) => return (List, None, format!("It was sent to a list ({header}).")),
        (Machine::Notice(header), None) => return (Notice, None, format!("A program wrote it ({header}).")),
        _ => {}
    }
    match ours {
        Some(ours) => {
            (AnswersOurs, None, format!("It answers our letter {}, but nobody here has the address {sender}.", quoted(&ours.subject)))
        }
        None => (Unknown, None, format!("Nobody here has the address {sender}.")),
    }
}

fn named(contact: &KnownContact) -> String {
    let side = if contact.is_agent { "agent" } else { "supplier" };
    format!("{} ({side}, {})", contact.name, contact.type_name)
}

fn quoted(subject: &str) -> String {
    if subject.is_empty() { "without a subject".to_owned() } else { format!("“{}”", crate::clean::start(subject, 80)) }
}

fn ended(sentence: &str) -> String {
    if sentence.ends_with(['.', '!', '?']) { sentence.to_owned() } else { format!("{sentence}.") }
}

fn megabytes(octets: i64) -> String {
    format!("{} MB", octets.div_euclid(1 << 20) + i64::from(octets.rem_euclid(1 << 20) > 0))
}

/// A subject without what answering and forwarding put before it, in small letters: for suggestions only.
pub fn base_subject(subject: &str) -> String {
    let mut rest = subject.trim();
    // "Re: ", "AW: ", "Fwd[2]: ".
    while let Some((before, after)) = rest.split_once(':') {
        let word = before.split('[').next().unwrap_or_default().trim().to_lowercase();
        if !["re", "aw", "sv", "vs", "antw", "fw", "fwd", "wg", "tr", "rv"].contains(&word.as_str()) {
            break;
        }
        rest = after.trim_start();
    }
    rest.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
#[path = "import_rules_tests.rs"]
mod tests;
