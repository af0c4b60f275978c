//! Files of letters that are brought in.

use super::*;

#[async_trait]
impl ArchivesDesk for Office {
    async fn archive_state(&self, refused: bool) -> Answer<ArchiveState> {
        self.busy()?;
        let refusal = refused.then(|| Problem::field("file", "No letter was found in this file"));
        Ok(ArchiveState { refusal, archives: vec![(AccountId(4), "Old mail".into())], may_say_whose: true, may_be_central: true })
    }
}
