//! The ledger (S1): sums of sightings against the server's own count, and the letters behind each number.

use crate::{Scope, Store, StoreError, db::read, letters::visible, ranges::Ranges};
use model::{AccountId, FolderId, LedgerRow, LedgerSums, MessageId, Outcome, SightingRow};
use std::collections::HashSet;

/// UIDs looked up at once.
const LOOKED_UP: usize = 400;

#[derive(sqlx::FromRow)]
struct Sums {
    id: i64,
    account: String,
    folder: String,
    server: i64,
    counted_at: Option<i64>,
    filed: i64,
    elsewhere: i64,
    excluded: i64,
    errored: i64,
}

impl From<Sums> for LedgerRow {
    fn from(row: Sums) -> Self {
        let accounted = row.filed + row.elsewhere + row.excluded + row.errored;
        // While a collection runs, letters arrive before the next census: they are on the server, so they count there too.
        let server = row.server.max(accounted);
        let (filed, elsewhere, excluded, errored) = (row.filed, row.elsewhere, row.excluded, row.errored);
        let sums = LedgerSums { server, filed, elsewhere, excluded, errored, missing: server - accounted };
        Self { folder_id: FolderId(row.id), account: row.account, folder: row.folder, sums, counted_at: row.counted_at }
    }
}

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
    /// Ledger of every selected folder (of one account, or of all): the five outcomes add up to `server`. Reads one row a folder.
    pub async fn ledger(&self, account: Option<AccountId>) -> Result<Vec<LedgerRow>, StoreError> {
        let rows: Vec<Sums> = read!(self, c => sqlx::query_as(
            "select f.id, a.name as account, f.name as folder, coalesce(f.counted, f.letters) as server, f.counted_at,
                    coalesce(s.filed, 0) as filed, coalesce(s.elsewhere, 0) as elsewhere, coalesce(s.excluded, 0) as excluded,
                    coalesce(s.errored, 0) as errored
             from folder f join account a on a.id = f.account_id left join ledger_sum s on s.folder_id = f.id and s.epoch = f.epoch
             where f.selected = 1 and f.gone = 0 and ($1 = -1 or f.account_id = $1) order by a.name, a.id, f.name, f.id")
            .bind(account.map_or(-1, |account| account.0)).fetch_all(c).await)?;
        Ok(rows.into_iter().map(Into::into).collect())
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

    /// UIDs that the server listed at the last census and that are not accounted for since, the lowest first, above the cursor.
    /// The newest letters are fetched first, so while a collection runs the lowest are those that are still to come.
    pub async fn missing_uids(&self, folder: FolderId, above: Option<i64>, limit: usize) -> Result<Vec<i64>, StoreError> {
        let (listed, epoch): (String, i64) =
            read!(self, c => sqlx::query_as("select missing, epoch from folder where id = $1").bind(folder.0).fetch_one(c).await)?;
        let listed = Ranges::parse(&listed);
        let mut missing = Vec::new();
        let mut candidates = listed.above(above.unwrap_or(-1));
        while missing.len() < limit {
            let some: Vec<i64> = candidates.by_ref().take(LOOKED_UP).collect();
            if some.is_empty() {
                break;
            }
            let accounted = self.accounted(folder, epoch, &some).await?;
            missing.extend(some.into_iter().filter(|uid| !accounted.contains(uid)));
        }
        missing.truncate(limit);
        Ok(missing)
    }

    async fn accounted(&self, folder: FolderId, epoch: i64, uids: &[i64]) -> Result<HashSet<i64>, StoreError> {
        let marks = (3..3 + uids.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
        let sql = format!("select uid from sighting where folder_id = $1 and epoch = $2 and gone_at is null and uid in ({marks})");
        let found: Vec<i64> = read!(self, c => {
            let mut query = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(folder.0).bind(epoch);
            for uid in uids {
                query = query.bind(*uid);
            }
            query.fetch_all(c).await
        })?;
        Ok(found.into_iter().collect())
    }
}
