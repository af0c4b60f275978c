//! The command palette, and the switch of the shortcuts.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::PaletteFind;

/// Clients, accounts and letters that have the words.
#[server(prefix = "/api", endpoint = "palette/find", input = Json)]
pub async fn find(words: String) -> Result<Vec<PaletteFind>, Trouble> {
    answer(desk()?.find(words).await)
}

/// Turns the shortcuts of the viewer on or off (WCAG 2.1.4).
#[server(prefix = "/api", endpoint = "palette/shortcuts")]
pub async fn set_shortcuts(#[server(default)] on: bool) -> Result<(), Trouble> {
    answer(desk()?.set_shortcuts(on).await)?;
    go("/settings/profile?done=shortcuts");
    Ok(())
}
