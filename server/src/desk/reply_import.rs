//! The Import tab of an account.

use super::OfficeDesk;
use app::desk::{Answer, ReplyImportDesk};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl ReplyImportDesk for OfficeDesk {
    async fn import_tab(&self, account: AccountId) -> Answer<ImportTab> {
        self.office.import_tab(&self.who, account).await
    }
    async fn save_import(&self, account: AccountId, form: ImportForm) -> Answer<()> {
        self.office.save_import(&self.who, account, &form).await
    }
    async fn keep_forward(&self, account: AccountId, id: Option<i64>, form: ForwardForm) -> Answer<()> {
        self.office.keep_forward(&self.who, account, id, &form).await
    }
    async fn remove_forward(&self, account: AccountId, id: i64) -> Answer<()> {
        self.office.remove_forward(&self.who, account, id).await
    }
}
