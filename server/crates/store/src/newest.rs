//! Clients with the newest letters: where people most likely want to go on.

use crate::{Scope, Store, StoreError, db::read, history::client_scope};
use model::{ClientId, ClientNews};

impl Store {
    /// Clients in scope that have one of the office's newest `letters`, newest first. Looks at no more than those letters, so that it is as
    /// quick in a large office as in a small one.
    pub async fn clients_with_news(&self, scope: Scope, letters: i64, limit: i64) -> Result<Vec<ClientNews>, StoreError> {
        let (user, all) = scope.binds();
        let rows: Vec<(i64, String, String, i64)> = read!(self, c => sqlx::query_as(concat!(
            "select p.id, p.code, p.name, max(m.date)
             from (select id, date from message where date_looks_wrong = 0 order by date desc, id desc limit $3) m
             join message_address ma on ma.message_id = m.id
             join party_address pa on pa.address_id = ma.address_id
               and (pa.valid_from is null or m.date >= pa.valid_from) and (pa.valid_to is null or m.date < pa.valid_to)
             join party p on p.id = pa.party_id and p.kind = 'client'
             where not exists (select 1 from filing f where f.message_id = m.id and f.party_id = p.id and f.decision = 'keep_off')
               and ", client_scope!(), "
             group by p.id, p.code, p.name order by max(m.date) desc, p.id desc limit $4"))
            .bind(user).bind(all).bind(letters).bind(limit).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(id, code, name, date)| ClientNews { id: ClientId(id), code, name, date }).collect())
    }
}
