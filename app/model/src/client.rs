//! Clients: the parties whom letters are about, and their addresses (FP-05).

use crate::{ClientId, CostCentreId, FieldErrors, Problem, looks_like_address};
use serde::{Deserialize, Serialize};

/// Which of the two persons of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Person {
    /// The client.
    #[serde(rename = "self")]
    Myself,
    /// The client's partner.
    Partner,
}

impl Person {
    /// As stored and shown: `self`, `partner`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Myself => "self",
            Self::Partner => "partner",
        }
    }

    /// Reads what [`Person::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Myself, Self::Partner].into_iter().find(|p| p.as_str() == text)
    }
}

/// Slots per person (FP-05, O20).
pub const SLOTS: i64 = 3;

/// An address on a client's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientAddress {
    /// Whose.
    pub person: Person,
    /// 1 to 3.
    pub slot: i64,
    /// The address in its one spelling.
    pub address: String,
    /// Letters before this moment do not count, ms.
    pub valid_from: Option<i64>,
    /// Letters from this moment on do not count, ms.
    pub valid_to: Option<i64>,
}

impl ClientAddress {
    /// Whether it counts at this moment, ms.
    pub fn counts(&self, at: i64) -> bool {
        self.valid_from.is_none_or(|from| from <= at) && self.valid_to.is_none_or(|to| at < to)
    }
}

/// A client as listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientCard {
    /// Id.
    pub id: ClientId,
    /// The office's own code, unique.
    pub code: String,
    /// Name.
    pub name: String,
    /// Cost centre's name.
    pub cost_centre: Option<String>,
    /// Addresses on file.
    pub addresses: Vec<ClientAddress>,
}

impl ClientCard {
    /// The first address of a person that counts at this moment, ms.
    pub fn first_address(&self, person: Person, at: i64) -> Option<&str> {
        let theirs = self.addresses.iter().filter(|one| one.person == person && one.counts(at));
        theirs.min_by_key(|one| one.slot).map(|one| one.address.as_str())
    }
}

/// A client in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientLine {
    /// The client.
    pub card: ClientCard,
    /// Date of its latest letter, ms.
    pub latest: Option<i64>,
}

/// In which order clients are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientOrder {
    /// By name.
    #[default]
    Name,
    /// The one with the latest letter first.
    Latest,
}

/// An address that stands on more than one client's file (S12). Only clients whom the viewer may open are named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedAddress {
    /// The address in its one spelling.
    pub address: String,
    /// The other clients: id and name, by name.
    pub others: Vec<(ClientId, String)>,
}

/// Letters counted, and from when to when they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterSpan {
    /// How many.
    pub letters: i64,
    /// Date of the oldest, ms.
    pub first: Option<i64>,
    /// Date of the newest, ms.
    pub last: Option<i64>,
}

/// What an edit of addresses does to a client's history (S3).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressEffect {
    /// Letters that come in.
    pub added: LetterSpan,
    /// Letters that go out.
    pub removed: LetterSpan,
    /// Of those that come in: seen in private mailboxes only.
    pub private: i64,
    /// Of those that come in: how many stand in other clients' histories too. Only clients whom the viewer may open are named.
    pub others: Vec<(ClientId, String, i64)>,
}

impl AddressEffect {
    /// Whether any letter comes in or goes out.
    pub fn moves_letters(&self) -> bool {
        self.added.letters + self.removed.letters > 0
    }

    /// What somebody has seen who agrees to it: another effect has another mark.
    pub fn mark(&self) -> String {
        let span = |span: &LetterSpan| format!("{}.{}.{}", span.letters, span.first.unwrap_or(0), span.last.unwrap_or(0));
        format!("{}_{}_{}", span(&self.added), span(&self.removed), self.private)
    }
}

/// What pressing one of the client form's buttons led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientSaved {
    /// It is on file.
    Saved(ClientId),
    /// Nothing is saved: first look at what it would do.
    Look,
}

/// The form of a client and what stands around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientDraft {
    /// The client, once on file.
    pub card: Option<ClientCard>,
    /// As typed but not saved, or as on file.
    pub form: ClientForm,
    /// The form holds what is not saved.
    pub unsaved: bool,
    /// What saving would do to the history, when that was asked.
    pub effect: Option<AddressEffect>,
    /// Addresses in the form that stand on other clients' files.
    pub shared: Vec<SharedAddress>,
}

/// A client as typed into the form. Empty address = free slot. Dates are `YYYY-MM-DD` or empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientForm {
    /// The office's own code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Cost centre, if any.
    pub cost_centre: Option<CostCentreId>,
    /// Addresses of self, by slot.
    pub self_addresses: Vec<SlotForm>,
    /// Addresses of the partner, by slot.
    pub partner_addresses: Vec<SlotForm>,
}

/// One slot of the form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotForm {
    /// Address or empty.
    #[serde(default)]
    pub address: String,
    /// First day, `YYYY-MM-DD`, or empty.
    #[serde(default)]
    pub valid_from: String,
    /// Last day, `YYYY-MM-DD`, or empty.
    #[serde(default)]
    pub valid_to: String,
}

impl ClientForm {
    /// The rules, the same in browser and server. Field names are those of the page: `self1`, `partner2`.
    pub fn check(&self) -> FieldErrors {
        let mut errors = FieldErrors::default();
        if self.code.trim().is_empty() {
            errors.add("code", "Enter the client's code");
        }
        if self.name.trim().is_empty() {
            errors.add("name", "Enter the client's name");
        }
        for (person, slots) in [("self", &self.self_addresses), ("partner", &self.partner_addresses)] {
            for (at, slot) in slots.iter().enumerate() {
                if !slot.address.trim().is_empty() && !looks_like_address(&slot.address) {
                    errors.add(&format!("{person}{}", at + 1), "Enter an e-mail address, like name@example.com");
                }
            }
        }
        errors
    }
}

/// What importing a list of clients did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// Rows that made a new client.
    pub added: i64,
    /// Rows whose code was on file and changed it.
    pub updated: i64,
    /// Rows whose code was on file and changed nothing.
    pub unchanged: i64,
    /// Rows refused: line number (from 1, the header being 1) and a sentence that says what to do.
    pub refused: Vec<(u64, String)>,
    /// Refused rows besides those told of.
    #[serde(default)]
    pub more_refused: i64,
    /// Rows by the code of a client that was merged into another: line number, and what becomes of it.
    #[serde(default)]
    pub merged: Vec<(u64, String)>,
    /// Nothing was written.
    pub dry_run: bool,
}

/// What pressing one of the import page's buttons led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportPosted {
    /// It is imported.
    Done(ImportReport),
    /// Nothing is written: first look at what it would do.
    Look,
}

/// A column of an uploaded list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportColumn {
    /// Its name in the list.
    pub name: String,
    /// `code`, `name`, `cost_centre`, `self1` to `partner3`, or empty = it is left out.
    pub stands_for: String,
    /// Cells of the first rows.
    pub samples: Vec<String>,
}

/// The import page: why the last upload was not taken, and what the list at hand would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportState {
    /// Why the last upload was not taken; said beside its field.
    pub refusal: Option<Problem>,
    /// The list uploaded last.
    pub preview: Option<ImportPreview>,
    /// What the last import of this session did.
    pub done: Option<ImportReport>,
}

/// An uploaded list of clients before it is imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPreview {
    /// File name as uploaded.
    pub file: String,
    /// Delimiter found.
    pub delimiter: char,
    /// Encoding found.
    pub encoding: String,
    /// Its columns, in order.
    pub columns: Vec<ImportColumn>,
    /// What has to be said about the columns before anything can be imported.
    pub missing: Vec<String>,
    /// What importing would do; `None` while something is missing.
    pub report: Option<ImportReport>,
    /// What the columns stand for, in one word: agreed to when importing.
    pub seen: String,
}
