//! A client's file is changed: one deed, one event that says what is different.

use crate::{
    NewEvent, Scope, Store, StoreError,
    audit::{TAKE_TURN, append_event},
    db::write,
    fold::{code_key, fold, search_text},
};
use model::{ClientId, CostCentreId, Person};
use std::collections::BTreeMap;

/// An address to be put on a client's file; canonical.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewClientAddress {
    /// Whose.
    pub person: Person,
    /// 1 to 3.
    pub slot: i64,
    /// Canonical address.
    pub address: String,
    /// First moment that counts, ms.
    pub valid_from: Option<i64>,
    /// First moment that does not count any more, ms.
    pub valid_to: Option<i64>,
}

/// A client to be added or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientChange {
    /// The office's own code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Cost centre; `None` = none (form) or as it was (list).
    pub cost_centre: Option<CostCentreId>,
    /// Addresses on file.
    pub addresses: Vec<NewClientAddress>,
}

/// What stands on file: address and the period in which it counts.
pub(crate) type OnFile = BTreeMap<(Person, i64), (String, Option<i64>, Option<i64>)>;

/// A client's row as it is.
pub(crate) struct Before {
    pub code: String,
    pub name: String,
    pub cost_centre: Option<i64>,
    pub addresses: OnFile,
}

pub(crate) fn on_file(addresses: &[NewClientAddress]) -> OnFile {
    addresses.iter().map(|new| ((new.person, new.slot), (new.address.clone(), new.valid_from, new.valid_to))).collect()
}

/// What is different, in words for the audit trail; empty when nothing is.
pub(crate) fn difference(before: &Before, code: &str, name: &str, cost_centre: Option<i64>, addresses: &OnFile) -> String {
    let mut words = Vec::new();
    if before.code != code {
        words.push(format!("code was {}", before.code));
    }
    if before.name != name {
        words.push(format!("name “{}” became “{name}”", before.name));
    }
    if before.cost_centre != cost_centre {
        let words_of = |centre: Option<i64>| centre.map_or("none".to_owned(), |id| id.to_string());
        words.push(format!("cost centre {} became {}", words_of(before.cost_centre), words_of(cost_centre)));
    }
    let slots: std::collections::BTreeSet<_> = before.addresses.keys().chain(addresses.keys()).collect();
    for slot in slots {
        let place = format!("{}{}", slot.0.as_str(), slot.1);
        match (before.addresses.get(slot), addresses.get(slot)) {
            (Some(was), Some(is)) if was != is => words.push(format!("{place} {} became {}", address_words(was), address_words(is))),
            (None, Some(is)) => words.push(format!("{place} {} added", address_words(is))),
            (Some(was), None) => words.push(format!("{place} {} removed", address_words(was))),
            _ => {}
        }
    }
    words.join("; ")
}

pub(crate) fn address_words((address, from, to): &(String, Option<i64>, Option<i64>)) -> String {
    // Moments, not days: the trail knows no time zone.
    match (from, to) {
        (None, None) => address.clone(),
        (from, to) => {
            let moment = |moment: &Option<i64>| moment.map_or(String::new(), |moment| moment.to_string());
            format!("{address} [{}..{}]", moment(from), moment(to))
        }
    }
}

/// The id of an address, made if new; inside the transaction at hand.
macro_rules! intern_address {
    ($c:expr, $address:expr) => {{
        let id: i64 = sqlx::query_scalar(
            "insert into address (address) values ($1) on conflict (address) do update set address = excluded.address returning id",
        )
        .bind($address)
        .fetch_one(&mut *$c)
        .await?;
        id
    }};
}

/// Codes that lead to a client besides its own: of clients that were merged into it.
macro_rules! other_codes {
    ($c:expr, $id:expr, $own:expr) => {{
        let codes: Vec<String> =
            sqlx::query_scalar("select code from client_code where party_id = $1 and code_key <> $2 order by code_key")
                .bind($id)
                .bind(crate::fold::code_key($own))
                .fetch_all(&mut *$c)
                .await?;
        codes
    }};
}

/// Reads a client (or a party of another kind) as it stands; evaluates to an `Option<Before>`.
macro_rules! read_before {
    ($c:expr, $id:expr) => {
        read_before!($c, $id, "client")
    };
    ($c:expr, $id:expr, $kind:expr) => {{
        let row: Option<(String, String, Option<i64>)> =
            sqlx::query_as("select code, name, cost_centre_id from party where id = $1 and kind = $2")
                .bind($id)
                .bind($kind)
                .fetch_optional(&mut *$c)
                .await?;
        let rows: Vec<(String, i64, String, Option<i64>, Option<i64>)> = sqlx::query_as(
            "select pa.person, pa.slot, a.address, pa.valid_from, pa.valid_to from party_address pa join address a on a.id = pa.address_id
             where pa.party_id = $1",
        )
        .bind($id)
        .fetch_all(&mut *$c)
        .await?;
        let addresses = rows
            .into_iter()
            .filter_map(|(person, slot, address, from, to)| Some(((Person::parse(&person)?, slot), (address, from, to))))
            .collect();
        row.map(|(code, name, cost_centre)| Before { code, name, cost_centre, addresses })
    }};
}

/// Makes a client's addresses exactly these.
macro_rules! write_addresses {
    ($c:expr, $id:expr, $addresses:expr) => {{
        sqlx::query("delete from party_address where party_id = $1").bind($id).execute(&mut *$c).await?;
        for new in $addresses {
            let address = intern_address!($c, &new.address);
            sqlx::query(
                "insert into party_address (party_id, person, slot, address_id, valid_from, valid_to) values ($1, $2, $3, $4, $5, $6)",
            )
            .bind($id)
            .bind(new.person.as_str())
            .bind(new.slot)
            .bind(address)
            .bind(new.valid_from)
            .bind(new.valid_to)
            .execute(&mut *$c)
            .await?;
        }
    }};
}

/// A party's words for the search, from its row, addresses and codes; a contact's company stands in for the code that it does not have.
macro_rules! write_words {
    ($c:expr, $party:expr, $addresses:expr) => {{
        let (code, name): (String, String) = sqlx::query_as(
            "select coalesce((select k.company from contact k where k.party_id = p.id), p.code), p.name from party p where p.id = $1",
        )
        .bind($party)
        .fetch_one(&mut *$c)
        .await?;
        let codes = other_codes!($c, $party, &code);
        let addresses: &[NewClientAddress] = $addresses;
        let words = addresses.iter().map(|new| new.address.as_str()).chain(codes.iter().map(String::as_str));
        let text = crate::fold::search_text(&code, &name, words);
        sqlx::query("update party set search_text = $2 where id = $1").bind($party).bind(text).execute(&mut *$c).await?;
    }};
}

pub(crate) use {intern_address, other_codes, read_before, write_addresses, write_words};

impl Store {
    /// Adds or changes a client; its addresses become exactly these. Histories follow at once, old letters too (FP-07). What is
    /// different is added to the event.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `client_code_taken`; [`StoreError::NotFound`] when the client to change is not in scope.
    pub async fn save_client(
        &self,
        scope: Scope,
        id: Option<ClientId>,
        change: &ClientChange,
        event: &NewEvent,
    ) -> Result<ClientId, StoreError> {
        if let Some(id) = id {
            self.client(scope, id).await?;
        }
        let key = code_key(&change.code);
        let centre = change.cost_centre.map(|centre| centre.0);
        let (id, head) = write!(self, c => {
            sqlx::query(TAKE_TURN).execute(&mut *c).await?;
            // In its turn: what is written to a client does not go where it was merged away from a moment ago.
            let merged: Option<i64> = sqlx::query_scalar("select party_id from client_merged where party_id = $1")
                .bind(id.map_or(-1, |id| id.0)).fetch_optional(&mut *c).await?;
            if merged.is_some() {
                return Err(StoreError::NotFound);
            }
            let owner: Option<i64> = sqlx::query_scalar("select party_id from client_code where code_key = $1").bind(&key).fetch_optional(&mut *c).await?;
            if owner.is_some_and(|owner| id.is_none_or(|id| id.0 != owner)) {
                return Err(StoreError::Conflict("client_code_taken"));
            }
            let (before, codes) = match id {
                Some(id) => (read_before!(c, id.0), other_codes!(c, id.0, &change.code)),
                None => (None, Vec::new()),
            };
            let codes = codes.iter().filter(|code| before.as_ref().is_none_or(|before| before.code != **code)).map(String::as_str);
            let text = search_text(&change.code, &change.name, change.addresses.iter().map(|new| new.address.as_str()).chain(codes));
            let id: i64 = match (id, &before) {
                (Some(id), Some(before)) => {
                    sqlx::query("update party set code = $2, name = $3, sort_name = $4, search_text = $5, cost_centre_id = $6 where id = $1")
                        .bind(id.0).bind(&change.code).bind(&change.name).bind(fold(&change.name)).bind(&text).bind(centre).execute(&mut *c).await?;
                    let old = code_key(&before.code);
                    if old != key {
                        sqlx::query("delete from client_code where code_key = $1 and party_id = $2").bind(old).bind(id.0).execute(&mut *c).await?;
                    }
                    id.0
                }
                (Some(_), None) => return Err(StoreError::NotFound),
                (None, _) => sqlx::query_scalar(
                    "insert into party (kind, code, name, sort_name, search_text, cost_centre_id, created_at) values ('client', $1, $2, $3, $4, $5, $6) returning id")
                    .bind(&change.code).bind(&change.name).bind(fold(&change.name)).bind(&text).bind(centre).bind(event.at).fetch_one(&mut *c).await?,
            };
            if owner.is_none() {
                sqlx::query("insert into client_code (code_key, code, party_id) values ($1, $2, $3)").bind(&key).bind(&change.code).bind(id).execute(&mut *c).await?;
            } else {
                sqlx::query("update client_code set code = $2 where code_key = $1").bind(&key).bind(&change.code).execute(&mut *c).await?;
            }
            write_addresses!(c, id, &change.addresses);
            let empty = Before { code: change.code.clone(), name: change.name.clone(), cost_centre: centre, addresses: OnFile::new() };
            let words = difference(before.as_ref().unwrap_or(&empty), &change.code, &change.name, centre, &on_file(&change.addresses));
            let parts: Vec<&str> = [event.detail.as_str(), words.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
            let head = append_event!(&self.keys, c, &NewEvent { subject: format!("client:{id}"), detail: parts.join(": "), ..event.clone() });
            Ok((id, head))
        })?;
        self.heads.publish(head.0, &head.1)?;
        Ok(ClientId(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trail_says_what_became_of_each_slot() {
        let entry = |address: &str| (address.to_owned(), None, None);
        let addresses = OnFile::from([((Person::Myself, 1), entry("a@x.example")), ((Person::Partner, 2), entry("p@x.example"))]);
        let before = Before { code: "K1".into(), name: "Ada".into(), cost_centre: None, addresses };
        let after =
            OnFile::from([((Person::Myself, 1), ("a@x.example".to_owned(), Some(5), None)), ((Person::Myself, 3), entry("b@x.example"))]);
        assert_eq!(
            difference(&before, "K1", "Ada B", Some(2), &after),
            "name “Ada” became “Ada B”; cost centre none became 2; self1 a@x.example became a@x.example [5..]; self3 b@x.example added; partner2 p@x.example removed"
        );
        assert_eq!(difference(&before, "K1", "Ada", None, &before.addresses), "");
    }
}
