//! Sessions and tries at the door.

use crate::{
    Store, StoreError,
    db::{read, write},
};
use model::UserId;

/// A session, found by the hash of its token.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SessionRecord {
    /// Whose.
    pub user_id: i64,
    /// When it started, ms.
    pub created_at: i64,
    /// When it was last used, ms.
    pub seen_at: i64,
}

/// An open session, as its person sees it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OpenSession {
    /// SHA-256 of its token.
    pub token_hash: Vec<u8>,
    /// When it started, ms.
    pub created_at: i64,
    /// When it was last used, ms.
    pub seen_at: i64,
    /// Network address at the start.
    pub address: String,
    /// What the browser says of itself.
    pub agent: String,
}

impl Store {
    /// Sessions of a user on record, the one used last first. The caller judges their age.
    pub async fn sessions_of(&self, user: UserId) -> Result<Vec<OpenSession>, StoreError> {
        Ok(read!(self, c => sqlx::query_as(
            "select token_hash, created_at, seen_at, address, agent from session where user_id = $1 order by seen_at desc, created_at desc")
            .bind(user.0).fetch_all(c).await)?)
    }

    /// Starts a session. The token itself is never stored, only its SHA-256.
    pub async fn start_session(&self, token_hash: &[u8], user: UserId, now: i64, address: &str, agent: &str) -> Result<(), StoreError> {
        write!(self, c => {
            sqlx::query("insert into session (token_hash, user_id, created_at, seen_at, address, agent) values ($1, $2, $3, $3, $4, $5)")
                .bind(token_hash).bind(user.0).bind(now).bind(address).bind(agent).execute(&mut *c).await?;
            sqlx::query("update app_user set last_sign_in = $2 where id = $1").bind(user.0).bind(now).execute(&mut *c).await?;
            Ok(())
        })
    }

    /// The session of a token, if its user is not disabled. The caller judges its age.
    pub async fn session(&self, token_hash: &[u8]) -> Result<Option<SessionRecord>, StoreError> {
        Ok(read!(self, c => sqlx::query_as(
            "select s.user_id, s.created_at, s.seen_at from session s join app_user u on u.id = s.user_id
             where s.token_hash = $1 and u.disabled = 0")
            .bind(token_hash).fetch_optional(c).await)?)
    }

    /// Notes that a session was used.
    pub async fn touch_session(&self, token_hash: &[u8], now: i64) -> Result<(), StoreError> {
        write!(self, c => {
            sqlx::query("update session set seen_at = $2 where token_hash = $1").bind(token_hash).bind(now).execute(&mut *c).await?;
            Ok(())
        })
    }

    /// Ends one session.
    pub async fn end_session(&self, token_hash: &[u8]) -> Result<(), StoreError> {
        write!(self, c => {
            sqlx::query("delete from session where token_hash = $1").bind(token_hash).execute(&mut *c).await?;
            Ok(())
        })
    }

    /// Ends every session of a user.
    pub async fn end_sessions_of(&self, user: UserId) -> Result<(), StoreError> {
        write!(self, c => {
            sqlx::query("delete from session where user_id = $1").bind(user.0).execute(&mut *c).await?;
            Ok(())
        })
    }

    /// Deletes sessions last used before `seen_before` or started before `created_before` (ms), and tries older than that; answers how many sessions.
    pub async fn drop_old_sessions(&self, seen_before: i64, created_before: i64) -> Result<u64, StoreError> {
        write!(self, c => {
            sqlx::query("delete from attempt where at < $1").bind(created_before).execute(&mut *c).await?;
            Ok(sqlx::query("delete from session where seen_at < $1 or created_at < $2")
                .bind(seen_before).bind(created_before).execute(&mut *c).await?.rows_affected())
        })
    }

    /// Counts a try before it is made, and answers how many there were in the bucket since `since`, this one included.
    pub async fn count_attempt(&self, bucket: &str, now: i64, since: i64) -> Result<i64, StoreError> {
        write!(self, c => {
            sqlx::query("delete from attempt where bucket = $1 and at < $2").bind(bucket).bind(since).execute(&mut *c).await?;
            sqlx::query("insert into attempt (bucket, at) values ($1, $2)").bind(bucket).bind(now).execute(&mut *c).await?;
            Ok(sqlx::query_scalar("select count(*) from attempt where bucket = $1").bind(bucket).fetch_one(&mut *c).await?)
        })
    }

    /// Forgets the tries of a bucket (after a success).
    pub async fn clear_attempts(&self, bucket: &str) -> Result<(), StoreError> {
        write!(self, c => {
            sqlx::query("delete from attempt where bucket = $1").bind(bucket).execute(&mut *c).await?;
            Ok(())
        })
    }
}
