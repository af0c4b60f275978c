//! Letters that are made on a date.

use super::OfficeDesk;
use app::desk::{ActionsDesk, Answer};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl ActionsDesk for OfficeDesk {
    async fn actions(&self, filter: Option<ActionsFilter>, cursor: Option<String>) -> Answer<ActionsPage> {
        self.office.actions(&self.who, filter, cursor.as_deref()).await
    }
    async fn actions_of(&self, party: ClientId) -> Answer<PartyActions> {
        self.office.actions_of(&self.who, party).await
    }
    async fn action_view(&self, id: ActionId) -> Answer<ActionView> {
        self.office.action_view(&self.who, id).await
    }
    async fn action_draft(&self, id: Option<ActionId>, party: Option<ClientId>) -> Answer<ActionDraft> {
        self.office.action_draft(&self.who, id, party).await
    }
    async fn save_action(&self, id: Option<ActionId>, party: ClientId, form: ActionForm) -> Answer<ActionSaved> {
        self.office.save_action(&self.who, id, party, form).await
    }
    async fn turn_action(&self, id: ActionId, to: ActionState) -> Answer<()> {
        self.office.turn_action(&self.who, id, to).await
    }
    async fn settle_action(&self, id: OccurrenceId, again: bool) -> Answer<ActionId> {
        self.office.settle_action(&self.who, id, again).await
    }
    async fn open_action(&self, id: OccurrenceId) -> Answer<DraftId> {
        self.office.open_action(&self.who, id).await
    }
}
