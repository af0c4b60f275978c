//! Letters passed on, and those that wait for an answer.

use super::*;

/// What becomes of a letter that somebody has to do something about.
#[async_trait]
pub trait PassingDesk: Send + Sync {
    /// To whom a letter may be passed on.
    async fn forward_view(&self, letter: MessageId, account: Option<AccountId>) -> Answer<ForwardView>;
    /// Passes it on; its number in the outbox.
    async fn forward_letter(&self, letter: MessageId, account: AccountId, form: PassOnForm) -> Answer<i64>;
    /// Whose last word waits for an answer.
    async fn unanswered(&self, days: i64, cursor: Option<String>) -> Answer<UnansweredPage>;
    /// A letter needs no answer.
    async fn set_aside(&self, party: ClientId, letter: MessageId) -> Answer<()>;
    /// It does after all.
    async fn wait_again(&self, party: ClientId) -> Answer<()>;
}
