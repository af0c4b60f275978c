//! Folders of accounts and what a collection needs to know before it fetches: which ids are dealt with already.
//!
//! There is no cursor that could run ahead of the data: what has been dealt with *is* the set of sightings.

use crate::{
    NewEvent, Store, StoreError,
    audit::append_event,
    db::{read, write},
};
use model::{AccountId, FolderId, FolderRole};
use std::collections::HashSet;

/// A folder as the server lists it.
#[derive(Debug, Clone)]
pub struct SeenFolder {
    /// The name as on the wire (modified UTF-7 or whatever the server says).
    pub raw_name: String,
    /// Decoded.
    pub name: String,
    /// What it is for.
    pub role: Option<FolderRole>,
    /// Can be opened.
    pub selectable: bool,
    /// Letters, when the server said so.
    pub letters: Option<i64>,
    /// Selected when seen for the first time.
    pub select_by_default: bool,
}

/// A folder as stored.
#[derive(Debug, Clone)]
pub struct FolderRecord {
    /// Id.
    pub id: FolderId,
    /// Name on the wire.
    pub raw_name: String,
    /// Decoded name.
    pub name: String,
    /// What it is for.
    pub role: Option<FolderRole>,
    /// Can be opened.
    pub selectable: bool,
    /// Collected.
    pub selected: bool,
    /// No longer listed by the server.
    pub gone: bool,
    /// Letters when last listed.
    pub letters: i64,
    /// UIDVALIDITY of the last census.
    pub uid_validity: Option<i64>,
    /// The numbering that sightings are kept under.
    pub epoch: i64,
    /// When every id was last listed, ms.
    pub census_at: Option<i64>,
    /// UIDNEXT of the last census: a hint only.
    pub uid_next: Option<i64>,
    /// HIGHESTMODSEQ of the last census.
    pub modseq: Option<i64>,
    /// The server's count at the last census.
    pub counted: Option<i64>,
    /// When that was, ms.
    pub counted_at: Option<i64>,
}

/// What listing every id of a folder found.
#[derive(Debug, Clone, Default)]
pub struct Census<'a> {
    /// UIDVALIDITY, if the server has one.
    pub uid_validity: Option<i64>,
    /// UIDNEXT, a hint.
    pub uid_next: Option<i64>,
    /// HIGHESTMODSEQ.
    pub modseq: Option<i64>,
    /// The server's own count (EXISTS).
    pub exists: i64,
    /// Every UID, ascending.
    pub present: &'a [i64],
    /// The epoch that an earlier census of the same run answered.
    pub continues: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    raw_name: String,
    name: String,
    role: Option<String>,
    selectable: i64,
    selected: i64,
    gone: i64,
    letters: i64,
    uid_validity: Option<i64>,
    epoch: i64,
    census_at: Option<i64>,
    uid_next: Option<i64>,
    modseq: Option<i64>,
    counted: Option<i64>,
    counted_at: Option<i64>,
}

impl From<Row> for FolderRecord {
    fn from(row: Row) -> Self {
        Self {
            id: FolderId(row.id),
            raw_name: row.raw_name,
            name: row.name,
            role: row.role.as_deref().and_then(FolderRole::parse),
            selectable: row.selectable != 0,
            selected: row.selected != 0,
            gone: row.gone != 0,
            letters: row.letters,
            uid_validity: row.uid_validity,
            epoch: row.epoch,
            census_at: row.census_at,
            uid_next: row.uid_next,
            modseq: row.modseq,
            counted: row.counted,
            counted_at: row.counted_at,
        }
    }
}

/// Missing letters that are named one by one.
const MISSING_NAMED: usize = 500;

impl Store {
    /// Folders of an account: INBOX first, then by name; those gone from the server last.
    pub async fn folders(&self, account: AccountId) -> Result<Vec<FolderRecord>, StoreError> {
        let rows: Vec<Row> = read!(self, c => sqlx::query_as(
            "select id, raw_name, name, role, selectable, selected, gone, letters, uid_validity, epoch, census_at, uid_next, modseq, counted, counted_at
             from folder where account_id = $1").bind(account.0).fetch_all(c).await)?;
        let mut folders: Vec<FolderRecord> = rows.into_iter().map(Into::into).collect();
        folders.sort_by(|a, b| {
            (a.gone, a.role != Some(FolderRole::Inbox), a.name.to_lowercase(), a.id).cmp(&(
                b.gone,
                b.role != Some(FolderRole::Inbox),
                b.name.to_lowercase(),
                b.id,
            ))
        });
        Ok(folders)
    }

    /// The account a folder belongs to, and the folder.
    pub async fn folder(&self, id: FolderId) -> Result<(AccountId, FolderRecord), StoreError> {
        let account: i64 =
            read!(self, c => sqlx::query_scalar("select account_id from folder where id = $1").bind(id.0).fetch_one(c).await)?;
        let folder = self.folders(AccountId(account)).await?.into_iter().find(|folder| folder.id == id).ok_or(StoreError::NotFound)?;
        Ok((AccountId(account), folder))
    }

    /// Takes over the server's list: new folders are added (selected as told), known ones renewed, missing ones marked gone.
    /// Nobody's selection is changed.
    pub async fn keep_folders(&self, account: AccountId, seen: &[SeenFolder]) -> Result<(), StoreError> {
        write!(self, c => {
            sqlx::query("update folder set gone = 1 where account_id = $1").bind(account.0).execute(&mut *c).await?;
            for folder in seen {
                sqlx::query(
                    "insert into folder (account_id, raw_name, name, role, selectable, selected, letters) values ($1, $2, $3, $4, $5, $6, $7)
                     on conflict (account_id, raw_name) do update set name = excluded.name, role = excluded.role,
                       selectable = excluded.selectable, gone = 0,
                       letters = case when $8 = 1 then excluded.letters else folder.letters end")
                    .bind(account.0).bind(&folder.raw_name).bind(&folder.name).bind(folder.role.map(FolderRole::as_str))
                    .bind(i64::from(folder.selectable)).bind(i64::from(folder.select_by_default && folder.selectable))
                    .bind(folder.letters.unwrap_or(0)).bind(i64::from(folder.letters.is_some()))
                    .execute(&mut *c).await?;
            }
            Ok(())
        })
    }

    /// Chooses the folders to collect: exactly these.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when one is not a folder of this account or cannot be opened.
    pub async fn select_folders(&self, account: AccountId, folders: &[FolderId], event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            sqlx::query("update folder set selected = 0 where account_id = $1").bind(account.0).execute(&mut *c).await?;
            for folder in folders {
                let changed = sqlx::query("update folder set selected = 1 where account_id = $1 and id = $2 and selectable = 1")
                    .bind(account.0).bind(folder.0).execute(&mut *c).await?.rows_affected();
                if changed == 0 {
                    return Err(StoreError::NotFound);
                }
            }
            sqlx::query("update account set next_at = 0 where id = $1").bind(account.0).execute(&mut *c).await?;
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// UIDs of this epoch that need no fetching: filed, elsewhere and excluded ones, and those refused `enough` times of which the
    /// last was after `since` (ms): a server that was out of order for an hour is asked again the next day.
    pub async fn settled_uids(&self, folder: FolderId, epoch: i64, enough: i64, since: i64) -> Result<Vec<i64>, StoreError> {
        Ok(read!(self, c => sqlx::query_scalar(
            "select uid from sighting where folder_id = $1 and epoch = $2
               and (copy_id is not null or outcome = 'excluded' or (attempts >= $3 and seen_at > $4)) order by uid")
            .bind(folder.0).bind(epoch).bind(enough).bind(since).fetch_all(c).await)?)
    }

    /// How many letters of this epoch are on the server and settled, in the sense of [`Store::settled_uids`].
    pub async fn settled_count(&self, folder: FolderId, epoch: i64, enough: i64, since: i64) -> Result<i64, StoreError> {
        Ok(read!(self, c => sqlx::query_scalar(
            "select count(*) from sighting where folder_id = $1 and epoch = $2 and gone_at is null
               and (copy_id is not null or outcome = 'excluded' or (attempts >= $3 and seen_at > $4))")
            .bind(folder.0).bind(epoch).bind(enough).bind(since).fetch_one(c).await)?)
    }

    /// Closes a census and answers the epoch that its ids belong to. A changed or missing UIDVALIDITY starts a new one: ids of a
    /// former numbering mean nothing any more, even if its number comes back (R5). Ids no longer there are marked gone (and back
    /// again if they return). `present` are all UIDs the server lists, ascending; `exists` is its own count of the same moment,
    /// and the larger of the two is what the ledger is held against.
    pub async fn close_census(&self, folder: FolderId, census: &Census<'_>, now: i64) -> Result<i64, StoreError> {
        write!(self, c => {
            let (last, mut epoch): (Option<i64>, i64) = sqlx::query_as("select uid_validity, epoch from folder where id = $1")
                .bind(folder.0).fetch_one(&mut *c).await?;
            // Without UIDVALIDITY ids mean nothing beyond one run (RFC 3501 §2.3.1.1).
            let unnumbered = census.uid_validity.is_none() && census.continues != Some(epoch);
            if epoch == 0 || unnumbered || census.uid_validity != last {
                epoch += 1;
                sqlx::query("update sighting set gone_at = $2 where folder_id = $1 and gone_at is null")
                    .bind(folder.0).bind(now).execute(&mut *c).await?;
            }
            let known: Vec<(i64, i64)> = sqlx::query_as(
                "select uid, cast(case when gone_at is null then 0 else 1 end as bigint) from sighting where folder_id = $1 and epoch = $2")
                .bind(folder.0).bind(epoch).fetch_all(&mut *c).await?;
            let here: HashSet<i64> = census.present.iter().copied().collect();
            for (uid, gone) in &known {
                let there = here.contains(uid);
                if there == (*gone == 1) {
                    sqlx::query("update sighting set gone_at = $4 where folder_id = $1 and epoch = $2 and uid = $3")
                        .bind(folder.0).bind(epoch).bind(uid).bind(if there { None } else { Some(now) }).execute(&mut *c).await?;
                }
            }
            let accounted: HashSet<i64> = known.into_iter().map(|(uid, _)| uid).collect();
            let missing: Vec<String> =
                census.present.iter().rev().filter(|uid| !accounted.contains(uid)).take(MISSING_NAMED).map(ToString::to_string).collect();
            let counted = census.exists.max(census.present.len() as i64);
            sqlx::query(
                "update folder set uid_validity = $2, epoch = $3, uid_next = $4, modseq = $5, counted = $6, counted_at = $7, census_at = $7,
                   letters = $6, missing = $8 where id = $1")
                .bind(folder.0).bind(census.uid_validity).bind(epoch).bind(census.uid_next).bind(census.modseq).bind(counted).bind(now)
                .bind(missing.join(",")).execute(&mut *c).await?;
            Ok(epoch)
        })
    }

    /// Notes that the server's counts were the same at this moment as at the last census.
    pub async fn confirm_census(&self, folder: FolderId, now: i64) -> Result<(), StoreError> {
        write!(self, c => {
            sqlx::query("update folder set counted_at = $2 where id = $1").bind(folder.0).bind(now).execute(&mut *c).await?;
            Ok(())
        })
    }
}
