//! The audit trail.

use super::*;

/// The audit trail.
#[async_trait]
pub trait AuditDesk: Send + Sync {
    /// The audit trail, newest first, as far as the filter lets it through (`Audit.View`).
    async fn events(&self, filter: EventFilter, cursor: Option<String>) -> Answer<Page<EventRow>>;
    /// Checks the whole record (`Audit.View`).
    async fn verify(&self) -> Answer<Verification>;
}
