//! The folders of an account: asking a server for them, and choosing (FP-25).

use super::{Office, Principal, trouble::problem_of};
use model::{AccountId, FolderId, FolderRow, Problem};
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

    /// Folders of an account, for its page.
    pub(crate) async fn folder_rows(&self, id: AccountId) -> Result<Vec<FolderRow>, Problem> {
        let folders = self.store.folders(id).await.map_err(problem_of)?;
        Ok(folders
            .into_iter()
            .map(|folder| FolderRow {
                id: folder.id,
                name: folder.name,
                role: folder.role,
                letters: folder.letters,
                selected: folder.selected,
                selectable: folder.selectable,
                gone: folder.gone,
            })
            .collect())
    }

    /// Chooses the folders to collect.
    pub async fn select_folders(&self, who: &Principal, id: AccountId, folders: Vec<FolderId>) -> Result<(), Problem> {
        self.managed_account(who, id).await?;
        if folders.is_empty() {
            return Err(Problem::field("folders", "Choose at least one folder"));
        }
        let names: Vec<String> = folders.iter().map(ToString::to_string).collect();
        let event = self.event(who, "account.folders_selected", format!("account:{id}"), format!("Folders {}", names.join(" ")));
        self.store.select_folders(id, &folders, &event).await.map_err(problem_of)?;
        self.engine.wake();
        Ok(())
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
