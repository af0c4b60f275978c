//! How Postroom itself fares.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::*;

/// The status page's facts of this moment.
#[server(prefix = "/api", endpoint = "operation/get", input = Json)]
pub async fn how_it_fares() -> Result<Operation, Trouble> {
    answer(desk()?.operation().await)
}
