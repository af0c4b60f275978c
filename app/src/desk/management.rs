//! Email Management.

use super::*;

/// What was not imported, and what a person does about it.
#[async_trait]
pub trait ManagementDesk: Send + Sync {
    /// A page of letters, with counts.
    async fn management(&self, filter: ManagementFilter, after: Option<String>) -> Answer<ManagementPage>;
    /// How many letters wait.
    async fn letters_waiting(&self) -> Answer<Waiting>;
    /// One letter.
    async fn managed_letter(&self, id: Managed) -> Answer<ManagedLetter>;
    /// Does something about letters.
    async fn managed_deed(&self, ids: Vec<Managed>, deed: ManagedDeed, reason: String) -> Answer<DeedDone>;
    /// What the rules would do to letters that are here.
    async fn import_rehearsal(&self, account: AccountId) -> Answer<ImportRehearsal>;
}
