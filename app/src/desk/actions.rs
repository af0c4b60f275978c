//! Letters that are made on a date.

use super::*;

/// What is planned, what has come, and what a person can do about it.
#[async_trait]
pub trait ActionsDesk: Send + Sync {
    /// A page of one of the lists; without a filter, of the first one that has something to look at.
    async fn actions(&self, filter: Option<ActionsFilter>, cursor: Option<String>) -> Answer<ActionsPage>;
    /// What is planned for a party.
    async fn actions_of(&self, party: ClientId) -> Answer<PartyActions>;
    /// One action.
    async fn action_view(&self, id: ActionId) -> Answer<ActionView>;
    /// The form of one; `None` = a new one for the party.
    async fn action_draft(&self, id: Option<ActionId>, party: Option<ClientId>) -> Answer<ActionDraft>;
    /// Plans or changes one.
    async fn save_action(&self, id: Option<ActionId>, party: ClientId, form: ActionForm) -> Answer<ActionSaved>;
    /// Pauses one, lets it go on, or ends it.
    async fn turn_action(&self, id: ActionId, to: ActionState) -> Answer<()>;
    /// Has a failed letter written again, or gives a day up.
    async fn settle_action(&self, id: OccurrenceId, again: bool) -> Answer<ActionId>;
    /// Opens a day's letter for edit.
    async fn open_action(&self, id: OccurrenceId) -> Answer<DraftId>;
}
