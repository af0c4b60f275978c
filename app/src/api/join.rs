//! Joining a mailbox that the office collects already (O10).

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::*;

/// The account that collects the mailbox which was about to be connected again.
#[server(prefix = "/api", endpoint = "join/offer", input = Json)]
pub async fn look_at_join_offer() -> Result<Option<JoinOffer>, Trouble> {
    answer(desk()?.join_offer().await)
}

/// Asks to read it.
#[server(prefix = "/api", endpoint = "join/ask")]
pub async fn ask_to_join() -> Result<(), Trouble> {
    answer(desk()?.ask_to_join().await)?;
    go("/accounts?done=asked");
    Ok(())
}

/// What the viewer asked for.
#[server(prefix = "/api", endpoint = "join/mine", input = Json)]
pub async fn my_joins() -> Result<Vec<JoinRequest>, Trouble> {
    answer(desk()?.my_joins().await)
}

/// Shares an account with somebody who asked, or declines.
#[server(prefix = "/api", endpoint = "join/answer")]
pub async fn answer_join(id: AccountId, user: UserId, #[server(default)] share: bool) -> Result<(), Trouble> {
    answer(desk()?.answer_join(id, user, share).await)?;
    go(&format!("/accounts/{id}?tab=ledger&done={}", if share { "shared" } else { "declined" }));
    Ok(())
}
