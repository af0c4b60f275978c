//! Accounts by id, by name, and by whose they are.

use super::{
    AccountRecord,
    record::{Row, select_account},
    save::folded,
};
use crate::{
    NewEvent, Store, StoreError,
    audit::append_event,
    db::{read, write},
};
use model::{AccountId, UserId};

impl Store {
    /// Every account, by name. Whose eyes may see which is the office's to say.
    pub async fn accounts(&self) -> Result<Vec<AccountRecord>, StoreError> {
        let rows: Vec<Row> = read!(self, c => sqlx::query_as(select_account!("order by a.name, a.id")).fetch_all(c).await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// One account.
    pub async fn account(&self, id: AccountId) -> Result<AccountRecord, StoreError> {
        let row: Row = read!(self, c => sqlx::query_as(select_account!("where a.id = $1")).bind(id.0).fetch_one(c).await)?;
        row.try_into()
    }

    /// One account by its name, in whatever case.
    pub async fn account_by_name(&self, name: &str) -> Result<AccountRecord, StoreError> {
        let row: Row = read!(self, c => sqlx::query_as(select_account!(
            "where a.name = $1 or a.id = (select n.account_id from account_name n where n.folded = $2)
             order by case when a.name = $1 then 0 else 1 end limit 1"))
            .bind(name).bind(folded(name)).fetch_one(c).await)?;
        row.try_into()
    }

    /// Ids of the accounts that a person owns or has a share in; of all accounts for `None`.
    pub async fn account_ids(&self, open_to: Option<UserId>) -> Result<Vec<AccountId>, StoreError> {
        let ids: Vec<i64> = read!(self, c => sqlx::query_scalar(
            "select a.id from account a where $1 = -1 or a.owner_id = $1
               or exists (select 1 from account_share s where s.account_id = a.id and s.user_id = $1) order by a.id")
            .bind(open_to.map_or(-1, |user| user.0)).fetch_all(c).await)?;
        Ok(ids.into_iter().map(AccountId).collect())
    }

    /// Whether a person owns the account or it is shared with him or her (private letters, O28).
    pub async fn account_is_open_to(&self, id: AccountId, user: UserId) -> Result<bool, StoreError> {
        let found: Option<i64> = read!(self, c => sqlx::query_scalar(
            "select a.id from account a where a.id = $1 and (a.owner_id = $2
               or exists (select 1 from account_share s where s.account_id = a.id and s.user_id = $2))")
            .bind(id.0).bind(user.0).fetch_optional(c).await)?;
        Ok(found.is_some())
    }

    /// People an account is shared with: id and name.
    pub async fn account_shares(&self, id: AccountId) -> Result<Vec<(UserId, String)>, StoreError> {
        let rows: Vec<(i64, String)> = read!(self, c => sqlx::query_as(
            "select u.id, u.name from account_share s join app_user u on u.id = s.user_id where s.account_id = $1 order by u.name, u.id")
            .bind(id.0).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(id, name)| (UserId(id), name)).collect())
    }

    /// Sets the people an account is shared with.
    pub async fn share_account(&self, id: AccountId, users: &[UserId], event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            sqlx::query("delete from account_share where account_id = $1").bind(id.0).execute(&mut *c).await?;
            for user in users {
                sqlx::query("insert into account_share (account_id, user_id) values ($1, $2) on conflict do nothing")
                    .bind(id.0).bind(user.0).execute(&mut *c).await?;
            }
            // Whoever asked to read it has the answer.
            sqlx::query("update join_request set answer = 'shared', answered_at = $2 where account_id = $1 and answer = ''
                 and user_id in (select s.user_id from account_share s where s.account_id = $1)")
                .bind(id.0).bind(event.at).execute(&mut *c).await?;
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }
}
