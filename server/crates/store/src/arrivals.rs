//! When letters came into which mailbox: what the silence alarm looks at (S15).

use crate::{Store, StoreError, db::read};
use model::AccountId;

impl Store {
    /// Letters that others sent, by account and by hour of their date (ms), ascending, from a moment on.
    pub async fn arrivals(&self, since: i64) -> Result<Vec<(AccountId, i64, i64)>, StoreError> {
        let rows: Vec<(i64, i64, i64)> = read!(self, c => sqlx::query_as(
            // In this order: each account's newest letters, never the whole list.
            "select l.account_id, l.date / 3600000 * 3600000, count(*) from account a cross join account_message l cross join message m
             left join address f on f.id = m.from_id
             where l.account_id = a.id and l.date >= $1 and m.id = l.message_id and coalesce(f.is_own, 0) = 0 group by 1, 2 order by 1, 2")
            .bind(since).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(account, hour, letters)| (AccountId(account), hour, letters)).collect())
    }
}
