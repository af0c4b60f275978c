//! Letters stored a moment ago, held until the index takes them: it need not read back, unpack and put together what was just at hand.
//!
//! Only a short cut: what is not in here (another process's letters, those before a restart, too many at once) is read from the tables.

use crate::{
    Store, StoreError,
    db::read,
    history::id_list,
    import::NewLetter,
    index::{IndexEntry, is_sender},
};
use model::{AddressRole, MessageId};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Mutex,
};

/// Octets that are held at most: memory stays bounded when the index falls behind.
const HELD: usize = 8 << 20;
/// From so many on it is time to take them.
const MANY: usize = HELD / 2;
/// What an entry takes besides its text, about.
const EACH: usize = 512;

fn octets_of(entry: &IndexEntry) -> usize {
    let texts = [&entry.subject, &entry.senders, &entry.recipients, &entry.files, &entry.body];
    EACH + texts.iter().map(|text| text.len()).sum::<usize>() + entry.addresses.len() * size_of::<i64>()
}

/// An entry as it will be asked for, and from how many mentions of people it was made.
pub(crate) type FreshEntry = (IndexEntry, i64);

/// What is held, by letter.
#[derive(Default)]
pub(crate) struct Fresh(Mutex<(BTreeMap<i64, FreshEntry>, usize)>);

impl Fresh {
    /// Holds entries that are committed, as far as there is room.
    pub(crate) fn keep(&self, entries: Vec<FreshEntry>) {
        let mut guard = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let (held, octets) = &mut *guard;
        for entry in entries {
            let more = octets_of(&entry.0);
            if *octets + more > HELD {
                break;
            }
            *octets += more;
            if let Some((before, _)) = held.insert(entry.0.message.0, entry) {
                *octets -= octets_of(&before);
            }
        }
    }

    fn many(&self) -> bool {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).1 >= MANY
    }

    /// Hands over up to `limit`, the newest first.
    fn take(&self, limit: usize) -> Vec<FreshEntry> {
        let mut guard = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let (held, octets) = &mut *guard;
        let taken: Vec<FreshEntry> = std::iter::from_fn(|| held.pop_last()).map(|(_, entry)| entry).take(limit).collect();
        *octets -= taken.iter().map(|(entry, _)| octets_of(entry)).sum::<usize>();
        taken
    }
}

/// What the index will ask for about a new letter.
pub(crate) fn entry_of(id: i64, date: i64, letter: &NewLetter, addresses: &HashMap<String, i64>) -> FreshEntry {
    let mut seen = HashSet::new();
    let mut people: Vec<(i64, usize, AddressRole, i64, &str, &str)> = Vec::with_capacity(letter.people.len());
    for (position, (role, address, name)) in letter.people.iter().enumerate() {
        if let Some(number) = addresses.get(address)
            && seen.insert((*role, number))
        {
            people.push((role.code(), position, *role, *number, name, address));
        }
    }
    people.sort_unstable_by_key(|(role, position, ..)| (*role, *position));
    let (mut senders, mut recipients, mut numbers) = (String::new(), String::new(), Vec::new());
    for (_, _, role, number, name, address) in &people {
        let text = if is_sender(Some(*role)) { &mut senders } else { &mut recipients };
        text.push_str(&format!("{name} {address}\n"));
        if !numbers.contains(number) {
            numbers.push(*number);
        }
    }
    let entry = IndexEntry {
        message: MessageId(id),
        date,
        subject: letter.subject.clone(),
        senders,
        recipients,
        files: letter.files.clone(),
        body: letter.text.clone(),
        addresses: numbers,
    };
    (entry, people.len() as i64)
}

impl Store {
    /// So many letters wait for the index at hand that there is soon no more room for others.
    pub fn many_are_fresh(&self) -> bool {
        self.fresh.many()
    }

    /// Up to `limit` letters that wait for the index and are as they were when they were stored.
    pub(crate) async fn fresh_waiting(&self, limit: i64) -> Result<Vec<IndexEntry>, StoreError> {
        let held = self.fresh.take(usize::try_from(limit).unwrap_or(0));
        if held.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<i64> = held.iter().map(|(entry, _)| entry.message.0).collect();
        // A copy that came since may have named more people.
        let sql = format!(
            "select d.message_id, (select count(*) from message_address ma where ma.message_id = d.message_id)
             from search_todo d where d.message_id in ({})",
            id_list(&ids)
        );
        let rows: Vec<(i64, i64)> = read!(self, c => sqlx::query_as(sqlx::AssertSqlSafe(sql)).persistent(false).fetch_all(c).await)?;
        let mentions: HashMap<i64, i64> = rows.into_iter().collect();
        Ok(held.into_iter().filter(|(entry, people)| mentions.get(&entry.message.0) == Some(people)).map(|(entry, _)| entry).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: i64, octets: usize) -> FreshEntry {
        let entry = IndexEntry {
            message: MessageId(id),
            date: 0,
            subject: String::new(),
            senders: String::new(),
            recipients: String::new(),
            files: String::new(),
            body: "w".repeat(octets),
            addresses: Vec::new(),
        };
        (entry, 1)
    }

    fn ids(entries: &[FreshEntry]) -> Vec<i64> {
        entries.iter().map(|(entry, _)| entry.message.0).collect()
    }

    #[test]
    fn the_newest_are_handed_over_first_and_only_once() {
        let fresh = Fresh::default();
        fresh.keep(vec![entry(1, 10), entry(3, 10), entry(2, 10)]);
        assert_eq!(ids(&fresh.take(2)), [3, 2]);
        assert_eq!(ids(&fresh.take(2)), [1]);
        assert!(fresh.take(2).is_empty());
    }

    #[test]
    fn no_more_text_is_held_than_there_is_room_and_room_comes_back() {
        let fresh = Fresh::default();
        fresh.keep((0..20).map(|id| entry(id, HELD / 8 - EACH)).collect());
        assert!(fresh.many());
        assert_eq!(ids(&fresh.take(100)), (0..8).rev().collect::<Vec<_>>());
        assert!(!fresh.many());
        fresh.keep(vec![entry(30, HELD - EACH), entry(31, 0)]);
        assert_eq!(ids(&fresh.take(2)), [30]);
        // Letters without a text take room too.
        fresh.keep((0..1_000_000).map(|id| entry(id, 0)).collect());
        assert_eq!(fresh.take(usize::MAX).len(), HELD / EACH);
    }
}
