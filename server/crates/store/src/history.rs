//! A client's correspondence: a live query over the addresses of letters and the addresses on file (FP-06, FP-07, I4).
//!
//! No row says "this letter belongs to that client", save the few decisions made by hand. The same rows that select a
//! letter say why it is there (S2).

use crate::{
    Scope, Store, StoreError,
    db::read,
    letters::{account_is_named, visible},
};
use model::{
    AccountId, AddressRole, ByHand, ClientId, Decision, Direction, Filing, HistoryFilter, HistoryRow, Mailbox, MessageId, Person, Why,
};
use std::collections::{BTreeMap, BTreeSet};

/// Whether the viewer (`$1`, `$2`) sees clients of the cost centre of `p`.
macro_rules! centre_scope {
    () => {
        "($2 = 1 or not exists (select 1 from cost_centre)
           or exists (select 1 from user_cost_centre uc where uc.user_id = $1 and uc.cost_centre_id = p.cost_centre_id))"
    };
}

/// Whether the viewer (`$1`, `$2`) sees the client `p`; nobody sees one that was merged into another.
macro_rules! client_scope {
    () => {
        "(($2 = 1 or not exists (select 1 from cost_centre)
           or exists (select 1 from user_cost_centre uc where uc.user_id = $1 and uc.cost_centre_id = p.cost_centre_id))
         and not exists (select 1 from client_merged gone where gone.party_id = p.id))"
    };
}
pub(crate) use {centre_scope, client_scope};

/// What filters ask of a letter `m` whose sender is `f`: `$1` direction (−1 = any), `$2` with files, `$3` account (−1 = any), `$4` the reader
/// to whom it must be new (−2 = nobody asks).
macro_rules! letter_demands {
    () => {
        "($1 = -1 or coalesce(f.is_own, 0) = $1) and ($2 = 0 or m.attachments > 0)
         and ($3 = -1 or exists (select 1 from account_message am where am.account_id = $3 and am.date = m.date and am.message_id = m.id))
         and ($4 = -2 or not exists (select 1 from letter_read r where r.user_id = $4 and r.message_id = m.id))"
    };
}

/// A place on the client's file.
#[derive(sqlx::FromRow, Clone)]
pub(crate) struct OnFile {
    pub address_id: i64,
    pub address: String,
    pub person: String,
    pub slot: i64,
    pub valid_from: Option<i64>,
    pub valid_to: Option<i64>,
}

/// A decision made by hand, and what filters ask of its letter.
#[derive(sqlx::FromRow)]
pub(crate) struct HandRow {
    message_id: i64,
    date: i64,
    sent: i64,
    attachments: i64,
    in_account: i64,
    is_read: i64,
    decision: String,
    by_name: Option<String>,
    at: i64,
    reason: String,
}

/// What decides a history: the addresses on file and the decisions made by hand, of today or of another day.
pub(crate) struct Rules {
    pub on_file: Vec<OnFile>,
    pub by_hand: BTreeMap<i64, HandRow>,
    /// Whose marks "unread" means: −1 = nobody's, so that everything is.
    reader: i64,
}

#[derive(sqlx::FromRow)]
struct Hit {
    message_id: i64,
    date: i64,
    role: i64,
    address_id: i64,
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

    /// How many letters a history has, counted up to `most`; `true` = there are more.
    ///
    /// # Errors
    /// As [`Store::history`].
    pub async fn history_count(
        &self,
        scope: Scope,
        client: ClientId,
        filter: &HistoryFilter,
        most: i64,
    ) -> Result<(i64, bool), StoreError> {
        let rules = self.rules(scope, client, filter).await?;
        let wanted = rules.by_hand.values().filter(|row| row.is_wanted(filter));
        let mut by_hand: Vec<i64> = wanted.map(|row| row.message_id).collect();
        if filter.as_at.is_some() {
            by_hand = self.visible_ids(scope, &by_hand).await?.into_iter().collect();
        }
        let found = if filter.by_hand.is_some() || rules.on_file.is_empty() {
            0
        } else {
            self.count_by_address(scope, &rules, filter, most + 1).await?
        };
        let count = found + by_hand.len() as i64;
        Ok((count.min(most), count > most))
    }

    /// Letters that addresses bring, without those that a decision keeps off or brings; counted up to `most`.
    async fn count_by_address(&self, scope: Scope, rules: &Rules, filter: &HistoryFilter, most: i64) -> Result<i64, StoreError> {
        let (user, all) = scope.binds();
        let mut binds = if filter.as_at.is_some() { vec![user, all] } else { Vec::new() };
        let mut mark = |value: i64| {
            binds.push(value);
            format!("${}", binds.len())
        };
        let own = filter.direction.map(|direction| mark(i64::from(direction == Direction::Sent)));
        let account = filter.account.map(|account| mark(account.0));
        let reader = filter.unread.then(|| mark(rules.reader));
        let mut parts = Vec::new();
        // One address may stand in two headers of a letter; a union of several counts it once anyway.
        let once = if rules.on_file.len() == 1 { "distinct " } else { "" };
        for entry in &rules.on_file {
            let (from, to) = entry.period(filter);
            let (address, from, to) = (mark(entry.address_id), mark(from), mark(to));
            parts.push(format!("select {once}ma.message_id as id from message_address ma where ma.address_id = {address} and ma.date >= {from} and ma.date < {to}"));
        }
        let mut demands = Vec::new();
        // What a decision brings is counted by itself; a letter filed by hand whose decision these filters do not ask for is as any other.
        let decided: Vec<i64> =
            rules.by_hand.iter().filter(|(_, row)| !row.belongs() || row.is_wanted(filter)).map(|(id, _)| *id).collect();
        if !decided.is_empty() {
            demands.push(format!("h.id not in ({})", id_list(&decided)));
        }
        if let Some(own) = own {
            demands.push(format!("coalesce((select f.is_own from address f where f.id = m.from_id), 0) = {own}"));
        }
        if filter.with_files {
            demands.push("m.attachments > 0".to_owned());
        }
        if let Some(account) = account {
            demands.push(format!(
                "exists (select 1 from account_message am where am.account_id = {account} and am.date = m.date and am.message_id = m.id)"
            ));
        }
        if let Some(reader) = reader {
            demands.push(format!("not exists (select 1 from letter_read r where r.user_id = {reader} and r.message_id = m.id)"));
        }
        if filter.as_at.is_some() {
            demands.push(visible!().to_owned());
        }
        let join = if filter.is_about_letters() { "join message m on m.id = h.id" } else { "" };
        let only = if demands.is_empty() { String::new() } else { format!("where {}", demands.join(" and ")) };
        let most = mark(most);
        let sql = format!("select count(*) from (select h.id from ({}) h {join} {only} limit {most}) counted", parts.join(" union "));
        Ok(read!(self, c => {
            let mut query = sqlx::query_scalar(sqlx::AssertSqlSafe(sql));
            for value in binds {
                query = query.bind(value);
            }
            query.fetch_one(c).await
        })?)
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

    /// What decides this history, with these filters.
    pub(crate) async fn rules(&self, scope: Scope, client: ClientId, filter: &HistoryFilter) -> Result<Rules, StoreError> {
        let (user, all) = scope.binds();
        let found: Option<i64> = read!(self, c => sqlx::query_scalar(
            concat!("select p.id from party p where p.id = $3 and p.kind = 'client' and ", client_scope!()))
            .bind(user).bind(all).bind(client.0).fetch_optional(c).await)?;
        if found.is_none() {
            return Err(StoreError::NotFound);
        }
        if let Some(account) = filter.account {
            let named: Option<i64> = read!(self, c => sqlx::query_scalar(concat!("select a.id from account a where a.id = $2 and ", account_is_named!()))
                .bind(user).bind(account.0).fetch_optional(c).await)?;
            if named.is_none() {
                return Err(StoreError::NotFound);
            }
        }
        let deed = match filter.as_at {
            Some(moment) => Some(self.deed_before(moment).await?),
            None => None,
        };
        let on_file = self.on_file(client, filter.person, deed).await?;
        Ok(Rules { on_file, by_hand: self.by_hand(client, filter.account, deed, user).await?, reader: user })
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

    /// Addresses on file now, or when a deed of the past was done.
    pub(crate) async fn on_file(&self, client: ClientId, person: Option<Person>, deed: Option<i64>) -> Result<Vec<OnFile>, StoreError> {
        let all: Vec<OnFile> = match deed {
            None => read!(self, c => sqlx::query_as(
                "select pa.address_id, a.address, pa.person, pa.slot, pa.valid_from, pa.valid_to
                 from party_address pa join address a on a.id = pa.address_id and a.is_own = 0 where pa.party_id = $1
                 order by pa.person desc, pa.slot")
                .bind(client.0).fetch_all(c).await)?,
            Some(deed) => read!(self, c => sqlx::query_as(
                "select pa.address_id, a.address, pa.person, pa.slot, pa.valid_from, pa.valid_to
                 from party_address_past pa join address a on a.id = pa.address_id and a.is_own = 0
                 where pa.party_id = $1 and pa.since <= $2 and (pa.until is null or pa.until > $2) order by pa.person desc, pa.slot")
                .bind(client.0).bind(deed).fetch_all(c).await)?,
        };
        Ok(all.into_iter().filter(|entry| person.is_none_or(|person| entry.person == person.as_str())).collect())
    }

    /// Decisions made by hand about a client that stand now, or stood when a deed of the past was done.
    async fn by_hand(
        &self,
        client: ClientId,
        account: Option<AccountId>,
        deed: Option<i64>,
        reader: i64,
    ) -> Result<BTreeMap<i64, HandRow>, StoreError> {
        let (table, then) = match deed {
            None => ("filing", "$3 = $3"),
            Some(_) => ("filing_past", "k.since <= $3 and (k.until is null or k.until > $3)"),
        };
        let sql = format!(
            "select k.message_id, m.date, coalesce(f.is_own, 0) as sent, m.attachments, k.decision, u.name as by_name, k.at, k.reason,
                    cast(case when exists (select 1 from account_message am where am.account_id = $2 and am.date = m.date and am.message_id = m.id) then 1 else 0 end as bigint) as in_account,
                    cast(case when exists (select 1 from letter_read r where r.user_id = $4 and r.message_id = m.id) then 1 else 0 end as bigint) as is_read
             from {table} k join message m on m.id = k.message_id left join address f on f.id = m.from_id
             left join app_user u on u.id = k.by_user where k.party_id = $1 and {then}"
        );
        let rows: Vec<HandRow> = read!(self, c => sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(client.0).bind(account.map_or(-1, |account| account.0)).bind(deed.unwrap_or(0)).bind(reader).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|row| (row.message_id, row)).collect())
    }

    /// The last deed before a moment, by its number in the audit trail.
    async fn deed_before(&self, moment: i64) -> Result<i64, StoreError> {
        let seq: Option<i64> = read!(self, c => sqlx::query_scalar("select seq from event where at < $1 order by seq desc limit 1")
            .bind(moment).fetch_optional(c).await)?;
        Ok(seq.unwrap_or(0))
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

impl OnFile {
    /// The time in which the address counts and letters are asked for.
    fn period(&self, filter: &HistoryFilter) -> (i64, i64) {
        let from = self.valid_from.max(filter.after).unwrap_or(i64::MIN);
        let to = [self.valid_to, filter.before].into_iter().flatten().min().unwrap_or(i64::MAX);
        (from, to)
    }

    fn why(&self, role: i64) -> Why {
        Why {
            role: AddressRole::from_code(role),
            address: self.address.clone(),
            person: Person::parse(&self.person),
            slot: Some(self.slot),
            by_hand: None,
        }
    }
}

impl HandRow {
    fn belongs(&self) -> bool {
        self.decision == Decision::Belongs.as_str()
    }

    /// Whether the letter is in the history with these filters because of this decision. It is nobody's in particular of the two persons.
    fn is_wanted(&self, filter: &HistoryFilter) -> bool {
        self.belongs() != (filter.by_hand == Some(ByHand::KeptOff))
            && filter.person.is_none()
            && filter.direction.is_none_or(|direction| (direction == Direction::Sent) == (self.sent != 0))
            && (!filter.with_files || self.attachments > 0)
            && (filter.account.is_none() || self.in_account != 0)
            && (!filter.unread || self.is_read == 0)
            && filter.before.is_none_or(|moment| self.date < moment)
            && filter.after.is_none_or(|moment| self.date >= moment)
    }

    fn why(&self) -> Why {
        Why { role: None, address: String::new(), person: None, slot: None, by_hand: Some(self.reason.clone()) }
    }

    fn filing(&self) -> Filing {
        Filing {
            decision: if self.belongs() { Decision::Belongs } else { Decision::KeepOff },
            by: self.by_name.clone(),
            at: self.at,
            reason: self.reason.clone(),
        }
    }
}

/// What [`letter_demands`] binds.
fn demands(filter: &HistoryFilter, reader: i64) -> (i64, i64, i64, i64) {
    let own = filter.direction.map_or(-1, |direction| i64::from(direction == Direction::Sent));
    let account = filter.account.map_or(-1, |account| account.0);
    (own, i64::from(filter.with_files), account, if filter.unread { reader } else { -2 })
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
        filing: None,
        hidden: false,
        sightings: row.sightings,
        variants: row.variants,
        unread: false,
        snippet: String::new(),
        folded: Vec::new(),
        conversation: None,
        quoted: Vec::new(),
    }
}
