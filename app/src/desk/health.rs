//! How accounts fare.

use super::*;

/// How accounts fare: what a person asks when something seems to be missing.
#[async_trait]
pub trait HealthDesk: Send + Sync {
    /// An account's collections on record, newest first, and what the last thirty days brought (FP-32).
    async fn collections(&self, id: AccountId, cursor: Option<String>) -> Answer<CollectionHistory>;
    /// An account's statements, newest first (S1).
    async fn statements(&self, id: AccountId, cursor: Option<String>) -> Answer<Statements>;
    /// One statement of an account.
    async fn statement(&self, id: AccountId, number: StatementId) -> Answer<Statement>;
    /// Draws up a statement of this moment.
    async fn ask_statement(&self, id: AccountId) -> Answer<StatementId>;
    /// What was said to the account's mail server (S10).
    async fn certificate(&self, id: AccountId) -> Answer<Certificate>;
    /// What may keep letters of a client or of an address away (FP-34).
    async fn checklist(&self, client: Option<ClientId>, address: String) -> Answer<Checklist>;
}
