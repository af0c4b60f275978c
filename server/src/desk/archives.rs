//! Files of letters that are brought in.

use super::OfficeDesk;
use app::desk::{Answer, ArchivesDesk};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl ArchivesDesk for OfficeDesk {
    async fn archive_state(&self, refused: bool) -> Answer<ArchiveState> {
        self.office.archive_state(&self.who, self.session()?, refused).await
    }
}
