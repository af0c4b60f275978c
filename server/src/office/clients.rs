//! Clients: list, file, import of lists.
//!
//! Must never: change a client outside the scope of the one who asks, or delete anything because a list does not name it.

use super::drafts::UploadedList;
use super::{Office, Principal, Session, days, trouble::problem_of};
use crate::client_list::{self, ClientList, ListRow};
use jiff::tz::TimeZone;
use model::{
    ClientAddress, ClientCard, ClientForm, ClientId, CostCentre, CostCentreId, FieldErrors, ImportPreview, ImportReport, Page, Permission,
    Person, Problem, SLOTS, SlotForm,
};
use postroom_store::{ClientChange, NewClientAddress, Scope, StoreError};
use std::sync::Arc;

/// Clients a page.
const PAGE: usize = 50;
/// Refused rows told of; more would not be read.
const TOLD: usize = 1000;

impl Office {
    /// Clients in scope with all the words in code, name or an address; all when empty.
    pub async fn clients(&self, who: &Principal, words: &str, cursor: Option<&str>) -> Result<Page<ClientCard>, Problem> {
        let scope = who.scope()?;
        let after = match cursor.filter(|text| !text.is_empty()) {
            Some(text) => {
                let last = text.parse().map_err(|_| Problem::NotFound)?;
                Some((self.store.client(scope, ClientId(last)).await.map_err(problem_of)?.name.to_lowercase(), last))
            }
            None => None,
        };
        let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
        let mut rows = self.store.clients(scope, &words, after, PAGE as i64 + 1).await.map_err(problem_of)?;
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let next = rows.last().filter(|_| more).map(|card| card.id.to_string());
        Ok(Page { rows, next })
    }

    /// How many clients are in scope.
    pub async fn client_count(&self, who: &Principal) -> Result<i64, Problem> {
        self.store.client_count(who.scope()?).await.map_err(problem_of)
    }

    /// One client, as shown and as typed.
    pub async fn client(&self, who: &Principal, id: ClientId) -> Result<(ClientCard, ClientForm), Problem> {
        let card = self.store.client(who.scope()?, id).await.map_err(problem_of)?;
        let centres = self.store.cost_centres().await.map_err(problem_of)?;
        let form = form_of(&card, &centres, &self.time_zone());
        Ok((card, form))
    }

    /// A client by the office's code, or by its id.
    pub async fn client_named(&self, who: &Principal, word: &str) -> Result<ClientCard, Problem> {
        let scope = who.scope()?;
        match (self.store.client_by_code(scope, word).await, word.parse::<i64>()) {
            (Err(StoreError::NotFound), Ok(id)) => self.store.client(scope, ClientId(id)).await.map_err(problem_of),
            (found, _) => found.map_err(problem_of),
        }
    }

    /// Adds or changes a client.
    pub async fn save_client(&self, who: &Principal, id: Option<ClientId>, form: ClientForm) -> Result<ClientId, Problem> {
        who.need(Permission::ClientsEdit)?;
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
        let action = if id.is_some() { "client.changed" } else { "client.added" };
        let detail = format!("{} with {} addresses", change.code, change.addresses.len());
        let event = self.event(who, action, id.map(|id| format!("client:{id}")).unwrap_or_default(), detail);
        self.store.save_client(who.scope()?, id, &change, &event).await.map_err(problem_of)
    }

    /// Keeps an uploaded list in the session.
    pub async fn keep_upload(&self, who: &Principal, session: &Session, file: &str, bytes: Vec<u8>) -> Result<(), Problem> {
        who.need(Permission::ClientsEdit)?;
        let list = read_list(bytes).await?;
        let upload = UploadedList { file: postroom_mail::attachment::safe_name(file), list: Arc::new(list) };
        self.drafts.keep_upload(&session.token_hash, Some(upload), self.now());
        Ok(())
    }

    /// What importing the uploaded list would do.
    pub async fn import_preview(&self, who: &Principal, session: &Session) -> Result<Option<ImportPreview>, Problem> {
        who.need(Permission::ClientsEdit)?;
        let Some(upload) = self.drafts.upload(&session.token_hash, self.now()) else { return Ok(None) };
        let report = self.import_list(who, &upload.list, true).await?;
        Ok(Some(ImportPreview {
            file: upload.file,
            delimiter: upload.list.delimiter,
            encoding: upload.list.encoding.to_owned(),
            columns: upload.list.columns.clone(),
            rows: upload.list.shown.clone(),
            report,
        }))
    }

    /// Imports the uploaded list.
    pub async fn import_upload(&self, who: &Principal, session: &Session) -> Result<ImportReport, Problem> {
        who.need(Permission::ClientsEdit)?;
        let upload = self.drafts.upload(&session.token_hash, self.now());
        let upload = upload.ok_or_else(|| Problem::Conflict("The uploaded list is no longer here. Upload it again.".into()))?;
        let report = self.import_list(who, &upload.list, false).await?;
        self.drafts.keep_upload(&session.token_hash, None, self.now());
        Ok(report)
    }

    /// Imports a file.
    pub async fn import_file(&self, who: &Principal, bytes: Vec<u8>, dry_run: bool) -> Result<ImportReport, Problem> {
        who.need(Permission::ClientsEdit)?;
        let list = read_list(bytes).await?;
        self.import_list(who, &list, dry_run).await
    }

    async fn import_list(&self, who: &Principal, list: &ClientList, dry_run: bool) -> Result<ImportReport, Problem> {
        let centres = self.store.cost_centres().await.map_err(problem_of)?;
        let own = self.own_cost_centres(who).await?;
        let mut refused = list.refused.clone();
        let mut changes = Vec::with_capacity(list.rows.len());
        for row in &list.rows {
            match self.row_change(who, row, &centres, own.as_deref()).await? {
                Ok(change) => changes.push(change),
                Err(sentence) => refused.push((row.line, sentence)),
            }
        }
        let event = self.event(who, "clients.imported", "", format!("{} rows, {} refused", changes.len(), refused.len()));
        let (added, updated, unchanged) = self.store.import_clients(&changes, dry_run, &event).await.map_err(problem_of)?;
        refused.sort_by_key(|(line, _)| *line);
        refused.truncate(TOLD);
        Ok(ImportReport { added, updated, unchanged, refused, dry_run })
    }

    /// A row as a change, or why it is refused.
    async fn row_change(
        &self,
        who: &Principal,
        row: &ListRow,
        centres: &[CostCentre],
        own: Option<&[CostCentreId]>,
    ) -> Result<Result<ClientChange, String>, Problem> {
        let mut form = row.form.clone();
        if let Some(name) = &row.cost_centre {
            let Some(centre) = centres.iter().find(|centre| centre.name.eq_ignore_ascii_case(name)) else {
                return Ok(Err(format!("cost_centre: There is no cost centre “{name}”. Add it under Settings, or correct the name.")));
            };
            form.cost_centre = Some(centre.id);
        }
        if let Some(own) = own {
            let known = match self.store.client_by_code(Scope::Everything, &form.code).await {
                Ok(_) => true,
                Err(StoreError::NotFound) => false,
                Err(error) => return Err(problem_of(error)),
            };
            if known && self.store.client_by_code(who.scope()?, &form.code).await.is_err() {
                return Ok(Err("code: This code belongs to a client of another cost centre.".into()));
            }
            if form.cost_centre.is_none() && !known {
                form.cost_centre = own.first().copied().filter(|_| own.len() == 1);
            }
            let foreign = form.cost_centre.map_or(!known, |centre| !own.contains(&centre));
            if foreign {
                return Ok(Err("cost_centre: Name one of your own cost centres.".into()));
            }
        }
        let mut errors = FieldErrors::default();
        let change = change_of(&form, &self.time_zone(), &mut errors);
        Ok(match errors.0.first() {
            Some((field, sentence)) => Err(format!("{field}: {sentence}.")),
            None => Ok(change),
        })
    }

    /// The cost centres to which somebody is held; `None` = all, since there are none or he or she is an administrator.
    pub(crate) async fn own_cost_centres(&self, who: &Principal) -> Result<Option<Vec<CostCentreId>>, Problem> {
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

async fn read_list(bytes: Vec<u8>) -> Result<ClientList, Problem> {
    let read = tokio::task::spawn_blocking(move || client_list::read(&bytes)).await.map_err(|error| super::trouble::unexpected(&error))?;
    read.map_err(|unusable| Problem::field("file", &unusable.0))
}

/// A form as the store takes it. What cannot be read is added to the errors.
fn change_of(form: &ClientForm, zone: &TimeZone, errors: &mut FieldErrors) -> ClientChange {
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
    ClientChange { code: form.code.trim().to_owned(), name: form.name.trim().to_owned(), cost_centre: form.cost_centre, addresses }
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

fn slot_form(address: &ClientAddress, zone: &TimeZone) -> SlotForm {
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
