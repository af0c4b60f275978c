//! Document texts.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::{ClientId, DocumentText, TextId, TextView};

/// Texts by name.
#[server(prefix = "/api", endpoint = "texts/list", input = Json)]
pub async fn texts() -> Result<Vec<(TextId, String)>, Trouble> {
    answer(desk()?.texts().await)
}

/// A text, as a client would read it.
#[server(prefix = "/api", endpoint = "texts/view", input = Json)]
pub async fn one_text(id: Option<TextId>, client: Option<ClientId>) -> Result<TextView, Trouble> {
    answer(desk()?.text_view(id, client).await)
}

/// Adds a text or a version of one.
#[server(prefix = "/api", endpoint = "texts/save")]
pub async fn save_text(
    id: Option<TextId>,
    text: DocumentText,
    #[server(default)] client: String,
    #[server(default)] look: bool,
) -> Result<(), Trouble> {
    if look {
        // Nothing is kept but what was typed, which goes the way of a form that was refused: the page shows it and how it reads.
        let (page, client) = (id.map_or_else(|| "new".to_owned(), |id| id.to_string()), client.parse().unwrap_or(0_i64));
        go(&format!("/settings/texts/{page}?client={client}&look=1&__err=#preview"));
        return Ok(());
    }
    let id = answer(desk()?.keep_text(id, text).await)?;
    go(&format!("/settings/texts/{id}?done=saved"));
    Ok(())
}

/// Goes back to a version.
#[server(prefix = "/api", endpoint = "texts/restore")]
pub async fn restore_text(id: TextId, version: i64) -> Result<(), Trouble> {
    let id = answer(desk()?.restore_text(id, version).await)?;
    go(&format!("/settings/texts/{id}?done=restored"));
    Ok(())
}

/// Deletes a text.
#[server(prefix = "/api", endpoint = "texts/drop")]
pub async fn drop_text(id: TextId) -> Result<(), Trouble> {
    answer(desk()?.drop_text(id).await)?;
    go("/settings/texts?done=deleted");
    Ok(())
}
