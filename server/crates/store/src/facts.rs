//! What an administrator asks of the database itself: which it is, how large, how quick; who holds what; what waits.

use crate::{
    Store, StoreError,
    db::{Database, read},
    dialect,
};
use model::AccountId;
use std::time::{Duration, Instant};

/// The database, as it says itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreFacts {
    /// Which.
    pub database: Database,
    /// Its own version.
    pub version: String,
    /// Number of the newest migration.
    pub schema: i64,
    /// Octets of its tables and indexes.
    pub octets: i64,
    /// How long the plainest question takes there and back.
    pub round_trip: Duration,
}

/// A lease that somebody holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Of which account.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// Process and machine.
    pub holder: String,
    /// Until when, ms.
    pub until: i64,
}

/// What waits for a loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backlog {
    /// Letters that cannot be searched yet.
    pub index: i64,
    /// Letters whose conversation is not known yet.
    pub conversations: i64,
    /// Accounts whose collection is due.
    pub due: i64,
}

impl Store {
    /// What the database is, and how it fares.
    pub async fn self_facts(&self) -> Result<StoreFacts, StoreError> {
        let database = self.database();
        let (version, octets) = dialect::about(database);
        read!(self, c => {
            // The first question may have to open a connection; that is not the round trip.
            let version: String = sqlx::query_scalar(version).fetch_one(&mut *c).await?;
            let start = Instant::now();
            sqlx::query_scalar::<_, i64>("select cast(1 as bigint)").fetch_one(&mut *c).await?;
            let round_trip = start.elapsed();
            let octets: i64 = sqlx::query_scalar(octets).fetch_one(&mut *c).await?;
            let schema: i64 = sqlx::query_scalar("select max(version) from _sqlx_migrations").fetch_one(&mut *c).await?;
            Ok(StoreFacts { database, version, schema, octets, round_trip })
        })
    }

    /// Leases that have not run out, the oldest end first.
    pub async fn leases(&self, now: i64) -> Result<Vec<Lease>, StoreError> {
        let rows: Vec<(i64, String, String, i64)> = read!(self, c => sqlx::query_as(
            "select id, name, coalesce(claimed_by, ''), claimed_until from account where claimed_until > $1 order by claimed_until, id")
            .bind(now).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(id, name, holder, until)| Lease { account: AccountId(id), name, holder, until }).collect())
    }

    /// How much waits for the loops.
    pub async fn backlog(&self, now: i64) -> Result<Backlog, StoreError> {
        let (index, conversations, due): (i64, i64, i64) = read!(self, c => sqlx::query_as(
            "select (select count(*) from search_todo), (select count(*) from thread_todo),
                    (select count(*) from account where state = 'enabled' and claimed_until < $1 and (next_at is null or next_at <= $1))")
            .bind(now).fetch_one(c).await)?;
        Ok(Backlog { index, conversations, due })
    }
}
