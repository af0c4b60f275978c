//! Filters of histories that somebody keeps under a name.

use crate::{
    NewEvent, Store, StoreError,
    audit::append_event,
    db::{read, write},
};
use model::{SavedFilter, UserId};

impl Store {
    /// A person's saved filters, by name.
    pub async fn saved_filters(&self, user: UserId) -> Result<Vec<SavedFilter>, StoreError> {
        let rows: Vec<(i64, String, String)> = read!(self, c => sqlx::query_as(
            "select id, name, query from saved_filter where user_id = $1 order by lower(name), id").bind(user.0).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(id, name, query)| SavedFilter { id, name, query }).collect())
    }

    /// Keeps a filter under its name; one of the same name gives way.
    pub async fn save_filter(&self, user: UserId, filter: &SavedFilter, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            sqlx::query(
                "insert into saved_filter (user_id, name, query) values ($1, $2, $3)
                 on conflict (user_id, name) do update set query = excluded.query")
                .bind(user.0).bind(&filter.name).bind(&filter.query).execute(&mut *c).await?;
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Deletes a filter of this person.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is not his or hers.
    pub async fn drop_filter(&self, user: UserId, id: i64, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            let gone = sqlx::query("delete from saved_filter where id = $1 and user_id = $2")
                .bind(id).bind(user.0).execute(&mut *c).await?.rows_affected();
            if gone == 0 {
                return Err(StoreError::NotFound);
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }
}
