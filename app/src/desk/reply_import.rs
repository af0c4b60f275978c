//! The Import tab of an account: whose replies are imported, and to whom letters may be forwarded.

use super::*;

/// The Import tab of an account (whoever manages the account).
#[async_trait]
pub trait ReplyImportDesk: Send + Sync {
    /// The tab.
    async fn import_tab(&self, account: AccountId) -> Answer<ImportTab>;
    /// Saves it.
    async fn save_import(&self, account: AccountId, form: ImportForm) -> Answer<()>;
    /// Adds or changes an address that letters may be forwarded to.
    async fn keep_forward(&self, account: AccountId, id: Option<i64>, form: ForwardForm) -> Answer<()>;
    /// Takes one away.
    async fn remove_forward(&self, account: AccountId, id: i64) -> Answer<()>;
}
