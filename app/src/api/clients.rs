//! Clients: list, file, import.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::{ClientCard, ClientForm, ClientId, ImportPreview, ImportReport, Page};

/// A page of clients and how many there are in all.
#[server(prefix = "/api", endpoint = "clients/list", input = Json)]
pub async fn clients(words: String, cursor: Option<String>) -> Result<(Page<ClientCard>, i64), Trouble> {
    let desk = desk()?;
    let page = answer(desk.clients(words, cursor).await)?;
    Ok((page, answer(desk.client_count().await)?))
}

/// One client, as shown and as typed.
#[server(prefix = "/api", endpoint = "clients/get", input = Json)]
pub async fn client(id: ClientId) -> Result<(ClientCard, ClientForm), Trouble> {
    answer(desk()?.client(id).await)
}

/// Adds or changes a client.
#[server(prefix = "/api", endpoint = "clients/save")]
pub async fn save_client(id: Option<ClientId>, form: ClientForm) -> Result<(), Trouble> {
    let id = answer(desk()?.save_client(id, form).await)?;
    go(&format!("/clients/{id}?done=saved"));
    Ok(())
}

/// What importing the uploaded list would do.
#[server(prefix = "/api", endpoint = "clients/import-preview", input = Json)]
pub async fn preview_import() -> Result<Option<ImportPreview>, Trouble> {
    answer(desk()?.import_preview().await)
}

/// Imports the uploaded list; the report goes along in the address, as numbers only.
#[server(prefix = "/api", endpoint = "clients/import")]
pub async fn import_clients() -> Result<ImportReport, Trouble> {
    let report = answer(desk()?.import_clients().await)?;
    let refused = report.refused.len();
    let ImportReport { added, updated, unchanged, .. } = report;
    go(&format!("/clients/import?done=imported&added={added}&updated={updated}&unchanged={unchanged}&refused={refused}"));
    Ok(report)
}
