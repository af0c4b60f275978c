//! Requests to read an account that collects a mailbox already (O10): one a person and account, asked again where it was declined.

use crate::{
    NewEvent, Store, StoreError,
    audit::append_event,
    db::{read, write},
};
use model::{AccountId, JoinRequest, JoinState, UserId};

type Row = (i64, String, i64, String, i64, String);

/// Requests with the names of both sides.
macro_rules! select_requests {
    ($rest:literal) => {
        concat!(
            "select j.account_id, a.name, j.user_id, u.name, j.asked_at, j.answer from join_request j
               join account a on a.id = j.account_id join app_user u on u.id = j.user_id ",
            $rest
        )
    };
}

fn request((account, account_name, user, user_name, asked_at, answer): Row) -> Result<JoinRequest, StoreError> {
    let state = JoinState::parse(&answer).ok_or_else(|| StoreError::Inconsistent(format!("the answer {answer} to a request")))?;
    Ok(JoinRequest { account: AccountId(account), account_name, user: UserId(user), user_name, asked_at, state, may_answer: false })
}

impl Store {
    /// Keeps a request to read an account, with the event.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `join_is_asked` while one is open.
    pub async fn ask_to_join(&self, account: AccountId, user: UserId, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            let kept = sqlx::query(
                "insert into join_request (account_id, user_id, asked_at) values ($1, $2, $3)
                 on conflict (account_id, user_id) do update set asked_at = excluded.asked_at, answer = '', answered_at = null
                   where join_request.answer <> ''")
                .bind(account.0).bind(user.0).bind(event.at).execute(&mut *c).await?.rows_affected();
            if kept == 0 {
                return Err(StoreError::Conflict("join_is_asked"));
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Requests that nobody has answered yet, the oldest first. Whose eyes may see which is the office's to say.
    pub async fn open_joins(&self) -> Result<Vec<JoinRequest>, StoreError> {
        let rows: Vec<Row> = read!(self, c => sqlx::query_as(select_requests!("where j.answer = '' order by j.asked_at, j.account_id, j.user_id"))
            .fetch_all(c).await)?;
        rows.into_iter().map(request).collect()
    }

    /// What a person asked for, the newest first.
    pub async fn joins_of(&self, user: UserId) -> Result<Vec<JoinRequest>, StoreError> {
        let rows: Vec<Row> = read!(self, c => sqlx::query_as(select_requests!("where j.user_id = $1 order by j.asked_at desc, j.account_id"))
            .bind(user.0).fetch_all(c).await)?;
        rows.into_iter().map(request).collect()
    }

    /// Answers an open request, with the event; `share` lets the person read the account's letters from now on.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none that is open.
    pub async fn answer_join(&self, account: AccountId, user: UserId, share: bool, event: &NewEvent) -> Result<(), StoreError> {
        let answer = if share { JoinState::Shared } else { JoinState::Declined };
        let head = write!(self, c => {
            let answered = sqlx::query("update join_request set answer = $3, answered_at = $4 where account_id = $1 and user_id = $2 and answer = ''")
                .bind(account.0).bind(user.0).bind(answer.as_str()).bind(event.at).execute(&mut *c).await?.rows_affected();
            if answered == 0 {
                return Err(StoreError::NotFound);
            }
            if share {
                sqlx::query("insert into account_share (account_id, user_id) values ($1, $2) on conflict do nothing")
                    .bind(account.0).bind(user.0).execute(&mut *c).await?;
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }
}
