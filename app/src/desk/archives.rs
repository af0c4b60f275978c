//! Files of letters that are brought in.

use super::*;

/// Files of letters that are brought in. The file itself goes to a route of its own.
#[async_trait]
pub trait ArchivesDesk: Send + Sync {
    /// What the import page shows; with `refused`, why the last file was not taken.
    async fn archive_state(&self, refused: bool) -> Answer<ArchiveState>;
}
