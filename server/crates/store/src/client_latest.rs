//! When a client's latest letter is dated, and clients in that order.
//!
//! Asks the index of each address on file for its newest letter: the work grows with the addresses, never with the letters.

use crate::{
    Scope, Store, StoreError,
    clients::{Row, has_words, patterns},
    db::read,
    history::client_scope,
};
use model::{ClientCard, ClientId};
use std::collections::HashMap;

/// Ids in one statement.
const AT_ONCE: usize = 500;

/// The date of the newest letter that the address `pa` on a client's file brings; null when there is none. The bounds are far enough from
/// the ends that no database takes them for anything but whole numbers.
macro_rules! newest {
    () => {
        "(select ma.date from message_address ma
          where ma.address_id = pa.address_id and ma.date >= coalesce(pa.valid_from, -8000000000000000000)
            and ma.date < coalesce(pa.valid_to, 8000000000000000000)
            and not exists (select 1 from filing k
              where k.message_id = ma.message_id and k.party_id = pa.party_id and k.decision = 'keep_off')
          order by ma.date desc, ma.message_id desc limit 1)"
    };
}

/// Clients without letters come last.
const NEVER: i64 = -9_000_000_000_000_000_000;

#[derive(sqlx::FromRow)]
struct Dated {
    id: i64,
    code: String,
    name: String,
    cost_centre: Option<String>,
    latest: i64,
}

impl Store {
    /// The dates of the latest letters of these clients; those without letters are left out. The caller has checked the scope.
    pub async fn latest_letters(&self, clients: &[ClientId]) -> Result<HashMap<ClientId, i64>, StoreError> {
        let mut found = HashMap::new();
        for part in clients.chunks(AT_ONCE) {
            let ids = part.iter().map(|client| client.0.to_string()).collect::<Vec<_>>().join(", ");
            let sql = format!(
                "select party_id, max(date) from (
                   select pa.party_id, {} as date from party_address pa join address a on a.id = pa.address_id and a.is_own = 0
                   where pa.party_id in ({ids})
                   union all
                   select k.party_id, m.date from filing k join message m on m.id = k.message_id
                   where k.party_id in ({ids}) and k.decision = 'belongs') dated group by party_id",
                newest!()
            );
            let rows: Vec<(i64, Option<i64>)> = read!(self, c => sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(c).await)?;
            found.extend(rows.into_iter().filter_map(|(id, latest)| Some((ClientId(id), latest?))));
        }
        Ok(found)
    }

    /// As [`Store::clients`], but the one with the latest letter first.
    pub async fn clients_by_latest(
        &self,
        scope: Scope,
        words: &[String],
        after: Option<ClientId>,
        limit: i64,
    ) -> Result<Vec<(ClientCard, Option<i64>)>, StoreError> {
        let (user, all) = scope.binds();
        let last = match after {
            Some(client) => self.latest_letters(&[client]).await?.get(&client).copied().unwrap_or(NEVER),
            None => i64::MAX,
        };
        // All addresses at once, each asked once: a subquery a client would be asked again for every use of its answer.
        let sql = format!(
            concat!(
                "with newest as materialized (
                   select pa.party_id, {newest} as date from party_address pa join address a on a.id = pa.address_id and a.is_own = 0
                   union all
                   select k.party_id, m.date from filing k join message m on m.id = k.message_id where k.decision = 'belongs'),
                 dated as materialized (select party_id, max(date) as date from newest group by party_id)
                 select p.id, p.code, p.name, cc.name as cost_centre, coalesce(dated.date, {never}) as latest
                 from party p left join dated on dated.party_id = p.id left join cost_centre cc on cc.id = p.cost_centre_id
                 where p.kind = 'client' and ",
                client_scope!(),
                " and ",
                has_words!("$4", "$5", "$6", "$7"),
                " and (coalesce(dated.date, {never}) < $9 or (coalesce(dated.date, {never}) = $9
                   and (p.sort_name, p.id) > (coalesce((select sort_name from party where id = $3), ''), $3)))
                 order by latest desc, p.sort_name, p.id limit $8"
            ),
            newest = newest!(),
            never = NEVER,
        );
        let [one, two, three, four] = patterns(words);
        let rows: Vec<Dated> = read!(self, c => sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(user).bind(all)
            .bind(after.map_or(0, |client| client.0)).bind(&one).bind(&two).bind(&three).bind(&four).bind(limit).bind(last).fetch_all(c).await)?;
        let dates: Vec<i64> = rows.iter().map(|row| row.latest).collect();
        let rows = rows.into_iter().map(|row| Row { id: row.id, code: row.code, name: row.name, cost_centre: row.cost_centre }).collect();
        let dates = dates.into_iter().map(|latest| Some(latest).filter(|latest| *latest != NEVER));
        Ok(self.cards(rows).await?.into_iter().zip(dates).collect())
    }
}
