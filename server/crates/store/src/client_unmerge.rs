//! Clients and contacts that were merged into another: where they went, and apart again as long as the file is as the merger left it.

use crate::{
    NewClientAddress, NewEvent, Scope, Store, StoreError,
    audit::append_event,
    client_merge::{decisions_of, write_decisions},
    client_save::{intern_address, other_codes, write_addresses, write_words},
    db::{read, write},
    fold::code_key,
    history::{centre_scope, client_scope},
};
use model::{ClientId, MergedClient, Person};
use std::collections::BTreeMap;

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    code: String,
    name: String,
    at: i64,
    can_undo: i64,
}

/// Whether the file of `g.into_id` and the decisions about it are as the merger `g` left them; a decision that went with its letter is no
/// change that anybody made.
macro_rules! untouched {
    () => {
        "not exists (select 1 from party_address n where n.party_id = g.into_id and not exists (
             select 1 from party_address_past h where h.party_id = n.party_id and h.person = n.person and h.slot = n.slot
               and h.address_id = n.address_id and h.valid_from is not distinct from n.valid_from and h.valid_to is not distinct from n.valid_to
               and h.since <= g.deed and (h.until is null or h.until > g.deed)))
         and (select count(*) from party_address n where n.party_id = g.into_id) = (select count(*) from party_address_past h
             where h.party_id = g.into_id and h.since <= g.deed and (h.until is null or h.until > g.deed))
         and not exists (select 1 from filing n where n.party_id = g.into_id and not exists (
             select 1 from filing_past h where h.party_id = n.party_id and h.message_id = n.message_id and h.decision = n.decision
               and h.at = n.at and h.reason = n.reason and h.since <= g.deed and (h.until is null or h.until > g.deed)))
         and (select count(*) from filing n where n.party_id = g.into_id) = (select count(*) from filing_past h
             where h.party_id = g.into_id and h.since <= g.deed and (h.until is null or h.until > g.deed)
               and exists (select 1 from message m where m.id = h.message_id))"
    };
}

/// Addresses of a client before a deed that changed them.
macro_rules! addresses_before {
    ($c:expr, $client:expr, $deed:expr) => {{
        let rows: Vec<(String, i64, String, Option<i64>, Option<i64>)> = sqlx::query_as(
            "select h.person, h.slot, a.address, h.valid_from, h.valid_to from party_address_past h join address a on a.id = h.address_id
             where h.party_id = $1 and h.since < $2 and (h.until is null or h.until >= $2)",
        )
        .bind($client)
        .bind($deed)
        .fetch_all(&mut *$c)
        .await?;
        rows.into_iter()
            .filter_map(|(person, slot, address, valid_from, valid_to)| {
                Some(NewClientAddress { person: Person::parse(&person)?, slot, address, valid_from, valid_to })
            })
            .collect::<Vec<_>>()
    }};
}

/// Decisions by hand about a client before a deed that changed them; the past outlives letters, so of those that are still there.
macro_rules! decisions_before {
    ($c:expr, $client:expr, $deed:expr) => {{
        let rows: Vec<(i64, String, Option<i64>, i64, String)> = sqlx::query_as(
            "select h.message_id, h.decision, h.by_user, h.at, h.reason from filing_past h
             where h.party_id = $1 and h.since < $2 and (h.until is null or h.until >= $2)
               and exists (select 1 from message m where m.id = h.message_id)",
        )
        .bind($client)
        .bind($deed)
        .fetch_all(&mut *$c)
        .await?;
        let decided = |(letter, decision, by, at, reason)| -> (i64, crate::client_merge::Decided) { (letter, (decision, by, at, reason)) };
        rows.into_iter().map(decided).collect::<BTreeMap<i64, crate::client_merge::Decided>>()
    }};
}

pub(crate) use {addresses_before, decisions_before};

impl Store {
    /// The client in scope into which one that is gone was merged, however many mergers lie between.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it was not merged or the other is not in scope.
    pub async fn merged_into(&self, scope: Scope, gone: ClientId) -> Result<ClientId, StoreError> {
        let (user, all) = scope.binds();
        let id: i64 = read!(self, c => sqlx::query_scalar(concat!(
            "with recursive way (id) as (select into_id from client_merged where party_id = $3
               union select next.into_id from client_merged next join way on way.id = next.party_id)
             select p.id from way join party p on p.id = way.id where ", client_scope!()))
            .bind(user).bind(all).bind(gone.0).fetch_one(c).await)?;
        Ok(ClientId(id))
    }

    /// Clients that were merged into this one, newest first, also by way of another. Scope of the client itself is checked.
    pub async fn merged_clients(&self, scope: Scope, client: ClientId) -> Result<Vec<MergedClient>, StoreError> {
        self.client(scope, client).await?;
        let (user, all) = scope.binds();
        let rows: Vec<Row> = read!(self, c => sqlx::query_as(concat!(
            "with recursive tree (id) as (select party_id from client_merged where into_id = $3
               union select g.party_id from client_merged g join tree on g.into_id = tree.id)
             select p.id, coalesce((select k.company from contact k where k.party_id = p.id), p.code) as code, p.name, g.at, cast(case when g.into_id = $3 and ", centre_scope!(), " and ", untouched!(), " then 1 else 0 end as bigint) as can_undo
             from tree join client_merged g on g.party_id = tree.id join party p on p.id = tree.id order by g.at desc, p.id desc"))
            .bind(user).bind(all).bind(client.0).fetch_all(c).await)?;
        Ok(rows
            .into_iter()
            .map(|row| MergedClient { id: ClientId(row.id), code: row.code, name: row.name, at: row.at, can_undo: row.can_undo != 0 })
            .collect())
    }

    /// Takes a merger back: both files and the decisions by hand are as they were before it, and the code leads to its own client.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when `gone` was not merged into this client or one of them is not in scope; [`StoreError::Conflict`]
    /// `merge_is_past` when the file has changed since.
    pub async fn undo_merge(&self, scope: Scope, client: ClientId, gone: ClientId, event: &NewEvent) -> Result<(), StoreError> {
        self.client(scope, client).await?;
        let (user, all) = scope.binds();
        let head = write!(self, c => {
            // Takes the lock that every deed takes.
            sqlx::query("update audit_head set seq = seq where id = 1").execute(&mut *c).await?;
            let found: Option<(i64, String, String, String, i64)> = sqlx::query_as(concat!(
                "select g.deed, p.kind, p.code, p.name, cast(case when ", untouched!(), " then 1 else 0 end as bigint)
                 from client_merged g join party p on p.id = g.party_id where g.party_id = $3 and g.into_id = $4 and ", centre_scope!()))
                .bind(user).bind(all).bind(gone.0).bind(client.0).fetch_optional(&mut *c).await?;
            let Some((deed, kind, code, name, untouched)) = found else { return Err(StoreError::NotFound) };
            if untouched == 0 {
                return Err(StoreError::Conflict("merge_is_past"));
            }
            let codes: Vec<String> = sqlx::query_scalar(
                "with recursive tree (id) as (select cast($1 as bigint) union select g.party_id from client_merged g join tree on g.into_id = tree.id)
                 select p.code from tree join party p on p.id = tree.id")
                .bind(gone.0).fetch_all(&mut *c).await?;
            for code in &codes {
                sqlx::query("update client_code set party_id = $1 where code_key = $2 and party_id = $3")
                    .bind(gone.0).bind(code_key(code)).bind(client.0).execute(&mut *c).await?;
            }
            sqlx::query("update action set party_id = $1 where party_id = $2 and id in (select k.action_id from action_carried k where k.from_id = $1 and k.into_id = $2)")
                .bind(gone.0).bind(client.0).execute(&mut *c).await?;
            sqlx::query("delete from action_carried where from_id = $1 and into_id = $2").bind(gone.0).bind(client.0).execute(&mut *c).await?;
            sqlx::query("delete from client_merged where party_id = $1").bind(gone.0).execute(&mut *c).await?;
            for party in [client.0, gone.0] {
                let addresses = addresses_before!(c, party, deed);
                write_addresses!(c, party, &addresses);
                let (now, then) = (decisions_of!(c, party), decisions_before!(c, party, deed));
                write_decisions!(c, party, &now, &then);
                write_words!(c, party, &addresses);
            }
            let detail = match kind.as_str() {
                "contact" => format!("“{name}” (contact {}) is a contact of its own again", gone.0),
                _ => format!("{code} “{name}” (client {}) is a client of its own again", gone.0),
            };
            Ok(append_event!(&self.keys, c, &NewEvent { subject: format!("{kind}:{client}"), detail, ..event.clone() }))
        })?;
        self.heads.publish(head.0, &head.1)
    }
}
