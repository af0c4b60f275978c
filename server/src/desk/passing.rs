//! Letters passed on, and those that wait for an answer.

use super::OfficeDesk;
use app::desk::{Answer, PassingDesk};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl PassingDesk for OfficeDesk {
    async fn forward_view(&self, letter: MessageId, account: Option<AccountId>) -> Answer<ForwardView> {
        self.office.forward_view(&self.who, letter, account).await
    }
    async fn forward_letter(&self, letter: MessageId, account: AccountId, form: PassOnForm) -> Answer<i64> {
        self.office.forward_letter(&self.who, letter, account, form).await
    }
    async fn unanswered(&self, days: i64, cursor: Option<String>) -> Answer<UnansweredPage> {
        self.office.unanswered(&self.who, days, cursor.as_deref()).await
    }
    async fn set_aside(&self, party: ClientId, letter: MessageId) -> Answer<()> {
        self.office.set_aside(&self.who, party, letter).await
    }
    async fn wait_again(&self, party: ClientId) -> Answer<()> {
        self.office.wait_again(&self.who, party).await
    }
}
