//! A client's correspondence: a live query over the addresses of letters and the addresses on file (FP-06, FP-07, I4).
//!
//! No row says "this letter belongs to that client", save the few decisions made by hand. The same rows that select a
//! letter say why it is there (S2).

use crate::{Scope, Store, StoreError, db::read};
use model::{AddressRole, ClientId, Direction, HistoryFilter, HistoryRow, Mailbox, MessageId, Person, Why};
use std::collections::{BTreeMap, BTreeSet};

/// Whether the viewer (`$1`, `$2`) sees the client `p`; nobody sees one that was merged into another.
macro_rules! client_scope {
    () => {
        "(($2 = 1 or not exists (select 1 from cost_centre)
           or exists (select 1 from user_cost_centre uc where uc.user_id = $1 and uc.cost_centre_id = p.cost_centre_id))
         and not exists (select 1 from client_merged gone where gone.party_id = p.id))"
    };
}
pub(crate) use client_scope;

#[derive(sqlx::FromRow, Clone)]
struct OnFile {
    address_id: i64,
    address: String,
    person: String,
    slot: i64,
    valid_from: Option<i64>,
    valid_to: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct Hit {
    message_id: i64,
    date: i64,
    role: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    date: i64,
    date_looks_wrong: i64,
    from_address: Option<String>,
    from_is_own: i64,
    from_name: String,
    subject: String,
    preview: String,
    attachments: i64,
    sightings: i64,
    variants: i64,
}

/// Newest first: date, then id, so that the order is the same on every page and both databases.
type Place = (i64, i64);

impl Store {
    /// A page of a client's history, newest first: up to `limit` letters older than `before` (date, id).
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such client in scope.
    pub async fn history(
        &self,
        scope: Scope,
        client: ClientId,
        filter: &HistoryFilter,
        before: Option<(i64, i64)>,
        limit: usize,
    ) -> Result<Vec<HistoryRow>, StoreError> {
        let (user, all) = scope.binds();
        let found: Option<i64> = read!(self, c => sqlx::query_scalar(
            concat!("select p.id from party p where p.id = $3 and p.kind = 'client' and ", client_scope!()))
            .bind(user).bind(all).bind(client.0).fetch_optional(c).await)?;
        if found.is_none() {
            return Err(StoreError::NotFound);
        }
        let on_file = self.on_file(client, filter.person).await?;
        let by_hand = self.by_hand(client).await?;
        let mut at_once = (limit + 1) * 2;
        loop {
            let (places, whys, complete) = self.gather(&on_file, &by_hand, filter, before, at_once).await?;
            if complete || places.len() >= limit {
                let ids: Vec<MessageId> = places.iter().take(limit).map(|(_, id)| MessageId(*id)).collect();
                let mut rows = self.letter_rows(&ids).await?;
                for row in &mut rows {
                    row.why = whys.get(&row.id.0).cloned().unwrap_or_default();
                }
                return Ok(rows);
            }
            at_once *= 4;
        }
    }

    /// One round: newest letters of each address, merged. `complete` = nothing older is left out; otherwise only letters
    /// newer than every cut are answered, so a page never skips one.
    async fn gather(
        &self,
        on_file: &[OnFile],
        by_hand: &BTreeMap<i64, (i64, String, bool)>,
        filter: &HistoryFilter,
        before: Option<Place>,
        at_once: usize,
    ) -> Result<(Vec<Place>, BTreeMap<i64, Vec<Why>>, bool), StoreError> {
        let mut places: BTreeSet<Place> = BTreeSet::new();
        let mut whys: BTreeMap<i64, Vec<Why>> = BTreeMap::new();
        let mut cut: Option<Place> = None;
        for entry in on_file {
            let hits = self.hits(entry, filter, before, at_once).await?;
            if hits.len() == at_once {
                let last = hits.last().map(|hit| (hit.date, hit.message_id));
                cut = cut.max(last);
            }
            for hit in hits {
                if matches!(by_hand.get(&hit.message_id), Some((_, _, false))) {
                    continue;
                }
                places.insert((hit.date, hit.message_id));
                whys.entry(hit.message_id).or_default().push(Why {
                    role: AddressRole::from_code(hit.role),
                    address: entry.address.clone(),
                    person: Person::parse(&entry.person),
                    slot: Some(entry.slot),
                    by_hand: None,
                });
            }
        }
        for (id, (date, reason, belongs)) in by_hand {
            let older = before.is_none_or(|place| (*date, *id) < place);
            let plain = filter.person.is_none() && filter.direction.is_none() && !filter.with_files;
            let inside = filter.before.is_none_or(|moment| *date < moment) && filter.after.is_none_or(|moment| *date >= moment);
            if *belongs && older && plain && inside {
                places.insert((*date, *id));
                let why = Why { role: None, address: String::new(), person: None, slot: None, by_hand: Some(reason.clone()) };
                whys.entry(*id).or_default().push(why);
            }
        }
        let newest: Vec<Place> = places.into_iter().rev().filter(|place| cut.is_none_or(|cut| *place > cut)).collect();
        for list in whys.values_mut() {
            list.sort_by_key(|why| (why.role, why.person, why.slot));
        }
        Ok((newest, whys, cut.is_none()))
    }

    async fn hits(&self, entry: &OnFile, filter: &HistoryFilter, before: Option<Place>, limit: usize) -> Result<Vec<Hit>, StoreError> {
        let from = entry.valid_from.max(filter.after).unwrap_or(i64::MIN);
        let to = [entry.valid_to, filter.before].into_iter().flatten().min().unwrap_or(i64::MAX);
        let (date, id) = before.unwrap_or((i64::MAX, i64::MAX));
        let plain = filter.direction.is_none() && !filter.with_files;
        if plain {
            return Ok(read!(self, c => sqlx::query_as(
                "select ma.message_id, ma.date, ma.role from message_address ma
                 where ma.address_id = $1 and ma.date >= $2 and ma.date < $3 and (ma.date, ma.message_id) < ($4, $5)
                 order by ma.date desc, ma.message_id desc limit $6")
                .bind(entry.address_id).bind(from).bind(to).bind(date).bind(id).bind(limit as i64).fetch_all(c).await)?);
        }
        let own = filter.direction.map_or(-1, |direction| i64::from(direction == Direction::Sent));
        Ok(read!(self, c => sqlx::query_as(
            "select ma.message_id, ma.date, ma.role from message_address ma join message m on m.id = ma.message_id
             left join address f on f.id = m.from_id
             where ma.address_id = $1 and ma.date >= $2 and ma.date < $3 and (ma.date, ma.message_id) < ($4, $5)
               and ($7 = -1 or coalesce(f.is_own, 0) = $7) and ($8 = 0 or m.attachments > 0)
             order by ma.date desc, ma.message_id desc limit $6")
            .bind(entry.address_id).bind(from).bind(to).bind(date).bind(id).bind(limit as i64).bind(own)
            .bind(i64::from(filter.with_files)).fetch_all(c).await)?)
    }

    async fn on_file(&self, client: ClientId, person: Option<Person>) -> Result<Vec<OnFile>, StoreError> {
        let all: Vec<OnFile> = read!(self, c => sqlx::query_as(
            "select pa.address_id, a.address, pa.person, pa.slot, pa.valid_from, pa.valid_to
             from party_address pa join address a on a.id = pa.address_id and a.is_own = 0 where pa.party_id = $1 order by pa.person desc, pa.slot")
            .bind(client.0).fetch_all(c).await)?;
        Ok(all.into_iter().filter(|entry| person.is_none_or(|person| entry.person == person.as_str())).collect())
    }

    /// Decisions made by hand about a client: letter → (date, reason, belongs).
    async fn by_hand(&self, client: ClientId) -> Result<BTreeMap<i64, (i64, String, bool)>, StoreError> {
        let rows: Vec<(i64, i64, String, String)> = read!(self, c => sqlx::query_as(
            "select k.message_id, m.date, k.reason, k.decision from filing k join message m on m.id = k.message_id where k.party_id = $1")
            .bind(client.0).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(id, date, reason, decision)| (id, (date, reason, decision == "belongs"))).collect())
    }

    /// Rows for these letters, in the order given. Scope is the caller's: ids come from a scoped query.
    pub async fn letter_rows(&self, ids: &[MessageId]) -> Result<Vec<HistoryRow>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let marks = (1..=ids.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
        let rows_sql = format!(
            "select m.id, m.date, m.date_looks_wrong, f.address as from_address, coalesce(f.is_own, 0) as from_is_own, m.from_name, m.subject,
                    m.preview, m.attachments, (select count(*) from sighting s where s.message_id = m.id) as sightings,
                    (select count(*) from message v where m.message_key <> 0 and v.message_key = m.message_key
                       and v.message_id = m.message_id and v.id <> m.id) as variants
             from message m left join address f on f.id = m.from_id where m.id in ({marks})"
        );
        let people_sql = format!(
            "select ma.message_id, ma.name, a.address from message_address ma join address a on a.id = ma.address_id
             where ma.role in (4, 5) and ma.message_id in ({marks}) order by ma.message_id, ma.role, ma.position"
        );
        let rows: Vec<Row> = read!(self, c => {
            let mut query = sqlx::query_as(sqlx::AssertSqlSafe(rows_sql));
            for id in ids {
                query = query.bind(id.0);
            }
            query.fetch_all(c).await
        })?;
        let people: Vec<(i64, String, String)> = read!(self, c => {
            let mut query = sqlx::query_as(sqlx::AssertSqlSafe(people_sql));
            for id in ids {
                query = query.bind(id.0);
            }
            query.fetch_all(c).await
        })?;
        let mut to: BTreeMap<i64, Vec<Mailbox>> = BTreeMap::new();
        for (id, name, address) in people {
            to.entry(id).or_default().push(Mailbox { name, address });
        }
        let mut found: BTreeMap<i64, Row> = rows.into_iter().map(|row| (row.id, row)).collect();
        Ok(ids.iter().filter_map(|id| found.remove(&id.0)).map(|row| history_row(row, &mut to)).collect())
    }
}

fn history_row(row: Row, to: &mut BTreeMap<i64, Vec<Mailbox>>) -> HistoryRow {
    HistoryRow {
        id: MessageId(row.id),
        date: row.date,
        date_looks_wrong: row.date_looks_wrong != 0,
        direction: if row.from_is_own != 0 { Direction::Sent } else { Direction::Received },
        from: Mailbox { name: row.from_name, address: row.from_address.unwrap_or_default() },
        to: to.remove(&row.id).unwrap_or_default(),
        subject: row.subject,
        preview: row.preview,
        attachments: row.attachments,
        why: Vec::new(),
        sightings: row.sightings,
        variants: row.variants,
        snippet: String::new(),
    }
}
