//! Contacts: agents and suppliers, list and file. Their histories are the use cases of `history`, as clients' are.
//!
//! Must never: change a contact outside the scope of the one who asks, or name one to somebody who may not open it.

use super::clients::{change_of, slot_form};
use super::{Office, Principal, Session, trouble::problem_of};
use jiff::tz::TimeZone;
use model::{
    ClientForm, ClientId, ClientSaved, ContactCard, ContactDraft, ContactFilter, ContactForm, ContactList, ContactRemoval, ContactSide,
    FieldErrors, GONE_LISTED, GoneContact, Permission, Problem, SLOTS, SharedAddress,
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
        let gone = match after {
            None => self.store.gone_contacts(scope, &filter, GONE_LISTED as i64).await.map_err(problem_of)?,
            Some(_) => Vec::new(),
        };
        Ok(ContactList { rows, next, found, total, types: self.store.contact_types().await.map_err(problem_of)?, gone })
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

    /// The form of a contact (`None` = a new one): as on file or, with `typed`, as it was posted last in this session; with `look`, what
    /// saving that would do.
    pub async fn contact_draft(
        &self,
        who: &Principal,
        session: Option<&Session>,
        id: Option<ClientId>,
        typed: bool,
        look: bool,
    ) -> Result<ContactDraft, Problem> {
        who.need(Permission::ClientsEdit)?;
        let scope = who.scope()?;
        let types = self.store.contact_types().await.map_err(problem_of)?;
        let card = match id {
            Some(id) => Some(self.store.contact(scope, id).await.map_err(problem_of)?),
            None => None,
        };
        let kept = session.filter(|_| typed).and_then(|session| self.drafts.contact(&session.token_hash, id, self.now()));
        let unsaved = kept.is_some();
        let form = kept.unwrap_or_else(|| card.as_ref().map(|card| form_of(card, &self.time_zone())).unwrap_or_default());
        let addresses: Vec<String> = form.addresses.iter().filter_map(|slot| postroom_mail::address::canonical(&slot.address)).collect();
        let shared = self.store.also_on_file(scope, id, &addresses).await.map_err(problem_of)?;
        let change = self.contact_change(&form, &mut FieldErrors::default());
        let effect = match change.filter(|_| look && unsaved) {
            Some(change) => Some(self.store.address_effect(scope, id, &change.addresses).await.map_err(problem_of)?),
            None => None,
        };
        Ok(ContactDraft { card, form, types, unsaved, effect, shared })
    }

    /// What pressing a button of the form does. What is not saved (refused, or only looked at) is kept in the session, so that nobody
    /// types it again without JavaScript.
    pub async fn post_contact(
        &self,
        who: &Principal,
        session: Option<&Session>,
        id: Option<ClientId>,
        form: ContactForm,
        look: bool,
        seen: &str,
    ) -> Result<ClientSaved, Problem> {
        who.need(Permission::ClientsEdit)?;
        let typed = form.clone();
        let saved = self.save_contact_or_look(who, id, form, look, Some(seen)).await;
        if let Some(session) = session {
            let kept = matches!(saved, Ok(ClientSaved::Look) | Err(Problem::Invalid(_) | Problem::Conflict(_)));
            self.drafts.keep_contact(&session.token_hash, id, Some(typed).filter(|_| kept), self.now());
        }
        saved
    }

    /// Adds or changes a contact, whatever that does to its history, which follows at once, old letters too.
    pub async fn save_contact(&self, who: &Principal, id: Option<ClientId>, form: ContactForm) -> Result<ClientId, Problem> {
        match self.save_contact_or_look(who, id, form, false, None).await? {
            ClientSaved::Saved(id) => Ok(id),
            ClientSaved::Look => Err(Problem::NotFound),
        }
    }

    /// Saves, if what that does to the history has been `seen` (`None` = nobody asks).
    async fn save_contact_or_look(
        &self,
        who: &Principal,
        id: Option<ClientId>,
        form: ContactForm,
        look: bool,
        seen: Option<&str>,
    ) -> Result<ClientSaved, Problem> {
        let change = self.checked_contact(who, id, form).await?;
        let scope = who.scope()?;
        if look || seen.is_some() {
            let effect = self.store.address_effect(scope, id, &change.addresses).await.map_err(problem_of)?;
            if look || (effect.moves_letters() && seen != Some(effect.mark().as_str())) {
                return Ok(ClientSaved::Look);
            }
        }
        let action = if id.is_some() { "contact.changed" } else { "contact.added" };
        // The store adds what is different.
        let event = self.event(who, action, id.map(|id| format!("contact:{id}")).unwrap_or_default(), change.name.as_str());
        self.store.save_contact(scope, id, &change, &event).await.map(ClientSaved::Saved).map_err(problem_of)
    }

    /// The form as a change, when it keeps every rule.
    async fn checked_contact(&self, who: &Principal, id: Option<ClientId>, mut form: ContactForm) -> Result<ContactChange, Problem> {
        who.need(Permission::ClientsEdit)?;
        if let Some(id) = id
            && self.store.contact_is_gone(who.scope()?, id).await.map_err(problem_of)?
        {
            return Err(problem_of(StoreError::Conflict("contact_is_gone")));
        }
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
        change.ok_or(Problem::NotFound)
    }

    /// What deleting a contact would do.
    pub async fn contact_removal(&self, who: &Principal, id: ClientId) -> Result<(ContactCard, ContactRemoval), Problem> {
        who.need(Permission::ClientsEdit)?;
        let scope = who.scope()?;
        let card = self.store.contact(scope, id).await.map_err(problem_of)?;
        let event = self.event(who, "contact.deleted", "", "");
        let removal = self.store.remove_contact(scope, id, None, &event).await.map_err(problem_of)?;
        Ok((card, removal))
    }

    /// Deletes a contact, if that does what somebody has `seen`; else nothing is done yet. Whether it is.
    pub async fn delete_contact(&self, who: &Principal, id: ClientId, seen: &str) -> Result<bool, Problem> {
        who.need(Permission::ClientsEdit)?;
        let event = self.event(who, "contact.deleted", "", "");
        match self.store.remove_contact(who.scope()?, id, Some(seen), &event).await {
            Ok(_) => Ok(true),
            Err(StoreError::Conflict("removal_changed")) => Ok(false),
            Err(error) => Err(problem_of(error)),
        }
    }

    /// A contact that was deleted.
    pub async fn gone_contact(&self, who: &Principal, id: ClientId) -> Result<GoneContact, Problem> {
        self.store.gone_contact(who.scope()?, id).await.map_err(problem_of)
    }

    /// Puts a contact back that was deleted.
    pub async fn put_contact_back(&self, who: &Principal, id: ClientId) -> Result<(), Problem> {
        who.need(Permission::ClientsEdit)?;
        self.store.put_contact_back(who.scope()?, id, &self.event(who, "contact.put_back", "", "")).await.map_err(problem_of)
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

/// A contact as its form shows it.
fn form_of(card: &ContactCard, zone: &TimeZone) -> ContactForm {
    let at = |slot: i64| card.addresses.iter().find(|address| address.slot == slot);
    ContactForm {
        name: card.name.clone(),
        company: card.company.clone(),
        side: card.side.as_str().to_owned(),
        contact_type: Some(card.contact_type.id),
        cost_centre: card.cost_centre.as_ref().map(|(id, _)| *id),
        addresses: (1..=SLOTS).map(|slot| at(slot).map(|address| slot_form(address, zone)).unwrap_or_default()).collect(),
    }
}
