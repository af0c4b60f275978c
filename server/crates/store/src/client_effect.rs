//! What an edit of a client's addresses would do to its history, before it is saved (S3).
//!
//! One statement, so one moment; the predicate is the history's own (`history.rs`): addresses on file that are not the office's own, in
//! their period, decisions made by hand aside. Only addresses that change are read, and only from indexes.
//!
//! `cross join` is an order for SQLite: from the few addresses to their letters. Left to choose, it began with all addresses of all letters,
//! for it takes the parts named above (`with`) for large.

use crate::{NewClientAddress, Scope, Store, StoreError, db::read, history::client_scope};
use model::{AddressEffect, ClientId, LetterSpan};

/// Other clients named at most.
const NAMED: usize = 20;

/// Letters that the addresses in `$here` have in their period and that those in `$there` do not; a letter that somebody put into or
/// kept off the history by hand is moved by no address.
macro_rules! letters_only_in {
    ($here:literal, $there:literal) => {
        concat!(
            "select ma.message_id, min(ma.date) as date from ",
            $here,
            " h cross join message_address ma
             where ma.address_id = h.address_id and ma.date >= h.since and ma.date < h.till
               and not exists (select 1 from ",
            $there,
            " c where c.address_id = h.address_id and c.since <= h.since and c.till >= h.till)
               and not exists (select 1 from ",
            $there,
            " o cross join message_address x
                 where x.address_id = o.address_id and x.date = ma.date and x.message_id = ma.message_id
                   and x.date >= o.since and x.date < o.till)
               and not exists (select 1 from filing k where k.message_id = ma.message_id and k.party_id = $3)
             group by ma.message_id"
        )
    };
}

#[derive(sqlx::FromRow)]
struct Line {
    what: String,
    id: i64,
    name: String,
    letters: i64,
    first: Option<i64>,
    last: Option<i64>,
}

impl Store {
    /// What would happen to a client's history if its addresses became exactly these; `None` = a client to be added. Other clients are
    /// named if they are in scope.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the client is not in scope.
    pub async fn address_effect(
        &self,
        scope: Scope,
        client: Option<ClientId>,
        addresses: &[NewClientAddress],
    ) -> Result<AddressEffect, StoreError> {
        if let Some(client) = client {
            self.client(scope, client).await?;
        }
        let (user, all) = scope.binds();
        let mut typed = vec!["select cast(null as text) as address, cast(0 as bigint) as since, cast(0 as bigint) as till".to_owned()];
        for at in (0..addresses.len()).map(|at| 4 + 3 * at) {
            typed.push(format!("select cast(${at} as text), cast(${} as bigint), cast(${} as bigint)", at + 1, at + 2));
        }
        let sql = format!(
            concat!(
                "with was as materialized (select pa.address_id, coalesce(pa.valid_from, {since}) as since, coalesce(pa.valid_to, {till}) as till
                   from party_address pa join address a on a.id = pa.address_id and a.is_own = 0 where pa.party_id = $3),
                 typed as ({typed}),
                 will as materialized (select a.id as address_id, t.since, t.till from typed t join address a on a.address = t.address and a.is_own = 0),
                 added as materialized (",
                letters_only_in!("will", "was"),
                "), removed as materialized (",
                letters_only_in!("was", "will"),
                "), elsewhere as (
                   select distinct d.message_id, pa.party_id from added d cross join message_address ma
                     join address a on a.id = ma.address_id and a.is_own = 0
                     join party_address pa on pa.address_id = ma.address_id
                       and (pa.valid_from is null or ma.date >= pa.valid_from) and (pa.valid_to is null or ma.date < pa.valid_to)
                   where ma.message_id = d.message_id and pa.party_id <> $3 and not exists (select 1 from filing k
                     where k.message_id = d.message_id and k.party_id = pa.party_id and k.decision = 'keep_off')
                   union select d.message_id, k.party_id from added d cross join filing k
                   where k.message_id = d.message_id and k.decision = 'belongs' and k.party_id <> $3)
                 select 'added' as what, cast(0 as bigint) as id, '' as name, count(*) as letters, min(date) as first, max(date) as last from added
                 union all select 'removed', 0, '', count(*), min(date), max(date) from removed
                 union all select 'private', 0, '', count(*), null, null from added d
                   where exists (select 1 from account where owner_id is not null)
                     and exists (select 1 from sighting s where s.message_id = d.message_id)
                     and not exists (select 1 from sighting s join folder f on f.id = s.folder_id join account b on b.id = f.account_id
                       where s.message_id = d.message_id and b.owner_id is null)
                 union all select * from (select 'client', p.id, p.name, count(*), cast(null as bigint), cast(null as bigint)
                   from elsewhere e cross join party p where p.id = e.party_id and ",
                client_scope!(),
                " group by p.id, p.name, p.sort_name order by count(*) desc, p.sort_name, p.id limit {named}) as others"
            ),
            since = UNBOUND.0,
            till = UNBOUND.1,
            typed = typed.join(" union all "),
            named = NAMED,
        );
        let lines: Vec<Line> = read!(self, c => {
            let mut query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(user).bind(all).bind(client.map_or(0, |client| client.0));
            for new in addresses {
                query = query.bind(&new.address).bind(new.valid_from.unwrap_or(UNBOUND.0)).bind(new.valid_to.unwrap_or(UNBOUND.1));
            }
            query.fetch_all(c).await
        })?;
        let mut effect = AddressEffect::default();
        for line in lines {
            let span = || LetterSpan { letters: line.letters, first: line.first, last: line.last };
            match line.what.as_str() {
                "added" => effect.added = span(),
                "removed" => effect.removed = span(),
                "private" => effect.private = line.letters,
                _ => effect.others.push((ClientId(line.id), line.name, line.letters)),
            }
        }
        Ok(effect)
    }
}

/// Before and after every letter, and far enough from the ends that no database takes them for anything but whole numbers.
const UNBOUND: (i64, i64) = (-8_000_000_000_000_000_000, 8_000_000_000_000_000_000);
