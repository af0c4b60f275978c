//! Folders of accounts and what a collection needs to know before it fetches: which ids are dealt with already.
//!
//! There is no cursor that could run ahead of the data: what has been dealt with *is* the set of sightings.

use crate::{
    NewEvent, Store, StoreError,
    audit::append_event,
    db::{read, write},
};
use model::{AccountId, FolderId, FolderRole, Outcome};
use std::collections::HashMap;

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
    /// UIDNEXT of the last census: a hint only.
    pub uid_next: Option<i64>,
    /// HIGHESTMODSEQ of the last census.
    pub modseq: Option<i64>,
    /// The server's count at the last census.
    pub counted: Option<i64>,
    /// When that was, ms.
    pub counted_at: Option<i64>,
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
            "select id, raw_name, name, role, selectable, selected, gone, letters, uid_validity, uid_next, modseq, counted, counted_at
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

    /// UIDs of this epoch that need no fetching, with the octets they are accounted for: filed, elsewhere and excluded ones, and
    /// those refused `enough` times.
    pub async fn settled_uids(&self, folder: FolderId, uid_validity: i64, enough: i64) -> Result<Vec<i64>, StoreError> {
        Ok(read!(self, c => sqlx::query_scalar(
            "select uid from sighting where folder_id = $1 and uid_validity = $2
               and (copy_id is not null or outcome = 'excluded' or attempts >= $3) order by uid")
            .bind(folder.0).bind(uid_validity).bind(enough).fetch_all(c).await)?)
    }

    /// Closes a census: the server's count of the moment, ids no longer there marked gone (and back again if they return), and
    /// sightings of former epochs marked gone. `present` are all UIDs the server lists now.
    pub async fn close_census(
        &self,
        folder: FolderId,
        uid_validity: i64,
        uid_next: Option<i64>,
        modseq: Option<i64>,
        present: &[i64],
        now: i64,
    ) -> Result<(), StoreError> {
        write!(self, c => {
            let known: Vec<(i64, i64)> = sqlx::query_as(
                "select uid, cast(case when gone_at is null then 0 else 1 end as bigint) from sighting where folder_id = $1 and uid_validity = $2")
                .bind(folder.0).bind(uid_validity).fetch_all(&mut *c).await?;
            let here: std::collections::HashSet<i64> = present.iter().copied().collect();
            for (uid, gone) in known {
                let there = here.contains(&uid);
                if there == (gone == 1) {
                    sqlx::query("update sighting set gone_at = $4 where folder_id = $1 and uid_validity = $2 and uid = $3")
                        .bind(folder.0).bind(uid_validity).bind(uid).bind(if there { None } else { Some(now) }).execute(&mut *c).await?;
                }
            }
            sqlx::query("update sighting set gone_at = $3 where folder_id = $1 and uid_validity <> $2 and gone_at is null")
                .bind(folder.0).bind(uid_validity).bind(now).execute(&mut *c).await?;
            let accounted: Vec<i64> = sqlx::query_scalar("select uid from sighting where folder_id = $1 and uid_validity = $2")
                .bind(folder.0).bind(uid_validity).fetch_all(&mut *c).await?;
            let accounted: std::collections::HashSet<i64> = accounted.into_iter().collect();
            let missing: Vec<String> =
                present.iter().rev().filter(|uid| !accounted.contains(uid)).take(MISSING_NAMED).map(ToString::to_string).collect();
            sqlx::query(
                "update folder set missing = $7, uid_validity = $2, uid_next = $3, modseq = $4, counted = $5, counted_at = $6, letters = $5 where id = $1")
                .bind(folder.0).bind(uid_validity).bind(uid_next).bind(modseq).bind(present.len() as i64).bind(now).bind(missing.join(","))
                .execute(&mut *c).await?;
            Ok(())
        })
    }

    /// Notes that a folder was found unchanged at this moment.
    pub async fn confirm_census(&self, folder: FolderId, now: i64) -> Result<(), StoreError> {
        write!(self, c => {
            sqlx::query("update folder set counted_at = $2 where id = $1").bind(folder.0).bind(now).execute(&mut *c).await?;
            Ok(())
        })
    }

    /// Sightings of a folder's epoch by outcome, gone ones left out.
    pub async fn outcome_counts(&self, folder: FolderId, uid_validity: i64) -> Result<HashMap<Outcome, i64>, StoreError> {
        let rows: Vec<(String, i64)> = read!(self, c => sqlx::query_as(
            "select outcome, count(*) from sighting where folder_id = $1 and uid_validity = $2 and gone_at is null group by outcome")
            .bind(folder.0).bind(uid_validity).fetch_all(c).await)?;
        Ok(rows.into_iter().filter_map(|(outcome, count)| Some((Outcome::parse(&outcome)?, count))).collect())
    }
}
