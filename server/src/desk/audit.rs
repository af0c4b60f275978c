//! The audit trail.

use super::OfficeDesk;
use app::desk::{Answer, AuditDesk};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl AuditDesk for OfficeDesk {
    async fn events(&self, filter: EventFilter, cursor: Option<String>) -> Answer<Page<EventRow>> {
        self.office.find_events(&self.who, &filter, cursor.as_deref()).await
    }
    async fn verify(&self) -> Answer<Verification> {
        self.office.verify(&self.who).await
    }
}
