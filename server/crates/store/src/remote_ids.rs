//! Numbers for letters that their server names by text (POP3's UIDL, Graph's ids), so that sightings, refusals and the ledger keep
//! whole numbers. Names are compared octet by octet; a number is never given twice within an epoch.

use crate::{
    NewEvent, Octets, Store, StoreError,
    audit::append_event,
    db::{read, write},
    dialect,
    packs::Place,
};
use model::{AccountId, FolderId};
use sqlx::QueryBuilder;
use std::collections::{HashMap, HashSet};

/// Rows in one statement: far below the 32,766 parameters that SQLite takes.
const AT_ONCE: usize = 1000;

/// A letter longer than this (octets) is not held whole.
const HELD_AT_MOST: u64 = 8 << 20;

/// A stored letter that its server may be asked to delete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deletable {
    /// Our number.
    pub uid: i64,
    /// The server's name.
    pub name: String,
    /// SHA-256 of the stored octets.
    pub digest: [u8; 32],
}

/// Evaluates to the numbers of the names (a JSON array) that have one.
macro_rules! numbers_of {
    ($c:expr, $database:expr, $folder:expr, $epoch:expr, $names:expr) => {{
        let sql = format!(
            "select r.name, r.uid from {} cross join remote_id r where r.folder_id = $1 and r.epoch = $2 and r.name = listed.value",
            dialect::texts($database)
        );
        let found: Vec<(String, i64)> =
            sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind($folder.0).bind($epoch).bind(&$names[..]).fetch_all(&mut *$c).await?;
        found.into_iter().collect::<HashMap<String, i64>>()
    }};
}

/// Names as one parameter.
fn list(names: &[&str]) -> Result<String, StoreError> {
    serde_json::to_string(names).map_err(|error| StoreError::Inconsistent(error.to_string()))
}

impl Store {
    /// Our numbers for the server's names of letters, in their order: known names keep theirs, new ones get the next, in order. Names
    /// hold no NUL.
    pub async fn number_remote_ids(&self, folder: FolderId, epoch: i64, names: &[&str]) -> Result<Vec<i64>, StoreError> {
        let wanted = list(names)?;
        let mut known = read!(self, c => numbers_of!(c, self.database(), folder, epoch, wanted));
        // Most polls bring nothing new: then nobody has to wait for us.
        if names.iter().any(|name| !known.contains_key(*name)) {
            known = self.number_new(folder, epoch, names, &wanted).await?;
        }
        names
            .iter()
            .map(|name| known.get(*name).copied().ok_or_else(|| StoreError::Inconsistent("a server's id was not numbered".into())))
            .collect()
    }

    async fn number_new(&self, folder: FolderId, epoch: i64, names: &[&str], wanted: &str) -> Result<HashMap<String, i64>, StoreError> {
        write!(self, c => {
            let mut known = numbers_of!(c, self.database(), folder, epoch, wanted);
            let mut listed: HashSet<&str> = HashSet::new();
            let fresh: Vec<&str> = names.iter().copied().filter(|name| !known.contains_key(*name) && listed.insert(name)).collect();
            if fresh.is_empty() {
                return Ok(known);
            }
            let last: i64 = sqlx::query_scalar("select coalesce(max(uid), 0) from remote_id where folder_id = $1 and epoch = $2")
                .bind(folder.0).bind(epoch).fetch_one(&mut *c).await?;
            let sql = format!(
                "insert into remote_id (folder_id, epoch, uid, name) select $1, $2, $4 + listed.at, listed.value from {}",
                dialect::texts(self.database()));
            sqlx::query(sqlx::AssertSqlSafe(sql)).bind(folder.0).bind(epoch).bind(list(&fresh)?).bind(last).execute(&mut *c).await?;
            known.extend((last + 1..).zip(fresh).map(|(number, name)| (name.to_owned(), number)));
            Ok(known)
        })
    }

    /// The numbers of those names that have one; nothing is given out.
    pub async fn remote_numbers(&self, folder: FolderId, epoch: i64, names: &[&str]) -> Result<HashMap<String, i64>, StoreError> {
        let wanted = list(names)?;
        Ok(read!(self, c => numbers_of!(c, self.database(), folder, epoch, wanted)))
    }

    /// The server's names of these letters, by our number. Numbers without a name are left out.
    pub async fn remote_names(&self, folder: FolderId, epoch: i64, uids: &[i64]) -> Result<HashMap<i64, String>, StoreError> {
        let wanted: HashSet<i64> = uids.iter().copied().collect();
        let (first, last) = (uids.iter().min().copied().unwrap_or(0), uids.iter().max().copied().unwrap_or(-1));
        let rows: Vec<(i64, String)> = read!(self, c => sqlx::query_as(
            "select uid, name from remote_id where folder_id = $1 and epoch = $2 and uid between $3 and $4")
            .bind(folder.0).bind(epoch).bind(first).bind(last).fetch_all(c).await)?;
        Ok(rows.into_iter().filter(|(uid, _)| wanted.contains(uid)).collect())
    }

    /// Parts names that the server lists from letters that were gone before: such a server gives names out again (RFC 1939 allows it), so
    /// the name may stand for another letter now and gets a new number. Answers how many were parted.
    pub async fn part_returned_names(&self, folder: FolderId, epoch: i64, listed: &[&str]) -> Result<usize, StoreError> {
        let gone: Vec<(i64, String)> = read!(self, c => sqlx::query_as(
            "select r.uid, r.name from sighting s join remote_id r on r.folder_id = s.folder_id and r.epoch = s.epoch and r.uid = s.uid
             where s.folder_id = $1 and s.epoch = $2 and s.gone_at is not null")
            .bind(folder.0).bind(epoch).fetch_all(c).await)?;
        let listed: HashSet<&str> = listed.iter().copied().collect();
        let back: Vec<(i64, String)> = gone.into_iter().filter(|(_, name)| listed.contains(name.as_str())).collect();
        self.part_names(folder, epoch, &back).await?;
        Ok(back.len())
    }

    /// Parts these numbers from their names: the names stand for other letters now and get new numbers.
    pub async fn part_names(&self, folder: FolderId, epoch: i64, numbers: &[(i64, String)]) -> Result<(), StoreError> {
        if numbers.is_empty() {
            return Ok(());
        }
        write!(self, c => {
            for (uid, name) in numbers {
                // No server's name has a space followed by our number.
                sqlx::query("update remote_id set name = $4 where folder_id = $1 and epoch = $2 and uid = $3")
                    .bind(folder.0).bind(epoch).bind(uid).bind(format!("{name} was {uid}")).execute(&mut *c).await?;
            }
            Ok(())
        })
    }

    /// What is known of the heads of these letters, by our number.
    pub async fn heads(&self, folder: FolderId, epoch: i64, uids: &[i64]) -> Result<HashMap<i64, String>, StoreError> {
        let mut known = HashMap::new();
        for some in uids.chunks(AT_ONCE) {
            let found: Vec<(i64, String)> = read!(self, c => {
                let mut select = QueryBuilder::new("select uid, head from remote_id where folder_id = ");
                select.push_bind(folder.0).push(" and epoch = ").push_bind(epoch).push(" and head is not null and uid in (");
                let mut list = select.separated(", ");
                for uid in some {
                    list.push_bind(*uid);
                }
                select.push(")");
                select.build_query_as().fetch_all(c).await
            })?;
            known.extend(found);
        }
        Ok(known)
    }

    /// Notes digests of letters' heads, by our number; one that is known stays.
    pub async fn note_heads(&self, folder: FolderId, epoch: i64, heads: &[(i64, String)]) -> Result<(), StoreError> {
        if heads.is_empty() {
            return Ok(());
        }
        write!(self, c => {
            for (uid, head) in heads {
                sqlx::query("update remote_id set head = $4 where folder_id = $1 and epoch = $2 and uid = $3 and head is null")
                    .bind(folder.0).bind(epoch).bind(uid).bind(head).execute(&mut *c).await?;
            }
            Ok(())
        })
    }

    /// Notes that the server answered our wish to delete these letters, by a refusal or by a yes: if it lists them all the same, it is asked
    /// again a day later and not at every poll.
    pub async fn note_answered(&self, folder: FolderId, epoch: i64, uids: &[i64], now: i64) -> Result<(), StoreError> {
        write!(self, c => {
            for uid in uids {
                sqlx::query("update remote_id set delete_answered_at = $4 where folder_id = $1 and epoch = $2 and uid = $3")
                    .bind(folder.0).bind(epoch).bind(uid).bind(now).execute(&mut *c).await?;
            }
            Ok(())
        })
    }

    /// Letters of an account that its server was asked to delete, answered, and lists all the same.
    pub async fn kept_by_server(&self, account: AccountId) -> Result<i64, StoreError> {
        Ok(read!(self, c => sqlx::query_scalar(
            "select count(*) from folder f join remote_id r on r.folder_id = f.id and r.epoch = f.epoch
             join sighting s on s.folder_id = r.folder_id and s.epoch = r.epoch and s.uid = r.uid
             where f.account_id = $1 and r.delete_answered_at is not null and s.gone_at is null
               and f.census_at > r.delete_answered_at")
            .bind(account.0).fetch_one(c).await)?)
    }

    /// Letters of a folder that were stored before `before` and are filed, oldest first: the server may be asked to delete them. Those about
    /// which it answered after `answered` are left out.
    pub async fn deletable(
        &self,
        folder: FolderId,
        epoch: i64,
        before: i64,
        answered: i64,
        limit: i64,
    ) -> Result<Vec<Deletable>, StoreError> {
        let rows: Vec<(i64, String, Vec<u8>)> = read!(self, c => sqlx::query_as(
            "select r.uid, r.name, k.digest from sighting s
             join remote_id r on r.folder_id = s.folder_id and r.epoch = s.epoch and r.uid = s.uid join copy k on k.id = s.copy_id
             where s.folder_id = $1 and s.epoch = $2 and s.gone_at is null and s.outcome in ('filed', 'elsewhere') and s.seen_at <= $3
               and (r.delete_answered_at is null or r.delete_answered_at <= $4)
             order by r.uid limit $5")
            .bind(folder.0).bind(epoch).bind(before).bind(answered).bind(limit).fetch_all(c).await)?;
        rows.into_iter()
            .map(|(uid, name, digest)| {
                let digest = digest.try_into().map_err(|_| StoreError::Inconsistent("copy.digest has another length".into()))?;
                Ok(Deletable { uid, name, digest })
            })
            .collect()
    }

    /// Notes that the server is about to be asked to delete these letters; the audit head is on disk when this returns (O8).
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`] when the head contradicts the trail: then nothing may be deleted anywhere.
    pub async fn note_deletions(&self, folder: FolderId, epoch: i64, uids: &[i64], now: i64, event: &NewEvent) -> Result<(), StoreError> {
        if !self.heads.is_kept() {
            return Err(StoreError::Inconsistent("the audit trail and its head outside the database contradict each other".into()));
        }
        let head = write!(self, c => {
            for some in uids.chunks(AT_ONCE) {
                let mut update = QueryBuilder::new("update remote_id set delete_asked_at = ");
                update.push_bind(now).push(" where folder_id = ").push_bind(folder.0).push(" and epoch = ").push_bind(epoch);
                update.push(" and uid in (");
                let mut list = update.separated(", ");
                for uid in some {
                    list.push_bind(*uid);
                }
                update.push(")");
                update.build().execute(&mut *c).await?;
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// The octets of a stored copy, read from the disk and held against their digest; a long letter comes as a file.
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`] when they are not what was stored.
    pub async fn read_back(&self, digest: &[u8; 32]) -> Result<Octets, StoreError> {
        let (size, pack, at, stored): (i64, String, i64, i64) = read!(self, c => sqlx::query_as("select size, pack, at, stored from copy where digest = $1").bind(&digest[..]).fetch_one(c).await)?;
        let (size, place) = (size.unsigned_abs(), Place { pack, at: at.unsigned_abs(), stored: stored.unsigned_abs() });
        if size <= HELD_AT_MOST {
            return Ok(self.packs.read(place, size, *digest).await?.into());
        }
        Ok(self.packs.read_spooled(place, size, *digest, self.spool()?).await?.into())
    }

    /// Letters of a folder that are gone from the server because we asked for it: kept here, no longer counted there.
    pub async fn deleted_by_us(&self, folder: FolderId) -> Result<i64, StoreError> {
        Ok(read!(self, c => sqlx::query_scalar(
            "select count(*) from remote_id r join sighting s on s.folder_id = r.folder_id and s.epoch = r.epoch and s.uid = r.uid
             where r.folder_id = $1 and r.delete_asked_at is not null and s.gone_at is not null")
            .bind(folder.0).fetch_one(c).await)?)
    }
}
