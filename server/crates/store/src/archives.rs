//! Archive accounts: their folders are files that somebody gave, known by their digest.

use crate::{
    NewEvent, Store, StoreError,
    audit::{append_event, hex},
    db::write,
};
use model::{AccountId, FolderId};

/// A file as a folder of an archive account.
#[derive(Debug, Clone)]
pub struct ArchiveFolder {
    /// SHA-256 of the file: the same file is the same folder, whatever it is called.
    pub digest: [u8; 32],
    /// The file's name.
    pub name: String,
    /// Letters in it.
    pub letters: i64,
}

impl Store {
    /// Adds a file to an archive account or finds it, with the event either way; answers also whether it was known. The account's first file makes it ready.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `account_is_no_archive`.
    pub async fn keep_archive_folder(
        &self,
        account: AccountId,
        folder: &ArchiveFolder,
        event: &NewEvent,
    ) -> Result<(FolderId, bool), StoreError> {
        let raw_name = format!("sha256:{}", hex(&folder.digest));
        let (id, known, head) = write!(self, c => {
            let archive: Option<i64> = sqlx::query_scalar("select id from account where id = $1 and protocol = 'archive'")
                .bind(account.0).fetch_optional(&mut *c).await?;
            if archive.is_none() {
                return Err(StoreError::Conflict("account_is_no_archive"));
            }
            let known: Option<i64> = sqlx::query_scalar("select id from folder where account_id = $1 and raw_name = $2")
                .bind(account.0).bind(&raw_name).fetch_optional(&mut *c).await?;
            if let Some(id) = known {
                return Ok((id, true, append_event!(&self.keys, c, event)));
            }
            let id: i64 = sqlx::query_scalar(
                "insert into folder (account_id, raw_name, name, role, selectable, selected, letters) values ($1, $2, $3, 'archive', 1, 1, $4) returning id")
                .bind(account.0).bind(&raw_name).bind(&folder.name).bind(folder.letters).fetch_one(&mut *c).await?;
            sqlx::query("update account set state = 'enabled' where id = $1 and state = 'draft'").bind(account.0).execute(&mut *c).await?;
            Ok((id, false, append_event!(&self.keys, c, event)))
        })?;
        self.heads.publish(head.0, &head.1)?;
        Ok((FolderId(id), known))
    }
}
