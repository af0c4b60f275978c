//! Senders of people, and addresses that are proven by codes.

use super::*;

/// Who people are on their letters.
#[async_trait]
pub trait SendersDesk: Send + Sync {
    /// Senders that the viewer may see.
    async fn senders(&self) -> Answer<Vec<SenderView>>;
    /// One of them.
    async fn sender(&self, id: UserId) -> Answer<SenderView>;
    /// Keeps one.
    async fn save_sender(&self, id: UserId, form: Sender) -> Answer<()>;
    /// Addresses that letters may come from or be answered to.
    async fn send_as(&self) -> Answer<SendAsView>;
    /// One of them.
    async fn send_as_one(&self, id: SendAsId) -> Answer<SendAs>;
    /// Adds one and sends its code.
    async fn add_send_as(&self, kind: SendAsKind, address: String, account: Option<AccountId>) -> Answer<SendAsId>;
    /// Sends a new code.
    async fn send_code(&self, id: SendAsId) -> Answer<()>;
    /// Tries a code.
    async fn verify_send_as(&self, id: SendAsId, code: String) -> Answer<()>;
    /// Takes one away.
    async fn remove_send_as(&self, id: SendAsId) -> Answer<()>;
}
