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

/// Puts away what is left of sending, until something else is left of it.
#[server(prefix = "/api", endpoint = "start/put-away")]
pub async fn put_away_last_step() -> Result<(), Trouble> {
    answer(desk()?.put_away_last_step().await)?;
    go("/?done=put-away");
    Ok(())
}
