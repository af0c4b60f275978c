//! Whether letters are deleted on the server after they were stored (O8, IT-11).

use crate::{
    NewEvent, Store, StoreError,
    audit::append_event,
    db::{read, write},
};
use model::AccountId;

impl Store {
    /// Days after storage at which letters are deleted on the server; `None` = never.
    pub async fn delete_after_days(&self, id: AccountId) -> Result<Option<i64>, StoreError> {
        Ok(read!(self, c => sqlx::query_scalar("select delete_after_days from account where id = $1").bind(id.0).fetch_one(c).await)?)
    }

    /// Changes that; nothing is recorded when it stays as it is.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for an unknown account.
    pub async fn set_delete_after_days(&self, id: AccountId, days: Option<i64>, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            let before: Option<Option<i64>> = sqlx::query_scalar("select delete_after_days from account where id = $1")
                .bind(id.0).fetch_optional(&mut *c).await?;
            if before.ok_or(StoreError::NotFound)? == days {
                return Ok(None);
            }
            sqlx::query("update account set delete_after_days = $2 where id = $1").bind(id.0).bind(days).execute(&mut *c).await?;
            Ok(Some(append_event!(&self.keys, c, event)))
        })?;
        if let Some((seq, mac)) = head {
            self.heads.publish(seq, &mac)?;
        }
        Ok(())
    }
}
