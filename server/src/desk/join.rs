//! Joining a mailbox that the office collects already.

use super::OfficeDesk;
use app::desk::{Answer, JoinDesk};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl JoinDesk for OfficeDesk {
    async fn join_offer(&self) -> Answer<Option<JoinOffer>> {
        self.office.join_offer(&self.who, self.session()?).await
    }
    async fn ask_to_join(&self) -> Answer<()> {
        self.office.ask_to_join(&self.who, self.session()?).await
    }
    async fn my_joins(&self) -> Answer<Vec<JoinRequest>> {
        self.office.my_joins(&self.who).await
    }
    async fn answer_join(&self, id: AccountId, user: UserId, share: bool) -> Answer<()> {
        self.office.answer_join(&self.who, id, user, share).await
    }
}
