//! Letters on their way out.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::*;

/// A page of the outbox, newest first.
#[server(prefix = "/api", endpoint = "outbox/list", input = Json)]
pub async fn list_outbox(#[server(default)] filter: OutboxFilter, #[server(default)] before: Option<i64>) -> Result<OutboxPage, Trouble> {
    answer(desk()?.outbox(filter, before).await)
}

/// One letter with its attempts.
#[server(prefix = "/api", endpoint = "outbox/letter", input = Json)]
pub async fn open_outgoing(id: i64) -> Result<OutboxLetter, Trouble> {
    answer(desk()?.outbox_letter(id).await)
}

/// Takes a letter back that has not begun to leave.
#[server(prefix = "/api", endpoint = "outbox/take-back")]
pub async fn take_back(id: i64) -> Result<(), Trouble> {
    answer(desk()?.take_back(id).await)?;
    go(&format!("/outbox/{id}"));
    Ok(())
}

/// Sends a letter again, under the Message-ID it has.
#[server(prefix = "/api", endpoint = "outbox/again")]
pub async fn send_again(id: i64) -> Result<(), Trouble> {
    answer(desk()?.send_again(id).await)?;
    go(&format!("/outbox/{id}"));
    Ok(())
}

/// Tries anew to put its copy into the folder of sent letters.
#[server(prefix = "/api", endpoint = "outbox/copy-again")]
pub async fn copy_again(id: i64) -> Result<(), Trouble> {
    answer(desk()?.copy_again(id).await)?;
    go(&format!("/outbox/{id}?done=copy"));
    Ok(())
}

/// Says what became of an uncertain letter.
#[server(prefix = "/api", endpoint = "outbox/settle")]
pub async fn settle_outgoing(id: i64, #[server(default)] arrived: bool) -> Result<(), Trouble> {
    answer(desk()?.settle_outgoing(id, arrived).await)?;
    go(&format!("/outbox/{id}"));
    Ok(())
}
