//! The ledger (S1): sums of sightings against the server's own count, and the letters behind each number.

use crate::{Scope, Store, StoreError, db::read, letters::visible};
use model::{AccountId, FolderId, LedgerRow, LedgerSums, MessageId, Outcome, SightingRow};
use std::collections::HashMap;

#[derive(sqlx::FromRow)]
struct Seen {
    uid: i64,
    reason: String,
    message_id: Option<i64>,
    subject: Option<String>,
    date: Option<i64>,
    size: i64,
}

impl Store {
    /// Ledger of every selected folder (of one account, or of all): the five outcomes add up to `server`.
    pub async fn ledger(&self, account: Option<AccountId>) -> Result<Vec<LedgerRow>, StoreError> {
        let only = account.map_or(-1, |account| account.0);
        let folders: Vec<(i64, String, String, i64, Option<i64>)> = read!(self, c => sqlx::query_as(
            "select f.id, a.name, f.name, coalesce(f.counted, f.letters), f.counted_at from folder f join account a on a.id = f.account_id
             where f.selected = 1 and f.gone = 0 and ($1 = -1 or f.account_id = $1) order by a.name, a.id, f.name, f.id")
            .bind(only).fetch_all(c).await)?;
        let counts: Vec<(i64, String, i64)> = read!(self, c => sqlx::query_as(
            "select s.folder_id, s.outcome, count(*) from sighting s join folder f on f.id = s.folder_id
             where f.selected = 1 and f.gone = 0 and s.epoch = f.epoch and s.gone_at is null and ($1 = -1 or f.account_id = $1)
             group by s.folder_id, s.outcome")
            .bind(only).fetch_all(c).await)?;
        let mut by_folder: HashMap<i64, LedgerSums> = HashMap::new();
        for (folder, outcome, count) in counts {
            let sums = by_folder.entry(folder).or_default();
            match Outcome::parse(&outcome) {
                Some(Outcome::Filed) => sums.filed = count,
                Some(Outcome::Elsewhere) => sums.elsewhere = count,
                Some(Outcome::Excluded) => sums.excluded = count,
                Some(Outcome::Errored) => sums.errored = count,
                None => return Err(StoreError::Inconsistent(format!("sighting.outcome holds {outcome:?}"))),
            }
        }
        Ok(folders
            .into_iter()
            .map(|(id, account, folder, server, counted_at)| {
                let mut sums = by_folder.remove(&id).unwrap_or_default();
                let accounted = sums.filed + sums.elsewhere + sums.excluded + sums.errored;
                // While a collection runs, letters arrive before the next census: they are on the server, so they count there too.
                sums.server = server.max(accounted);
                sums.missing = sums.server - accounted;
                LedgerRow { folder_id: FolderId(id), account, folder, sums, counted_at }
            })
            .collect())
    }

    /// Sightings of a folder with this outcome, highest UID first, below the cursor. Subjects only of letters the viewer may see.
    pub async fn sightings(
        &self,
        scope: Scope,
        folder: FolderId,
        outcome: Outcome,
        below: Option<i64>,
        limit: i64,
    ) -> Result<Vec<SightingRow>, StoreError> {
        let (user, all) = scope.binds();
        let rows: Vec<Seen> = read!(self, c => sqlx::query_as(concat!(
            "select g.uid, g.reason, m.id as message_id, m.subject, m.date, g.size from sighting g join folder o on o.id = g.folder_id and o.epoch = g.epoch
             left join message m on m.id = g.message_id and ", visible!(), "
             where g.folder_id = $3 and g.outcome = $4 and g.gone_at is null and g.uid < $5 order by g.uid desc limit $6"))
            .bind(user).bind(all).bind(folder.0).bind(outcome.as_str()).bind(below.unwrap_or(i64::MAX)).bind(limit).fetch_all(c).await)?;
        Ok(rows
            .into_iter()
            .map(|row| SightingRow {
                uid: row.uid,
                outcome,
                reason: row.reason,
                message_id: row.message_id.map(MessageId),
                subject: row.subject,
                date: row.date,
                size: row.size,
            })
            .collect())
    }

    /// UIDs that the server listed at the last census and that are not accounted for since, highest first, at most some hundreds.
    pub async fn missing_uids(&self, folder: FolderId) -> Result<Vec<i64>, StoreError> {
        let listed: String =
            read!(self, c => sqlx::query_scalar("select missing from folder where id = $1").bind(folder.0).fetch_one(c).await)?;
        let accounted: Vec<i64> = read!(self, c => sqlx::query_scalar(
            "select g.uid from sighting g join folder f on f.id = g.folder_id and f.epoch = g.epoch where f.id = $1 and g.gone_at is null")
            .bind(folder.0).fetch_all(c).await)?;
        let accounted: std::collections::HashSet<i64> = accounted.into_iter().collect();
        Ok(listed.split(',').filter_map(|uid| uid.parse().ok()).filter(|uid| !accounted.contains(uid)).collect())
    }
}
