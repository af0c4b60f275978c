//! Senders of people, and addresses that are proven by codes.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::*;

/// Senders that the viewer may see.
#[server(prefix = "/api", endpoint = "senders/list", input = Json)]
pub async fn senders() -> Result<Vec<SenderView>, Trouble> {
    answer(desk()?.senders().await)
}

/// One of them.
#[server(prefix = "/api", endpoint = "senders/get", input = Json)]
pub async fn look_at_sender(id: UserId) -> Result<SenderView, Trouble> {
    answer(desk()?.sender(id).await)
}

/// Keeps one.
#[server(prefix = "/api", endpoint = "senders/save")]
pub async fn save_sender(id: UserId, form: Sender, #[server(default)] own: Vec<String>) -> Result<(), Trouble> {
    let mut typed = own.into_iter();
    let fields = std::array::from_fn(|_| typed.next().unwrap_or_default());
    answer(desk()?.save_sender(id, Sender { fields, ..form }).await)?;
    go(&format!("/settings/senders/{id}?done=saved#check"));
    Ok(())
}

/// Addresses that letters may come from or be answered to.
#[server(prefix = "/api", endpoint = "send-as/list", input = Json)]
pub async fn list_send_as() -> Result<SendAsView, Trouble> {
    answer(desk()?.send_as().await)
}

/// One of them.
#[server(prefix = "/api", endpoint = "send-as/get", input = Json)]
pub async fn look_at_send_as(id: SendAsId) -> Result<model::SendAs, Trouble> {
    answer(desk()?.send_as_one(id).await)
}

/// Adds one and sends its code.
#[server(prefix = "/api", endpoint = "send-as/add")]
pub async fn add_send_as(
    #[server(default)] kind: SendAsKind,
    #[server(default)] address: String,
    #[server(default)] account: String,
) -> Result<(), Trouble> {
    let id = answer(desk()?.add_send_as(kind, address, account.parse().ok()).await)?;
    go(&format!("/settings/send-as/{id}?done=sent"));
    Ok(())
}

/// Sends a new code.
#[server(prefix = "/api", endpoint = "send-as/send")]
pub async fn send_code(id: SendAsId) -> Result<(), Trouble> {
    answer(desk()?.send_code(id).await)?;
    go(&format!("/settings/send-as/{id}?done=sent"));
    Ok(())
}

/// Tries a code.
#[server(prefix = "/api", endpoint = "send-as/verify")]
pub async fn verify_send_as(id: SendAsId, #[server(default)] code: String) -> Result<(), Trouble> {
    answer(desk()?.verify_send_as(id, code).await)?;
    go("/settings/send-as?done=proven");
    Ok(())
}

/// Takes one away.
#[server(prefix = "/api", endpoint = "send-as/remove")]
pub async fn remove_send_as(id: SendAsId) -> Result<(), Trouble> {
    answer(desk()?.remove_send_as(id).await)?;
    go("/settings/send-as?done=removed");
    Ok(())
}
