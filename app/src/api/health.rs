//! How accounts fare.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::*;

/// An account's collections on record.
#[server(prefix = "/api", endpoint = "health/collections", input = Json)]
pub async fn collections(id: AccountId, cursor: Option<String>) -> Result<CollectionHistory, Trouble> {
    answer(desk()?.collections(id, cursor).await)
}
