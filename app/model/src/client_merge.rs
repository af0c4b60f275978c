//! Two clients become one, or two contacts: which addresses the one that stays has then, and what that does to its history.
//!
//! The rule of the addresses is here, pure, so that the page shows what the store then does.

use crate::{AddressEffect, ClientAddress, ClientCard, ClientId, Person, SLOTS};
use serde::{Deserialize, Serialize};

/// Where an address of one of the two goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergePlace {
    /// Which address: [`key_of`].
    pub key: String,
    /// `self`, `partner`, or `off` = left off the file.
    pub to: String,
}

impl MergePlace {
    /// Whether it is a choice at all: what an address may hold.
    pub fn is_known(&self) -> bool {
        ["self", "partner", "off"].contains(&self.to.as_str()) && merge_keys().any(|key| key == self.key)
    }
}

/// Every [`key_of`] there is.
pub fn merge_keys() -> impl Iterator<Item = String> {
    let slots = || [Person::Myself, Person::Partner].into_iter().flat_map(|person| (1..=SLOTS).map(move |slot| (person, slot)));
    [true, false].into_iter().flat_map(move |stays| slots().map(move |(person, slot)| key_of(stays, person, slot)))
}

/// An address on one of the two files, and where it goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeEntry {
    /// Which: [`key_of`].
    pub key: String,
    /// It stands on the file of the client that stays.
    pub stays: bool,
    /// The address.
    pub on_file: ClientAddress,
    /// Whose it becomes; `None` = it is left off.
    pub to: Option<Person>,
}

/// The name of an address in the form of a merger: `stays_self1`, `goes_partner2`.
pub fn key_of(stays: bool, person: Person, slot: i64) -> String {
    format!("{}_{}{slot}", if stays { "stays" } else { "goes" }, person.as_str())
}

/// The addresses of both, the staying client's first, each where it was unless somebody chose otherwise.
pub fn merge_entries(stays: &[ClientAddress], goes: &[ClientAddress], chosen: &[MergePlace]) -> Vec<MergeEntry> {
    let both = stays.iter().map(|on_file| (true, on_file)).chain(goes.iter().map(|on_file| (false, on_file)));
    both.map(|(stays, on_file)| {
        let key = key_of(stays, on_file.person, on_file.slot);
        let choice = chosen.iter().find(|place| place.key == key).map(|place| place.to.as_str());
        let to = match choice {
            Some("off") => None,
            Some(word) => Person::parse(word).or(Some(on_file.person)),
            None => Some(on_file.person),
        };
        MergeEntry { key, stays, on_file: on_file.clone(), to }
    })
    .collect()
}

/// The file that comes of it: the same address of the same person is one, its days joined where they meet; what stays keeps its slot, the
/// rest fills free ones.
///
/// # Errors
/// Persons who would have more addresses than slots, and how many.
pub fn joined_file(entries: &[MergeEntry]) -> Result<Vec<ClientAddress>, Vec<(Person, i64)>> {
    let mut file: Vec<ClientAddress> = Vec::new();
    let mut crowded = Vec::new();
    for person in [Person::Myself, Person::Partner] {
        let theirs = joined(entries.iter().filter(|entry| entry.to == Some(person)));
        if theirs.len() as i64 > SLOTS {
            crowded.push((person, theirs.len() as i64));
            continue;
        }
        let mut taken: Vec<i64> = Vec::new();
        let mut waiting = Vec::new();
        for (wanted, address) in theirs {
            match wanted.filter(|slot| !taken.contains(slot)) {
                Some(slot) => {
                    taken.push(slot);
                    file.push(ClientAddress { person, slot, ..address });
                }
                None => waiting.push(address),
            }
        }
        let free: Vec<i64> = (1..=SLOTS).filter(|slot| !taken.contains(slot)).collect();
        file.extend(waiting.into_iter().zip(free).map(|(address, slot)| ClientAddress { person, slot, ..address }));
    }
    if !crowded.is_empty() {
        return Err(crowded);
    }
    file.sort_by_key(|address| (address.person, address.slot));
    Ok(file)
}

/// Addresses of one person, each with the slot it keeps if it can.
fn joined<'a>(entries: impl Iterator<Item = &'a MergeEntry>) -> Vec<(Option<i64>, ClientAddress)> {
    let mut found: Vec<(Option<i64>, ClientAddress)> = Vec::new();
    for entry in entries {
        let kept = (entry.stays && entry.to == Some(entry.on_file.person)).then_some(entry.on_file.slot);
        let mut new = (kept, entry.on_file.clone());
        // A period that bridges two others makes all three one.
        while let Some(at) = found.iter().position(|(_, known)| known.address == new.1.address && meet(known, &new.1)) {
            let (slot, known) = found.remove(at);
            let from = known.valid_from.zip(new.1.valid_from).map(|(one, other)| one.min(other));
            let to = known.valid_to.zip(new.1.valid_to).map(|(one, other)| one.max(other));
            new = ([slot, new.0].into_iter().flatten().min(), ClientAddress { valid_from: from, valid_to: to, ..known });
        }
        found.push(new);
    }
    found
}

/// Whether no day lies between two periods.
fn meet(one: &ClientAddress, other: &ClientAddress) -> bool {
    let before = |end: Option<i64>, start: Option<i64>| end.zip(start).is_some_and(|(end, start)| end < start);
    !before(one.valid_to, other.valid_from) && !before(other.valid_to, one.valid_from)
}

/// What a merger does to histories; counted on the letters as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeEffect {
    /// Letters of the client that stays, before.
    pub stays: i64,
    /// Letters of the client that goes, before.
    pub goes: i64,
    /// Letters that both have.
    pub both: i64,
    /// Letters of the client that stays, afterwards.
    pub after: i64,
    /// What comes into and leaves the history of the client that stays.
    pub moved: AddressEffect,
    /// Letters that one of the two has and the merged history has not.
    pub lost: i64,
    /// Decisions by hand that are carried over.
    pub carried: i64,
    /// Letters kept off one of the two which stay, since the other has them.
    pub overruled: i64,
    /// Actions (planned letters) of the client that goes which are carried over.
    #[serde(default)]
    pub planned: i64,
    /// Of these, those that would leave by themselves: they wait from then on.
    #[serde(default)]
    pub paused: i64,
    /// Who can read the letters of the client that goes from then on.
    pub gain: Vec<String>,
    /// Who can open the client that goes, but not the one that stays.
    pub lose: Vec<String>,
}

impl MergeEffect {
    /// What somebody has seen who agrees to it.
    pub fn mark(&self, file: &[ClientAddress]) -> String {
        let file: Vec<String> = file
            .iter()
            .map(|on_file| {
                let (from, to) = (on_file.valid_from.unwrap_or(0), on_file.valid_to.unwrap_or(0));
                format!("{}{}={}:{from}:{to}", on_file.person.as_str(), on_file.slot, on_file.address)
            })
            .collect();
        let Self { stays, goes, both, after, lost, carried, overruled, planned, paused, .. } = self;
        format!("{stays}.{goes}.{both}.{after}.{lost}.{carried}.{overruled}.{planned}.{paused} {} {}", self.moved.mark(), file.join(" "))
    }
}

/// The page of a merger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeView {
    /// They are contacts, not clients.
    #[serde(default)]
    pub is_contact: bool,
    /// The client that stays.
    pub stays: ClientCard,
    /// Clients that have an address of it.
    pub alike: Vec<ClientCard>,
    /// Clients found by the words asked for.
    pub found: Vec<ClientCard>,
    /// What would happen, once the other is chosen.
    pub preview: Option<MergePreview>,
}

/// What merging two clients would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergePreview {
    /// The client that goes.
    pub goes: ClientCard,
    /// Addresses of both and where they go.
    pub entries: Vec<MergeEntry>,
    /// Persons with more addresses than slots; then nothing else can be said yet.
    pub crowded: Vec<(Person, i64)>,
    /// The file afterwards.
    pub file: Vec<ClientAddress>,
    /// What it does to histories.
    pub effect: Option<MergeEffect>,
    /// [`MergeEffect::mark`].
    pub mark: String,
}

/// What pressing one of the buttons led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merged {
    /// They are one.
    Done,
    /// Nothing is done: first look at what it would do.
    Look,
}

/// A client that was merged into another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergedClient {
    /// Its id; its address leads to the client that stayed.
    pub id: ClientId,
    /// Its code, which leads there too.
    pub code: String,
    /// Its name.
    pub name: String,
    /// When, ms.
    pub at: i64,
    /// The file is as the merger left it, so it can be undone.
    pub can_undo: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on_file(person: Person, slot: i64, address: &str, from: Option<i64>, to: Option<i64>) -> ClientAddress {
        ClientAddress { person, slot, address: address.into(), valid_from: from, valid_to: to }
    }

    fn place(key: &str, to: &str) -> MergePlace {
        MergePlace { key: key.into(), to: to.into() }
    }

    use Person::{Myself, Partner};

    #[test]
    fn days_of_one_address_are_joined_where_they_meet_and_what_stays_keeps_its_slot() {
        let stays = [on_file(Myself, 2, "a@x", Some(10), Some(20)), on_file(Partner, 1, "p@x", None, None)];
        let goes = [
            on_file(Myself, 1, "a@x", Some(20), None),
            on_file(Myself, 3, "b@x", None, Some(5)),
            on_file(Partner, 1, "p@x", Some(3), Some(4)),
        ];
        let file = joined_file(&merge_entries(&stays, &goes, &[])).unwrap();
        assert_eq!(
            file,
            [on_file(Myself, 1, "b@x", None, Some(5)), on_file(Myself, 2, "a@x", Some(10), None), on_file(Partner, 1, "p@x", None, None)]
        );
    }

    #[test]
    fn days_that_do_not_meet_stay_apart_and_a_third_that_bridges_them_joins_them() {
        let stays = [on_file(Myself, 1, "a@x", None, Some(10)), on_file(Myself, 2, "a@x", Some(20), None)];
        assert_eq!(joined_file(&merge_entries(&stays, &[], &[])).unwrap().len(), 2);
        let bridge = [on_file(Partner, 1, "a@x", Some(10), Some(20))];
        let file = joined_file(&merge_entries(&stays, &bridge, &[place("goes_partner1", "self")])).unwrap();
        assert_eq!(file, [on_file(Myself, 1, "a@x", None, None)]);
    }

    #[test]
    fn more_than_three_addresses_of_a_person_are_told_until_one_is_left_off_or_moved() {
        let three = |first: &str| [1, 2, 3].map(|slot| on_file(Myself, slot, &format!("{first}{slot}@x"), None, None));
        let (stays, goes) = (three("a"), three("b"));
        assert_eq!(joined_file(&merge_entries(&stays, &goes, &[])), Err(vec![(Myself, 6)]));
        let chosen = [place("goes_self1", "partner"), place("goes_self2", "off"), place("stays_self1", "off")];
        let file = joined_file(&merge_entries(&stays, &goes, &chosen)).unwrap();
        let told: Vec<(Person, i64, &str)> = file.iter().map(|a| (a.person, a.slot, a.address.as_str())).collect();
        assert_eq!(told, [(Myself, 1, "b3@x"), (Myself, 2, "a2@x"), (Myself, 3, "a3@x"), (Partner, 1, "b1@x")]);
    }
}
