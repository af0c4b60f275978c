//! What people chose for their own pages.

use crate::{
    NewEvent, Store, StoreError,
    audit::append_event,
    db::{read, write},
};
use model::UserId;

impl Store {
    /// A person's choice, if it was ever made.
    pub async fn choice(&self, user: UserId, name: &str) -> Result<Option<String>, StoreError> {
        Ok(read!(self, c => sqlx::query_scalar("select value from user_choice where user_id = $1 and name = $2")
            .bind(user.0).bind(name).fetch_optional(c).await)?)
    }

    /// Makes or changes a choice.
    pub async fn set_choice(&self, user: UserId, name: &str, value: &str, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            sqlx::query("insert into user_choice (user_id, name, value) values ($1, $2, $3) on conflict (user_id, name) do update set value = excluded.value")
                .bind(user.0).bind(name).bind(value).execute(&mut *c).await?;
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)?;
        Ok(())
    }
}
