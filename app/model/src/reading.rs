//! What the page of a letter shows besides its words: what others state about it, an invitation or a bounce in it, its copies,
//! what stands around it, and how it differs from another.

use crate::{AccountId, ClientId, HistoryFilter, HistoryRow, MessageId, Quoted, SearchOrder};
use serde::{Deserialize, Serialize};

/// What a server states about where a letter came from, in a header. Never our own judgement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Testimony {
    /// The header: `Authentication-Results`.
    pub header: String,
    /// Who states it, as it calls itself.
    pub by: String,
    /// It is the topmost one, and its place among the letter's headers and its name are those of the server that received the letter
    /// for this mailbox. Everything else may have been written by anybody.
    pub by_own_receiver: bool,
    /// What it states.
    pub claims: Vec<Claim>,
}

/// One result of one method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// `spf`, `dkim`, `dmarc`.
    pub method: String,
    /// `pass`, `fail`.
    pub result: String,
    /// What it is about: `header.from=example.com`.
    pub about: String,
}

/// An invitation to an appointment, readable. Times are written in the office's zone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// What it does, in words: "Invitation", "Cancelled", "Answer".
    pub what: String,
    /// What it is about.
    pub summary: String,
    /// When, in words.
    pub when: String,
    /// How it repeats, in words; empty when it does not.
    pub repeats: String,
    /// Where.
    pub place: String,
    /// Who invites.
    pub organiser: String,
    /// Who is invited, and what each answered.
    pub attendees: Vec<(String, String)>,
    /// More people than are listed.
    pub more_attendees: usize,
    /// The text, shortened.
    pub text: String,
}

/// A report that a letter did not arrive.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounce {
    /// Whom it did not reach.
    pub recipients: Vec<BouncedRecipient>,
    /// Message-ID of the letter it is about; empty when the report does not say.
    pub about: String,
    /// That letter, if it is here and open to the viewer: id and subject.
    pub letter: Option<(MessageId, String)>,
}

/// One person a letter did not reach.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BouncedRecipient {
    /// The address.
    pub address: String,
    /// `failed`, `delayed`.
    pub action: String,
    /// The status code: `5.1.1`.
    pub status: String,
    /// What the code means, in words.
    pub meaning: String,
    /// The other server's own words.
    pub diagnostic: String,
}

/// Bytes of the letter as seen somewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyView {
    /// The copy.
    pub id: i64,
    /// Octets.
    pub size: i64,
    /// First figures of its SHA-256.
    pub digest: String,
    /// Where it was seen: "Office: INBOX".
    pub places: Vec<String>,
}

/// Everything about a letter that is read from its bytes or stands around it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterFacts {
    /// What servers state about where it came from, topmost first.
    pub statements: Vec<Testimony>,
    /// Appointments in it.
    pub invitations: Vec<Invitation>,
    /// It is a bounce.
    pub bounce: Option<Bounce>,
    /// Its copies, when there is more than one.
    pub copies: Vec<CopyView>,
    /// Earlier and later letters of the same conversation, oldest first, this one among them; empty when it stands alone.
    pub conversation: Vec<HistoryRow>,
    /// Who wrote what a colleague forwards with it, for those who may file letters.
    #[serde(default)]
    pub quoted: Vec<Quoted>,
    /// What the import rules of accounts open to the viewer made of it.
    #[serde(default)]
    pub imports: Vec<crate::ManagedRow>,
    /// To whom it was passed on, the latest first.
    #[serde(default)]
    pub forwarded: Vec<crate::Forwarded>,
    /// It left from here under this number of the outbox, and its copy for the folder of sent letters was given up.
    #[serde(default)]
    pub no_copy: Option<i64>,
    /// It may be passed on by these accounts' rules.
    #[serde(default)]
    pub forwards: Vec<(crate::AccountId, String)>,
}

/// The list a letter was opened from; it stands in the address bar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ListPlace {
    /// A client's history under a filter.
    History(ClientId, HistoryFilter),
    /// A mailbox.
    Mailbox(AccountId),
    /// The results of a search.
    Search {
        /// What was asked.
        words: String,
        /// In which order.
        order: SearchOrder,
        /// The last word was not finished yet.
        typing: bool,
    },
}

/// A letter next to another in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Neighbour {
    /// The letter.
    pub id: MessageId,
    /// Its subject.
    pub subject: String,
}

/// The letters next to one in its list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Neighbours {
    /// Name of the list.
    pub list: String,
    /// The one before it in the list: the next newer one.
    pub newer: Option<Neighbour>,
    /// The one after it in the list: the next older one.
    pub older: Option<Neighbour>,
    /// The list is not in the order of time.
    #[serde(default)]
    pub ranked: bool,
}

/// What a letter is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CompareWith {
    /// Another letter.
    Letter(MessageId),
    /// Another copy of the same letter.
    Copy(i64),
}

/// A run of words in a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffWords {
    /// The words.
    pub words: String,
    /// They differ from the other side.
    pub differ: bool,
}

/// A row of a comparison: what stands at each side. An empty side has nothing there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffRow {
    /// Name of the header, empty for text.
    pub name: String,
    /// The sides differ.
    pub differs: bool,
    /// First side.
    pub left: Vec<DiffWords>,
    /// Second side.
    pub right: Vec<DiffWords>,
}

/// Two letters, or two copies of one, side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// Subject of the first.
    pub subject: String,
    /// What each side is, in words.
    pub sides: (String, String),
    /// Headers.
    pub headers: Vec<DiffRow>,
    /// Text, line by line.
    pub text: Vec<DiffRow>,
    /// The letters are too large to compare whole: only their beginnings were.
    pub cut: bool,
}
