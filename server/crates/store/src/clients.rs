//! Clients and their addresses: up to three of self and three of the partner (FP-05); an address may stand on several files (P25).

use crate::{
    NewEvent, Scope, Store, StoreError,
    audit::append_event,
    db::{read, write},
    history::client_scope,
    search::like,
};
use model::{ClientAddress, ClientCard, ClientId, CostCentreId, Person};
use std::collections::{BTreeMap, HashMap};

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

/// What one row of a list did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    Added,
    Updated,
    Unchanged,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    code: String,
    name: String,
    cost_centre: Option<String>,
}

#[derive(sqlx::FromRow)]
struct AddressRow {
    party_id: i64,
    person: String,
    slot: i64,
    address: String,
    valid_from: Option<i64>,
    valid_to: Option<i64>,
}

fn search_text(code: &str, name: &str) -> String {
    format!("{} {}", code.to_lowercase(), name.to_lowercase())
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

macro_rules! put_address {
    ($c:expr, $party:expr, $new:expr) => {{
        let new: &NewClientAddress = $new;
        let address = intern_address!($c, &new.address);
        sqlx::query(
            "insert into party_address (party_id, person, slot, address_id, valid_from, valid_to) values ($1, $2, $3, $4, $5, $6)
             on conflict (party_id, person, slot) do update set address_id = excluded.address_id, valid_from = excluded.valid_from, valid_to = excluded.valid_to")
            .bind($party).bind(new.person.as_str()).bind(new.slot).bind(address).bind(new.valid_from).bind(new.valid_to)
            .execute(&mut *$c).await?;
    }};
}

/// Adds or changes one client of a list; evaluates to what that did.
macro_rules! import_one {
    ($c:expr, $change:expr, $now:expr) => {{
        let change: &ClientChange = $change;
        let found: Option<(i64, String, Option<i64>)> =
            sqlx::query_as("select id, name, cost_centre_id from party where kind = 'client' and code = $1")
                .bind(&change.code).fetch_optional(&mut *$c).await?;
        let mut effect = Effect::Unchanged;
        let id: i64 = match found {
            None => {
                effect = Effect::Added;
                sqlx::query_scalar(
                    "insert into party (kind, code, name, sort_name, search_text, cost_centre_id, created_at) values ('client', $1, $2, $3, $4, $5, $6) returning id")
                    .bind(&change.code).bind(&change.name).bind(change.name.to_lowercase()).bind(search_text(&change.code, &change.name))
                    .bind(change.cost_centre.map(|centre| centre.0)).bind($now).fetch_one(&mut *$c).await?
            }
            Some((id, name, centre)) => {
                let wanted = change.cost_centre.map(|centre| centre.0).or(centre);
                if name != change.name || wanted != centre {
                    effect = Effect::Updated;
                    sqlx::query("update party set name = $2, sort_name = $3, search_text = $4, cost_centre_id = $5 where id = $1")
                        .bind(id).bind(&change.name).bind(change.name.to_lowercase()).bind(search_text(&change.code, &change.name))
                        .bind(wanted).execute(&mut *$c).await?;
                }
                id
            }
        };
        for new in &change.addresses {
            let same: Option<i64> = sqlx::query_scalar(
                "select pa.slot from party_address pa join address a on a.id = pa.address_id
                 where pa.party_id = $1 and pa.person = $2 and pa.slot = $3 and a.address = $4")
                .bind(id).bind(new.person.as_str()).bind(new.slot).bind(&new.address).fetch_optional(&mut *$c).await?;
            if same.is_none() {
                put_address!($c, id, new);
                if effect == Effect::Unchanged {
                    effect = Effect::Updated;
                }
            }
        }
        effect
    }};
}

impl Store {
    /// Clients in scope whose code, name or an address has every one of the words, by name, after the cursor (name in lower case, id).
    pub async fn clients(
        &self,
        scope: Scope,
        words: &[String],
        after: Option<(String, i64)>,
        limit: i64,
    ) -> Result<Vec<ClientCard>, StoreError> {
        let (user, all) = scope.binds();
        let (name, id) = after.unwrap_or_default();
        // At most four words narrow a list; the rest would only cost time.
        let like: Vec<Option<String>> = (0..4).map(|n| words.get(n).map(|word| like(word))).collect();
        let word = |n: usize| {
            format!(
                "(${n} is null or p.search_text like ${n} escape '!' or exists (select 1 from party_address w join address x on x.id = w.address_id
                   where w.party_id = p.id and x.address like ${n} escape '!'))"
            )
        };
        let sql = format!(
            concat!(
                "select p.id, p.code, p.name, cc.name as cost_centre from party p left join cost_centre cc on cc.id = p.cost_centre_id
             where p.kind = 'client' and ",
                client_scope!(),
                " and (p.sort_name, p.id) > ($3, $4)
               and {} and {} and {} and {} order by p.sort_name, p.id limit $9"
            ),
            word(5),
            word(6),
            word(7),
            word(8)
        );
        let rows: Vec<Row> = read!(self, c => {
            let mut query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(user).bind(all).bind(&name).bind(id);
            for pattern in &like {
                query = query.bind(pattern.clone());
            }
            query.bind(limit).fetch_all(c).await
        })?;
        self.cards(rows).await
    }

    /// Every address on a client's file and whose it is, whatever the viewer's scope (for counting, never for showing).
    pub async fn addresses_on_file(&self) -> Result<HashMap<String, Vec<ClientId>>, StoreError> {
        let rows: Vec<(String, i64)> = read!(self, c => sqlx::query_as(
            "select distinct a.address, p.id from party_address pa join address a on a.id = pa.address_id
             join party p on p.id = pa.party_id where p.kind = 'client'").fetch_all(c).await)?;
        let mut on_file: HashMap<String, Vec<ClientId>> = HashMap::new();
        for (address, id) in rows {
            on_file.entry(address).or_default().push(ClientId(id));
        }
        Ok(on_file)
    }

    /// How many clients are in scope.
    pub async fn client_count(&self, scope: Scope) -> Result<i64, StoreError> {
        let (user, all) = scope.binds();
        Ok(read!(self, c => sqlx::query_scalar(concat!("select count(*) from party p where p.kind = 'client' and ", client_scope!()))
            .bind(user).bind(all).fetch_one(c).await)?)
    }

    /// One client in scope.
    pub async fn client(&self, scope: Scope, id: ClientId) -> Result<ClientCard, StoreError> {
        let (user, all) = scope.binds();
        let row: Row = read!(self, c => sqlx::query_as(concat!(
            "select p.id, p.code, p.name, cc.name as cost_centre from party p left join cost_centre cc on cc.id = p.cost_centre_id
             where p.id = $3 and p.kind = 'client' and ", client_scope!()))
            .bind(user).bind(all).bind(id.0).fetch_one(c).await)?;
        self.cards(vec![row]).await?.pop().ok_or(StoreError::NotFound)
    }

    /// One client in scope, by the office's code.
    pub async fn client_by_code(&self, scope: Scope, code: &str) -> Result<ClientCard, StoreError> {
        let id: i64 =
            read!(self, c => sqlx::query_scalar("select id from party where kind = 'client' and code = $1").bind(code).fetch_one(c).await)?;
        self.client(scope, ClientId(id)).await
    }

    async fn cards(&self, rows: Vec<Row>) -> Result<Vec<ClientCard>, StoreError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let marks = (1..=rows.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "select pa.party_id, pa.person, pa.slot, a.address, pa.valid_from, pa.valid_to from party_address pa
             join address a on a.id = pa.address_id where pa.party_id in ({marks}) order by pa.party_id, pa.person desc, pa.slot"
        );
        let found: Vec<AddressRow> = read!(self, c => {
            let mut query = sqlx::query_as(sqlx::AssertSqlSafe(sql));
            for row in &rows {
                query = query.bind(row.id);
            }
            query.fetch_all(c).await
        })?;
        let mut addresses: BTreeMap<i64, Vec<ClientAddress>> = BTreeMap::new();
        for row in found {
            let person =
                Person::parse(&row.person).ok_or_else(|| StoreError::Inconsistent("party_address.person cannot be read".into()))?;
            addresses.entry(row.party_id).or_default().push(ClientAddress {
                person,
                slot: row.slot,
                address: row.address,
                valid_from: row.valid_from,
                valid_to: row.valid_to,
            });
        }
        Ok(rows
            .into_iter()
            .map(|row| ClientCard {
                id: ClientId(row.id),
                code: row.code,
                name: row.name,
                cost_centre: row.cost_centre,
                addresses: addresses.remove(&row.id).unwrap_or_default(),
            })
            .collect())
    }

    /// Adds or changes a client; its addresses become exactly these. Histories follow at once, old letters too (FP-07).
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `party_code_taken`; [`StoreError::NotFound`] when the client to change is not in scope.
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
        let (id, head) = write!(self, c => {
            let id: i64 = match id {
                Some(id) => {
                    sqlx::query("update party set code = $2, name = $3, sort_name = $4, search_text = $5, cost_centre_id = $6 where id = $1")
                        .bind(id.0).bind(&change.code).bind(&change.name).bind(change.name.to_lowercase())
                        .bind(search_text(&change.code, &change.name)).bind(change.cost_centre.map(|centre| centre.0)).execute(&mut *c).await?;
                    id.0
                }
                None => sqlx::query_scalar(
                    "insert into party (kind, code, name, sort_name, search_text, cost_centre_id, created_at) values ('client', $1, $2, $3, $4, $5, $6) returning id")
                    .bind(&change.code).bind(&change.name).bind(change.name.to_lowercase()).bind(search_text(&change.code, &change.name))
                    .bind(change.cost_centre.map(|centre| centre.0)).bind(event.at).fetch_one(&mut *c).await?,
            };
            sqlx::query("delete from party_address where party_id = $1").bind(id).execute(&mut *c).await?;
            for address in &change.addresses {
                put_address!(c, id, address);
            }
            let head = append_event!(&self.keys, c, &NewEvent { subject: format!("client:{id}"), ..event.clone() });
            Ok((id, head))
        })?;
        self.heads.publish(head.0, &head.1)?;
        Ok(ClientId(id))
    }

    /// Adds and changes clients from a list, all or nothing: the same code updates; nothing is deleted, and an empty cell leaves what
    /// is on file. Answers how many were added, updated, unchanged. With `dry_run` nothing is kept.
    pub async fn import_clients(&self, list: &[ClientChange], dry_run: bool, event: &NewEvent) -> Result<(i64, i64, i64), StoreError> {
        let mut counts = (0, 0, 0);
        let outcome = write!(self, c => {
            counts = (0, 0, 0);
            for change in list {
                match import_one!(c, change, event.at) {
                    Effect::Added => counts.0 += 1,
                    Effect::Updated => counts.1 += 1,
                    Effect::Unchanged => counts.2 += 1,
                }
            }
            if dry_run {
                // Everything above was really tried; rolling back is what makes it a rehearsal.
                return Err(StoreError::Conflict(DRY_RUN));
            }
            Ok(append_event!(&self.keys, c, event))
        });
        match outcome {
            Ok(head) => self.heads.publish(head.0, &head.1)?,
            Err(StoreError::Conflict(DRY_RUN)) => {}
            Err(error) => return Err(error),
        }
        Ok(counts)
    }
}

const DRY_RUN: &str = "dry_run";
