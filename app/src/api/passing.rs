//! Letters passed on, and those that wait for an answer.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::{AccountId, ClientId, ForwardView, MessageId, PassOnForm, UnansweredPage};

/// To whom a letter may be passed on, by the rules of which account.
#[server(prefix = "/api", endpoint = "forward/view", input = Json)]
pub async fn ask_forward(letter: MessageId, #[server(default)] account: Option<AccountId>) -> Result<ForwardView, Trouble> {
    answer(desk()?.forward_view(letter, account).await)
}

/// Passes a letter on to an approved address.
#[server(prefix = "/api", endpoint = "forward/send")]
pub async fn forward_letter(letter: MessageId, account: AccountId, form: PassOnForm) -> Result<(), Trouble> {
    let outbox = answer(desk()?.forward_letter(letter, account, form).await)?;
    go(&format!("/outbox/{outbox}?done=forwarded"));
    Ok(())
}

/// Whose last word waits for an answer.
#[server(prefix = "/api", endpoint = "unanswered/list", input = Json)]
pub async fn list_unanswered(#[server(default)] days: i64, #[server(default)] cursor: Option<String>) -> Result<UnansweredPage, Trouble> {
    answer(desk()?.unanswered(days, cursor).await)
}

/// A letter needs no answer.
#[server(prefix = "/api", endpoint = "unanswered/aside")]
pub async fn set_aside(party: ClientId, letter: MessageId, #[server(default)] days: i64) -> Result<(), Trouble> {
    answer(desk()?.set_aside(party, letter).await)?;
    go(&format!("/unanswered?days={days}&done=aside"));
    Ok(())
}

/// It does after all.
#[server(prefix = "/api", endpoint = "unanswered/again")]
pub async fn wait_again(party: ClientId, #[server(default)] days: i64) -> Result<(), Trouble> {
    answer(desk()?.wait_again(party).await)?;
    go(&format!("/unanswered?days={days}&done=again"));
    Ok(())
}
