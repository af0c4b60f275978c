//! The life of an account after its set-up.

use super::OfficeDesk;
use app::desk::{Answer, LifeDesk};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl LifeDesk for OfficeDesk {
    async fn tasks(&self) -> Answer<Tasks> {
        self.office.tasks(&self.who).await
    }
    async fn schedule_account(&self, id: AccountId, kind: String, minutes: String, times: String) -> Answer<()> {
        self.office.schedule_account(&self.who, id, &kind, &minutes, &times).await
    }
    async fn removal(&self, id: AccountId) -> Answer<Removal> {
        self.office.removal(&self.who, id).await
    }
    async fn delete_account(&self, id: AccountId, letters: Option<Letters>) -> Answer<()> {
        self.office.delete_account(&self.who, id, letters).await
    }
    async fn bring_back(&self, id: AccountId) -> Answer<()> {
        self.office.bring_back(&self.who, id).await
    }
}
