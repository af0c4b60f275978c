//! Joining a mailbox that the office collects already (O10).

use super::*;

/// Who asks to read an account, and what comes of it.
#[async_trait]
pub trait JoinDesk: Send + Sync {
    /// The account that collects the mailbox which this session was about to connect again.
    async fn join_offer(&self) -> Answer<Option<JoinOffer>>;
    /// Asks to read it.
    async fn ask_to_join(&self) -> Answer<()>;
    /// What the viewer asked for.
    async fn my_joins(&self) -> Answer<Vec<JoinRequest>>;
    /// Shares an account with somebody who asked, or declines.
    async fn answer_join(&self, id: AccountId, user: UserId, share: bool) -> Answer<()>;
}
