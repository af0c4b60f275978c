//! The sending side of an account.

use super::OfficeDesk;
use app::desk::{Answer, SendingSideDesk};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl SendingSideDesk for OfficeDesk {
    async fn sending_side(&self, id: Option<AccountId>) -> Answer<SendingView> {
        self.office.sending_side(&self.who, id).await
    }
    async fn save_sending(&self, id: Option<AccountId>, form: SendingForm) -> Answer<AccountId> {
        self.office.save_sending(&self.who, id, form).await
    }
    async fn test_sending(&self, id: AccountId) -> Answer<bool> {
        self.office.test_sending(&self.who, id).await
    }
    async fn remove_sending(&self, id: AccountId) -> Answer<()> {
        self.office.remove_sending_side(&self.who, id).await
    }
}
