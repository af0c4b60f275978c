//! The office as pages see it: one desk for a request, which already knows who asks.
//!
//! Holds no rule: every method names the use case in `office` and passes the principal on.

use crate::http::Visit;
use crate::office::letters::PAGE;
use crate::office::sign_in::SignedIn;
use crate::office::{Office, Principal, Session};
use app::desk::{Answer, Desk, SessionCookie};
use async_trait::async_trait;
use model::*;
use std::sync::Arc;

/// The desk of one request.
pub struct OfficeDesk {
    office: Arc<Office>,
    visit: Visit,
    who: Principal,
}

impl OfficeDesk {
    /// A desk for a visit.
    pub fn new(office: Arc<Office>, visit: Visit) -> Self {
        Self { office, who: visit.principal(), visit }
    }

    fn session(&self) -> Answer<&Session> {
        self.visit.session.as_deref().ok_or(Problem::SignIn)
    }

    /// The session's cookie goes the way of the app; the mark of a known browser goes along as a second header.
    fn started(&self, cookies: SignedIn) -> SessionCookie {
        use leptos::prelude::use_context;
        if let (Some(response), Ok(value)) = (use_context::<leptos_axum::ResponseOptions>(), http::HeaderValue::from_str(&cookies.browser))
        {
            response.append_header(http::header::SET_COOKIE, value);
        }
        SessionCookie(cookies.session)
    }
}

#[async_trait]
impl Desk for OfficeDesk {
    fn viewer(&self) -> Option<Viewer> {
        self.visit.viewer().cloned()
    }
    async fn needs_set_up(&self) -> Answer<bool> {
        Ok(!self.office.is_set_up().await?)
    }
    async fn set_up(&self, token: String, form: UserForm) -> Answer<SessionCookie> {
        Ok(self.started(self.office.set_up(&self.visit, &token, form).await?))
    }
    async fn sign_in(&self, email: String, password: String) -> Answer<SessionCookie> {
        Ok(self.started(self.office.sign_in(&self.visit, &email, password).await?))
    }
    async fn sign_out(&self) -> Answer<SessionCookie> {
        self.office.sign_out(self.session()?).await.map(SessionCookie)
    }
    async fn change_password(&self, current: String, password: String, repeat: String) -> Answer<SessionCookie> {
        Ok(self.started(self.office.change_password(&self.visit, self.session()?, current, password, &repeat).await?))
    }
    async fn sign_out_everywhere(&self) -> Answer<SessionCookie> {
        self.office.sign_out_everywhere(self.session()?).await.map(SessionCookie)
    }

    async fn users(&self) -> Answer<Vec<UserCard>> {
        self.office.users(&self.who).await
    }
    async fn add_user(&self, form: UserForm, role: Role) -> Answer<UserId> {
        self.office.add_user(&self.who, form, role).await
    }
    async fn change_user(
        &self,
        id: UserId,
        role: Role,
        disabled: bool,
        granted: Vec<Permission>,
        cost_centres: Vec<CostCentreId>,
    ) -> Answer<()> {
        self.office.change_user(&self.who, id, role, disabled, granted, cost_centres).await
    }
    async fn cost_centres(&self) -> Answer<Vec<CostCentre>> {
        self.office.cost_centres(&self.who).await
    }
    async fn add_cost_centre(&self, name: String) -> Answer<CostCentreId> {
        self.office.add_cost_centre(&self.who, &name).await
    }

    async fn accounts(&self) -> Answer<Vec<AccountCard>> {
        self.office.accounts(&self.who).await
    }
    async fn account(&self, id: AccountId) -> Answer<AccountDetail> {
        self.office.account(&self.who, id).await
    }
    async fn guess(&self, address: String) -> Answer<Guess> {
        self.office.guess(&self.who, &address).await
    }
    async fn account_draft(&self, id: Option<AccountId>) -> Answer<Option<AccountDraft>> {
        self.office.account_draft(&self.who, self.session()?, id).await
    }
    async fn test_account(&self, id: Option<AccountId>, form: AccountForm) -> Answer<Diagnosis> {
        self.office.test_account(&self.who, self.session()?, id, form).await
    }
    async fn apply_fix(&self, id: Option<AccountId>, rung: Rung) -> Answer<Diagnosis> {
        self.office.apply_fix(&self.who, self.session()?, id, rung).await
    }
    async fn save_account(&self, id: Option<AccountId>, form: AccountForm) -> Answer<AccountId> {
        self.office.save_account(&self.who, Some(self.session()?), id, form).await
    }
    async fn drop_draft(&self, id: Option<AccountId>) -> Answer<()> {
        self.office.drop_draft(&self.who, self.session()?, id).await
    }
    async fn download_folders(&self, id: AccountId) -> Answer<Vec<FolderRow>> {
        self.office.download_folders(&self.who, id).await
    }
    async fn select_folders(&self, id: AccountId, folders: Vec<FolderId>) -> Answer<()> {
        self.office.select_folders(&self.who, id, folders).await
    }
    async fn rehearse(&self, id: AccountId) -> Answer<Rehearsal> {
        self.office.rehearse(&self.who, self.session()?, id).await
    }
    async fn last_rehearsal(&self, id: AccountId) -> Answer<Option<Rehearsal>> {
        self.office.last_rehearsal(&self.who, self.session()?, id).await
    }
    async fn enable_account(&self, id: AccountId) -> Answer<()> {
        self.office.enable_account(&self.who, id).await
    }
    async fn pause_account(&self, id: AccountId) -> Answer<()> {
        self.office.pause_account(&self.who, id).await
    }
    async fn collect_now(&self, id: AccountId) -> Answer<()> {
        self.office.collect_now(&self.who, id).await
    }
    async fn share_account(&self, id: AccountId, users: Vec<UserId>) -> Answer<()> {
        self.office.share_account(&self.who, id, users).await
    }
    async fn sightings(&self, folder: FolderId, outcome: Option<Outcome>, cursor: Option<String>) -> Answer<Page<SightingRow>> {
        self.office.sightings(&self.who, folder, outcome, cursor.as_deref()).await
    }

    async fn clients(&self, words: String, cursor: Option<String>) -> Answer<Page<ClientCard>> {
        self.office.clients(&self.who, &words, cursor.as_deref()).await
    }
    async fn client_count(&self) -> Answer<i64> {
        self.office.client_count(&self.who).await
    }
    async fn client(&self, id: ClientId) -> Answer<(ClientCard, ClientForm)> {
        self.office.client(&self.who, id).await
    }
    async fn save_client(&self, id: Option<ClientId>, form: ClientForm) -> Answer<ClientId> {
        self.office.save_client(&self.who, id, form).await
    }
    async fn import_preview(&self) -> Answer<Option<ImportPreview>> {
        self.office.import_preview(&self.who, self.session()?).await
    }
    async fn import_clients(&self) -> Answer<ImportReport> {
        self.office.import_upload(&self.who, self.session()?).await
    }

    async fn history(&self, client: ClientId, filter: HistoryFilter, cursor: Option<String>) -> Answer<Page<HistoryRow>> {
        self.office.history(&self.who, client, &filter, cursor.as_deref(), PAGE).await
    }
    async fn mailbox(&self, account: AccountId, cursor: Option<String>) -> Answer<Page<HistoryRow>> {
        self.office.mailbox(&self.who, account, cursor.as_deref()).await
    }
    async fn search(&self, query: String, cursor: Option<String>) -> Answer<SearchResults> {
        self.office.search(&self.who, &query, cursor.as_deref(), PAGE).await
    }
    async fn letter(&self, id: MessageId) -> Answer<LetterView> {
        self.office.letter(&self.who, id).await
    }
    async fn letter_headers(&self, id: MessageId) -> Answer<Vec<(String, String)>> {
        self.office.letter_headers(&self.who, id).await
    }

    async fn events(&self, cursor: Option<String>) -> Answer<Page<EventRow>> {
        self.office.events(&self.who, cursor.as_deref()).await
    }
    async fn verify(&self) -> Answer<Verification> {
        self.office.verify(&self.who).await
    }
}
