//! How an account's replies are imported, and to whom its letters may be forwarded (TP-37 to TP-42). Who may change it is the office's to say.

use crate::{
    NewEvent, Store, StoreError,
    audit::append_event,
    db::{read, write},
};
use model::{AccountId, ContactSide, Forward, ImportSettings};

/// Reads an account's settings as a transaction or a connection has them.
macro_rules! read_settings {
    ($c:expr, $id:expr) => {{
        let row: Option<(i64, Option<i64>, i64, i64)> =
            sqlx::query_as("select is_on, queue_id, since, rules from account_import where account_id = $1")
                .bind($id)
                .fetch_optional(&mut *$c)
                .await?;
        let types: Vec<(String, i64)> =
            sqlx::query_as("select side, contact_type_id from account_import_type where account_id = $1 order by side, contact_type_id")
                .bind($id)
                .fetch_all(&mut *$c)
                .await?;
        let forwards: Vec<(i64, String, String)> =
            sqlx::query_as("select id, address, name from account_forward where account_id = $1 order by address")
                .bind($id)
                .fetch_all(&mut *$c)
                .await?;
        let (on, queue, since, rules) = row.unwrap_or_default();
        ImportSettings {
            on: on != 0,
            queue,
            since,
            rules,
            types: types.into_iter().filter_map(|(side, id)| Some((ContactSide::parse(&side)?, id))).collect(),
            forwards: forwards.into_iter().map(|(id, address, name)| Forward { id, address, name }).collect(),
        }
    }};
}

impl Store {
    /// How an account's replies are imported; off, with nothing chosen, where nobody has said.
    pub async fn import_settings(&self, account: AccountId) -> Result<ImportSettings, StoreError> {
        Ok(read!(self, c => read_settings!(c, account.0)))
    }

    /// Accounts that import replies, by id.
    pub async fn importing_accounts(&self) -> Result<Vec<(AccountId, ImportSettings)>, StoreError> {
        let ids: Vec<i64> = read!(self, c => sqlx::query_scalar("select account_id from account_import where is_on = 1 order by account_id").fetch_all(c).await)?;
        let mut accounts = Vec::with_capacity(ids.len());
        for id in ids {
            accounts.push((AccountId(id), self.import_settings(AccountId(id)).await?));
        }
        Ok(accounts)
    }

    /// Saves how an account's replies are imported; its number of rules counts up when that is different. Addresses to forward to are kept
    /// by [`Store::keep_forward`], and `rules` is not taken from here.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for an account, queue or contact type that there is not.
    pub async fn save_import_settings(&self, account: AccountId, new: &ImportSettings, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            let known: Option<i64> = sqlx::query_scalar("select id from account where id = $1").bind(account.0).fetch_optional(&mut *c).await?;
            known.ok_or(StoreError::NotFound)?;
            if let Some(queue) = new.queue {
                let known: Option<i64> = sqlx::query_scalar("select id from queue where id = $1").bind(queue).fetch_optional(&mut *c).await?;
                known.ok_or(StoreError::NotFound)?;
            }
            let before = read_settings!(c, account.0);
            let mut types = new.types.clone();
            types.sort_unstable();
            types.dedup();
            let is_same = before.rules > 0 && (before.on, before.queue, before.since, &before.types) == (new.on, new.queue, new.since, &types);
            let rules = if is_same { before.rules } else { before.rules + 1 };
            sqlx::query("insert into account_import (account_id, is_on, queue_id, since, rules) values ($1, $2, $3, $4, $5)
                 on conflict (account_id) do update set is_on = excluded.is_on, queue_id = excluded.queue_id, since = excluded.since, rules = excluded.rules")
                .bind(account.0).bind(i64::from(new.on)).bind(new.queue).bind(new.since).bind(rules).execute(&mut *c).await?;
            sqlx::query("delete from account_import_type where account_id = $1").bind(account.0).execute(&mut *c).await?;
            for (side, kind) in &types {
                let added = sqlx::query("insert into account_import_type (account_id, side, contact_type_id) select $1, $2, id from contact_type where id = $3")
                    .bind(account.0).bind(side.as_str()).bind(*kind).execute(&mut *c).await?;
                if added.rows_affected() == 0 {
                    return Err(StoreError::NotFound);
                }
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Adds an address that the account's letters may be forwarded to, or changes one; the address is canonical.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `account_forward_taken`; [`StoreError::NotFound`] for one of another account.
    pub async fn keep_forward(
        &self,
        account: AccountId,
        id: Option<i64>,
        address: &str,
        name: &str,
        event: &NewEvent,
    ) -> Result<i64, StoreError> {
        let (id, head) = write!(self, c => {
            let kept: Option<i64> = match id {
                Some(id) => sqlx::query_scalar("update account_forward set address = $3, name = $4 where id = $1 and account_id = $2 returning id")
                    .bind(id).bind(account.0).bind(address).bind(name).fetch_optional(&mut *c).await?,
                None => sqlx::query_scalar("insert into account_forward (account_id, address, name) select id, $2, $3 from account where id = $1 returning id")
                    .bind(account.0).bind(address).bind(name).fetch_optional(&mut *c).await?,
            };
            Ok((kept.ok_or(StoreError::NotFound)?, append_event!(&self.keys, c, event)))
        })?;
        self.heads.publish(head.0, &head.1)?;
        Ok(id)
    }

    /// Takes such an address away; what was forwarded to it stays on record.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for one of another account.
    pub async fn remove_forward(&self, account: AccountId, id: i64, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            let gone = sqlx::query("delete from account_forward where id = $1 and account_id = $2").bind(id).bind(account.0).execute(&mut *c).await?;
            if gone.rows_affected() == 0 {
                return Err(StoreError::NotFound);
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }
}
