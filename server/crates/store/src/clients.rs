//! Clients and their addresses: up to three of self and three of the partner (FP-05); an address may stand on several files (P25).

use crate::{
    Scope, Store, StoreError,
    db::read,
    fold::{code_key, fold},
    history::client_scope,
    search::like,
};
use model::{ClientAddress, ClientCard, ClientId, Person, SharedAddress};
use std::collections::{BTreeMap, HashMap};

#[derive(sqlx::FromRow)]
pub(crate) struct Row {
    pub id: i64,
    pub code: String,
    pub name: String,
    pub cost_centre: Option<String>,
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

/// Whether the client `p` has each of four patterns (null = any).
macro_rules! has_words {
    ($($n:literal),*) => { concat!("(true" $(, " and (cast(", $n, " as text) is null or p.search_text like ", $n, " escape '!')")*, ")") };
}

pub(crate) use has_words;

/// At most four words narrow a list; the rest would only cost time.
pub(crate) fn patterns(words: &[String]) -> [Option<String>; 4] {
    let mut folded = words.iter().map(|word| fold(word)).filter(|word| !word.is_empty()).map(|word| like(&word));
    std::array::from_fn(|_| folded.next())
}

impl Store {
    /// Clients in scope whose code, name or an address has every one of the words (capitals and accents apart), by name, after the
    /// client where the last page ended.
    pub async fn clients(
        &self,
        scope: Scope,
        words: &[String],
        after: Option<ClientId>,
        limit: i64,
    ) -> Result<Vec<ClientCard>, StoreError> {
        let (user, all) = scope.binds();
        let sql = concat!(
            "select p.id, p.code, p.name, cc.name as cost_centre from party p left join cost_centre cc on cc.id = p.cost_centre_id
             where p.kind = 'client' and ",
            client_scope!(),
            " and (p.sort_name, p.id) > (coalesce((select sort_name from party where id = $3), ''), $3) and ",
            has_words!("$4", "$5", "$6", "$7"),
            " order by p.sort_name, p.id limit $8"
        );
        let [one, two, three, four] = patterns(words);
        let rows: Vec<Row> = read!(self, c => sqlx::query_as(sql).bind(user).bind(all).bind(after.map_or(0, |client| client.0))
            .bind(&one).bind(&two).bind(&three).bind(&four).bind(limit).fetch_all(c).await)?;
        self.cards(rows).await
    }

    /// How many clients in scope have the words.
    pub async fn clients_found(&self, scope: Scope, words: &[String]) -> Result<i64, StoreError> {
        let (user, all) = scope.binds();
        let sql = concat!(
            "select count(*) from party p where p.kind = 'client' and ",
            client_scope!(),
            " and ",
            has_words!("$3", "$4", "$5", "$6")
        );
        let [one, two, three, four] = patterns(words);
        Ok(
            read!(self, c => sqlx::query_scalar(sql).bind(user).bind(all).bind(&one).bind(&two).bind(&three).bind(&four).fetch_one(c).await)?,
        )
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

    /// Addresses of a client that stand on other clients' files too, with those of them that are in scope (S12). Scope of the client
    /// itself is checked.
    pub async fn shared_addresses(&self, scope: Scope, client: ClientId) -> Result<Vec<SharedAddress>, StoreError> {
        self.client(scope, client).await?;
        let addresses: Vec<String> = read!(self, c => sqlx::query_scalar(
            "select distinct a.address from party_address pa join address a on a.id = pa.address_id where pa.party_id = $1")
            .bind(client.0).fetch_all(c).await)?;
        self.also_on_file(scope, Some(client), &addresses).await
    }

    /// Which of these addresses stand on files of clients in scope, other than this one.
    pub async fn also_on_file(
        &self,
        scope: Scope,
        except: Option<ClientId>,
        addresses: &[String],
    ) -> Result<Vec<SharedAddress>, StoreError> {
        if addresses.is_empty() {
            return Ok(Vec::new());
        }
        let (user, all) = scope.binds();
        let marks = (4..4 + addresses.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
        let sql = format!(
            concat!(
                "select distinct a.address, p.id, p.name, p.sort_name from address a join party_address pa on pa.address_id = a.id
                 join party p on p.id = pa.party_id where p.id <> $3 and ",
                client_scope!(),
                " and a.address in ({}) order by a.address, p.sort_name, p.id"
            ),
            marks
        );
        let rows: Vec<(String, i64, String, String)> = read!(self, c => {
            let mut query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(user).bind(all).bind(except.map_or(0, |client| client.0));
            for address in addresses {
                query = query.bind(address);
            }
            query.fetch_all(c).await
        })?;
        let mut shared: Vec<SharedAddress> = Vec::new();
        for (address, id, name, _) in rows {
            match shared.last_mut() {
                Some(last) if last.address == address => last.others.push((ClientId(id), name)),
                _ => shared.push(SharedAddress { address, others: vec![(ClientId(id), name)] }),
            }
        }
        Ok(shared)
    }

    /// How many clients are in scope.
    pub async fn client_count(&self, scope: Scope) -> Result<i64, StoreError> {
        let (user, all) = scope.binds();
        Ok(read!(self, c => sqlx::query_scalar(concat!("select count(*) from party p where p.kind = 'client' and ", client_scope!()))
            .bind(user).bind(all).fetch_one(c).await)?)
    }

    /// One client in scope; or a contact, whose company stands in for the code that it does not have.
    pub async fn client(&self, scope: Scope, id: ClientId) -> Result<ClientCard, StoreError> {
        let (user, all) = scope.binds();
        let row: Row = read!(self, c => sqlx::query_as(concat!(
            "select p.id, coalesce((select k.company from contact k where k.party_id = p.id), p.code) as code, p.name, cc.name as cost_centre
             from party p left join cost_centre cc on cc.id = p.cost_centre_id where p.id = $3 and ", client_scope!()))
            .bind(user).bind(all).bind(id.0).fetch_one(c).await)?;
        self.cards(vec![row]).await?.pop().ok_or(StoreError::NotFound)
    }

    /// One client in scope, by the office's code as it is written, else in other capitals; also by the code of one merged into it.
    pub async fn client_by_code(&self, scope: Scope, code: &str) -> Result<ClientCard, StoreError> {
        let id: i64 = read!(self, c => sqlx::query_scalar(
            "select id from (select id, 0 as place from party p where kind = 'client' and code = $1
                 and not exists (select 1 from client_merged gone where gone.party_id = p.id)
               union all select party_id as id, 1 as place from client_code where code_key = $2) as found order by place limit 1")
            .bind(code).bind(code_key(code)).fetch_one(c).await)?;
        self.client(scope, ClientId(id)).await
    }

    pub(crate) async fn cards(&self, rows: Vec<Row>) -> Result<Vec<ClientCard>, StoreError> {
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
}
