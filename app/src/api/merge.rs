//! Two clients on file who are one, or two contacts.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
#[cfg(feature = "ssr")]
use model::Merged;
use model::{ClientId, MergePlace, MergeView, MergedClient};

/// Whom to choose or, with `goes`, what merging that client into this one would do.
#[server(prefix = "/api", endpoint = "clients/merge-view", input = Json)]
pub async fn look_at_merge(stays: ClientId, goes: Option<ClientId>, chosen: Vec<MergePlace>, words: String) -> Result<MergeView, Trouble> {
    answer(desk()?.merge_view(stays, goes, chosen, words).await)
}

/// Merges two clients; first shows what that would do. The choices stand in the address.
#[server(prefix = "/api", endpoint = "clients/merge")]
pub async fn merge_clients(
    stays: ClientId,
    goes: ClientId,
    #[server(default)] places: Vec<MergePlace>,
    #[server(default)] intent: String,
    #[server(default)] seen: String,
) -> Result<(), Trouble> {
    let known: Vec<MergePlace> = places.into_iter().filter(MergePlace::is_known).collect();
    let choices: String = known.iter().map(|place| format!("&{}={}", place.key, place.to)).collect();
    let desk = desk()?;
    let merged = answer(desk.merge_clients(stays, goes, known, intent == "look", seen).await)?;
    let file = file_of(stays, answer(desk.is_contact(stays).await)?);
    match merged {
        Merged::Done => go(&format!("{file}?done=merged")),
        Merged::Look => go(&format!("{file}/merge?with={goes}{choices}")),
    }
    Ok(())
}

/// Takes a merger back.
#[server(prefix = "/api", endpoint = "clients/merge-undo")]
pub async fn undo_merge(client: ClientId, gone: ClientId) -> Result<(), Trouble> {
    let desk = desk()?;
    answer(desk.undo_merge(client, gone).await)?;
    go(&format!("{}?done=apart", file_of(client, answer(desk.is_contact(client).await)?)));
    Ok(())
}

/// The page of a client or a contact.
#[cfg(feature = "ssr")]
fn file_of(id: ClientId, is_contact: bool) -> String {
    if is_contact { format!("/contacts/{id}") } else { format!("/clients/{id}") }
}

/// Clients that were merged into this one.
#[server(prefix = "/api", endpoint = "clients/merged", input = Json)]
pub async fn merged_clients(client: ClientId) -> Result<Vec<MergedClient>, Trouble> {
    answer(desk()?.merged_clients(client).await)
}
