//! Many letters at once: on whose files they are, and what a search can be narrowed by.

use crate::{
    Scope, Store, StoreError,
    db::read,
    dialect::{letters_of, list},
    history::client_scope,
};
use model::{AddressRole, ClientId, Direction, Mailbox, MessageId, OnFileOf, Person, Why};
use std::collections::BTreeMap;

#[derive(sqlx::FromRow)]
struct ByAddress {
    message_id: i64,
    id: i64,
    kind: String,
    code: String,
    name: String,
    role: i64,
    address: String,
    person: String,
    slot: i64,
}

#[derive(sqlx::FromRow)]
struct ByHand {
    message_id: i64,
    id: i64,
    kind: String,
    code: String,
    name: String,
    reason: String,
}

/// What a search counts its results by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterTraits {
    /// The letter.
    pub id: MessageId,
    /// Sort date, ms.
    pub date: i64,
    /// Which way it went.
    pub direction: Direction,
    /// Who wrote it.
    pub from: Mailbox,
    /// It has files.
    pub has_files: bool,
}

impl Store {
    /// Clients in scope in whose histories these letters are, and why, by name. Scope of the letters is the caller's: ids come from a
    /// scoped query.
    pub async fn clients_with(&self, scope: Scope, ids: &[MessageId]) -> Result<BTreeMap<MessageId, Vec<OnFileOf>>, StoreError> {
        let mut clients: BTreeMap<MessageId, Vec<OnFileOf>> = BTreeMap::new();
        if ids.is_empty() {
            return Ok(clients);
        }
        let (user, all) = scope.binds();
        let letters = list(self.database(), ids.iter().map(|id| id.0));
        let by_address = format!(
            concat!(
                "select ma.message_id, p.id, p.kind, coalesce((select c.company from contact c where c.party_id = p.id), p.code) as code, p.name, ma.role, a.address, pa.person, pa.slot
                 from {} join message_address ma on ma.message_id = m.id join party_address pa on pa.address_id = ma.address_id
                   and (pa.valid_from is null or ma.date >= pa.valid_from) and (pa.valid_to is null or ma.date < pa.valid_to)
                 join party p on p.id = pa.party_id join address a on a.id = ma.address_id and a.is_own = 0
                 where ",
                client_scope!(),
                " and not exists (select 1 from filing k where k.message_id = m.id and k.party_id = p.id and k.decision = 'keep_off')
                 order by p.name, p.id, ma.role, pa.person desc, pa.slot"
            ),
            letters_of(self.database())
        );
        let rows: Vec<ByAddress> = read!(self, c => sqlx::query_as(sqlx::AssertSqlSafe(by_address))
            .bind(user).bind(all).bind(&letters).fetch_all(c).await)?;
        for row in rows {
            let why = Why {
                role: AddressRole::from_code(row.role),
                address: row.address,
                person: Person::parse(&row.person),
                slot: Some(row.slot),
                by_hand: None,
            };
            add(clients.entry(MessageId(row.message_id)).or_default(), (row.id, &row.kind, row.code, row.name), why);
        }
        let by_hand = format!(
            concat!(
                "select k.message_id, p.id, p.kind, coalesce((select c.company from contact c where c.party_id = p.id), p.code) as code, p.name, k.reason from {} join filing k on k.message_id = m.id
                 join party p on p.id = k.party_id where k.decision = 'belongs' and ",
                client_scope!(),
                " order by p.sort_name, p.id"
            ),
            letters_of(self.database())
        );
        let rows: Vec<ByHand> = read!(self, c => sqlx::query_as(sqlx::AssertSqlSafe(by_hand))
            .bind(user).bind(all).bind(&letters).fetch_all(c).await)?;
        for row in rows {
            let why = Why { role: None, address: String::new(), person: None, slot: None, by_hand: Some(row.reason) };
            add(clients.entry(MessageId(row.message_id)).or_default(), (row.id, &row.kind, row.code, row.name), why);
        }
        Ok(clients)
    }

    /// What these letters can be told apart by, in no order. Scope is the caller's: ids come from a scoped query.
    pub async fn letter_traits(&self, ids: &[MessageId]) -> Result<Vec<LetterTraits>, StoreError> {
        let sql = format!(
            "select m.id, m.date, coalesce(f.is_own, 0), m.from_name, coalesce(f.address, ''), m.attachments
             from {} left join address f on f.id = m.from_id where $1 = $1 and $2 = $2",
            letters_of(self.database())
        );
        let letters = list(self.database(), ids.iter().map(|id| id.0));
        let rows: Vec<(i64, i64, i64, String, String, i64)> = read!(self, c => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(0_i64).bind(0_i64).bind(&letters).fetch_all(c).await)?;
        Ok(rows
            .into_iter()
            .map(|(id, date, own, name, address, files)| LetterTraits {
                id: MessageId(id),
                date,
                direction: if own != 0 { Direction::Sent } else { Direction::Received },
                from: Mailbox { name, address },
                has_files: files > 0,
            })
            .collect())
    }
}

fn add(clients: &mut Vec<OnFileOf>, (id, kind, code, name): (i64, &str, String, String), why: Why) {
    match clients.iter_mut().find(|known| known.id.0 == id) {
        Some(known) => known.why.push(why),
        None => clients.push(OnFileOf { id: ClientId(id), is_contact: kind == "contact", code, name, why: vec![why] }),
    }
}
