//! Contacts: agents and suppliers, list and file. Their histories are the use cases of `history`, as clients' are.
//!
//! Must never: change a contact outside the scope of the one who asks, or name one to somebody who may not open it.

use super::clients::{change_of, slot_form};
use super::{Office, Principal, trouble::problem_of};
use model::{
    ClientForm, ClientId, ContactCard, ContactDraft, ContactFilter, ContactForm, ContactList, ContactSide, FieldErrors, Permission,
    Problem, SLOTS, SharedAddress,
};
use postroom_mail::clean;
use postroom_store::{ContactChange, StoreError};

/// Contacts a page.
const PAGE: usize = 50;

impl Office {
    /// Contacts in scope with all the words in name, company or an address, of one side and type; all when empty.
    pub async fn contacts(
        &self,
        who: &Principal,
        words: &str,
        side: &str,
        contact_type: Option<i64>,
        cursor: Option<&str>,
    ) -> Result<ContactList, Problem> {
        let scope = who.scope()?;
        let after = match cursor.filter(|text| !text.is_empty()) {
            Some(text) => Some(text.parse().map(ClientId).map_err(|_| Problem::NotFound)?),
            None => None,
        };
        if let Some(last) = after {
            self.store.contact(scope, last).await.map_err(problem_of)?;
        }
        let words = words.split_whitespace().map(str::to_owned).collect();
        let filter = ContactFilter { words, side: ContactSide::parse(side), contact_type };
        let mut rows = self.store.contacts(scope, &filter, after, PAGE as i64 + 1).await.map_err(problem_of)?;
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let next = rows.last().filter(|_| more).map(|card| card.id);
        let found = self.store.contacts_found(scope, &filter).await.map_err(problem_of)?;
        let total = match filter == ContactFilter::default() {
            true => found,
            false => self.store.contacts_found(scope, &ContactFilter::default()).await.map_err(problem_of)?,
        };
        Ok(ContactList { rows, next, found, total, types: self.store.contact_types().await.map_err(problem_of)? })
    }

    /// One contact, and which of its addresses clients or other contacts have too (S12).
    pub async fn contact(&self, who: &Principal, id: ClientId) -> Result<(ContactCard, Vec<SharedAddress>), Problem> {
        let scope = who.scope()?;
        let card = self.store.contact(scope, id).await.map_err(problem_of)?;
        let shared = self.store.shared_addresses(scope, id).await.map_err(problem_of)?;
        Ok((card, shared))
    }

    /// Whether this is a contact whom the one who asks may open.
    pub async fn is_contact(&self, who: &Principal, id: ClientId) -> Result<bool, Problem> {
        match self.store.contact(who.scope()?, id).await {
            Ok(_) => Ok(true),
            Err(StoreError::NotFound) => Ok(false),
            Err(error) => Err(problem_of(error)),
        }
    }

    /// The form of a contact; `None` = a new one.
    pub async fn contact_draft(&self, who: &Principal, id: Option<ClientId>) -> Result<ContactDraft, Problem> {
        who.need(Permission::ClientsEdit)?;
        let types = self.store.contact_types().await.map_err(problem_of)?;
        let Some(id) = id else { return Ok(ContactDraft { card: None, form: ContactForm::default(), types }) };
        let card = self.store.contact(who.scope()?, id).await.map_err(problem_of)?;
        let zone = self.time_zone();
        let at = |slot: i64| card.addresses.iter().find(|address| address.slot == slot);
        let form = ContactForm {
            name: card.name.clone(),
            company: card.company.clone(),
            side: card.side.as_str().to_owned(),
            contact_type: Some(card.contact_type.id),
            cost_centre: card.cost_centre.as_ref().map(|(id, _)| *id),
            addresses: (1..=SLOTS).map(|slot| at(slot).map(|address| slot_form(address, &zone)).unwrap_or_default()).collect(),
        };
        Ok(ContactDraft { card: Some(card), form, types })
    }

    /// Adds or changes a contact. Its history follows at once, old letters too.
    pub async fn save_contact(&self, who: &Principal, id: Option<ClientId>, form: ContactForm) -> Result<ClientId, Problem> {
        who.need(Permission::ClientsEdit)?;
        let scope = who.scope()?;
        if let Some(id) = id {
            self.store.contact(scope, id).await.map_err(problem_of)?;
        }
        let mut form = form;
        let own = self.own_cost_centres(who).await?;
        if let (Some(own), None) = (&own, form.cost_centre) {
            form.cost_centre = own.first().copied().filter(|_| own.len() == 1);
        }
        let mut errors = form.check();
        if form.contact_type.is_some() {
            let known = self.store.contact_types().await.map_err(problem_of)?;
            if !known.iter().any(|kind| Some(kind.id) == form.contact_type) {
                errors.add("contact_type", "Choose a contact type of the list");
            }
        }
        if own.is_some_and(|own| !form.cost_centre.is_some_and(|centre| own.contains(&centre))) {
            errors.add("cost_centre", "Choose one of your own cost centres");
        }
        let change = self.contact_change(&form, &mut errors);
        errors.into_result()?;
        let change = change.ok_or(Problem::NotFound)?;
        let action = if id.is_some() { "contact.changed" } else { "contact.added" };
        // The store adds what is different.
        let event = self.event(who, action, id.map(|id| format!("contact:{id}")).unwrap_or_default(), change.name.as_str());
        self.store.save_contact(scope, id, &change, &event).await.map_err(problem_of)
    }

    /// The form as the store takes it; what cannot be read is added to the errors.
    pub(super) fn contact_change(&self, form: &ContactForm, errors: &mut FieldErrors) -> Option<ContactChange> {
        let slots = ClientForm { self_addresses: form.addresses.clone(), ..ClientForm::default() };
        let addresses = change_of(&slots, &self.time_zone(), errors).addresses;
        Some(ContactChange {
            name: clean::line(form.name.trim()),
            company: clean::line(form.company.trim()),
            side: ContactSide::parse(&form.side)?,
            contact_type: form.contact_type?,
            cost_centre: form.cost_centre,
            addresses,
        })
    }
}
