//! Letters that are made on a date.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::{ActionDraft, ActionForm, ActionId, ActionView, ActionsFilter, ActionsPage, ClientId, OccurrenceId, PartyActions};
#[cfg(feature = "ssr")]
use model::{ActionState, Problem};

/// A page of one of the lists; without a filter, of the first one that has something to look at.
#[server(prefix = "/api", endpoint = "actions/list", input = Json)]
pub async fn list_actions(
    #[server(default)] filter: Option<ActionsFilter>,
    #[server(default)] cursor: Option<String>,
) -> Result<ActionsPage, Trouble> {
    answer(desk()?.actions(filter, cursor).await)
}

/// What is planned for a party.
#[server(prefix = "/api", endpoint = "actions/of", input = Json)]
pub async fn actions_of(party: ClientId) -> Result<PartyActions, Trouble> {
    answer(desk()?.actions_of(party).await)
}

/// One action.
#[server(prefix = "/api", endpoint = "actions/view", input = Json)]
pub async fn look_at_action(id: ActionId) -> Result<ActionView, Trouble> {
    answer(desk()?.action_view(id).await)
}

/// The form of an action; without an id, a new one for the party.
#[server(prefix = "/api", endpoint = "actions/draft", input = Json)]
pub async fn draft_action(id: Option<ActionId>, party: Option<ClientId>) -> Result<ActionDraft, Trouble> {
    answer(desk()?.action_draft(id, party).await)
}

/// Plans or changes an action.
#[server(prefix = "/api", endpoint = "actions/save")]
pub async fn save_action(id: Option<ActionId>, party: ClientId, form: ActionForm) -> Result<(), Trouble> {
    let saved = answer(desk()?.save_action(id, party, form).await)?;
    let done = match id {
        None => "planned",
        Some(_) if saved.given_up => "moved",
        Some(_) => "changed",
    };
    let id = saved.id;
    go(&format!("/actions/{id}?done={done}"));
    Ok(())
}

/// Pauses an action, lets it go on, or ends it.
#[server(prefix = "/api", endpoint = "actions/turn")]
pub async fn turn_action(id: ActionId, to: String) -> Result<(), Trouble> {
    let to = answer(ActionState::parse(&to).ok_or(Problem::NotFound))?;
    answer(desk()?.turn_action(id, to).await)?;
    go(&format!("/actions/{id}?done={}", to.as_str()));
    Ok(())
}

/// Has a failed letter written again, or gives a day up.
#[server(prefix = "/api", endpoint = "actions/settle")]
pub async fn settle_action(id: OccurrenceId, #[server(default)] again: bool, #[server(default)] list: String) -> Result<(), Trouble> {
    let action = answer(desk()?.settle_action(id, again).await)?;
    let done = if again { "again" } else { "given-up" };
    match ActionsFilter::parse(&list) {
        Some(list) => go(&format!("/actions?only={}&done={done}", list.as_str())),
        None => go(&format!("/actions/{action}?done={done}")),
    }
    Ok(())
}

/// Opens a day's letter for edit.
#[server(prefix = "/api", endpoint = "actions/open")]
pub async fn open_action(id: OccurrenceId) -> Result<(), Trouble> {
    let draft = answer(desk()?.open_action(id).await)?;
    go(&format!("/compose/{draft}"));
    Ok(())
}
