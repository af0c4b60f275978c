//! The sending side of an account.

use super::*;

/// How accounts send.
#[async_trait]
pub trait SendingSideDesk: Send + Sync {
    /// As its page shows it; `None` = of a new account that only sends.
    async fn sending_side(&self, id: Option<AccountId>) -> Answer<SendingView>;
    /// Saves it; without an id it makes an account that only sends.
    async fn save_sending(&self, id: Option<AccountId>, form: SendingForm) -> Answer<AccountId>;
    /// Connects and signs in, and sends nothing.
    async fn test_sending(&self, id: AccountId) -> Answer<SendingTest>;
    /// Applies the fix of a rung of the last test, and tests again; what works is saved.
    async fn mend_sending(&self, id: AccountId, rung: Rung) -> Answer<SendingTest>;
    /// Takes it away: letters leave through the system account.
    async fn remove_sending(&self, id: AccountId) -> Answer<()>;
}
