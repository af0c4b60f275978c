//! E-mail accounts: set-up, doctor, folders, collection, ledger.

use super::OfficeDesk;
use app::desk::{AccountsDesk, Answer};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl AccountsDesk for OfficeDesk {
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
    async fn find_settings(&self, form: AccountForm) -> Answer<()> {
        self.office.find_settings(&self.who, self.session()?, form).await
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
}
