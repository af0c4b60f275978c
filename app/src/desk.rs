//! The port between pages and office: what a page may ask for. Object-safe, one method an intent.
//!
//! A `Desk` is made for one request and already knows who asks, so no method takes a viewer. Each method
//! checks the permission and the scope itself: pages rendered on the server call it without passing the
//! HTTP layer. Must never name a database or a mail library: `app` is rebuilt often and must stay quick.

use async_trait::async_trait;
use model::*;

/// What the office answers, or why not.
pub type Answer<T> = Result<T, Problem>;

/// A `Set-Cookie` header value that starts or ends a session.
pub struct SessionCookie(pub String);

/// Everything a page may ask of the office.
#[async_trait]
pub trait Desk: Send + Sync {
    /// Who asks; `None` when nobody is signed in.
    fn viewer(&self) -> Option<Viewer>;
    /// Nobody is set up yet: every page leads to `/setup`.
    async fn needs_set_up(&self) -> Answer<bool>;
    /// Makes the first administrator with the one-time token and signs him or her in.
    async fn set_up(&self, token: String, form: UserForm) -> Answer<SessionCookie>;
    /// Starts a session. Throttled; the same answer and time for unknown users.
    async fn sign_in(&self, email: String, password: String) -> Answer<SessionCookie>;
    /// Ends this session.
    async fn sign_out(&self) -> Answer<SessionCookie>;
    /// Changes one's own password; every other session of the user ends.
    async fn change_password(&self, current: String, password: String, repeat: String) -> Answer<SessionCookie>;
    /// Ends every session of the user, this one too.
    async fn sign_out_everywhere(&self) -> Answer<SessionCookie>;

    /// Users (`Users.Manage`).
    async fn users(&self) -> Answer<Vec<UserCard>>;
    /// Adds a user (`Users.Manage`).
    async fn add_user(&self, form: UserForm, role: Role) -> Answer<UserId>;
    /// Changes role, keys, cost centres; disabling ends all the user's sessions (`Users.Manage`).
    async fn change_user(
        &self,
        id: UserId,
        role: Role,
        disabled: bool,
        granted: Vec<Permission>,
        cost_centres: Vec<CostCentreId>,
    ) -> Answer<()>;
    /// Cost centres, for every signed-in user (names only matter to forms and filters).
    async fn cost_centres(&self) -> Answer<Vec<CostCentre>>;
    /// Adds a cost centre (`Users.Manage`).
    async fn add_cost_centre(&self, name: String) -> Answer<CostCentreId>;

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

    /// Clients in scope whose code, name or address contains the words; all when empty.
    async fn clients(&self, words: String, cursor: Option<String>) -> Answer<Page<ClientCard>>;
    /// How many clients are in scope.
    async fn client_count(&self) -> Answer<i64>;
    /// One client.
    async fn client(&self, id: ClientId) -> Answer<(ClientCard, ClientForm)>;
    /// Adds or changes a client (`Clients.Edit`).
    async fn save_client(&self, id: Option<ClientId>, form: ClientForm) -> Answer<ClientId>;
    /// What importing the uploaded list would do; the upload is kept an hour in this session.
    async fn import_preview(&self) -> Answer<Option<ImportPreview>>;
    /// Imports the uploaded list.
    async fn import_clients(&self) -> Answer<ImportReport>;

    /// A client's correspondence, newest first (FP-06, FP-07).
    async fn history(&self, client: ClientId, filter: HistoryFilter, cursor: Option<String>) -> Answer<Page<HistoryRow>>;
    /// Letters of an account the viewer owns or shares, newest first (IT-27).
    async fn mailbox(&self, account: AccountId, cursor: Option<String>) -> Answer<Page<HistoryRow>>;
    /// Everything the viewer may see that has the words.
    async fn search(&self, query: String, cursor: Option<String>) -> Answer<SearchResults>;
    /// One letter.
    async fn letter(&self, id: MessageId) -> Answer<LetterView>;
    /// All headers of a letter, decoded.
    async fn letter_headers(&self, id: MessageId) -> Answer<Vec<(String, String)>>;

    /// The audit trail, newest first (`Audit.View`).
    async fn events(&self, cursor: Option<String>) -> Answer<Page<EventRow>>;
    /// Checks the whole record (`Audit.View`).
    async fn verify(&self) -> Answer<Verification>;
}
