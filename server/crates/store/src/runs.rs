//! Collections that ended: kept for some months, so that a person sees when an account began to stumble.

use crate::{Store, StoreError, db::read};
use model::{AccountId, CollectionRow, Verdict};

/// Rows are kept this long.
pub(crate) const KEPT: i64 = 90 * 86_400_000;
const HOUR: i64 = 3_600_000;

/// What a collection did, told when it ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Run {
    /// When it began, ms.
    pub started_at: i64,
    /// New letters.
    pub filed: i64,
    /// Letters missing when it ended.
    pub missing: i64,
    /// It was stopped on purpose (a pause, the end of the program).
    pub stopped: bool,
}

/// What the collections that ended in one hour did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct CollectedHour {
    /// The hour's first moment, ms.
    pub hour: i64,
    /// Collections that ended in it.
    pub collections: i64,
    /// New letters.
    pub letters: i64,
    /// Collections that failed.
    pub failed: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    started_at: i64,
    ended_at: i64,
    filed: i64,
    missing: i64,
    stopped: i64,
    error_text: Option<String>,
    error_verdict: Option<String>,
}

/// Writes the row of a collection and drops what is older than the record is kept.
macro_rules! keep_run {
    ($c:expr, $account:expr, $end:expr) => {{
        sqlx::query(
            "insert into collection (account_id, started_at, ended_at, filed, missing, stopped, error_text, error_verdict)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind($account.0)
        .bind($end.run.started_at)
        .bind($end.at)
        .bind($end.run.filed)
        .bind($end.run.missing)
        .bind(i64::from($end.run.stopped))
        .bind($end.error.as_ref().map(|(text, _)| text.as_str()))
        .bind($end.error.as_ref().map(|(_, verdict)| verdict.as_str()))
        .execute(&mut *$c)
        .await?;
        sqlx::query("delete from collection where account_id = $1 and ended_at < $2")
            .bind($account.0)
            .bind($end.at - crate::runs::KEPT)
            .execute(&mut *$c)
            .await?;
    }};
}
pub(crate) use keep_run;

impl Store {
    /// Collections of an account that ended before (moment, id), the newest first.
    pub async fn collections(&self, account: AccountId, before: Option<(i64, i64)>, limit: i64) -> Result<Vec<CollectionRow>, StoreError> {
        let (at, id) = before.unwrap_or((i64::MAX, 0));
        let rows: Vec<Row> = read!(self, c => sqlx::query_as(
            "select id, started_at, ended_at, filed, missing, stopped, error_text, error_verdict from collection
             where account_id = $1 and (ended_at < $2 or (ended_at = $2 and id < $3)) order by ended_at desc, id desc limit $4")
            .bind(account.0).bind(at).bind(id).bind(limit).fetch_all(c).await)?;
        Ok(rows
            .into_iter()
            .map(|row| CollectionRow {
                id: row.id,
                started_at: row.started_at,
                ended_at: row.ended_at,
                filed: row.filed,
                missing: row.missing,
                stopped: row.stopped != 0,
                error: row.error_text,
                verdict: row.error_verdict.as_deref().and_then(Verdict::parse),
            })
            .collect())
    }

    /// What an account's collections did since a moment, hour by hour; hours without a collection are left out.
    pub async fn collected_hours(&self, account: AccountId, since: i64) -> Result<Vec<CollectedHour>, StoreError> {
        Ok(read!(self, c => sqlx::query_as(
            "select ended_at / $3 * $3 as hour, count(*) as collections, cast(sum(filed) as bigint) as letters,
                    cast(sum(case when error_text is null then 0 else 1 end) as bigint) as failed
             from collection where account_id = $1 and ended_at >= $2 group by 1 order by 1")
            .bind(account.0).bind(since).bind(HOUR).fetch_all(c).await)?)
    }
}
