//! Lists of clients: read what is there once, compare in memory, write what is different in few statements.
//!
//! The same code (capitals apart) updates; nothing is deleted; an empty cell leaves what is on file. The code of a client that was merged
//! into another only adds to that one what is not on its file: two rows for one client must not take turns in it.

use crate::{
    ClientChange, NewEvent, Store, StoreError,
    audit::append_events,
    client_save::{Before, OnFile, difference},
    db::write,
    fold::{code_key, fold, search_text},
};
use model::{Person, SLOTS};
use sqlx::QueryBuilder;
use std::collections::{BTreeSet, HashMap};

/// Rows in one statement: far below the 32,766 parameters that SQLite takes.
const AT_ONCE: usize = 400;

/// What a list did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListOutcome {
    /// Clients added.
    pub added: i64,
    /// Clients that were on file and are different now.
    pub updated: i64,
    /// Rows that change nothing.
    pub unchanged: i64,
    /// Rows by the code of a client that was merged into another.
    pub merged: Vec<MergedRow>,
}

impl ListOutcome {
    /// Added, updated, unchanged.
    pub fn counts(&self) -> (i64, i64, i64) {
        (self.added, self.updated, self.unchanged)
    }
}

/// A row of a list by the code of a client that was merged into another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedRow {
    /// Its place in the list, from 0.
    pub row: usize,
    /// Code of the client that stayed.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Addresses put on its file.
    pub added: Vec<String>,
    /// Addresses for which there is no slot.
    pub left_off: Vec<String>,
}

/// A client as it becomes, in the order of the list.
struct Entry {
    /// `None` = new.
    id: Option<i64>,
    before: Option<Before>,
    code: String,
    name: String,
    cost_centre: Option<i64>,
    addresses: OnFile,
    /// Slots whose address is another one than before.
    fresh: BTreeSet<(Person, i64)>,
    /// Codes of clients that were merged into it.
    codes: Vec<String>,
}

impl Entry {
    fn words(&self) -> String {
        match &self.before {
            Some(before) => difference(before, &self.code, &self.name, self.cost_centre, &self.addresses),
            None => String::new(),
        }
    }

    fn is_changed(&self) -> bool {
        self.before
            .as_ref()
            .is_some_and(|before| !self.fresh.is_empty() || before.name != self.name || before.cost_centre != self.cost_centre)
    }

    fn search_text(&self) -> String {
        let addresses = self.addresses.values().map(|(address, _, _)| address.as_str());
        search_text(&self.code, &self.name, addresses.chain(self.codes.iter().map(String::as_str)))
    }

    /// Takes a row of the list over.
    fn take(&mut self, change: &ClientChange) {
        self.name.clone_from(&change.name);
        self.cost_centre = change.cost_centre.map(|centre| centre.0).or(self.cost_centre);
        for new in &change.addresses {
            let slot = (new.person, new.slot);
            // The same address keeps its period, which no list knows of.
            if self.addresses.get(&slot).is_none_or(|(address, _, _)| *address != new.address) {
                self.addresses.insert(slot, (new.address.clone(), new.valid_from, new.valid_to));
                self.fresh.insert(slot);
            }
        }
    }

    /// Takes a row over that names the client by the code of one merged into it: addresses that are not on file go where there is room.
    fn take_in(&mut self, row: usize, change: &ClientChange) -> MergedRow {
        let mut told = MergedRow { row, code: self.code.clone(), name: self.name.clone(), added: Vec::new(), left_off: Vec::new() };
        for new in &change.addresses {
            if self.addresses.values().any(|(address, _, _)| *address == new.address) {
                continue;
            }
            match (1..=SLOTS).map(|slot| (new.person, slot)).find(|slot| !self.addresses.contains_key(slot)) {
                Some(slot) => {
                    self.addresses.insert(slot, (new.address.clone(), new.valid_from, new.valid_to));
                    self.fresh.insert(slot);
                    told.added.push(new.address.clone());
                }
                None => told.left_off.push(new.address.clone()),
            }
        }
        told
    }

    /// The entry of the audit trail about this client.
    fn event(&self, event: &NewEvent) -> NewEvent {
        let (action, subject) = ("client.changed".to_owned(), format!("client:{}", self.id.unwrap_or_default()));
        NewEvent { action, subject, detail: format!("{} by a list: {}", self.code, self.words()), ..event.clone() }
    }
}

/// Every client by id; evaluates to a map to [`Before`].
macro_rules! read_all {
    ($c:expr) => {{
        let rows: Vec<(i64, String, String, Option<i64>)> = sqlx::query_as(
            "select id, code, name, cost_centre_id from party p where kind = 'client'
               and not exists (select 1 from client_merged gone where gone.party_id = p.id)",
        )
        .fetch_all(&mut *$c)
        .await?;
        let mut all: HashMap<i64, Before> = rows
            .into_iter()
            .map(|(id, code, name, cost_centre)| (id, Before { code, name, cost_centre, addresses: OnFile::new() }))
            .collect();
        let rows: Vec<(i64, String, i64, String, Option<i64>, Option<i64>)> = sqlx::query_as(
            "select pa.party_id, pa.person, pa.slot, a.address, pa.valid_from, pa.valid_to
             from party_address pa join address a on a.id = pa.address_id",
        )
        .fetch_all(&mut *$c)
        .await?;
        for (id, person, slot, address, from, to) in rows {
            if let (Some(before), Some(person)) = (all.get_mut(&id), Person::parse(&person)) {
                before.addresses.insert((person, slot), (address, from, to));
            }
        }
        all
    }};
}

/// Ids of addresses, made if new.
macro_rules! intern_all {
    ($c:expr, $addresses:expr) => {{
        let wanted: Vec<String> = $addresses.into_iter().collect::<BTreeSet<String>>().into_iter().collect();
        let mut ids: HashMap<String, i64> = HashMap::with_capacity(wanted.len());
        for part in wanted.chunks(AT_ONCE) {
            let mut insert = QueryBuilder::new("insert into address (address) ");
            insert.push_values(part, |mut row, address| {
                row.push_bind(address.as_str());
            });
            insert.push(" on conflict (address) do update set address = excluded.address returning address, id");
            let made: Vec<(String, i64)> = insert.build_query_as().fetch_all(&mut *$c).await?;
            ids.extend(made);
        }
        ids
    }};
}

/// New clients, their codes, and every fresh address.
macro_rules! write_entries {
    ($c:expr, $entries:expr, $now:expr) => {{
        let entries: &mut Vec<Entry> = $entries;
        let mut made: HashMap<String, i64> = HashMap::new();
        for part in entries.iter().filter(|entry| entry.id.is_none()).collect::<Vec<_>>().chunks(AT_ONCE) {
            let mut insert = QueryBuilder::new("insert into party (kind, code, name, sort_name, search_text, cost_centre_id, created_at) ");
            insert.push_values(part, |mut row, entry| {
                row.push_bind("client").push_bind(entry.code.clone()).push_bind(entry.name.clone()).push_bind(fold(&entry.name));
                row.push_bind(entry.search_text()).push_bind(entry.cost_centre).push_bind($now);
            });
            insert.push(" returning code, id");
            let rows: Vec<(String, i64)> = insert.build_query_as().fetch_all(&mut *$c).await?;
            let mut codes = QueryBuilder::new("insert into client_code (code_key, code, party_id) ");
            codes.push_values(&rows, |mut row, (code, id)| {
                row.push_bind(code_key(code)).push_bind(code.clone()).push_bind(*id);
            });
            codes.build().execute(&mut *$c).await?;
            made.extend(rows);
        }
        for entry in entries.iter_mut() {
            entry.id = entry.id.or_else(|| made.get(&entry.code).copied());
        }
        for part in entries.iter().filter(|entry| entry.is_changed()).collect::<Vec<_>>().chunks(AT_ONCE) {
            let mut update = QueryBuilder::new("with v (id, name, sort_name, search_text, cost_centre_id) as (");
            update.push_values(part, |mut row, entry| {
                row.push_bind(entry.id).push_bind(entry.name.clone()).push_bind(fold(&entry.name));
                row.push_bind(entry.search_text()).push_bind(entry.cost_centre);
            });
            update.push(
                ") update party set name = v.name, sort_name = v.sort_name, search_text = v.search_text, cost_centre_id = v.cost_centre_id
                 from v where party.id = v.id",
            );
            update.build().execute(&mut *$c).await?;
        }
        let fresh = || {
            entries.iter().flat_map(|entry| entry.fresh.iter().filter_map(move |slot| Some((entry.id?, slot, entry.addresses.get(slot)?))))
        };
        let ids = intern_all!($c, fresh().map(|(_, _, on_file)| on_file.0.clone()));
        for part in fresh().collect::<Vec<_>>().chunks(AT_ONCE) {
            let mut insert = QueryBuilder::new("insert into party_address (party_id, person, slot, address_id, valid_from, valid_to) ");
            insert.push_values(part, |mut row, (id, slot, on_file)| {
                row.push_bind(*id).push_bind(slot.0.as_str()).push_bind(slot.1).push_bind(ids.get(&on_file.0).copied());
                row.push_bind(on_file.1).push_bind(on_file.2);
            });
            insert.push(
                " on conflict (party_id, person, slot) do update set address_id = excluded.address_id,
                    valid_from = excluded.valid_from, valid_to = excluded.valid_to",
            );
            insert.build().execute(&mut *$c).await?;
        }
    }};
}

const DRY_RUN: &str = "dry_run";

impl Store {
    /// Adds and changes clients from a list, all or nothing: the same code updates; nothing is deleted, and an empty cell leaves what
    /// is on file. With `dry_run` nothing is kept. Each client that was on file and is different now has an event of its own.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `client_code_taken` when somebody added one of the codes at the same moment.
    pub async fn import_clients(&self, list: &[ClientChange], dry_run: bool, event: &NewEvent) -> Result<ListOutcome, StoreError> {
        let mut done = ListOutcome::default();
        let outcome = write!(self, c => {
            let mut all = read_all!(c);
            let exact: HashMap<String, i64> = all.iter().map(|(id, before)| (before.code.clone(), *id)).collect();
            let codes: Vec<(String, String, i64)> = sqlx::query_as("select code_key, code, party_id from client_code").fetch_all(&mut *c).await?;
            let keys: HashMap<&str, i64> = codes.iter().map(|(key, _, id)| (key.as_str(), *id)).collect();
            let mut others: HashMap<i64, Vec<String>> = HashMap::new();
            for (key, code, id) in &codes {
                if all.get(id).is_some_and(|before| code_key(&before.code) != *key) {
                    others.entry(*id).or_default().push(code.clone());
                }
            }
            let mut entries: Vec<Entry> = Vec::with_capacity(list.len());
            let mut places: HashMap<String, usize> = HashMap::new();
            for (row, change) in list.iter().enumerate() {
                let key = code_key(&change.code);
                let id = exact.get(&change.code).or_else(|| keys.get(key.as_str())).copied();
                let place = id.map_or_else(|| key.clone(), |id| format!("\n{id}"));
                let at = *places.entry(place).or_insert(entries.len());
                if at == entries.len() {
                    let before = id.and_then(|id| all.remove(&id));
                    entries.push(match before {
                        Some(before) => Entry {
                            id, code: before.code.clone(), name: before.name.clone(), cost_centre: before.cost_centre,
                            addresses: before.addresses.clone(), fresh: BTreeSet::new(), before: Some(before),
                            codes: id.and_then(|id| others.remove(&id)).unwrap_or_default(),
                        },
                        None => Entry {
                            id: None, before: None, code: change.code.clone(), name: String::new(), cost_centre: None,
                            addresses: OnFile::new(), fresh: BTreeSet::new(), codes: Vec::new(),
                        },
                    });
                }
                let entry = &mut entries[at];
                if entry.before.is_some() && code_key(&entry.code) != key {
                    done.merged.push(entry.take_in(row, change));
                } else {
                    entry.take(change);
                }
            }
            done.updated = entries.iter().filter(|entry| entry.is_changed()).count() as i64;
            done.added = entries.iter().filter(|entry| entry.id.is_none()).count() as i64;
            done.unchanged = list.len() as i64 - done.added - done.updated;
            write_entries!(c, &mut entries, event.at);
            if dry_run {
                // Everything above was really tried; rolling back is what makes it a rehearsal.
                return Err(StoreError::Conflict(DRY_RUN));
            }
            let mut events: Vec<NewEvent> = entries.iter().filter(|entry| entry.is_changed()).map(|entry| entry.event(event)).collect();
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
