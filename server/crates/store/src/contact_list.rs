//! Lists of contacts. Contacts have no codes: the same name, company and side (capitals and accents apart) is the same contact. Nothing is
//! deleted; an address that is not on file goes where there is room. The name of one that was merged only adds addresses to where it went.

use crate::{
    ContactChange, NewClientAddress, NewEvent, Store, StoreError,
    audit::append_events,
    client_save::{Before, OnFile, intern_address, write_addresses},
    contacts::{contact_difference, read_contact, write_contact},
    db::{read, write},
    fold::{fold, search_text},
};
use model::{ClientId, ContactSide, CostCentreId, Person, SLOTS};
use std::collections::HashMap;

/// What a list of contacts did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactListOutcome {
    /// Contacts added.
    pub added: i64,
    /// Rows that changed a contact on file, or one that an earlier row added.
    pub updated: i64,
    /// Rows that change nothing.
    pub unchanged: i64,
    /// Addresses for which there was no room: row from 0, address.
    pub left_off: Vec<(usize, String)>,
}

const DRY_RUN: &str = "dry_run";

impl Store {
    /// Names, companies and sides of contacts that were merged, and where a list that names them leads; whatever the viewer's scope (for
    /// refusing, never for showing).
    pub async fn merged_contact_names(&self) -> Result<Vec<(String, String, ContactSide, ClientId)>, StoreError> {
        let gone: Vec<(i64, Option<i64>)> =
            read!(self, c => sqlx::query_as("select party_id, into_id from client_merged").fetch_all(c).await)?;
        let rows: Vec<(i64, String, String, String)> = read!(self, c => sqlx::query_as(
            "select p.id, p.name, k.company, k.side from client_merged g join party p on p.id = g.party_id join contact k on k.party_id = p.id
             where g.into_id is not null order by p.id").fetch_all(c).await)?;
        let gone: HashMap<i64, Option<i64>> = gone.into_iter().collect();
        let leads = |(id, name, company, side): (i64, String, String, String)| {
            Some((name, company, ContactSide::parse(&side)?, ClientId(stayed(id, &gone)?)))
        };
        Ok(rows.into_iter().filter_map(leads).collect())
    }

    /// Adds and changes contacts from a list, all or nothing. With `dry_run` nothing is kept. Each contact that is changed has an event.
    /// A row without a cost centre leaves the one on file.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a contact type that there is not.
    pub async fn import_contacts(&self, list: &[ContactChange], dry_run: bool, event: &NewEvent) -> Result<ContactListOutcome, StoreError> {
        let mut done = ContactListOutcome::default();
        let outcome = write!(self, c => {
            // Takes the lock that every deed takes: nobody deletes or merges a contact of the list meanwhile.
            sqlx::query("update audit_head set seq = seq where id = 1").execute(&mut *c).await?;
            let types: Vec<(i64, String)> = sqlx::query_as("select id, name from contact_type").fetch_all(&mut *c).await?;
            let types: HashMap<i64, String> = types.into_iter().collect();
            let rows: Vec<(i64, String, String, String)> = sqlx::query_as(
                "select p.id, p.name, k.company, k.side from party p join contact k on k.party_id = p.id where p.kind = 'contact' order by p.id desc")
                .fetch_all(&mut *c).await?;
            let gone: Vec<(i64, Option<i64>)> = sqlx::query_as("select party_id, into_id from client_merged").fetch_all(&mut *c).await?;
            let gone: HashMap<i64, Option<i64>> = gone.into_iter().collect();
            let mut known = by_name(rows, &gone);
            let mut events: Vec<NewEvent> = Vec::new();
            for (row, change) in list.iter().enumerate() {
                let kind = types.get(&change.contact_type).ok_or(StoreError::NotFound)?;
                let key = (fold(&change.name), fold(&change.company), change.side.as_str().to_owned());
                let Some((id, is_merged)) = known.get(&key).copied() else {
                    let id = write_contact!(c, None::<i64>, change, event.at);
                    known.insert(key, (id, false));
                    done.added += 1;
                    continue;
                };
                let before = read_contact!(c, id).ok_or(StoreError::NotFound)?;
                let (whole, left_off) = with_listed(&before, change, is_merged);
                done.left_off.extend(left_off.into_iter().map(|address| (row, address)));
                let words = contact_difference(&before, &whole, if is_merged { &before.3 } else { kind });
                if words.is_empty() {
                    done.unchanged += 1;
                    continue;
                }
                write_contact!(c, Some(id), &whole, event.at);
                done.updated += 1;
                let detail = format!("{} by a list: {words}", whole.name);
                events.push(NewEvent { action: "contact.changed".to_owned(), subject: format!("contact:{id}"), detail, ..event.clone() });
            }
            if dry_run {
                // Everything above was really tried; rolling back is what makes it a rehearsal.
                return Err(StoreError::Conflict(DRY_RUN));
            }
            events.push(event.clone());
            Ok(append_events!(&self.keys, c, &events))
        });
        match outcome {
            Ok(head) => self.heads.publish(head.0, &head.1)?,
            Err(StoreError::Conflict(DRY_RUN)) => {}
            Err(error) => return Err(error),
        }
        Ok(done)
    }
}

/// Contacts by what a list names them by (name, company, side), and whether that is the name of one that was merged into another: it leads
/// to where that went. The oldest stays where several are the same; one that was deleted is not known.
fn by_name(rows: Vec<(i64, String, String, String)>, gone: &HashMap<i64, Option<i64>>) -> HashMap<(String, String, String), (i64, bool)> {
    let (here, merged): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| !gone.contains_key(&row.0));
    merged
        .into_iter()
        .filter_map(|row| Some((stayed(row.0, gone)?, true, row)))
        .chain(here.into_iter().map(|row| (row.0, false, row)))
        .map(|(id, is_merged, (_, name, company, side))| ((fold(&name), fold(&company), side), (id, is_merged)))
        .collect()
}

/// A contact on file with what a row of a list adds and changes, and addresses for which there was no room. By the name of one that is gone,
/// addresses are added and nothing is replaced.
fn with_listed(before: &(Before, String, String, String, i64), change: &ContactChange, is_merged: bool) -> (ContactChange, Vec<String>) {
    let (file, company, side, _, contact_type) = before;
    let on_file = file.addresses.iter().map(|((person, slot), (address, from, to))| NewClientAddress {
        person: *person,
        slot: *slot,
        address: address.clone(),
        valid_from: *from,
        valid_to: *to,
    });
    let (addresses, left_off) = with_new(on_file.collect(), &change.addresses);
    let whole = ContactChange {
        cost_centre: change.cost_centre.filter(|_| !is_merged).or(file.cost_centre.map(CostCentreId)),
        // As it is written on file: what differs by capitals only is no change.
        name: file.name.clone(),
        company: company.clone(),
        side: ContactSide::parse(side).unwrap_or(change.side),
        contact_type: if is_merged { *contact_type } else { change.contact_type },
        addresses,
    };
    (whole, left_off)
}

/// A file with the addresses of a list that are not on it, and those for which there is no room.
fn with_new(mut on_file: Vec<NewClientAddress>, listed: &[NewClientAddress]) -> (Vec<NewClientAddress>, Vec<String>) {
    let mut left_off = Vec::new();
    for new in listed {
        if on_file.iter().any(|known| known.address == new.address) {
            continue;
        }
        match (1..=SLOTS).find(|slot| on_file.iter().all(|known| known.slot != *slot)) {
            Some(slot) => on_file.push(NewClientAddress { person: Person::Myself, slot, ..new.clone() }),
            None => left_off.push(new.address.clone()),
        }
    }
    (on_file, left_off)
}

/// Where a contact went that was merged, however many mergers lie between; `None` when the last of them was deleted.
fn stayed(gone: i64, into: &HashMap<i64, Option<i64>>) -> Option<i64> {
    let mut at = gone;
    for _ in 0..=into.len() {
        match into.get(&at) {
            Some(next) => at = (*next)?,
            None => return Some(at),
        }
    }
    None
}
