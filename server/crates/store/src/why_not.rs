//! Why a letter is, or is not, in a client's history (S2).
//!
//! [`explain`] is the rule of the history once more, as a pure function that tells its steps. The history itself is SQL, so that it
//! stays fast; tests compare the two on random offices.

use crate::{Scope, Store, StoreError, db::read};
use model::{AddressFinding, AddressRole, AddressStep, ClientId, Decision, Explanation, Filing, MessageId, Person, Rule, Why};
use std::collections::{BTreeMap, BTreeSet};

/// An address on a client's file, the office's own included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// The address.
    pub address: String,
    /// It is one of the office's own.
    pub own: bool,
    /// Whose.
    pub person: Person,
    /// 1 to 3.
    pub slot: i64,
    /// First moment that counts, ms.
    pub from: Option<i64>,
    /// First moment that does not count any more, ms.
    pub to: Option<i64>,
}

/// What of a letter decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterFacts {
    /// The letter.
    pub letter: MessageId,
    /// Its sort date, ms.
    pub date: i64,
    /// Its addresses by header.
    pub addresses: Vec<(AddressRole, String)>,
    /// Those of them that are the office's own.
    pub office: BTreeSet<String>,
    /// What was decided by hand about it and the client.
    pub filing: Option<Filing>,
}

/// Compares a letter with a client's file. `taken_off`: addresses that stood there once, and when they ceased to.
pub fn explain(letter: &LetterFacts, file: &[FileEntry], taken_off: &BTreeMap<String, Option<i64>>) -> Explanation {
    let mut steps = Vec::new();
    let mut whys = Vec::new();
    for (role, address) in &letter.addresses {
        let mut found = Vec::new();
        for entry in file.iter().filter(|entry| entry.address == *address) {
            let inside = entry.from.is_none_or(|from| letter.date >= from) && entry.to.is_none_or(|to| letter.date < to);
            let (person, slot) = (entry.person, entry.slot);
            found.push(match (entry.own, inside) {
                (true, _) => AddressFinding::Own,
                (false, true) => AddressFinding::Counts { person, slot },
                (false, false) => AddressFinding::OutsideDays { person, slot, from: entry.from, to: entry.to },
            });
            if !entry.own && inside {
                whys.push(Why { role: Some(*role), address: address.clone(), person: Some(person), slot: Some(slot), by_hand: None });
            }
        }
        if found.is_empty() {
            let office = letter.office.contains(address);
            let never = if office { AddressFinding::Office } else { AddressFinding::Unknown };
            found.push(taken_off.get(address).map_or(never, |at| AddressFinding::TakenOff { at: *at }));
        }
        steps.push(AddressStep { role: *role, address: address.clone(), found });
    }
    if let Some(filing) = letter.filing.as_ref().filter(|filing| filing.decision == Decision::Belongs) {
        whys.push(Why { role: None, address: String::new(), person: None, slot: None, by_hand: Some(filing.reason.clone()) });
    }
    whys.sort_by_key(|why| (why.role, why.person, why.slot));
    let kept_off = letter.filing.as_ref().is_some_and(|filing| filing.decision == Decision::KeepOff);
    let any = |wanted: fn(&AddressFinding) -> bool| steps.iter().flat_map(|step: &AddressStep| &step.found).any(wanted);
    let rule = if kept_off {
        Rule::KeptOff
    } else if !whys.is_empty() {
        Rule::Here(whys)
    } else if any(|finding| matches!(finding, AddressFinding::OutsideDays { .. })) {
        Rule::OutsideDays
    } else if any(|finding| matches!(finding, AddressFinding::Own)) {
        Rule::OwnAddress
    } else {
        Rule::NotOnFile
    };
    Explanation { letter: letter.letter, steps, filing: letter.filing.clone(), rule }
}

#[derive(sqlx::FromRow)]
struct FileRow {
    address: String,
    is_own: i64,
    person: String,
    slot: i64,
    valid_from: Option<i64>,
    valid_to: Option<i64>,
}

impl Store {
    /// Explains letters to somebody who asks about a client. Letters that are not the viewer's to see are left out.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the client is not in scope.
    pub async fn explanations(&self, scope: Scope, client: ClientId, letters: &[MessageId]) -> Result<Vec<Explanation>, StoreError> {
        self.client(scope, client).await?;
        let seen = self.visible_ids(scope, &letters.iter().map(|id| id.0).collect::<Vec<_>>()).await?;
        let file = self.whole_file(client).await?;
        let taken_off = self.taken_off(client).await?;
        let mut explained = Vec::new();
        for letter in letters.iter().filter(|id| seen.contains(&id.0)) {
            explained.push(explain(&self.facts(client, *letter).await?, &file, &taken_off));
        }
        Ok(explained)
    }

    async fn facts(&self, client: ClientId, letter: MessageId) -> Result<LetterFacts, StoreError> {
        let date: i64 = read!(self, c => sqlx::query_scalar("select date from message where id = $1").bind(letter.0).fetch_one(c).await)?;
        let rows: Vec<(i64, String, i64)> = read!(self, c => sqlx::query_as(
            "select ma.role, a.address, a.is_own from message_address ma join address a on a.id = ma.address_id where ma.message_id = $1
             order by ma.role, ma.position, a.address")
            .bind(letter.0).fetch_all(c).await)?;
        let filing: Option<(String, Option<String>, i64, String)> = read!(self, c => sqlx::query_as(
            "select k.decision, u.name, k.at, k.reason from filing k left join app_user u on u.id = k.by_user
             where k.message_id = $1 and k.party_id = $2")
            .bind(letter.0).bind(client.0).fetch_optional(c).await)?;
        let office = rows.iter().filter(|(_, _, own)| *own != 0).map(|(_, address, _)| address.clone()).collect();
        let addresses = rows.into_iter().filter_map(|(role, address, _)| Some((AddressRole::from_code(role)?, address))).collect();
        let filing = filing.and_then(|(decision, by, at, reason)| Some(Filing { decision: Decision::parse(&decision)?, by, at, reason }));
        Ok(LetterFacts { letter, date, addresses, office, filing })
    }

    async fn whole_file(&self, client: ClientId) -> Result<Vec<FileEntry>, StoreError> {
        let rows: Vec<FileRow> = read!(self, c => sqlx::query_as(
            "select a.address, a.is_own, pa.person, pa.slot, pa.valid_from, pa.valid_to from party_address pa
             join address a on a.id = pa.address_id where pa.party_id = $1 order by pa.person desc, pa.slot")
            .bind(client.0).fetch_all(c).await)?;
        Ok(rows
            .into_iter()
            .filter_map(|row| {
                let person = Person::parse(&row.person)?;
                let (from, to) = (row.valid_from, row.valid_to);
                Some(FileEntry { address: row.address, own: row.is_own != 0, person, slot: row.slot, from, to })
            })
            .collect())
    }

    /// Addresses that stood on the file once, and when they last ceased to.
    async fn taken_off(&self, client: ClientId) -> Result<BTreeMap<String, Option<i64>>, StoreError> {
        let rows: Vec<(String, Option<i64>)> = read!(self, c => sqlx::query_as(
            "select a.address, max(e.at) from party_address_past h join address a on a.id = h.address_id
             left join event e on e.seq = h.until where h.party_id = $1 and h.until is not null group by a.address")
            .bind(client.0).fetch_all(c).await)?;
        Ok(rows.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(addresses: &[(AddressRole, &str)]) -> LetterFacts {
        let addresses = addresses.iter().map(|(role, address)| (*role, (*address).to_owned())).collect();
        LetterFacts { letter: MessageId(1), date: 100, addresses, office: BTreeSet::from(["office@example.com".to_owned()]), filing: None }
    }

    fn entry(address: &str, from: Option<i64>, to: Option<i64>) -> FileEntry {
        FileEntry { address: address.into(), own: false, person: Person::Partner, slot: 2, from, to }
    }

    #[test]
    fn the_last_rule_that_holds_is_named() {
        let jo = letter(&[(AddressRole::From, "jo@example.com"), (AddressRole::To, "office@example.com")]);
        let none = BTreeMap::new();
        let rule = |file: &[FileEntry]| explain(&jo, file, &none).rule;
        assert_eq!(rule(&[]), Rule::NotOnFile);
        assert_eq!(rule(&[entry("jo@example.com", Some(101), None)]), Rule::OutsideDays);
        assert_eq!(rule(&[entry("jo@example.com", None, Some(100))]), Rule::OutsideDays, "the end does not count");
        assert!(matches!(rule(&[entry("jo@example.com", Some(100), Some(101))]), Rule::Here(why) if why[0].slot == Some(2)));
        assert_eq!(rule(&[FileEntry { own: true, ..entry("office@example.com", None, None) }]), Rule::OwnAddress);
        let once = BTreeMap::from([("jo@example.com".to_owned(), Some(7))]);
        assert_eq!(explain(&jo, &[], &once).steps[0].found, [AddressFinding::TakenOff { at: Some(7) }]);
        // S2: the office's own address is no reason why a letter is not here.
        assert_eq!(explain(&jo, &[], &none).steps[0].found, [AddressFinding::Unknown]);
        assert_eq!(explain(&jo, &[], &none).steps[1].found, [AddressFinding::Office]);
    }
}
