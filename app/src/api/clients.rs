//! Clients: list, file, import.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::{ClientCard, ClientDraft, ClientForm, ClientId, ClientLine, ClientOrder, ImportReport, ImportState, Page, SharedAddress};
#[cfg(feature = "ssr")]
use model::{ClientSaved, ImportPosted, Problem};

/// A page of clients, how many have the words, and how many there are in all.
#[server(prefix = "/api", endpoint = "clients/list", input = Json)]
pub async fn clients(
    words: String,
    #[server(default)] order: ClientOrder,
    cursor: Option<String>,
) -> Result<(Page<ClientLine>, i64, i64), Trouble> {
    let desk = desk()?;
    let page = answer(desk.clients(words.clone(), order, cursor).await)?;
    let total = answer(desk.client_count().await)?;
    let found = if words.trim().is_empty() { total } else { answer(desk.clients_found(words).await)? };
    Ok((page, found, total))
}

/// One client, and its addresses that others have too. One that was merged into another leads there.
#[server(prefix = "/api", endpoint = "clients/get", input = Json)]
pub async fn client(id: ClientId) -> Result<(ClientCard, Vec<SharedAddress>), Trouble> {
    let desk = desk()?;
    let found = desk.client(id).await;
    if found == Err(Problem::NotFound)
        && let Ok(into) = desk.merged_into(id).await
    {
        go(&format!("/clients/{into}?done=came-here"));
        return Err(Trouble(Problem::Conflict("This client was merged into another one.".to_owned())));
    }
    answer(found)
}

/// The form of a client: as on file or, after a refusal without JavaScript, as typed; with `look`, what saving it would do.
#[server(prefix = "/api", endpoint = "clients/draft", input = Json)]
pub async fn draft_client(id: Option<ClientId>, typed: bool, look: bool) -> Result<ClientDraft, Trouble> {
    let desk = desk()?;
    let found = desk.client_draft(id, typed, look).await;
    if let (Err(Problem::NotFound), Some(gone)) = (&found, id)
        && let Ok(into) = desk.merged_into(gone).await
    {
        go(&format!("/clients/{into}/edit"));
        return Err(Trouble(Problem::Conflict("This client was merged into another one.".to_owned())));
    }
    answer(found)
}

/// Adds or changes a client; first shows what that would do to the history when letters come in or go out (S3).
#[server(prefix = "/api", endpoint = "clients/save")]
pub async fn save_client(
    id: Option<ClientId>,
    form: ClientForm,
    #[server(default)] intent: String,
    #[server(default)] seen: String,
) -> Result<(), Trouble> {
    match answer(desk()?.save_client(id, form, intent == "look", seen).await)? {
        ClientSaved::Saved(id) => go(&format!("/clients/{id}?done=saved")),
        ClientSaved::Look => go(&id.map_or_else(|| "/clients/new?step=look".to_owned(), |id| format!("/clients/{id}/edit?step=look"))),
    }
    Ok(())
}

/// What importing the uploaded list would do; with `refused`, why the last upload was not taken.
#[server(prefix = "/api", endpoint = "clients/import-state", input = Json)]
pub async fn uploaded_list(refused: bool) -> Result<ImportState, Trouble> {
    answer(desk()?.import_state(refused).await)
}

/// Takes what each column of the uploaded list stands for, and imports it; first shows what that would do.
#[server(prefix = "/api", endpoint = "clients/import")]
pub async fn import_clients(
    #[server(default)] columns: Vec<String>,
    #[server(default)] intent: String,
    #[server(default)] seen: String,
) -> Result<Option<ImportReport>, Trouble> {
    Ok(match answer(desk()?.import_clients(columns, intent == "look", seen).await)? {
        ImportPosted::Done(report) => {
            go("/clients/import?done=imported");
            Some(report)
        }
        ImportPosted::Look => {
            go("/clients/import?step=look");
            None
        }
    })
}
