//! Agents and suppliers: who they are, which accounts import their letters, and to whom those may be forwarded (TP-37 to TP-42).

use crate::{ClientAddress, ClientId, CostCentreId, FieldErrors, GoneLine, SlotForm, looks_like_address};
use serde::{Deserialize, Serialize};

/// On which side of the office's business a contact stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ContactSide {
    /// Sells what the office offers.
    #[default]
    Agent,
    /// Supplies the office.
    Supplier,
}

impl ContactSide {
    /// Both, in the order of the pages.
    pub const ALL: [Self; 2] = [Self::Agent, Self::Supplier];

    /// As stored and in addresses: `agent`, `supplier`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Supplier => "supplier",
        }
    }

    /// As on the pages.
    pub fn label(self) -> &'static str {
        match self {
            Self::Agent => "Agent",
            Self::Supplier => "Supplier",
        }
    }

    /// Reads what [`ContactSide::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|side| side.as_str() == text)
    }
}

/// A kind of contact that the office keeps, such as Reservations (TP-39, TP-40).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactType {
    /// Id.
    pub id: i64,
    /// Name, unique whatever its capitals.
    pub name: String,
}

/// The queue that is always there (O24).
pub const BUILT_IN_QUEUE: i64 = 1;

/// Where letters that could not be imported wait (TP-38).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// Id; [`BUILT_IN_QUEUE`] is the one that cannot be removed.
    pub id: i64,
    /// Name, unique whatever its capitals.
    pub name: String,
}

impl Queue {
    /// Whether it is the one that is always there.
    pub fn is_built_in(&self) -> bool {
        self.id == BUILT_IN_QUEUE
    }
}

/// A contact type or queue with what keeps it from being removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InUse {
    /// Id.
    pub id: i64,
    /// Name.
    pub name: String,
    /// Contacts of this type; letters that wait in this queue.
    pub count: i64,
    /// Names of accounts that import by it.
    pub accounts: Vec<String>,
    /// Always there.
    pub is_built_in: bool,
}

impl InUse {
    /// Whether it can be removed.
    pub fn is_free(&self) -> bool {
        !self.is_built_in && self.count == 0 && self.accounts.is_empty()
    }
}

/// An address that letters of an account may be forwarded to (TP-41, TP-42).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forward {
    /// Id.
    pub id: i64,
    /// Address in its one spelling.
    pub address: String,
    /// Whose it is.
    pub name: String,
}

/// How an account's replies are imported.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportSettings {
    /// They are (TP-37).
    pub on: bool,
    /// Where what cannot be imported waits; `None` = the built-in queue (TP-38, O24).
    pub queue: Option<i64>,
    /// Letters stored before this moment are left alone, ms; 0 = none is.
    pub since: i64,
    /// Counted up by each change of what decides about letters; 0 = never saved.
    pub rules: i64,
    /// Whose replies are imported (TP-39, TP-40), sorted.
    pub types: Vec<(ContactSide, i64)>,
    /// Whom letters may be forwarded to, by address.
    pub forwards: Vec<Forward>,
}

impl ImportSettings {
    /// Where what cannot be imported waits.
    pub fn queue_or_built_in(&self) -> i64 {
        self.queue.unwrap_or(BUILT_IN_QUEUE)
    }
}

/// A contact as listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactCard {
    /// Id: a party as clients are, so that its history is found as theirs.
    pub id: ClientId,
    /// Name.
    pub name: String,
    /// Company, if any.
    pub company: String,
    /// Agent or supplier.
    pub side: ContactSide,
    /// Contact type.
    pub contact_type: ContactType,
    /// Cost centre: id and name.
    pub cost_centre: Option<(CostCentreId, String)>,
    /// Addresses on file, by slot; all of the person `self`.
    pub addresses: Vec<ClientAddress>,
}

impl ContactCard {
    /// "Supplier · Reservations · Hotel Adlon".
    pub fn line(&self) -> String {
        let company = if self.company.is_empty() { String::new() } else { format!(" · {}", self.company) };
        format!("{} · {}{company}", self.side.label(), self.contact_type.name)
    }
}

/// What a list of contacts is narrowed by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactFilter {
    /// Words of names, companies and addresses.
    pub words: Vec<String>,
    /// Agents or suppliers only.
    pub side: Option<ContactSide>,
    /// One contact type only.
    pub contact_type: Option<i64>,
}

/// A page of contacts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactList {
    /// Contacts by name.
    pub rows: Vec<ContactCard>,
    /// Where the next page begins.
    pub next: Option<ClientId>,
    /// How many there are with these filters.
    pub found: i64,
    /// How many there are.
    pub total: i64,
    /// What to filter by.
    pub types: Vec<ContactType>,
    /// Deleted contacts with these filters, the one deleted last first: up to [`crate::GONE_LISTED`], on the first page alone.
    #[serde(default)]
    pub gone: Vec<GoneLine>,
}

/// A contact as typed into the form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactForm {
    /// Name.
    #[serde(default)]
    pub name: String,
    /// Company, if any.
    #[serde(default)]
    pub company: String,
    /// `agent` or `supplier`.
    #[serde(default)]
    pub side: String,
    /// Contact type.
    #[serde(default)]
    pub contact_type: Option<i64>,
    /// Cost centre, if any.
    #[serde(default)]
    pub cost_centre: Option<CostCentreId>,
    /// Addresses, by slot.
    #[serde(default)]
    pub addresses: Vec<SlotForm>,
}

impl ContactForm {
    /// The rules, the same in browser and server. Field names are those of the page: `self1`.
    pub fn check(&self) -> FieldErrors {
        let mut errors = FieldErrors::default();
        if self.name.trim().is_empty() {
            errors.add("name", "Enter the contact's name");
        }
        if ContactSide::parse(&self.side).is_none() {
            errors.add("side", "Choose whether it is an agent or a supplier");
        }
        if self.contact_type.is_none() {
            errors.add("contact_type", "Choose a contact type");
        }
        for (at, slot) in self.addresses.iter().enumerate() {
            if !slot.address.trim().is_empty() && !looks_like_address(&slot.address) {
                errors.add(&format!("self{}", at + 1), "Enter an e-mail address, like name@example.com");
            }
        }
        errors
    }
}

/// What stands around the form of a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactDraft {
    /// The contact, once on file.
    pub card: Option<ContactCard>,
    /// As typed but not saved, or as on file.
    pub form: ContactForm,
    /// What it can be.
    pub types: Vec<ContactType>,
    /// The form holds what is not saved.
    pub unsaved: bool,
    /// What saving would do to the history, when that was asked.
    pub effect: Option<crate::AddressEffect>,
    /// Addresses in the form that stand on others' files.
    pub shared: Vec<crate::SharedAddress>,
}

/// The Import tab of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportTab {
    /// The account's name.
    pub account: String,
    /// As saved.
    pub settings: ImportSettings,
    /// Contact types to choose from.
    pub types: Vec<ContactType>,
    /// Queues to choose from, the built-in one first.
    pub queues: Vec<Queue>,
}

/// The Import tab as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportForm {
    /// Import replies.
    #[serde(default)]
    pub on: bool,
    /// Error queue; empty = the built-in one.
    #[serde(default)]
    pub queue: String,
    /// Letters that are here already are treated too.
    #[serde(default)]
    pub here_already: bool,
    /// Types of agents.
    #[serde(default)]
    pub agent: Vec<i64>,
    /// Types of suppliers.
    #[serde(default)]
    pub supplier: Vec<i64>,
}

impl ImportForm {
    /// As saved.
    pub fn of(settings: &ImportSettings) -> Self {
        let types = |side| settings.types.iter().filter(|(of, _)| *of == side).map(|(_, id)| *id).collect();
        Self {
            on: settings.on,
            queue: settings.queue.map_or(String::new(), |id| id.to_string()),
            here_already: settings.rules > 0 && settings.since == 0,
            agent: types(ContactSide::Agent),
            supplier: types(ContactSide::Supplier),
        }
    }

    /// Types chosen on both sides, sorted, each once.
    pub fn types(&self) -> Vec<(ContactSide, i64)> {
        let of = |side: ContactSide, ids: &[i64]| ids.iter().map(|id| (side, *id)).collect::<Vec<_>>();
        let mut types = of(ContactSide::Agent, &self.agent);
        types.extend(of(ContactSide::Supplier, &self.supplier));
        types.sort_unstable();
        types.dedup();
        types
    }
}

/// An approved address as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForwardForm {
    /// Address.
    #[serde(default)]
    pub address: String,
    /// Whose it is.
    #[serde(default)]
    pub name: String,
}

impl ForwardForm {
    /// The rules, the same in browser and server.
    pub fn check(&self) -> FieldErrors {
        let mut errors = FieldErrors::default();
        if !looks_like_address(&self.address) {
            errors.add("address", "Enter an e-mail address, like name@example.com");
        }
        if self.name.trim().is_empty() {
            errors.add("name", "Enter the name of the one who reads letters there");
        }
        errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // TP-39, TP-40: each type is chosen once for a side.
    #[test]
    fn chosen_types_are_sorted_and_stand_once() {
        let form = ImportForm { agent: vec![2, 1, 2], supplier: vec![1], ..ImportForm::default() };
        assert_eq!(form.types(), [(ContactSide::Agent, 1), (ContactSide::Agent, 2), (ContactSide::Supplier, 1)]);
        let settings = ImportSettings { on: true, types: form.types(), ..ImportSettings::default() };
        assert_eq!(ImportForm::of(&settings).types(), settings.types);
        assert_eq!(settings.queue_or_built_in(), BUILT_IN_QUEUE);
    }

    #[test]
    fn a_contact_needs_a_name_a_side_and_a_type() {
        let empty = ContactForm { addresses: vec![SlotForm { address: "no".into(), ..SlotForm::default() }], ..ContactForm::default() };
        let fields: Vec<String> = empty.check().0.into_iter().map(|error| error.0).collect();
        assert_eq!(fields, ["name", "side", "contact_type", "self1"]);
        assert!(ForwardForm { address: "a@b.example".into(), name: " ".into() }.check().0.len() == 1);
    }
}
