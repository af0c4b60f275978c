//! The second factor: its secret (sealed), the last step taken, wrong codes in a row, and recovery codes (hashed).

use crate::{
    NewEvent, Store, StoreError,
    audit::append_event,
    db::{read, write},
};
use model::UserId;
use secrecy::SecretString;

/// A person's second factor.
#[derive(Debug, Clone)]
pub struct FactorRecord {
    /// The secret as its program holds it (base32).
    pub secret: SecretString,
    /// Since when it is asked for, ms; `None` = it is being set up.
    pub confirmed_at: Option<i64>,
    /// Wrong codes since the last right one.
    pub failures: i64,
    /// When the last of them came, ms.
    pub failed_at: i64,
    /// Recovery codes not used yet.
    pub codes_left: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    secret: Vec<u8>,
    confirmed_at: Option<i64>,
    failures: i64,
    failed_at: i64,
    codes_left: i64,
}

fn place(user: UserId) -> String {
    format!("user_factor:{user}:secret")
}

impl Store {
    /// A person's second factor, confirmed or not.
    ///
    /// # Errors
    /// [`StoreError::Secret`] when this key does not open it.
    pub async fn factor(&self, user: UserId) -> Result<Option<FactorRecord>, StoreError> {
        let row: Option<Row> = read!(self, c => sqlx::query_as(
            "select secret, confirmed_at, failures, failed_at,
                    (select count(*) from recovery_code r where r.user_id = f.user_id and r.used_at is null) as codes_left
             from user_factor f where user_id = $1").bind(user.0).fetch_optional(c).await)?;
        let Some(row) = row else { return Ok(None) };
        let secret = self.keys.open_sealed(&place(user), &row.secret)?;
        let Row { confirmed_at, failures, failed_at, codes_left, .. } = row;
        Ok(Some(FactorRecord { secret, confirmed_at, failures, failed_at, codes_left }))
    }

    /// Who has a second factor that is asked for.
    pub async fn users_with_factor(&self) -> Result<Vec<UserId>, StoreError> {
        let ids: Vec<i64> = read!(self, c => sqlx::query_scalar("select user_id from user_factor where confirmed_at is not null order by 1")
            .fetch_all(c).await)?;
        Ok(ids.into_iter().map(UserId).collect())
    }

    /// Begins to set a second factor up; what was begun before is forgotten.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `factor_is_on` when one is asked for already.
    pub async fn begin_factor(&self, user: UserId, secret: &SecretString, now: i64) -> Result<(), StoreError> {
        let sealed = self.keys.seal(&place(user), secret)?;
        write!(self, c => {
            let changed = sqlx::query(
                "insert into user_factor (user_id, secret, made_at) values ($1, $2, $3)
                 on conflict (user_id) do update set secret = excluded.secret, made_at = excluded.made_at where user_factor.confirmed_at is null")
                .bind(user.0).bind(&sealed[..]).bind(now).execute(&mut *c).await?.rows_affected();
            if changed == 0 { Err(StoreError::Conflict("factor_is_on")) } else { Ok(()) }
        })
    }

    /// A code was right: from now on the factor is asked for. The recovery codes replace any before.
    pub async fn confirm_factor(&self, user: UserId, step: i64, code_hashes: &[Vec<u8>], event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            let changed = sqlx::query("update user_factor set confirmed_at = $2, last_step = $3, failures = 0 where user_id = $1 and confirmed_at is null")
                .bind(user.0).bind(event.at).bind(step).execute(&mut *c).await?.rows_affected();
            if changed == 0 {
                return Err(StoreError::NotFound);
            }
            sqlx::query("delete from recovery_code where user_id = $1").bind(user.0).execute(&mut *c).await?;
            for hash in code_hashes {
                sqlx::query("insert into recovery_code (user_id, code_hash) values ($1, $2)").bind(user.0).bind(&hash[..]).execute(&mut *c).await?;
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Replaces the recovery codes.
    pub async fn renew_recovery_codes(&self, user: UserId, code_hashes: &[Vec<u8>], event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            sqlx::query("delete from recovery_code where user_id = $1").bind(user.0).execute(&mut *c).await?;
            for hash in code_hashes {
                sqlx::query("insert into recovery_code (user_id, code_hash) values ($1, $2)").bind(user.0).bind(&hash[..]).execute(&mut *c).await?;
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Takes the factor away, with its recovery codes.
    pub async fn drop_factor(&self, user: UserId, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            sqlx::query("delete from recovery_code where user_id = $1").bind(user.0).execute(&mut *c).await?;
            sqlx::query("delete from user_factor where user_id = $1").bind(user.0).execute(&mut *c).await?;
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Counts a try before its code is looked at, so that a hundred at once do not all slip in; answers how many there were in a row,
    /// this one included. A row older than `since` is forgotten.
    pub async fn count_code(&self, user: UserId, now: i64, since: i64) -> Result<i64, StoreError> {
        write!(self, c => {
            let tries: Option<i64> = sqlx::query_scalar(
                "update user_factor set failures = case when failed_at < $3 then 1 else failures + 1 end,
                   failed_at = case when failed_at < $3 or failures < 5 then $2 else failed_at end
                 where user_id = $1 returning failures")
                .bind(user.0).bind(now).bind(since).fetch_optional(&mut *c).await?;
            Ok(tries.unwrap_or(i64::MAX))
        })
    }

    /// Takes the code of a step, unless that step or a later one was taken before: no code works twice. Whether it was taken.
    pub async fn take_step(&self, user: UserId, step: i64) -> Result<bool, StoreError> {
        write!(self, c => {
            let changed = sqlx::query("update user_factor set last_step = $2, failures = 0 where user_id = $1 and confirmed_at is not null and last_step < $2")
                .bind(user.0).bind(step).execute(&mut *c).await?.rows_affected();
            Ok(changed == 1)
        })
    }

    /// Takes a recovery code, once. Whether it was taken; then wrong codes are forgotten too.
    pub async fn take_recovery_code(&self, user: UserId, code_hash: &[u8], event: &NewEvent) -> Result<bool, StoreError> {
        let head = write!(self, c => {
            let changed = sqlx::query("update recovery_code set used_at = $3 where user_id = $1 and code_hash = $2 and used_at is null")
                .bind(user.0).bind(code_hash).bind(event.at).execute(&mut *c).await?.rows_affected();
            if changed == 0 {
                return Ok(None);
            }
            sqlx::query("update user_factor set failures = 0 where user_id = $1").bind(user.0).execute(&mut *c).await?;
            Ok(Some(append_event!(&self.keys, c, event)))
        })?;
        match head {
            Some((seq, mac)) => self.heads.publish(seq, &mac).map(|()| true),
            None => Ok(false),
        }
    }

    /// Notes that a password was right and the second step is to come.
    pub async fn begin_step(&self, token_hash: &[u8], user: UserId, now: i64, before: i64) -> Result<(), StoreError> {
        write!(self, c => {
            sqlx::query("delete from sign_in_step where created_at < $1").bind(before).execute(&mut *c).await?;
            sqlx::query("insert into sign_in_step (token_hash, user_id, created_at) values ($1, $2, $3)")
                .bind(token_hash).bind(user.0).bind(now).execute(&mut *c).await?;
            Ok(())
        })
    }

    /// Whose second step a word stands for, if it began after `since`.
    pub async fn step(&self, token_hash: &[u8], since: i64) -> Result<Option<UserId>, StoreError> {
        let id: Option<i64> = read!(self, c => sqlx::query_scalar("select user_id from sign_in_step where token_hash = $1 and created_at >= $2")
            .bind(token_hash).bind(since).fetch_optional(c).await)?;
        Ok(id.map(UserId))
    }

    /// The second step is done, or given up.
    pub async fn end_step(&self, token_hash: &[u8]) -> Result<(), StoreError> {
        write!(self, c => {
            sqlx::query("delete from sign_in_step where token_hash = $1").bind(token_hash).execute(&mut *c).await?;
            Ok(())
        })
    }
}
