//! Copies of sent letters that Postroom itself appends to the mailbox's folder of sent letters: claimed by lease, tried by a plan.

use crate::{
    Store, StoreError,
    db::{read, write},
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

    /// What was said last about the copy of a letter; empty = nothing. Scope is the caller's.
    pub async fn append_said(&self, id: i64) -> Result<String, StoreError> {
        Ok(read!(self, c => sqlx::query_scalar("select append_said from outbox where id = $1").bind(id).fetch_one(c).await)?)
    }
}
