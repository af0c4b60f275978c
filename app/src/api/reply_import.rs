//! The Import tab of an account.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::{AccountId, ForwardForm, ImportForm, ImportTab};

/// The tab.
#[server(prefix = "/api", endpoint = "reply-import/tab", input = Json)]
pub async fn reply_tab(id: AccountId) -> Result<ImportTab, Trouble> {
    answer(desk()?.import_tab(id).await)
}

/// Saves it; then the next account, where that is asked (TP-43, O26).
#[server(prefix = "/api", endpoint = "reply-import/save")]
pub async fn save_import(id: AccountId, #[server(default)] form: ImportForm, #[server(default)] intent: String) -> Result<(), Trouble> {
    answer(desk()?.save_import(id, form).await)?;
    if intent == "another" {
        go("/accounts/new?done=saved")
    } else {
        go(&format!("/accounts/{id}/import?done=saved"))
    }
    Ok(())
}

/// Adds or changes an address that letters may be forwarded to (TP-41).
#[server(prefix = "/api", endpoint = "reply-import/keep-forward")]
pub async fn keep_forward(id: AccountId, forward: Option<i64>, #[server(default)] form: ForwardForm) -> Result<(), Trouble> {
    answer(desk()?.keep_forward(id, forward, form).await)?;
    let done = if forward.is_some() { "forward-changed" } else { "forward-added" };
    go(&format!("/accounts/{id}/import?done={done}"));
    Ok(())
}

/// Takes one away.
#[server(prefix = "/api", endpoint = "reply-import/remove-forward")]
pub async fn remove_forward(id: AccountId, forward: i64) -> Result<(), Trouble> {
    answer(desk()?.remove_forward(id, forward).await)?;
    go(&format!("/accounts/{id}/import?done=forward-removed"));
    Ok(())
}
