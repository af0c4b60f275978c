//! How Postroom itself fares.

use super::*;

/// How Postroom itself fares.
#[async_trait]
pub trait OperationDesk: Send + Sync {
    /// Loops, leases, queues, database, room and troubles (administrators).
    async fn operation(&self) -> Answer<Operation>;
}
