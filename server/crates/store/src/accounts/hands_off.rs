//! What was said to a mail server, counted up (S10).

use crate::{Store, StoreError, db::write};
use model::{AccountId, Added, HandsOff};

/// What is on record with `more` added, as it is kept.
pub(super) fn added_up(kept: &str, more: &HandsOff) -> Result<String, StoreError> {
    let mut all: HandsOff = serde_json::from_str(kept).unwrap_or_default();
    all.add(more);
    serde_json::to_string(&all).map_err(|error| StoreError::Inconsistent(error.to_string()))
}

impl Store {
    /// Counts what the part said that adds letters of our own.
    pub async fn note_added(&self, id: AccountId, added: &Added) -> Result<(), StoreError> {
        let more = HandsOff { added: added.clone(), ..HandsOff::default() };
        write!(self, c => {
            // Writes nothing, and locks the row: a collection counts up beside this.
            let kept: String = sqlx::query_scalar("update account set hands_off = hands_off where id = $1 returning hands_off").bind(id.0).fetch_one(&mut *c).await?;
            sqlx::query("update account set hands_off = $2 where id = $1").bind(id.0).bind(added_up(&kept, &more)?).execute(&mut *c).await?;
            Ok(())
        })
    }
}
