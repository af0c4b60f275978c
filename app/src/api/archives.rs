//! Files of letters that are brought in.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::*;

/// What the import page shows.
#[server(prefix = "/api", endpoint = "archives/state", input = Json)]
pub async fn import_form(refused: bool) -> Result<ArchiveState, Trouble> {
    answer(desk()?.archive_state(refused).await)
}
