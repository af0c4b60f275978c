//! Folders of accounts and what a collection needs to know before it fetches: which ids are dealt with already.
//!
//! There is no cursor that could run ahead of the data: what has been dealt with *is* the set of sightings.

use crate::{
    NewEvent, Store, StoreError,
    audit::append_event,
    db::{read, write},
    ranges::Ranges,
    sums::{place_of, set_sums},
};
use model::{AccountId, FolderId, FolderRole};

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

/// Sightings that a census passes at once.
const PASSED: usize = 10_000;

/// What a census found, held against the sightings.
#[derive(Default)]
struct Held {
    /// On the server and seen before, by outcome.
    counts: [i64; 4],
    /// Seen before, not on the server any more.
    gone: Vec<i64>,
    /// Was gone, is there again.
    back: Vec<i64>,
    /// On the server, never seen.
    missing: Ranges,
}

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

    /// How many letters of this epoch are on the server and settled, in the sense of [`Store::settled_uids`]. Reads sums and the few
    /// letters that have no copy.
    pub async fn settled_count(&self, folder: FolderId, epoch: i64, enough: i64, since: i64) -> Result<i64, StoreError> {
        Ok(read!(self, c => sqlx::query_scalar(
            "select coalesce((select filed + elsewhere + excluded + errored from ledger_sum where folder_id = $1 and epoch = $2), 0)
               - (select count(*) from sighting where folder_id = $1 and epoch = $2 and copy_id is null and gone_at is null
                  and outcome <> 'excluded' and not (attempts >= $3 and seen_at > $4))")
            .bind(folder.0).bind(epoch).bind(enough).bind(since).fetch_one(c).await)?)
    }

    /// Closes a census and answers the epoch that its ids belong to. A changed or missing UIDVALIDITY starts a new one: ids of a
    /// former numbering mean nothing any more, even if its number comes back (R5). Ids no longer there are marked gone (and back
    /// again if they return). `present` are all UIDs the server lists, ascending; `exists` is its own count of the same moment,
    /// and the larger of the two is what the ledger is held against.
    ///
    /// The sightings are passed in pages before the transaction, which then only writes what differs: a folder with a million
    /// letters must not hold up whoever else wants to write. Only the holder of the account's lease writes sightings meanwhile.
    pub async fn close_census(&self, folder: FolderId, census: &Census<'_>, now: i64) -> Result<i64, StoreError> {
        let mut sorted;
        let mut present = census.present;
        if !present.is_sorted_by(|a, b| a < b) {
            sorted = present.to_vec();
            sorted.sort_unstable();
            sorted.dedup();
            present = &sorted;
        }
        loop {
            let before: (Option<i64>, i64) = read!(self, c => sqlx::query_as("select uid_validity, epoch from folder where id = $1")
                .bind(folder.0).fetch_one(c).await)?;
            let (last, mut epoch) = before;
            // Without UIDVALIDITY ids mean nothing beyond one run (RFC 3501 §2.3.1.1).
            let unnumbered = census.uid_validity.is_none() && census.continues != Some(epoch);
            let renumbered = epoch == 0 || unnumbered || census.uid_validity != last;
            if renumbered {
                epoch += 1;
            }
            let held = self.hold_against(folder, epoch, present).await?;
            let counted = census.exists.max(present.len() as i64);
            let written = write!(self, c => {
                let still: (Option<i64>, i64) = sqlx::query_as("select uid_validity, epoch from folder where id = $1")
                    .bind(folder.0).fetch_one(&mut *c).await?;
                if still != before {
                    return Ok(false); // the account's settings were changed this very moment
                }
                if renumbered {
                    sqlx::query("update sighting set gone_at = $2 where folder_id = $1 and epoch <> $3 and gone_at is null")
                        .bind(folder.0).bind(now).bind(epoch).execute(&mut *c).await?;
                }
                for (uids, gone_at) in [(&held.gone, Some(now)), (&held.back, None)] {
                    for some in uids.chunks(400) {
                        let mut update = sqlx::QueryBuilder::new("update sighting set gone_at = ");
                        update.push_bind(gone_at).push(" where folder_id = ").push_bind(folder.0).push(" and epoch = ").push_bind(epoch);
                        update.push(" and uid in (");
                        let mut list = update.separated(", ");
                        for uid in some {
                            list.push_bind(*uid);
                        }
                        update.push(")");
                        update.build().execute(&mut *c).await?;
                    }
                }
                set_sums!(c, folder, epoch, held.counts);
                sqlx::query(
                    "update folder set uid_validity = $2, epoch = $3, uid_next = $4, modseq = $5, counted = $6, counted_at = $7, census_at = $7,
                       letters = $6, missing = $8 where id = $1")
                    .bind(folder.0).bind(census.uid_validity).bind(epoch).bind(census.uid_next).bind(census.modseq).bind(counted).bind(now)
                    .bind(held.missing.to_text()).execute(&mut *c).await?;
                Ok(true)
            })?;
            if written {
                return Ok(epoch);
            }
        }
    }

    /// Passes the sightings of a folder beside what the server lists, both ascending.
    async fn hold_against(&self, folder: FolderId, epoch: i64, present: &[i64]) -> Result<Held, StoreError> {
        let mut held = Held::default();
        let mut here = present.iter().copied().peekable();
        let mut passed = -1;
        loop {
            let page: Vec<(i64, String, i64)> = read!(self, c => sqlx::query_as(
                "select uid, outcome, cast(case when gone_at is null then 0 else 1 end as bigint) from sighting
                 where folder_id = $1 and epoch = $2 and uid > $3 order by uid limit $4")
                .bind(folder.0).bind(epoch).bind(passed).bind(PASSED as i64).fetch_all(c).await)?;
            let whole = page.len() < PASSED;
            for (uid, outcome, gone) in page {
                passed = uid;
                while let Some(fresh) = here.next_if(|fresh| *fresh < uid) {
                    held.missing.push(fresh);
                }
                let there = here.next_if_eq(&uid).is_some();
                if there {
                    held.counts[place_of(&outcome)?] += 1;
                }
                match (there, gone == 1) {
                    (true, true) => held.back.push(uid),
                    (false, false) => held.gone.push(uid),
                    _ => {}
                }
            }
            if whole {
                break;
            }
        }
        here.for_each(|fresh| held.missing.push(fresh));
        Ok(held)
    }

    /// Notes that the server's counts of these folders were the same at this moment as at their last census.
    pub async fn confirm_census(&self, folders: &[FolderId], now: i64) -> Result<(), StoreError> {
        write!(self, c => {
            for some in folders.chunks(400) {
                let mut update = sqlx::QueryBuilder::new("update folder set counted_at = ");
                update.push_bind(now).push(" where id in (");
                let mut list = update.separated(", ");
                for folder in some {
                    list.push_bind(folder.0);
                }
                update.push(")");
                update.build().execute(&mut *c).await?;
            }
            Ok(())
        })
    }
}
