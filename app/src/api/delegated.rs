//! A person signs in at the provider of a mailbox: out, back, finished.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::*;

/// Begins a sign-in; the page that follows leads to the provider. Not at once: browsers that check where forms lead check every server
/// on the way, and nobody knows them all beforehand.
#[server(prefix = "/api", endpoint = "accounts/sign-in/begin")]
pub async fn begin_sign_in(id: AccountId) -> Result<(), Trouble> {
    answer(desk()?.begin_sign_in(id).await)?;
    go(&format!("/accounts/{id}/sign-in"));
    Ok(())
}

/// Where the browser is to go.
#[server(prefix = "/api", endpoint = "accounts/sign-in/trip", input = Json)]
pub async fn look_at_trip(id: AccountId) -> Result<SignInTrip, Trouble> {
    answer(desk()?.sign_in_trip(id).await)
}

/// What came back, nothing finished yet.
#[server(prefix = "/api", endpoint = "accounts/sign-in/look", input = Json)]
pub async fn look_at_return(state: String, error: String, description: String) -> Result<Option<SignInReturn>, Trouble> {
    answer(desk()?.sign_in_return(state, error, description).await)
}

/// Finishes a sign-in.
#[server(prefix = "/api", endpoint = "accounts/sign-in/finish")]
pub async fn finish_sign_in(#[server(default)] state: String, #[server(default)] code: String) -> Result<(), Trouble> {
    let (id, good) = answer(desk()?.finish_sign_in(state, code).await)?;
    let told = if good { "&done=signed-in" } else { "#report" };
    go(&format!("/accounts/{id}?tab=server{told}"));
    Ok(())
}
