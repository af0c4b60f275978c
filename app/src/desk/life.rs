//! The life of an account after its set-up.

use super::*;

/// When accounts are collected, and how they end.
#[async_trait]
pub trait LifeDesk: Send + Sync {
    /// The schedule (TP-46).
    async fn tasks(&self) -> Answer<Tasks>;
    /// Says when an account is collected: `usual`, `every` (minutes) or `at` (times of day).
    async fn schedule_account(&self, id: AccountId, kind: String, minutes: String, times: String) -> Answer<()>;
    /// What deleting an account would do.
    async fn removal(&self, id: AccountId) -> Answer<Removal>;
    /// Deletes an account.
    async fn delete_account(&self, id: AccountId, letters: Option<Letters>) -> Answer<()>;
    /// Brings letters of its mailbox back that were removed earlier (P36).
    async fn bring_back(&self, id: AccountId) -> Answer<()>;
}
