//! The audit trail.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::{EventFilter, EventRow, Page, Verification};

/// A page of the trail, newest first.
#[server(prefix = "/api", endpoint = "audit/list", input = Json)]
pub async fn events(filter: EventFilter, cursor: Option<String>) -> Result<Page<EventRow>, Trouble> {
    answer(desk()?.events(filter, cursor).await)
}

/// Checks the whole record. Without JavaScript the page runs it again while rendering, so nothing is lost on the way.
#[server(prefix = "/api", endpoint = "audit/verify")]
pub async fn verify() -> Result<Verification, Trouble> {
    answer(desk()?.verify().await)
}
