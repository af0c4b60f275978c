//! E-mail accounts: set-up, doctor, folders, collection, ledger.

use super::*;

/// E-mail accounts: set-up, doctor, folders, collection, ledger.
#[async_trait]
pub trait AccountsDesk: Send + Sync {
    /// Accounts the viewer may see: all with `Accounts.Manage`, else own and shared ones (FP-29).
    async fn accounts(&self) -> Answer<Vec<AccountCard>>;
    /// One account.
    async fn account(&self, id: AccountId) -> Answer<AccountDetail>;
    /// Likely settings of an address.
    async fn guess(&self, address: String) -> Answer<Guess>;
    /// What was last typed and tested in this session for this account (`None` = a new one); kept in memory for an hour.
    async fn account_draft(&self, id: Option<AccountId>) -> Answer<Option<AccountDraft>>;
    /// Keeps what is typed and runs the doctor on it (FP-18).
    async fn test_account(&self, id: Option<AccountId>, form: AccountForm) -> Answer<Diagnosis>;
    /// Applies the fix of a rung to what was typed and tests again.
    async fn apply_fix(&self, id: Option<AccountId>, rung: Rung) -> Answer<Diagnosis>;
    /// Looks for the settings of the address that is typed into a new account's form, in the network too, and fills in what is empty.
    async fn find_settings(&self, form: AccountForm) -> Answer<()>;
    /// Saves what is typed. A new account is a draft; its name can never change again.
    async fn save_account(&self, id: Option<AccountId>, form: AccountForm) -> Answer<AccountId>;
    /// Drops what was typed (Exit, TP-44).
    async fn drop_draft(&self, id: Option<AccountId>) -> Answer<()>;
    /// Asks the server for its folders (FP-25). Needs a passed test.
    async fn download_folders(&self, id: AccountId) -> Answer<Vec<FolderRow>>;
    /// Chooses the folders to collect.
    async fn select_folders(&self, id: AccountId, folders: Vec<FolderId>) -> Answer<()>;
    /// What collecting would do; nothing is stored (S9).
    async fn rehearse(&self, id: AccountId) -> Answer<Rehearsal>;
    /// The last rehearsal of this session, if any.
    async fn last_rehearsal(&self, id: AccountId) -> Answer<Option<Rehearsal>>;
    /// Enables collection; needs a passed test and at least one folder (FP-24).
    async fn enable_account(&self, id: AccountId) -> Answer<()>;
    /// Pauses collection; nothing is forgotten.
    async fn pause_account(&self, id: AccountId) -> Answer<()>;
    /// Collects at once.
    async fn collect_now(&self, id: AccountId) -> Answer<()>;
    /// Who else sees the account's private letters.
    async fn share_account(&self, id: AccountId, users: Vec<UserId>) -> Answer<()>;
    /// The letters behind a number of the ledger; `outcome` `None` = the missing ones (as UIDs).
    async fn sightings(&self, folder: FolderId, outcome: Option<Outcome>, cursor: Option<String>) -> Answer<Page<SightingRow>>;
}
