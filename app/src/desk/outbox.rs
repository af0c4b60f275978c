//! Letters on their way out.

use super::*;

/// What left, what did not, and what a person can do about it.
#[async_trait]
pub trait OutboxDesk: Send + Sync {
    /// A page of the outbox, newest first.
    async fn outbox(&self, filter: OutboxFilter, before: Option<i64>) -> Answer<OutboxPage>;
    /// One letter with its attempts.
    async fn outbox_letter(&self, id: i64) -> Answer<OutboxLetter>;
    /// Takes it back.
    async fn take_back(&self, id: i64) -> Answer<()>;
    /// Sends it again.
    async fn send_again(&self, id: i64) -> Answer<()>;
    /// Tries anew to put its copy into the folder of sent letters.
    async fn copy_again(&self, id: i64) -> Answer<()>;
    /// Says what became of an uncertain one.
    async fn settle_outgoing(&self, id: i64, arrived: bool) -> Answer<()>;
}
