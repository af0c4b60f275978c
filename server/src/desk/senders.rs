//! Senders of people, and addresses that are proven by codes.

use super::OfficeDesk;
use app::desk::{Answer, SendersDesk};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl SendersDesk for OfficeDesk {
    async fn senders(&self) -> Answer<Vec<SenderView>> {
        self.office.senders(&self.who).await
    }
    async fn sender(&self, id: UserId) -> Answer<SenderView> {
        self.office.sender(&self.who, id).await
    }
    async fn save_sender(&self, id: UserId, form: Sender) -> Answer<()> {
        self.office.save_sender(&self.who, id, form).await
    }
    async fn send_as(&self) -> Answer<SendAsView> {
        self.office.send_as(&self.who).await
    }
    async fn send_as_one(&self, id: SendAsId) -> Answer<SendAs> {
        self.office.own_send_as(&self.who, id).await
    }
    async fn add_send_as(&self, kind: SendAsKind, address: String, account: Option<AccountId>) -> Answer<SendAsId> {
        self.office.add_send_as(&self.who, kind, &address, account).await
    }
    async fn send_code(&self, id: SendAsId) -> Answer<()> {
        self.office.send_code(&self.who, id).await
    }
    async fn verify_send_as(&self, id: SendAsId, code: String) -> Answer<()> {
        self.office.verify_send_as(&self.who, id, &code).await
    }
    async fn remove_send_as(&self, id: SendAsId) -> Answer<()> {
        self.office.remove_send_as(&self.who, id).await
    }
}
