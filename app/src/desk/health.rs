//! How accounts fare.

use super::*;

/// How accounts fare: what a person asks when something seems to be missing.
#[async_trait]
pub trait HealthDesk: Send + Sync {
    /// An account's collections on record, newest first, and what the last thirty days brought (FP-32).
    async fn collections(&self, id: AccountId, cursor: Option<String>) -> Answer<CollectionHistory>;
}
