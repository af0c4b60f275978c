//! Email Management.

use super::OfficeDesk;
use app::desk::{Answer, ManagementDesk};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl ManagementDesk for OfficeDesk {
    async fn management(&self, filter: ManagementFilter, after: Option<String>) -> Answer<ManagementPage> {
        self.office.management(&self.who, filter, after.as_deref()).await
    }
    async fn letters_waiting(&self) -> Answer<Waiting> {
        self.office.letters_waiting(&self.who).await
    }
    async fn managed_letter(&self, id: Managed) -> Answer<ManagedLetter> {
        self.office.managed_letter(&self.who, id).await
    }
    async fn managed_deed(&self, ids: Vec<Managed>, deed: ManagedDeed, reason: String) -> Answer<DeedDone> {
        self.office.managed_deed(&self.who, &ids, deed, &reason).await
    }
    async fn import_rehearsal(&self, account: AccountId) -> Answer<ImportRehearsal> {
        self.office.import_rehearsal(&self.who, account).await
    }
}
