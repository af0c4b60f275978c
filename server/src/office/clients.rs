//! Clients: list and file.
//!
//! Must never: change a client outside the scope of the one who asks, or name one to somebody who may not open it.

use super::{Office, Principal, Session, days, trouble::problem_of};
use jiff::tz::TimeZone;
use model::{
    ClientAddress, ClientCard, ClientDraft, ClientForm, ClientId, ClientLine, ClientOrder, ClientSaved, CostCentre, CostCentreId,
    FieldErrors, Page, Permission, Person, Problem, SLOTS, SharedAddress, SlotForm,
};
use postroom_mail::clean;
use postroom_store::{ClientChange, NewClientAddress, StoreError};

/// Clients a page.
const PAGE: usize = 50;

impl Office {
    /// Clients in scope with all the words in code, name or an address; all when empty.
    pub async fn clients(
        &self,
        who: &Principal,
        words: &str,
        order: ClientOrder,
        cursor: Option<&str>,
    ) -> Result<Page<ClientLine>, Problem> {
        let scope = who.scope()?;
        let after = match cursor.filter(|text| !text.is_empty()) {
            Some(text) => Some(text.parse().map(ClientId).map_err(|_| Problem::NotFound)?),
            None => None,
        };
        if let Some(last) = after {
            self.store.client(scope, last).await.map_err(problem_of)?;
        }
        let (words, most) = (words_of(words), PAGE as i64 + 1);
        let mut rows: Vec<ClientLine> = match order {
            ClientOrder::Name => {
                let cards = self.store.clients(scope, &words, after, most).await.map_err(problem_of)?;
                let ids: Vec<ClientId> = cards.iter().map(|card| card.id).collect();
                let latest = self.store.latest_letters(&ids).await.map_err(problem_of)?;
                cards.into_iter().map(|card| ClientLine { latest: latest.get(&card.id).copied(), card }).collect()
            }
            ClientOrder::Latest => {
                let dated = self.store.clients_by_latest(scope, &words, after, most).await.map_err(problem_of)?;
                dated.into_iter().map(|(card, latest)| ClientLine { card, latest }).collect()
            }
        };
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let next = rows.last().filter(|_| more).map(|line| line.card.id.to_string());
        Ok(Page { rows, next })
    }

    /// How many clients in scope have the words.
    pub async fn clients_found(&self, who: &Principal, words: &str) -> Result<i64, Problem> {
        self.store.clients_found(who.scope()?, &words_of(words)).await.map_err(problem_of)
    }

    /// How many clients are in scope.
    pub async fn client_count(&self, who: &Principal) -> Result<i64, Problem> {
        self.store.client_count(who.scope()?).await.map_err(problem_of)
    }

    /// One client, and which of its addresses others have too (S12).
    pub async fn client(&self, who: &Principal, id: ClientId) -> Result<(ClientCard, Vec<SharedAddress>), Problem> {
        let scope = who.scope()?;
        let card = self.store.client(scope, id).await.map_err(problem_of)?;
        let on_file: Vec<String> = card.addresses.iter().map(|entry| entry.address.clone()).collect();
        let shared = self.store.also_on_file(scope, Some(id), &on_file).await.map_err(problem_of)?;
        Ok((card, shared))
    }

    /// The form of a client (`None` = a new one): as on file or, with `typed`, as it was posted last in this session; with `look`, what
    /// saving that would do.
    pub async fn client_draft(
        &self,
        who: &Principal,
        session: Option<&Session>,
        id: Option<ClientId>,
        typed: bool,
        look: bool,
    ) -> Result<ClientDraft, Problem> {
        who.need(Permission::ClientsEdit)?;
        let scope = who.scope()?;
        let card = match id {
            // A contact has a form of its own.
            Some(id) if self.store.is_contact(id).await.map_err(problem_of)? => return Err(Problem::NotFound),
            Some(id) => Some(self.store.client(scope, id).await.map_err(problem_of)?),
            None => None,
        };
        let kept = session.filter(|_| typed).and_then(|session| self.drafts.client(&session.token_hash, id, self.now()));
        let unsaved = kept.is_some();
        let form = match (kept, &card) {
            (Some(kept), _) => kept,
            (None, Some(card)) => form_of(card, &self.store.cost_centres().await.map_err(problem_of)?, &self.time_zone()),
            (None, None) => ClientForm::default(),
        };
        let typed = form.self_addresses.iter().chain(&form.partner_addresses);
        let addresses: Vec<String> = typed.filter_map(|slot| postroom_mail::address::canonical(&slot.address)).collect();
        let shared = self.store.also_on_file(scope, id, &addresses).await.map_err(problem_of)?;
        let change = change_of(&form, &self.time_zone(), &mut FieldErrors::default());
        let effect =
            if look && unsaved { Some(self.store.address_effect(scope, id, &change.addresses).await.map_err(problem_of)?) } else { None };
        Ok(ClientDraft { card, form, unsaved, effect, shared })
    }

    /// A client by the office's code, or by its id.
    pub async fn client_named(&self, who: &Principal, word: &str) -> Result<ClientCard, Problem> {
        let scope = who.scope()?;
        match (self.store.client_by_code(scope, word).await, word.parse::<i64>()) {
            (Err(StoreError::NotFound), Ok(id)) => self.store.client(scope, ClientId(id)).await.map_err(problem_of),
            (found, _) => found.map_err(problem_of),
        }
    }

    /// What pressing a button of the form does. What is not saved (refused, or only looked at) is kept in the session, so that nobody
    /// types it again without JavaScript.
    pub async fn post_client(
        &self,
        who: &Principal,
        session: Option<&Session>,
        id: Option<ClientId>,
        form: ClientForm,
        look: bool,
        seen: &str,
    ) -> Result<ClientSaved, Problem> {
        who.need(Permission::ClientsEdit)?;
        let typed = form.clone();
        let saved = self.save_or_look(who, id, form, look, seen).await;
        if let Some(session) = session {
            let kept = matches!(saved, Ok(ClientSaved::Look) | Err(Problem::Invalid(_) | Problem::Conflict(_)));
            self.drafts.keep_client(&session.token_hash, id, Some(typed).filter(|_| kept), self.now());
        }
        saved
    }

    async fn save_or_look(
        &self,
        who: &Principal,
        id: Option<ClientId>,
        form: ClientForm,
        look: bool,
        seen: &str,
    ) -> Result<ClientSaved, Problem> {
        let change = self.checked_change(who, form).await?;
        let effect = self.store.address_effect(who.scope()?, id, &change.addresses).await.map_err(problem_of)?;
        if look || (effect.moves_letters() && effect.mark() != seen) {
            return Ok(ClientSaved::Look);
        }
        let action = if id.is_some() { "client.changed" } else { "client.added" };
        // The store adds what is different.
        let event = self.event(who, action, id.map(|id| format!("client:{id}")).unwrap_or_default(), change.code.as_str());
        self.store.save_client(who.scope()?, id, &change, &event).await.map(ClientSaved::Saved).map_err(problem_of)
    }

    /// The form as a change, when it keeps every rule.
    pub(super) async fn checked_change(&self, who: &Principal, form: ClientForm) -> Result<ClientChange, Problem> {
        let own = self.own_cost_centres(who).await?;
        let mut form = form;
        if let (Some(own), None) = (&own, form.cost_centre) {
            form.cost_centre = own.first().copied().filter(|_| own.len() == 1);
        }
        let mut errors = form.check();
        let change = change_of(&form, &self.time_zone(), &mut errors);
        if own.is_some_and(|own| !form.cost_centre.is_some_and(|centre| own.contains(&centre))) {
            errors.add("cost_centre", "Choose one of your own cost centres");
        }
        errors.into_result()?;
        Ok(change)
    }

    /// The cost centres to which somebody is held; `None` = all, since there are none or he or she is an administrator.
    pub(crate) async fn own_cost_centres(&self, who: &Principal) -> Result<Option<Vec<CostCentreId>>, Problem> {
        if let Principal::Token(token) = who {
            return Ok(token.cost_centre.map(|centre| vec![centre]));
        }
        let Some(user) = who.user().filter(|_| !who.is_administrator()) else { return Ok(None) };
        if self.store.cost_centres().await.map_err(problem_of)?.is_empty() {
            return Ok(None);
        }
        let users = self.store.users().await.map_err(problem_of)?;
        Ok(Some(users.into_iter().find(|card| card.id == user).map(|card| card.cost_centres).unwrap_or_default()))
    }

    pub(crate) fn time_zone(&self) -> TimeZone {
        self.settings.time_zone.clone().unwrap_or_else(TimeZone::system)
    }
}

fn words_of(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// A form as the store takes it. What cannot be read is added to the errors.
pub(super) fn change_of(form: &ClientForm, zone: &TimeZone, errors: &mut FieldErrors) -> ClientChange {
    let mut addresses = Vec::new();
    for (person, slots) in [(Person::Myself, &form.self_addresses), (Person::Partner, &form.partner_addresses)] {
        for (slot, typed) in (1..=SLOTS).zip(slots).filter(|(_, typed)| !typed.address.trim().is_empty()) {
            let field = format!("{}{slot}", person.as_str());
            match slot_of(person, slot, typed, zone) {
                Ok(address) => addresses.push(address),
                Err(sentence) if errors.of(&field).is_none() => errors.add(&field, sentence),
                Err(_) => {}
            }
        }
    }
    ClientChange { code: clean::line(&form.code), name: clean::line(&form.name), cost_centre: form.cost_centre, addresses }
}

fn slot_of(person: Person, slot: i64, typed: &SlotForm, zone: &TimeZone) -> Result<NewClientAddress, &'static str> {
    let address = postroom_mail::address::canonical(&typed.address).ok_or("Enter an e-mail address, like name@example.com")?;
    let day = |text: &str, moment: fn(&str, &TimeZone) -> Option<i64>| match text.trim() {
        "" => Ok(None),
        text => moment(text, zone).map(Some).ok_or("Enter the day as year-month-day, like 2026-03-31"),
    };
    let (valid_from, valid_to) = (day(&typed.valid_from, days::start_of)?, day(&typed.valid_to, days::end_of)?);
    if let (Some(from), Some(to)) = (valid_from, valid_to)
        && from >= to
    {
        return Err("The last day comes before the first day");
    }
    Ok(NewClientAddress { person, slot, address, valid_from, valid_to })
}

/// A client as its form shows it.
fn form_of(card: &ClientCard, centres: &[CostCentre], zone: &TimeZone) -> ClientForm {
    let slots = |person: Person| {
        let at = |slot: i64| card.addresses.iter().find(|address| address.person == person && address.slot == slot);
        (1..=SLOTS).map(|slot| at(slot).map(|address| slot_form(address, zone)).unwrap_or_default()).collect()
    };
    ClientForm {
        code: card.code.clone(),
        name: card.name.clone(),
        cost_centre: centres.iter().find(|centre| Some(&centre.name) == card.cost_centre.as_ref()).map(|centre| centre.id),
        self_addresses: slots(Person::Myself),
        partner_addresses: slots(Person::Partner),
    }
}

pub(super) fn slot_form(address: &ClientAddress, zone: &TimeZone) -> SlotForm {
    SlotForm {
        address: address.address.clone(),
        valid_from: address.valid_from.map(|moment| days::day_of(moment, zone)).unwrap_or_default(),
        valid_to: address.valid_to.map(|moment| days::last_day_before(moment, zone)).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_comes_back_as_it_was_typed() {
        // FP-05
        let typed = SlotForm { address: " Ada@Example.COM".into(), valid_from: "2024-02-01".into(), valid_to: "2024-02-29".into() };
        let form =
            ClientForm { code: "K1".into(), name: "Ada".into(), self_addresses: vec![SlotForm::default(), typed], ..ClientForm::default() };
        let mut errors = FieldErrors::default();
        let change = change_of(&form, &TimeZone::UTC, &mut errors);
        assert!(errors.0.is_empty());
        let [address] = &change.addresses[..] else { panic!("{:?}", change.addresses) };
        assert_eq!((address.slot, address.address.as_str()), (2, "ada@example.com"));
        assert_eq!(address.valid_to.unwrap() - address.valid_from.unwrap(), 29 * 86_400_000);
        let stored = ClientAddress {
            person: Person::Myself,
            slot: 2,
            address: address.address.clone(),
            valid_from: address.valid_from,
            valid_to: address.valid_to,
        };
        assert_eq!(slot_form(&stored, &TimeZone::UTC).valid_to, "2024-02-29");
    }

    #[test]
    fn a_period_that_ends_before_it_begins_is_refused_at_its_field() {
        let typed = SlotForm { address: "a@example.com".into(), valid_from: "2024-03-01".into(), valid_to: "2024-02-01".into() };
        let form = ClientForm { partner_addresses: vec![typed], ..ClientForm::default() };
        let mut errors = FieldErrors::default();
        change_of(&form, &TimeZone::UTC, &mut errors);
        assert!(errors.of("partner1").is_some());
    }
}
