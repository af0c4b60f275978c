//! Other systems: tokens, webhooks; what Postroom says of itself; texts tried out; a summary that goes by letter.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::*;

/// Tokens.
#[server(prefix = "/api", endpoint = "tokens/list", input = Json)]
pub async fn tokens() -> Result<TokensView, Trouble> {
    answer(desk()?.tokens().await)
}

/// Makes one.
#[server(prefix = "/api", endpoint = "tokens/make")]
pub async fn make_token(
    #[server(default)] name: String,
    #[server(default)] scopes: Vec<String>,
    #[server(default)] centre: String,
    #[server(default)] web: String,
    #[server(default)] days: String,
) -> Result<(), Trouble> {
    answer(desk()?.make_token(TokenForm { name, scopes, centre, web, days }).await)?;
    go("/settings/api-tokens?done=made#fresh");
    Ok(())
}

/// Takes one back.
#[server(prefix = "/api", endpoint = "tokens/revoke")]
pub async fn revoke_token(id: TokenId) -> Result<(), Trouble> {
    answer(desk()?.revoke_token(id).await)?;
    go("/settings/api-tokens?done=revoked");
    Ok(())
}

/// The word that was told once is copied.
#[server(prefix = "/api", endpoint = "tokens/noted")]
pub async fn forget_word(#[server(default)] hooks: bool) -> Result<(), Trouble> {
    answer(desk()?.forget_word().await)?;
    go(if hooks { "/settings/webhooks" } else { "/settings/api-tokens" });
    Ok(())
}

/// Webhooks.
#[server(prefix = "/api", endpoint = "webhooks/list", input = Json)]
pub async fn webhooks() -> Result<WebhooksView, Trouble> {
    answer(desk()?.webhooks().await)
}

/// Adds one.
#[server(prefix = "/api", endpoint = "webhooks/add")]
pub async fn add_webhook(
    #[server(default)] url: String,
    #[server(default)] events: Vec<String>,
    #[server(default)] centre: String,
) -> Result<(), Trouble> {
    answer(desk()?.add_webhook(WebhookForm { url, events, centre }).await)?;
    go("/settings/webhooks?done=added#fresh");
    Ok(())
}

/// Switches one on or off.
#[server(prefix = "/api", endpoint = "webhooks/switch")]
pub async fn switch_webhook(id: WebhookId, #[server(default)] on: bool) -> Result<(), Trouble> {
    answer(desk()?.switch_webhook(id, on).await)?;
    go(if on { "/settings/webhooks?done=on" } else { "/settings/webhooks?done=off" });
    Ok(())
}

/// Takes one away.
#[server(prefix = "/api", endpoint = "webhooks/remove")]
pub async fn remove_webhook(id: WebhookId) -> Result<(), Trouble> {
    answer(desk()?.remove_webhook(id).await)?;
    go("/settings/webhooks?done=removed");
    Ok(())
}

/// Tells one a test.
#[server(prefix = "/api", endpoint = "webhooks/test")]
pub async fn test_webhook(id: WebhookId) -> Result<(), Trouble> {
    answer(desk()?.test_webhook(id).await)?;
    go("/settings/webhooks?done=tested#deliveries");
    Ok(())
}

/// Tells something again.
#[server(prefix = "/api", endpoint = "webhooks/redeliver")]
pub async fn redeliver(id: i64) -> Result<(), Trouble> {
    answer(desk()?.redeliver(id).await)?;
    go("/settings/webhooks?done=again#deliveries");
    Ok(())
}

/// What Postroom says of itself.
#[server(prefix = "/api", endpoint = "about/get", input = Json)]
pub async fn about() -> Result<AboutView, Trouble> {
    answer(desk()?.about().await)
}

/// The same, in a new letter.
#[server(prefix = "/api", endpoint = "about/email")]
pub async fn email_about() -> Result<(), Trouble> {
    let id = answer(desk()?.email_about().await)?;
    go(&format!("/compose/{id}"));
    Ok(())
}

/// A client's summary, in a new letter.
#[server(prefix = "/api", endpoint = "summary/email")]
pub async fn email_summary(client: ClientId, #[server(default)] in_full: bool) -> Result<(), Trouble> {
    let id = answer(desk()?.email_summary(client, in_full).await)?;
    go(&format!("/compose/{id}"));
    Ok(())
}

/// The summary of a draft's client, attached to it.
#[server(prefix = "/api", endpoint = "summary/attach")]
pub async fn attach_summary(id: DraftId) -> Result<(), Trouble> {
    answer(desk()?.attach_summary(id).await)?;
    go(&format!("/compose/{id}/files?done=added"));
    Ok(())
}

/// Words as a client would read them.
#[server(prefix = "/api", endpoint = "texts/preview")]
pub async fn preview_text(
    #[server(default)] subject: String,
    #[server(default)] body: String,
    #[server(default)] client: String,
) -> Result<TextPreview, Trouble> {
    answer(desk()?.preview_text(subject, body, client.parse().ok()).await)
}
