//! Letters on their way out.

use super::OfficeDesk;
use app::desk::{Answer, OutboxDesk};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl OutboxDesk for OfficeDesk {
    async fn outbox(&self, filter: OutboxFilter, before: Option<i64>) -> Answer<OutboxPage> {
        self.office.outbox(&self.who, filter, before).await
    }
    async fn outbox_letter(&self, id: i64) -> Answer<OutboxLetter> {
        self.office.outbox_letter(&self.who, id).await
    }
    async fn take_back(&self, id: i64) -> Answer<()> {
        self.office.take_back(&self.who, id).await
    }
    async fn send_again(&self, id: i64) -> Answer<()> {
        self.office.send_again(&self.who, id).await
    }
    async fn copy_again(&self, id: i64) -> Answer<()> {
        self.office.copy_again(&self.who, id).await
    }
    async fn settle_outgoing(&self, id: i64, arrived: bool) -> Answer<()> {
        self.office.settle_outgoing(&self.who, id, arrived).await
    }
}
