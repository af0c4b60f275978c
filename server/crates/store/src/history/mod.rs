//! A client's correspondence: a live query over the addresses of letters and the addresses on file (FP-06, FP-07, I4).
//!
//! No row says "this letter belongs to that client", save the few decisions made by hand. The same rows that select a
//! letter say why it is there (S2).

use crate::{Scope, Store, StoreError, db::read, letters::visible, reading::is_news};
use model::{ByHand, ClientId, Direction, HistoryFilter, HistoryRow, Mailbox, MessageId, Why};
use std::collections::{BTreeMap, BTreeSet};

/// Whether the viewer (`$1`, `$2`) sees clients of the cost centre of `p`.
macro_rules! centre_scope {
    () => {
        "($2 = 1 or not exists (select 1 from cost_centre)
           or exists (select 1 from user_cost_centre uc where uc.user_id = $1 and uc.cost_centre_id = p.cost_centre_id)
           or exists (select 1 from api_token tk where tk.id = -10 - $1 and (tk.cost_centre_id is null or tk.cost_centre_id = p.cost_centre_id)))"
    };
}

/// Whether the viewer (`$1`, `$2`) sees the client `p`; nobody sees one that was merged into another.
macro_rules! client_scope {
    () => {
        concat!("(", crate::history::centre_scope!(), " and not exists (select 1 from client_merged gone where gone.party_id = p.id))")
    };
}
pub(crate) use {centre_scope, client_scope};

/// What filters ask of a letter `m` whose sender is `f`: `$1` direction (−1 = any), `$2` with files, `$3` account (−1 = any), `$4` the reader
/// to whom it must be new (−2 = nobody asks).
macro_rules! letter_demands {
    () => {
        concat!(
            "($1 = -1 or coalesce(f.is_own, 0) = $1) and ($2 = 0 or m.attachments > 0)
         and ($3 = -1 or exists (select 1 from account_message am where am.account_id = $3 and am.date = m.date and am.message_id = m.id))
         and ($4 = -2 or ",
            is_news!("$4"),
            ")"
        )
    };
}

mod count;
mod rows;
mod rules;

use rules::HandRow;
pub(crate) use rules::{OnFile, Rules};

#[derive(sqlx::FromRow)]
struct Hit {
    message_id: i64,
    date: i64,
    role: i64,
    address_id: i64,
}

/// Ids in one statement.
pub(crate) const AT_ONCE: usize = 500;

/// Newest first: date, then id, so that the order is the same on every page and both databases.
pub(crate) type Place = (i64, i64);

/// Ids or other numbers for a list in a statement.
pub(crate) fn id_list(ids: &[i64]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl Store {
    /// A page of a client's history, newest first: up to `limit` letters older than `before` (date, id).
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such client in scope, or the account to filter by is not to be named to the viewer.
    pub async fn history(
        &self,
        scope: Scope,
        client: ClientId,
        filter: &HistoryFilter,
        before: Option<(i64, i64)>,
        limit: usize,
    ) -> Result<Vec<HistoryRow>, StoreError> {
        let rules = self.rules(scope, client, filter).await?;
        let mut at_once = (limit + 1) * 2;
        loop {
            let (mut places, whys, complete) = self.gather(&rules, filter, before, at_once).await?;
            if filter.as_at.is_some() {
                // What was here that day may not be the viewer's to open today.
                let seen = self.visible_ids(scope, &places.iter().map(|(_, id)| *id).collect::<Vec<_>>()).await?;
                places.retain(|(_, id)| seen.contains(id));
            }
            if complete || places.len() >= limit {
                let ids: Vec<i64> = places.iter().take(limit).map(|(_, id)| *id).collect();
                return self.rows_in(scope, &rules, filter, &ids, &whys).await;
            }
            at_once *= 4;
        }
    }

    /// Rows of letters that are in a history, with why, and what was decided by hand.
    pub(crate) async fn rows_in(
        &self,
        scope: Scope,
        rules: &Rules,
        filter: &HistoryFilter,
        ids: &[i64],
        whys: &BTreeMap<i64, Vec<Why>>,
    ) -> Result<Vec<HistoryRow>, StoreError> {
        let mut rows = Vec::with_capacity(ids.len());
        for part in ids.chunks(AT_ONCE) {
            rows.extend(self.letter_rows(&part.iter().map(|id| MessageId(*id)).collect::<Vec<_>>()).await?);
        }
        for row in &mut rows {
            row.why = whys.get(&row.id.0).cloned().unwrap_or_default();
            row.filing = rules.by_hand.get(&row.id.0).map(HandRow::filing);
        }
        if filter.by_hand == Some(ByHand::KeptOff) {
            self.hide(scope, &mut rows).await?;
        }
        Ok(rows)
    }

    /// Takes away what the viewer may not know of letters that are not his or hers to open.
    async fn hide(&self, scope: Scope, rows: &mut [HistoryRow]) -> Result<(), StoreError> {
        let seen = self.visible_ids(scope, &rows.iter().map(|row| row.id.0).collect::<Vec<_>>()).await?;
        for row in rows.iter_mut().filter(|row| !seen.contains(&row.id.0)) {
            let nobody = Mailbox { name: String::new(), address: String::new() };
            *row = HistoryRow {
                hidden: true,
                from: nobody,
                to: Vec::new(),
                subject: String::new(),
                preview: String::new(),
                attachments: 0,
                why: Vec::new(),
                sightings: 0,
                variants: 0,
                ..row.clone()
            };
        }
        Ok(())
    }

    /// Of these letters, those the viewer may see.
    pub(crate) async fn visible_ids(&self, scope: Scope, ids: &[i64]) -> Result<BTreeSet<i64>, StoreError> {
        let (user, all) = scope.binds();
        let mut seen = BTreeSet::new();
        for part in ids.chunks(AT_ONCE) {
            let sql = format!("select m.id from message m where m.id in ({}) and $2 = $2 and {}", id_list(part), visible!());
            let found: Vec<i64> = read!(self, c => sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(user).bind(all).fetch_all(c).await)?;
            seen.extend(found);
        }
        Ok(seen)
    }

    /// One round: newest letters of each address, merged. `complete` = nothing older is left out; otherwise only letters
    /// newer than every cut are answered, so a page never skips one.
    pub(crate) async fn gather(
        &self,
        rules: &Rules,
        filter: &HistoryFilter,
        before: Option<Place>,
        at_once: usize,
    ) -> Result<(Vec<Place>, BTreeMap<i64, Vec<Why>>, bool), StoreError> {
        let mut places: BTreeSet<Place> = BTreeSet::new();
        let mut whys: BTreeMap<i64, Vec<Why>> = BTreeMap::new();
        let mut cut: Option<Place> = None;
        let asked: &[OnFile] = if filter.by_hand.is_some() { &[] } else { &rules.on_file };
        for entry in asked {
            let hits = self.hits(entry, rules.reader, filter, before, at_once).await?;
            if hits.len() == at_once {
                let last = hits.last().map(|hit| (hit.date, hit.message_id));
                cut = cut.max(last);
            }
            for hit in hits {
                if rules.by_hand.get(&hit.message_id).is_some_and(|row| !row.belongs()) {
                    continue;
                }
                places.insert((hit.date, hit.message_id));
                whys.entry(hit.message_id).or_default().push(entry.why(hit.role));
            }
        }
        for (id, row) in &rules.by_hand {
            if row.is_wanted(filter) && before.is_none_or(|place| (row.date, *id) < place) {
                places.insert((row.date, *id));
                if row.belongs() {
                    whys.entry(*id).or_default().push(row.why());
                }
            }
        }
        let newest: Vec<Place> = places.into_iter().rev().filter(|place| cut.is_none_or(|cut| *place > cut)).collect();
        for list in whys.values_mut() {
            list.sort_by_key(|why| (why.role, why.person, why.slot));
        }
        Ok((newest, whys, cut.is_none()))
    }

    async fn hits(
        &self,
        entry: &OnFile,
        reader: i64,
        filter: &HistoryFilter,
        before: Option<Place>,
        limit: usize,
    ) -> Result<Vec<Hit>, StoreError> {
        let (from, to) = entry.period(filter);
        let (date, id) = before.unwrap_or((i64::MAX, i64::MAX));
        let plain = filter.direction.is_none() && !filter.with_files && filter.account.is_none() && !filter.unread;
        if plain {
            return Ok(read!(self, c => sqlx::query_as(
                "select ma.message_id, ma.date, ma.role, ma.address_id from message_address ma
                 where ma.address_id = $1 and ma.date >= $2 and ma.date < $3 and (ma.date, ma.message_id) < ($4, $5)
                 order by ma.date desc, ma.message_id desc limit $6")
                .bind(entry.address_id).bind(from).bind(to).bind(date).bind(id).bind(limit as i64).fetch_all(c).await)?);
        }
        let (own, files, account, reader) = demands(filter, reader);
        Ok(read!(self, c => sqlx::query_as(concat!(
            "select ma.message_id, ma.date, ma.role, ma.address_id from message_address ma join message m on m.id = ma.message_id
             left join address f on f.id = m.from_id
             where ", letter_demands!(), " and ma.address_id = $5 and ma.date >= $6 and ma.date < $7 and (ma.date, ma.message_id) < ($8, $9)
             order by ma.date desc, ma.message_id desc limit $10"))
            .bind(own).bind(files).bind(account).bind(reader)
            .bind(entry.address_id).bind(from).bind(to).bind(date).bind(id).bind(limit as i64).fetch_all(c).await)?)
    }

    /// Which of these letters are in a history with its filters: their dates, and why they are.
    pub(crate) async fn members(
        &self,
        scope: Scope,
        rules: &Rules,
        filter: &HistoryFilter,
        ids: &[i64],
    ) -> Result<BTreeMap<i64, (i64, Vec<Why>)>, StoreError> {
        let mut members: BTreeMap<i64, (i64, Vec<Why>)> = BTreeMap::new();
        let (own, files, account, reader) = demands(filter, rules.reader);
        let addresses: Vec<i64> = rules.on_file.iter().map(|entry| entry.address_id).collect();
        if !addresses.is_empty() && filter.by_hand.is_none() {
            for part in ids.chunks(AT_ONCE) {
                let sql = format!(
                    concat!(
                        "select ma.message_id, ma.date, ma.role, ma.address_id from message_address ma join message m on m.id = ma.message_id
                         left join address f on f.id = m.from_id where ",
                        letter_demands!(),
                        " and ma.message_id in ({}) and ma.address_id in ({}) order by ma.message_id, ma.role"
                    ),
                    id_list(part),
                    id_list(&addresses)
                );
                let hits: Vec<Hit> = read!(self, c => sqlx::query_as(sqlx::AssertSqlSafe(sql)).persistent(false)
                    .bind(own).bind(files).bind(account).bind(reader).fetch_all(c).await)?;
                for hit in hits.iter().filter(|hit| rules.by_hand.get(&hit.message_id).is_none_or(HandRow::belongs)) {
                    for entry in rules.on_file.iter().filter(|entry| entry.address_id == hit.address_id) {
                        let (from, to) = entry.period(filter);
                        if hit.date >= from && hit.date < to {
                            members.entry(hit.message_id).or_insert((hit.date, Vec::new())).1.push(entry.why(hit.role));
                        }
                    }
                }
            }
        }
        for row in ids.iter().filter_map(|id| rules.by_hand.get(id)).filter(|row| row.is_wanted(filter)) {
            let (_, why) = members.entry(row.message_id).or_insert((row.date, Vec::new()));
            if row.belongs() {
                why.push(row.why());
            }
        }
        if filter.as_at.is_some() {
            let seen = self.visible_ids(scope, &members.keys().copied().collect::<Vec<_>>()).await?;
            members.retain(|id, _| seen.contains(id));
        }
        for (_, why) in members.values_mut() {
            why.sort_by_key(|why| (why.role, why.person, why.slot));
        }
        Ok(members)
    }
}

/// What [`letter_demands`] binds.
fn demands(filter: &HistoryFilter, reader: i64) -> (i64, i64, i64, i64) {
    let own = filter.direction.map_or(-1, |direction| i64::from(direction == Direction::Sent));
    let account = filter.account.map_or(-1, |account| account.0);
    (own, i64::from(filter.with_files), account, if filter.unread { reader } else { -2 })
}
