//! Letters: in a history, in a list of results, and one by one.

use crate::{AccountId, ByHand, ClientId, Filing, Gathered, LetterFacts, MessageId, Person, Quoted};
use serde::{Deserialize, Serialize};

/// The header an address stands in (P24).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AddressRole {
    /// From.
    From,
    /// Sender.
    Sender,
    /// Reply-To.
    ReplyTo,
    /// To.
    To,
    /// Cc.
    Cc,
    /// Bcc.
    Bcc,
}

impl AddressRole {
    /// All, in the order shown.
    pub const ALL: [AddressRole; 6] = [Self::From, Self::Sender, Self::ReplyTo, Self::To, Self::Cc, Self::Bcc];

    /// As shown: `From`, `Reply-To`.
    pub fn label(self) -> &'static str {
        match self {
            Self::From => "From",
            Self::Sender => "Sender",
            Self::ReplyTo => "Reply-To",
            Self::To => "To",
            Self::Cc => "Cc",
            Self::Bcc => "Bcc",
        }
    }

    /// As stored.
    pub fn code(self) -> i64 {
        match self {
            Self::From => 1,
            Self::Sender => 2,
            Self::ReplyTo => 3,
            Self::To => 4,
            Self::Cc => 5,
            Self::Bcc => 6,
        }
    }

    /// Reads what [`AddressRole::code`] writes.
    pub fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// Which way a letter went, judged by the office's own addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// From outside.
    Received,
    /// From one of the office's own addresses.
    Sent,
}

/// A name and an address, as written in a header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    /// Display name, decoded; may be empty.
    pub name: String,
    /// Address in its one spelling.
    pub address: String,
}

/// Why a letter is in a history (S2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// The header it matched in; `None` when filed by hand.
    pub role: Option<AddressRole>,
    /// The address that matched.
    pub address: String,
    /// Whose address it is on the client's file.
    pub person: Option<Person>,
    /// Which slot, 1 to 3.
    pub slot: Option<i64>,
    /// The reason given when filed by hand.
    pub by_hand: Option<String>,
}

/// A letter in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryRow {
    /// The letter.
    pub id: MessageId,
    /// Sort date (O9), ms.
    pub date: i64,
    /// The Date header is missing or implausible.
    pub date_looks_wrong: bool,
    /// Which way it went.
    pub direction: Direction,
    /// Who wrote it.
    pub from: Mailbox,
    /// To whom (To, then Cc).
    pub to: Vec<Mailbox>,
    /// Subject, decoded; may be empty.
    pub subject: String,
    /// First words of the text.
    pub preview: String,
    /// Files attached.
    pub attachments: i64,
    /// Why it is here; empty outside a history.
    pub why: Vec<Why>,
    /// What was decided by hand about it and this client.
    #[serde(default)]
    pub filing: Option<Filing>,
    /// It is not the viewer's to open: only its date and what was decided are told.
    #[serde(default)]
    pub hidden: bool,
    /// In how many places it was seen.
    pub sightings: i64,
    /// Other letters that claim the same Message-ID.
    pub variants: i64,
    /// The viewer has not opened it yet (O7). Postroom's own mark: the server's flags are never touched.
    #[serde(default)]
    pub unread: bool,
    /// Where the search words stand, with the words between `\u{2}` and `\u{3}`; empty outside a search.
    pub snippet: String,
    /// Letters of the same history that claim the same Message-ID, newest first: they stand under this row (S11).
    #[serde(default)]
    pub folded: Vec<HistoryRow>,
    /// The conversation this row stands for, where a history is grouped.
    #[serde(default)]
    pub conversation: Option<Gathered>,
    /// Who wrote what a colleague forwards here; in a history, for those who may file letters.
    #[serde(default)]
    pub quoted: Vec<Quoted>,
    /// Clients whom the viewer may open and on whose files it is; in a history, the others.
    #[serde(default)]
    pub clients: Vec<OnFileOf>,
}

/// A client or a contact on whose file a letter is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnFileOf {
    /// The client or contact.
    pub id: ClientId,
    /// Whether it is a contact.
    #[serde(default)]
    pub is_contact: bool,
    /// The office's own code; a contact's company.
    pub code: String,
    /// Name.
    pub name: String,
    /// Why.
    pub why: Vec<Why>,
}

impl OnFileOf {
    /// The history that the letter is in.
    pub fn history(&self) -> HistoryOf {
        HistoryOf { id: self.id, is_contact: self.is_contact }
    }
}

/// Whose history is shown: words and addresses of pages differ between clients and contacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryOf {
    /// The client or contact.
    pub id: ClientId,
    /// Whether it is a contact.
    pub is_contact: bool,
}

impl HistoryOf {
    /// "client" or "contact".
    pub fn party(self) -> &'static str {
        if self.is_contact { "contact" } else { "client" }
    }

    /// The address of its page.
    pub fn page(self) -> String {
        format!("/{}s/{}", self.party(), self.id)
    }

    /// The list that it stands in: where it is and what it is called.
    pub fn list(self) -> (&'static str, &'static str) {
        if self.is_contact { ("/contacts", "Contacts") } else { ("/clients", "Clients") }
    }
}

/// What a history is filtered by; all of it stands in the address bar.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryFilter {
    /// Only this direction.
    pub direction: Option<Direction>,
    /// Only letters of this person of the client.
    pub person: Option<Person>,
    /// Only letters with files.
    pub with_files: bool,
    /// Only letters before this moment, ms.
    pub before: Option<i64>,
    /// Only letters from this moment on, ms.
    pub after: Option<i64>,
    /// Only letters seen in this account.
    #[serde(default)]
    pub account: Option<AccountId>,
    /// Only what was decided by hand.
    #[serde(default)]
    pub by_hand: Option<ByHand>,
    /// With the addresses and decisions that stood before this moment, ms.
    #[serde(default)]
    pub as_at: Option<i64>,
    /// Only letters that the viewer has not opened yet (O7).
    #[serde(default)]
    pub unread: bool,
    /// One row for each conversation: it changes the rows, never which letters there are.
    #[serde(default)]
    pub by_conversation: bool,
}

impl HistoryFilter {
    /// Whether it asks for more than addresses and dates.
    pub fn is_about_letters(&self) -> bool {
        self.direction.is_some() || self.with_files || self.account.is_some() || self.as_at.is_some() || self.unread
    }
}

/// Where a letter was seen (S11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SightingView {
    /// Account's name.
    pub account: String,
    /// Folder's decoded name.
    pub folder: String,
    /// When Postroom saw it, ms.
    pub seen_at: i64,
    /// No longer on the server since, ms.
    pub gone_at: Option<i64>,
    /// Labels that it carries there (Google, P11).
    #[serde(default)]
    pub labels: Vec<String>,
}

/// A mailbox in the list beside its letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxCard {
    /// The account.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
    /// Letters in it, each counted once.
    pub letters: i64,
    /// Letters that the viewer has not read (O7), counted to a thousand.
    #[serde(default)]
    pub unread: i64,
}

/// A file in a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentInfo {
    /// Place among the letter's attachments, from 0.
    pub index: usize,
    /// Safe file name.
    pub name: String,
    /// Declared type, for people only.
    pub kind: String,
    /// Octets, decoded.
    pub size: i64,
    /// Shown inside the text by its Content-ID.
    pub inline: bool,
}

/// What can be shown of a file without saving it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PreviewKind {
    /// A raster picture, drawn anew.
    Picture,
    /// The beginning of a text.
    Text,
}

impl AttachmentInfo {
    /// Whether a preview is worth asking for, by type, name and size. What the file really is decides when it is made.
    pub fn preview(&self) -> Option<PreviewKind> {
        const LARGEST: i64 = 25 << 20;
        let kind = self.kind.to_ascii_lowercase();
        let name = self.name.to_ascii_lowercase();
        let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        let vague = kind == "application/octet-stream" || kind.is_empty();
        if self.size > LARGEST || self.size == 0 {
            None
        } else if matches!(kind.as_str(), "image/png" | "image/jpeg" | "image/jpg" | "image/pjpeg" | "image/gif" | "image/webp")
            || vague && ends(&[".png", ".jpg", ".jpeg", ".gif", ".webp"])
        {
            Some(PreviewKind::Picture)
        } else if kind.starts_with("text/") || vague && ends(&[".txt", ".csv", ".log", ".md"]) {
            Some(PreviewKind::Text)
        } else {
            None
        }
    }
}

/// Height of a frame, as a step of the ladder in the style sheet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameHeight {
    /// At a desk.
    pub wide: u8,
    /// On a phone.
    pub narrow: u8,
}

/// Heights of a letter's frame for each way of showing it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameHeights {
    /// As plain text.
    pub text: FrameHeight,
    /// As designed.
    pub html: FrameHeight,
    /// As designed, with pictures from the network.
    pub pictures: FrameHeight,
}

/// One letter with everything its page shows. Its HTML is not here: it has a route of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterView {
    /// Id.
    pub id: MessageId,
    /// Subject, decoded.
    pub subject: String,
    /// Sort date, ms.
    pub date: i64,
    /// The Date header as written.
    pub date_header: String,
    /// When it arrived as far as Received headers or the server say, ms.
    pub arrived: Option<i64>,
    /// The Date header is missing or implausible.
    pub date_looks_wrong: bool,
    /// Which way it went.
    pub direction: Direction,
    /// Addresses by header.
    pub people: Vec<(AddressRole, Mailbox)>,
    /// Message-ID as written.
    pub message_id: String,
    /// Files.
    pub attachments: Vec<AttachmentInfo>,
    /// There is an HTML part.
    pub has_html: bool,
    /// The letter asks for pictures from the network.
    pub remote_content: bool,
    /// Where it was seen.
    pub sightings: Vec<SightingView>,
    /// Other letters with the same Message-ID: id, subject, date.
    pub variants: Vec<(MessageId, String, i64)>,
    /// Clients and contacts whose history it is in, of those the viewer may open.
    pub clients: Vec<OnFileOf>,
    /// Reading failed: shown raw, and why.
    pub unreadable: Option<String>,
    /// Octets of the original.
    pub size: i64,
    /// Remarks of the reader: "the charset is unknown".
    pub remarks: Vec<String>,
    /// The viewer may download the original.
    pub may_export: bool,
    /// How tall its frame is to be.
    pub heights: FrameHeights,
    /// What is read from its bytes or stands around it.
    pub facts: LetterFacts,
}
