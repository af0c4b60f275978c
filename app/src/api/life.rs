//! The life of an account after its set-up.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::*;

/// The schedule (TP-46).
#[server(prefix = "/api", endpoint = "life/tasks", input = Json)]
pub async fn list_tasks() -> Result<Tasks, Trouble> {
    answer(desk()?.tasks().await)
}

/// Says when an account is collected.
#[server(prefix = "/api", endpoint = "life/schedule")]
pub async fn schedule_account(
    id: AccountId,
    #[server(default)] kind: String,
    #[server(default)] minutes: String,
    #[server(default)] times: String,
) -> Result<(), Trouble> {
    answer(desk()?.schedule_account(id, kind, minutes, times).await)?;
    go("/accounts/schedule?done=scheduled");
    Ok(())
}

/// What deleting an account would do.
#[server(prefix = "/api", endpoint = "life/removal", input = Json)]
pub async fn look_at_removal(id: AccountId) -> Result<Removal, Trouble> {
    answer(desk()?.removal(id).await)
}

/// Deletes an account.
#[server(prefix = "/api", endpoint = "life/delete")]
pub async fn delete_account(id: AccountId, #[server(default)] letters: Option<Letters>) -> Result<(), Trouble> {
    answer(desk()?.delete_account(id, letters).await)?;
    match letters {
        Some(Letters::Keep) => go(&format!("/accounts/{id}?tab=ledger&done=archived")),
        _ => go("/accounts?done=removed"),
    }
    Ok(())
}

/// Brings letters back that were removed earlier (P36).
#[server(prefix = "/api", endpoint = "life/bring-back")]
pub async fn bring_back(id: AccountId) -> Result<(), Trouble> {
    answer(desk()?.bring_back(id).await)?;
    go(&format!("/accounts/{id}?tab=ledger&done=back"));
    Ok(())
}
