//! Clients as other systems keep them: one by its code, or many at once.
//!
//! Must never: change a client outside the token's cost centre, or say that there is one.

use super::{Office, Principal, client_import::merged_words, trouble::problem_of};
use crate::client_list::{ListRow, StringRecord};
use model::{ApiScope, ClientCard, ClientForm, ImportReport, Person, Problem, SLOTS, SlotForm};
use postroom_store::{Scope, StoreError};

/// Longest code and name, as in lists.
const LONGEST_CODE: usize = 60;
const LONGEST_NAME: usize = 200;

/// A client as another system sends it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SentClient {
    /// The office's own code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Cost centre's name; `None` = as it is, or the token's.
    pub cost_centre: Option<String>,
    /// Addresses of self, by slot; empty = free.
    pub own: Vec<SlotForm>,
    /// Addresses of the partner, by slot.
    pub partner: Vec<SlotForm>,
}

impl SentClient {
    fn form(&self) -> ClientForm {
        ClientForm {
            code: self.code.clone(),
            name: self.name.clone(),
            cost_centre: None,
            self_addresses: self.own.clone(),
            partner_addresses: self.partner.clone(),
        }
    }

    /// What no form lets through by itself.
    fn odd(&self) -> Option<(&'static str, &'static str)> {
        let control = |text: &str| text.chars().any(char::is_control);
        if self.code.chars().count() > LONGEST_CODE || control(&self.code) {
            return Some(("code", "The code has 60 characters at most, and no line ends"));
        }
        if self.name.chars().count() > LONGEST_NAME || control(&self.name) {
            return Some(("name", "The name has 200 characters at most, and no line ends"));
        }
        if self.own.len() > SLOTS as usize {
            return Some(("self", "A person has three addresses at most"));
        }
        if self.partner.len() > SLOTS as usize {
            return Some(("partner", "A person has three addresses at most"));
        }
        self.own.iter().chain(&self.partner).any(|slot| slot.address.len() > 400).then_some(("self", "An address is too long"))
    }
}

impl Office {
    /// A client by its code, as a token may see it.
    pub async fn system_client(&self, who: &Principal, code: &str) -> Result<ClientCard, Problem> {
        if code.chars().any(char::is_control) {
            return Err(Problem::NotFound);
        }
        self.store.client_by_code(who.scope()?, code).await.map_err(problem_of)
    }

    /// Adds or changes the client with this code; what is sent is the whole file. Answers whether it is new.
    pub async fn put_client(&self, who: &Principal, sent: &SentClient) -> Result<(ClientCard, bool), Problem> {
        who.need_scope(ApiScope::ClientsWrite)?;
        if let Some((field, sentence)) = sent.odd() {
            return Err(Problem::field(field, sentence));
        }
        let scope = who.scope()?;
        let known = match self.store.client_by_code(Scope::Everything, &sent.code).await {
            Ok(card) => Some(self.store.client(scope, card.id).await.map_err(problem_of)?),
            Err(StoreError::NotFound) => None,
            Err(error) => return Err(problem_of(error)),
        };
        if let Some(card) = known.as_ref().filter(|card| postroom_store::code_key(&card.code) != postroom_store::code_key(&sent.code)) {
            return Err(Problem::Conflict(format!("This client was merged into {}. Change that one.", card.code)));
        }
        let centres = self.store.cost_centres().await.map_err(problem_of)?;
        let mut form = sent.form();
        if let Some(card) = &known {
            form.code.clone_from(&card.code);
            form.cost_centre = centres.iter().find(|centre| Some(&centre.name) == card.cost_centre.as_ref()).map(|centre| centre.id);
            keep_periods(&mut form, card, &self.time_zone());
        }
        if let Some(name) = &sent.cost_centre {
            let named = centres.iter().find(|centre| centre.name.eq_ignore_ascii_case(name));
            form.cost_centre = Some(named.ok_or_else(|| Problem::field("cost_centre", "There is no cost centre of this name"))?.id);
        }
        let change = self.checked_change(who, form).await?;
        let action = if known.is_some() { "client.changed" } else { "client.added" };
        let id = known.as_ref().map(|card| card.id);
        let event = self.event(who, action, id.map(|id| format!("client:{id}")).unwrap_or_default(), change.code.as_str());
        let id = self.store.save_client(scope, id, &change, &event).await.map_err(problem_of)?;
        Ok((self.store.client(scope, id).await.map_err(problem_of)?, known.is_none()))
    }

    /// Adds and changes many clients, as a list does: nothing is deleted, and what is left out stays as it is. Rows that cannot be taken
    /// are named by their place, from 1; the others are taken.
    pub async fn put_clients(&self, who: &Principal, sent: &[SentClient], dry_run: bool) -> Result<ImportReport, Problem> {
        who.need_scope(ApiScope::ClientsWrite)?;
        let centres = self.store.cost_centres().await.map_err(problem_of)?;
        let own = self.own_cost_centres(who).await?;
        let (mut changes, mut lines, mut refused) = (Vec::new(), Vec::new(), Vec::new());
        for (line, one) in (1_u64..).zip(sent) {
            let mut errors = one.form().check();
            if let Some((field, sentence)) = one.odd() {
                errors.add(field, sentence);
            }
            if let Some((_, sentence)) = errors.0.into_iter().next() {
                refused.push((line, sentence));
                continue;
            }
            let row = ListRow { line, form: one.form(), cost_centre: one.cost_centre.clone(), record: StringRecord::new() };
            match self.row_change(who, &row, &centres, own.as_deref()).await? {
                Ok(change) => {
                    changes.push(change);
                    lines.push(line);
                }
                Err((_, sentence)) => refused.push((line, sentence)),
            }
        }
        let event = self.event(who, "clients.imported", "", format!("{} rows, {} refused", changes.len(), refused.len()));
        let outcome = self.store.import_clients(&changes, dry_run, &event).await.map_err(problem_of)?;
        let merged = outcome.merged.iter().map(|row| merged_words(row, &changes, &lines)).collect();
        Ok(ImportReport {
            added: outcome.added,
            updated: outcome.updated,
            unchanged: outcome.unchanged,
            refused,
            more_refused: 0,
            merged,
            dry_run,
        })
    }
}

/// An address that stays keeps its period where the other system says nothing about it.
fn keep_periods(form: &mut ClientForm, card: &ClientCard, zone: &jiff::tz::TimeZone) {
    let own = form.self_addresses.iter_mut().map(|slot| (Person::Myself, slot));
    for (person, slot) in own.chain(form.partner_addresses.iter_mut().map(|slot| (Person::Partner, slot))) {
        let Some(address) = postroom_mail::address::canonical(&slot.address) else { continue };
        let Some(known) = card.addresses.iter().find(|one| one.person == person && one.address == address) else { continue };
        let day = |moment: Option<i64>, last: bool| {
            let Some(moment) = moment else { return String::new() };
            if last { super::days::last_day_before(moment, zone) } else { super::days::day_of(moment, zone) }
        };
        if slot.valid_from.is_empty() {
            slot.valid_from = day(known.valid_from, false);
        }
        if slot.valid_to.is_empty() {
            slot.valid_to = day(known.valid_to, true);
        }
    }
}
