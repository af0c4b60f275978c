//! Letters being written, and the texts that they are made from.

use crate::{ClientId, DraftId, FieldErrors, MessageId, Resolved, ServiceId, TextId};
use serde::{Deserialize, Serialize};

/// What a letter is to another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComposeMode {
    /// It stands alone.
    #[default]
    New,
    /// It answers the sender.
    Reply,
    /// It answers everybody.
    ReplyAll,
    /// It passes the letter on.
    Forward,
}

impl ComposeMode {
    /// As stored and typed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Reply => "reply",
            Self::ReplyAll => "reply_all",
            Self::Forward => "forward",
        }
    }

    /// Reads what `as_str` writes; anything else stands alone.
    pub fn parse(text: &str) -> Self {
        [Self::Reply, Self::ReplyAll, Self::Forward].into_iter().find(|mode| mode.as_str() == text).unwrap_or_default()
    }

    /// What one does.
    pub fn words(self) -> &'static str {
        match self {
            Self::New => "Write a letter",
            Self::Reply => "Reply",
            Self::ReplyAll => "Reply to all",
            Self::Forward => "Forward",
        }
    }
}

/// Recipients as typed have at most so many characters a field.
pub const LIST_CHARS: usize = 20_000;
/// The words of a letter have at most so many characters.
pub const BODY_CHARS: usize = 500_000;
/// The same with its formatting has at most so many octets.
pub const RICH_OCTETS: usize = 2_000_000;
/// A letter's form has at most so many octets on its way: browsers write three for each octet of a letter that is none of a to z, and a
/// character has up to four. The words come plain or with formatting; what is left is room for the other fields.
pub const LETTER_OCTETS: usize = 3 * (WORDS_OCTETS + 4 * (3 * LIST_CHARS + 10_000));
const WORDS_OCTETS: usize = if 4 * BODY_CHARS > RICH_OCTETS { 4 * BODY_CHARS } else { RICH_OCTETS };
/// Why a draft was not saved over what another window saved: the page shows that beside what was typed.
pub const SAVED_ELSEWHERE: &str = "This letter was saved in another window meanwhile. What you typed is still here; what was saved there stands below. Saving again keeps yours.";
/// Why a letter was not saved from a page that is older than the session: the page comes back with its words, and can save by now.
pub const OTHER_SESSION: &str = "The letter was not saved, and did not leave: you have signed in again since its page was opened. What you typed is still here. Save or send it once more.";
/// Files of a letter have at most so many MB together.
pub const FILES_MB: i64 = 20;
/// The same in octets.
pub const FILES_OCTETS: i64 = FILES_MB * 1024 * 1024;
/// A letter has at most so many files.
pub const FILES: usize = 30;
/// For so long a letter can be taken back, in seconds; it is held a little longer, so that the last click counts too.
pub const UNDO_SECONDS: i64 = 15;

/// Why a letter takes no more files.
pub fn too_many_files() -> String {
    format!("A letter takes {FILES} files at most")
}

/// Why a letter takes no larger files.
pub fn too_large_files() -> String {
    format!("All files of a letter together may have {FILES_MB} MB at most: most mail servers take no more")
}

/// A letter as typed. Recipients are lists with commas, semicolons or line ends between.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterForm {
    /// Address in From; empty = the writer's own.
    #[serde(default)]
    pub from: String,
    /// Address in Reply-To; empty = none.
    #[serde(default)]
    pub reply_to: String,
    /// To.
    #[serde(default)]
    pub to: String,
    /// Cc.
    #[serde(default)]
    pub cc: String,
    /// Bcc.
    #[serde(default)]
    pub bcc: String,
    /// Subject.
    #[serde(default)]
    pub subject: String,
    /// The words.
    #[serde(default)]
    pub body: String,
    /// The same with bold and lists; empty = plain. Never shown in a page of ours unless the server has cleaned it.
    #[serde(default)]
    pub html: String,
}

impl LetterForm {
    /// What may be kept as a draft: nearly everything, but not without end.
    pub fn check(&self) -> FieldErrors {
        let mut errors = FieldErrors::default();
        for (field, text) in [("to", &self.to), ("cc", &self.cc), ("bcc", &self.bcc)] {
            if text.chars().count() > LIST_CHARS {
                errors.add(field, "There are too many recipients");
            }
        }
        for (field, text) in [("from", &self.from), ("reply_to", &self.reply_to)] {
            if text.chars().count() > 400 {
                errors.add(field, "The address is too long");
            }
        }
        if self.subject.chars().count() > 500 {
            errors.add("subject", "The subject must be 500 characters or less");
        }
        if self.body.chars().count() > BODY_CHARS || self.html.len() > RICH_OCTETS {
            errors.add("body", "The letter is too long: attach it as a file");
        }
        errors
    }
}

/// A file of a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftFile {
    /// Id among all drafts' files.
    pub id: i64,
    /// File name.
    pub name: String,
    /// Type.
    pub kind: String,
    /// Octets.
    pub size: i64,
}

/// A draft as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Id.
    pub id: DraftId,
    /// Whose history it is written from.
    pub client: Option<ClientId>,
    /// What it answers or passes on.
    pub answers: Option<MessageId>,
    /// What it is to that.
    pub mode: ComposeMode,
    /// Its own choice of a service.
    pub service: Option<ServiceId>,
    /// What was typed.
    pub form: LetterForm,
    /// When it was changed, ms.
    pub updated_at: i64,
    /// Counts changes.
    pub version: i64,
    /// Where it went.
    pub outbox: Option<i64>,
    /// Its files, by id.
    pub files: Vec<DraftFile>,
}

/// A draft in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftCard {
    /// Id.
    pub id: DraftId,
    /// Subject.
    pub subject: String,
    /// To, as typed.
    pub to: String,
    /// Whose history it is written from: its name.
    pub client: Option<(ClientId, String)>,
    /// When it was changed, ms.
    pub updated_at: i64,
    /// How many files it has.
    pub files: i64,
}

/// The first step: how it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComposeStart {
    /// Whose history it is written from.
    pub client: Option<(ClientId, String)>,
    /// What it answers: its subject.
    pub answers: Option<(MessageId, String)>,
    /// What it is to that.
    pub mode: ComposeMode,
    /// What was chosen.
    pub choice: Option<ServiceId>,
    /// Services that may be chosen.
    pub services: Vec<(ServiceId, String)>,
    /// What the ladder came to.
    pub resolved: Resolved,
}

/// What stands in the way of a letter, and what one should look at first (S13).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preflight {
    /// It cannot leave: the field, and why.
    pub blocks: Vec<(String, String)>,
    /// It may leave all the same, when somebody says so.
    pub warnings: Vec<String>,
}

impl Preflight {
    /// Whether it may leave at once.
    pub fn is_clear(&self) -> bool {
        self.blocks.is_empty() && self.warnings.is_empty()
    }
}

/// The second step: write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComposeView {
    /// The draft.
    pub draft: Draft,
    /// Whose history it is written from.
    pub client: Option<(ClientId, String)>,
    /// Addresses of the client's file and of the letter answered: address and whose.
    pub offered: Vec<(String, String)>,
    /// Addresses that the letter may come from, the usual one first.
    pub senders: Vec<String>,
    /// What the ladder came to.
    pub resolved: Resolved,
    /// Texts that can be put in.
    pub texts: Vec<(TextId, String)>,
    /// The writer's own mailbox that takes drafts, by name (FC-27).
    pub own_mailbox: Option<String>,
    /// Cc may be used.
    pub allow_cc: bool,
    /// Bcc may be used.
    pub allow_bcc: bool,
    /// What stands in the way, if somebody asked.
    pub preflight: Option<Preflight>,
    /// Stands for exactly these warnings: who ticks the box says yes to them and to no others.
    pub mark: String,
}

/// What saving a draft came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftKept {
    /// Its version now.
    pub version: i64,
    /// When, ms.
    pub at: i64,
}

/// What *Send* came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SendOutcome {
    /// It leaves in a moment.
    Held,
    /// Something stands in the way: the page says what.
    Look,
}

/// After *Send*: what one can still do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentView {
    /// The draft.
    pub id: DraftId,
    /// Its row in the outbox; `None` = it was not sent.
    pub outbox: Option<i64>,
    /// Subject.
    pub subject: String,
    /// Recipients.
    pub recipients: Vec<String>,
    /// Where it is, in words.
    pub state: String,
    /// It can be taken back.
    pub held: bool,
    /// For so many seconds.
    pub seconds: i64,
    /// Whose history it was written from.
    pub client: Option<(ClientId, String)>,
}

/// A text that letters are made from, its version in use.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentText {
    /// Unique name.
    #[serde(default)]
    pub name: String,
    /// Subject; may hold fields.
    #[serde(default)]
    pub subject: String,
    /// The words; may hold fields.
    #[serde(default)]
    pub body: String,
}

impl DocumentText {
    /// The rules, the same everywhere.
    pub fn check(&self) -> FieldErrors {
        let mut errors = FieldErrors::default();
        if self.name.trim().is_empty() || self.name.chars().count() > 80 || self.name.chars().any(char::is_control) {
            errors.add("name", "Enter a name of 80 characters or less");
        }
        if self.subject.chars().count() > 500 || self.subject.chars().any(char::is_control) {
            errors.add("subject", "The subject must be one line of 500 characters or less");
        }
        if self.body.trim().is_empty() || self.body.chars().count() > 100_000 {
            errors.add("body", "Enter the words of the text, 100,000 characters or less");
        }
        errors
    }
}

/// An earlier or the present state of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextVersion {
    /// Number, from 1.
    pub version: i64,
    /// Subject.
    pub subject: String,
    /// The words.
    pub body: String,
    /// Who wrote it.
    pub by: String,
    /// When, ms.
    pub at: i64,
}

/// The page of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextView {
    /// Which; `None` = a new one.
    pub id: Option<TextId>,
    /// As in use, or as typed.
    pub text: DocumentText,
    /// Versions, the newest first.
    pub versions: Vec<TextVersion>,
    /// Fields that can be used, with what each means.
    pub fields: Vec<(String, String)>,
    /// What it uses that there is not.
    pub unknown: Vec<String>,
    /// For whom it is shown.
    pub client: Option<(ClientId, String)>,
    /// Clients to show it for.
    pub clients: Vec<(ClientId, String)>,
    /// Subject and words as that client would read them, or why not.
    pub preview: Option<Result<(String, String), String>>,
    /// The viewer may change it.
    pub may_change: bool,
}
