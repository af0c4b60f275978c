//! How accounts fare.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::*;

/// An account's collections on record.
#[server(prefix = "/api", endpoint = "health/collections", input = Json)]
pub async fn collections(id: AccountId, cursor: Option<String>) -> Result<CollectionHistory, Trouble> {
    answer(desk()?.collections(id, cursor).await)
}

/// An account's statements.
#[server(prefix = "/api", endpoint = "health/statements", input = Json)]
pub async fn list_statements(id: AccountId, cursor: Option<String>) -> Result<Statements, Trouble> {
    answer(desk()?.statements(id, cursor).await)
}

/// One statement.
#[server(prefix = "/api", endpoint = "health/statement", input = Json)]
pub async fn open_statement(id: AccountId, number: StatementId) -> Result<Statement, Trouble> {
    answer(desk()?.statement(id, number).await)
}

/// Draws up a statement now.
#[server(prefix = "/api", endpoint = "health/ask-statement")]
pub async fn ask_statement(id: AccountId) -> Result<(), Trouble> {
    let number = answer(desk()?.ask_statement(id).await)?;
    go(&format!("/accounts/{id}/statements/{number}"));
    Ok(())
}

/// What was said to an account's mail server.
#[server(prefix = "/api", endpoint = "health/certificate", input = Json)]
pub async fn hands_off_certificate(id: AccountId) -> Result<Certificate, Trouble> {
    answer(desk()?.certificate(id).await)
}

/// "No letter appears?": runs the checks.
#[server(prefix = "/api", endpoint = "health/checklist", input = Json)]
pub async fn run_checklist(client: Option<ClientId>, address: String) -> Result<Checklist, Trouble> {
    answer(desk()?.checklist(client, address).await)
}
