//! Addresses that a person or an account may be written under or answered to, and the codes that prove them (RELIABILITY §4.2).
//!
//! A code is kept hashed, belongs to one row, counts for a while, is taken once, and is void after a few wrong tries. Each check and its
//! count are one transaction: two that come at the same moment are two tries.

use crate::{
    NewEvent, Store, StoreError,
    accounts::mark_own_addresses,
    audit::{TAKE_TURN, append_event},
    db::{read, write},
};
use model::{AccountId, SendAs, SendAsId, SendAsKind, SendAsOwner, UserId};

/// What came of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeTry {
    /// It was right: the address is proven.
    Right,
    /// It was wrong; so many tries are left.
    Wrong(i64),
    /// There is no code that counts: none was sent, it is too old, or it was tried too often.
    NoCode,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    kind: String,
    address: String,
    user_id: Option<i64>,
    account_id: Option<i64>,
    sent_at: Option<i64>,
    code_until: Option<i64>,
    proven_at: Option<i64>,
}

/// The start of every statement that reads them.
macro_rules! select_send_as {
    ($rest:literal) => {
        concat!(
            "select id, kind, address, user_id, account_id, sent_at, case when code_hash is null then null else code_expires_at end as code_until,
                    proven_at from send_as ",
            $rest
        )
    };
}

impl TryFrom<Row> for SendAs {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let odd = || StoreError::Inconsistent(format!("send_as {} cannot be read", row.id));
        Ok(Self {
            id: SendAsId(row.id),
            kind: SendAsKind::parse(&row.kind).ok_or_else(odd)?,
            owner: match (row.user_id, row.account_id) {
                (Some(user), None) => SendAsOwner::User(UserId(user)),
                (None, Some(account)) => SendAsOwner::Account(AccountId(account)),
                _ => return Err(odd()),
            },
            address: row.address,
            sent_at: row.sent_at,
            code_until: row.code_until,
            proven_at: row.proven_at,
        })
    }
}

fn owner_binds(owner: SendAsOwner) -> (Option<i64>, Option<i64>) {
    match owner {
        SendAsOwner::User(user) => (Some(user.0), None),
        SendAsOwner::Account(account) => (None, Some(account.0)),
    }
}

impl Store {
    /// Every address, by address. Whose eyes may see which is the office's to say.
    pub async fn send_as_list(&self) -> Result<Vec<SendAs>, StoreError> {
        let rows: Vec<Row> = read!(self, c => sqlx::query_as(select_send_as!("order by address, kind, id")).fetch_all(c).await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// One of them.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn send_as(&self, id: SendAsId) -> Result<SendAs, StoreError> {
        let row: Option<Row> = read!(self, c => sqlx::query_as(select_send_as!("where id = $1")).bind(id.0).fetch_optional(c).await)?;
        row.ok_or(StoreError::NotFound)?.try_into()
    }

    /// Adds an address, not proven yet; one that is there already is answered as it is.
    pub async fn add_send_as(&self, kind: SendAsKind, address: &str, owner: SendAsOwner, event: &NewEvent) -> Result<SendAsId, StoreError> {
        let (user, account) = owner_binds(owner);
        let (id, head) = write!(self, c => {
            let known: Option<i64> = sqlx::query_scalar(
                "select id from send_as where kind = $1 and address = $2 and coalesce(user_id, 0) = coalesce($3, 0) and coalesce(account_id, 0) = coalesce($4, 0)")
                .bind(kind.as_str()).bind(address).bind(user).bind(account).fetch_optional(&mut *c).await?;
            if let Some(known) = known {
                return Ok((known, None));
            }
            let id: i64 = sqlx::query_scalar("insert into send_as (kind, address, user_id, account_id) values ($1, $2, $3, $4) returning id")
                .bind(kind.as_str()).bind(address).bind(user).bind(account).fetch_one(&mut *c).await?;
            Ok((id, Some(append_event!(&self.keys, c, event))))
        })?;
        if let Some((seq, mac)) = head {
            self.heads.publish(seq, &mac)?;
        }
        Ok(SendAsId(id))
    }

    /// Takes an address away.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn remove_send_as(&self, id: SendAsId, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            sqlx::query(TAKE_TURN).execute(&mut *c).await?;
            if sqlx::query("delete from send_as where id = $1").bind(id.0).execute(&mut *c).await?.rows_affected() == 0 {
                return Err(StoreError::NotFound);
            }
            mark_own_addresses!(c);
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Keeps the hash of a new code; an earlier one counts no more.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn keep_code(&self, id: SendAsId, hash: &[u8; 32], expires_at: i64, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            sqlx::query(TAKE_TURN).execute(&mut *c).await?;
            let kept = sqlx::query("update send_as set code_hash = $2, code_expires_at = $3, code_tries = 0, sent_at = $4 where id = $1")
                .bind(id.0).bind(&hash[..]).bind(expires_at).bind(event.at).execute(&mut *c).await?.rows_affected();
            if kept == 0 {
                return Err(StoreError::NotFound);
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Tries a code: counted before it is compared. A right one proves the address, and the sending side of an account whose sender's
    /// address it is (IT-21). `event` is written when it was right.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn try_code(&self, id: SendAsId, hash: &[u8; 32], most: i64, event: &NewEvent) -> Result<CodeTry, StoreError> {
        let (came, head) = write!(self, c => {
            sqlx::query(TAKE_TURN).execute(&mut *c).await?;
            let row: Option<(Option<Vec<u8>>, Option<i64>, i64)> =
                sqlx::query_as("update send_as set code_tries = code_tries + 1 where id = $1 returning code_hash, code_expires_at, code_tries")
                    .bind(id.0).fetch_optional(&mut *c).await?;
            let (kept, until, tries) = row.ok_or(StoreError::NotFound)?;
            let counts = until.is_some_and(|until| event.at < until) && tries <= most;
            let Some(kept) = kept.filter(|_| counts) else {
                sqlx::query("update send_as set code_hash = null where id = $1").bind(id.0).execute(&mut *c).await?;
                return Ok((CodeTry::NoCode, None));
            };
            // Both are digests: where they differ tells nothing of the code.
            if kept[..] != hash[..] {
                if tries >= most {
                    sqlx::query("update send_as set code_hash = null where id = $1").bind(id.0).execute(&mut *c).await?;
                }
                return Ok((CodeTry::Wrong(most - tries), None));
            }
            sqlx::query("update send_as set code_hash = null, proven_at = $2 where id = $1").bind(id.0).bind(event.at).execute(&mut *c).await?;
            sqlx::query("update sending set proven_at = $2 where proven_at is null and exists (select 1 from send_as s
                   where s.id = $1 and s.kind = 'from' and s.account_id = sending.account_id and s.address = sending.sender_address)")
                .bind(id.0).bind(event.at).execute(&mut *c).await?;
            mark_own_addresses!(c);
            Ok((CodeTry::Right, Some(append_event!(&self.keys, c, event))))
        })?;
        if let Some((seq, mac)) = head {
            self.heads.publish(seq, &mac)?;
        }
        Ok(came)
    }
}
