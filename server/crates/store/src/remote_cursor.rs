//! Where a service that lists changes said to go on, and which letters a folder was known to hold then.
//!
//! Must never: be kept before the letters that it passes are known: what is listed once more does no harm, what is passed over does.

use crate::{
    Store, StoreError,
    db::{read, write},
    ranges::Ranges,
};
use model::FolderId;
use std::collections::BTreeSet;

impl Store {
    /// The link to what changed since, of this numbering.
    pub async fn remote_cursor(&self, folder: FolderId, epoch: i64) -> Result<Option<String>, StoreError> {
        Ok(read!(self, c => sqlx::query_scalar("select link from remote_cursor where folder_id = $1 and epoch = $2")
            .bind(folder.0).bind(epoch).fetch_optional(c).await)?)
    }

    /// Keeps the link, after the census that it belongs to; `None` forgets it, and everything is listed anew.
    pub async fn keep_remote_cursor(&self, folder: FolderId, epoch: i64, link: Option<&str>) -> Result<(), StoreError> {
        write!(self, c => {
            match link {
                Some(link) => {
                    sqlx::query(
                        "insert into remote_cursor (folder_id, epoch, link) values ($1, $2, $3)
                         on conflict (folder_id) do update set epoch = excluded.epoch, link = excluded.link")
                        .bind(folder.0).bind(epoch).bind(link).execute(&mut *c).await?;
                }
                None => {
                    sqlx::query("delete from remote_cursor where folder_id = $1").bind(folder.0).execute(&mut *c).await?;
                }
            }
            Ok(())
        })
    }

    /// The page with which a first listing of this numbering goes on, if one was begun and not ended.
    pub async fn remote_listing(&self, folder: FolderId, epoch: i64) -> Result<Option<String>, StoreError> {
        Ok(read!(self, c => sqlx::query_scalar("select link from remote_listing where folder_id = $1 and epoch = $2")
            .bind(folder.0).bind(epoch).fetch_optional(c).await)?)
    }

    /// Keeps the page with which a first listing goes on, after what stands on the pages before it is stored; `None` = it is through.
    pub async fn keep_remote_listing(&self, folder: FolderId, epoch: i64, link: Option<&str>) -> Result<(), StoreError> {
        write!(self, c => {
            sqlx::query("delete from remote_listing where folder_id = $1").bind(folder.0).execute(&mut *c).await?;
            if let Some(link) = link {
                sqlx::query("insert into remote_listing (folder_id, epoch, link) values ($1, $2, $3)")
                    .bind(folder.0).bind(epoch).bind(link).execute(&mut *c).await?;
            }
            Ok(())
        })
    }

    /// Our numbers of the letters that a folder held at its last census and since, ascending: seen and not gone, or still missing.
    pub async fn present_uids(&self, folder: FolderId, epoch: i64) -> Result<Vec<i64>, StoreError> {
        let seen: Vec<(i64, i64)> = read!(self, c => sqlx::query_as(
            "select uid, cast(case when gone_at is null then 0 else 1 end as bigint) from sighting where folder_id = $1 and epoch = $2")
            .bind(folder.0).bind(epoch).fetch_all(c).await)?;
        let (listed, of): (String, i64) =
            read!(self, c => sqlx::query_as("select missing, epoch from folder where id = $1").bind(folder.0).fetch_one(c).await)?;
        let mut present: BTreeSet<i64> = if of == epoch { Ranges::parse(&listed).above(-1).collect() } else { BTreeSet::new() };
        for (uid, gone) in seen {
            // A letter that came since the census is no longer missing; one that went since is no longer there.
            if gone == 0 {
                present.insert(uid)
            } else {
                present.remove(&uid)
            };
        }
        Ok(present.into_iter().collect())
    }
}
