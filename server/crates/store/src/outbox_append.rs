//! Copies of sent letters that Postroom itself appends to the mailbox's folder of sent letters: claimed by lease, tried by a plan.

use crate::{
    NewEvent, Scope, Store, StoreError,
    audit::{TAKE_TURN, append_event},
    db::write,
    outbox_list::outbox_is_open,
};

/// A copy that this process appends now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppendClaim {
    /// The letter of the outbox.
    pub id: i64,
    /// The account whose mailbox gets it.
    pub account: i64,
    /// Message-ID, without its brackets.
    pub message_id: String,
    /// Which try this is.
    pub tries: i64,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppendEnd {
    /// It is there.
    Done,
    /// Tried again at this moment, ms. The words say why.
    Later(i64, String),
    /// Given up. The words say why.
    Failed(String),
}

impl Store {
    /// Takes the lease on the copy that has been due longest; the try is counted and committed before it is made.
    pub async fn claim_append(&self, now: i64, until: i64) -> Result<Option<AppendClaim>, StoreError> {
        let row: Option<(i64, i64, String, i64)> = write!(self, c => {
            Ok(sqlx::query_as(
                "update outbox set append_until = $2, append_tries = append_tries + 1
                 where id = (select id from outbox where append_state = 'due' and append_next_at <= $1 and append_until < $1 and filed_as is not null
                     order by append_next_at, id limit 1)
                   and append_state = 'due' and append_until < $1
                 returning id, account_id, message_id, append_tries")
                .bind(now).bind(until).fetch_optional(&mut *c).await?)
        })?;
        Ok(row.map(|(id, account, message_id, tries)| AppendClaim { id, account, message_id, tries }))
    }

    /// Keeps what came of appending a copy. One that was seen in the mailbox meanwhile stays done.
    pub async fn settle_append(&self, claim: &AppendClaim, end: &AppendEnd) -> Result<(), StoreError> {
        let (state, next_at, said) = match end {
            AppendEnd::Done => ("done", 0, ""),
            AppendEnd::Later(at, said) => ("due", *at, said.as_str()),
            AppendEnd::Failed(said) => ("failed", 0, said.as_str()),
        };
        write!(self, c => {
            sqlx::query("update outbox set append_state = $3, append_next_at = $4, append_said = $5, append_until = 0
                 where id = $1 and append_tries = $2 and append_state = 'due'")
                .bind(claim.id).bind(claim.tries).bind(state).bind(next_at).bind(said).execute(&mut *c).await?;
            Ok(())
        })
    }

    /// Tries anew to put a copy into its mailbox that was given up, with the event.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] outside the scope, [`StoreError::Conflict`] `copy_is_not_given_up`.
    pub async fn append_again(&self, scope: Scope, id: i64, event: &NewEvent) -> Result<(), StoreError> {
        let (user, all) = scope.binds();
        let head = write!(self, c => {
            let state: Option<String> = sqlx::query_scalar(concat!(
                "select o.append_state from outbox o join account a on a.id = o.account_id where o.id = $3 and ", outbox_is_open!()))
                .bind(user).bind(all).bind(id).fetch_optional(&mut *c).await?;
            match state.as_deref() {
                None => return Err(StoreError::NotFound),
                Some("failed") => {}
                Some(_) => return Err(StoreError::Conflict("copy_is_not_given_up")),
            }
            sqlx::query(TAKE_TURN).execute(&mut *c).await?;
            sqlx::query("update outbox set append_state = 'due', append_tries = 0, append_next_at = $2, append_until = 0 where id = $1 and append_state = 'failed'")
                .bind(id).bind(event.at).execute(&mut *c).await?;
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }
}
