//! The sending side of an account.

use super::OfficeDesk;
use app::desk::{Answer, SendingSideDesk};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl SendingSideDesk for OfficeDesk {
    async fn sending_side(&self, id: Option<AccountId>) -> Answer<SendingView> {
        let view = self.office.sending_side(&self.who, id).await?;
        Ok(self.office.with_last_test(self.session()?, view))
    }
    async fn save_sending(&self, id: Option<AccountId>, form: SendingForm) -> Answer<AccountId> {
        let id = self.office.save_sending(&self.who, id, form).await?;
        self.office.forget_last_test(self.session()?, id);
        Ok(id)
    }
    async fn test_sending(&self, id: AccountId) -> Answer<SendingTest> {
        self.office.test_sending(&self.who, self.session()?, id).await
    }
    async fn mend_sending(&self, id: AccountId, rung: Rung) -> Answer<SendingTest> {
        self.office.mend_sending(&self.who, self.session()?, id, rung).await
    }
    async fn remove_sending(&self, id: AccountId) -> Answer<()> {
        self.office.remove_sending_side(&self.who, id).await
    }
}
