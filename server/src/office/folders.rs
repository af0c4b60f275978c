//! Asking a server for its folders (FP-25).

use super::{Office, Principal};
use model::{AccountId, FolderRow, Problem};
use postroom_sync::CollectError;

impl Office {
    /// Downloads the list of folders. Needs a passed test.
    pub async fn download_folders(&self, who: &Principal, id: AccountId) -> Result<Vec<FolderRow>, Problem> {
        let record = self.managed_account(who, id).await?;
        if !record.settings.tested {
            return Err(Problem::Conflict("Test the connection first.".into()));
        }
        self.engine.download_folders(id).await.map_err(|error| told(&error))?;
        let rows = self.folder_rows(id).await?;
        self.record(who, "account.folders_downloaded", format!("account:{id}"), format!("{} folders", rows.len())).await?;
        Ok(rows)
    }
}

/// What to tell of trouble with a mail server: our sentence, and the server's words only when it is a mail server that spoke.
pub(crate) fn told(error: &CollectError) -> Problem {
    match error {
        CollectError::Connect(error) => {
            tracing::info!(verdict = ?error.verdict(), "A mail server could not be asked");
            Problem::Conflict(error.sentence())
        }
        CollectError::Store(error) => super::trouble::unexpected(error),
        other => Problem::Conflict(other.text()),
    }
}
