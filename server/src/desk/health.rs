//! How accounts fare.

use super::OfficeDesk;
use app::desk::{Answer, HealthDesk};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl HealthDesk for OfficeDesk {
    async fn collections(&self, id: AccountId, cursor: Option<String>) -> Answer<CollectionHistory> {
        self.office.collections(&self.who, id, cursor.as_deref()).await
    }
}
