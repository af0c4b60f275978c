//! Searching.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::{SearchOrder, SearchResults};

/// Letters that answer the question.
#[server(prefix = "/api", endpoint = "letters/search", input = Json)]
pub async fn search(
    query: String,
    #[server(default)] order: SearchOrder,
    cursor: Option<String>,
    #[server(default)] typing: bool,
) -> Result<SearchResults, Trouble> {
    answer(desk()?.search(query, order, cursor, typing).await)
}
