//! The first page.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use model::Start;

/// Where to go on, and whether all is well.
#[server(prefix = "/api", endpoint = "start/get")]
pub async fn start_page() -> Result<Start, Trouble> {
    answer(desk()?.start_page().await)
}
