//! The sending side of an account.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::*;

/// As its page shows it; `None` = of a new account that only sends.
#[server(prefix = "/api", endpoint = "sending/get", input = Json)]
pub async fn look_at_sending(id: Option<AccountId>) -> Result<SendingView, Trouble> {
    answer(desk()?.sending_side(id).await)
}

/// Saves it; without an id it makes an account that only sends.
#[server(prefix = "/api", endpoint = "sending/save")]
pub async fn save_sending(#[server(default)] id: String, form: SendingForm) -> Result<(), Trouble> {
    let id = answer(desk()?.save_sending(id.parse().ok(), form).await)?;
    go(&format!("/accounts/{id}/sending?done=saved"));
    Ok(())
}

/// Connects and signs in, and sends nothing.
#[server(prefix = "/api", endpoint = "sending/test")]
pub async fn test_sending(id: AccountId) -> Result<(), Trouble> {
    go(&report_of(id, answer(desk()?.test_sending(id).await)?));
    Ok(())
}

/// Applies the fix of a rung and tests again; what works is saved.
#[server(prefix = "/api", endpoint = "sending/fix")]
pub async fn mend_sending(id: AccountId, rung: Rung) -> Result<(), Trouble> {
    go(&report_of(id, answer(desk()?.mend_sending(id, rung).await)?));
    Ok(())
}

#[cfg(feature = "ssr")]
fn report_of(id: AccountId, ended: SendingTest) -> String {
    match ended {
        SendingTest::Proven => format!("/accounts/{id}/sending?done=proven"),
        SendingTest::LetIn => format!("/accounts/{id}/sending?done=let-in"),
        SendingTest::Failed => format!("/accounts/{id}/sending#report"),
    }
}

/// Takes it away: letters leave through the system account.
#[server(prefix = "/api", endpoint = "sending/remove")]
pub async fn remove_sending(id: AccountId) -> Result<(), Trouble> {
    answer(desk()?.remove_sending(id).await)?;
    go(&format!("/accounts/{id}/sending?done=removed"));
    Ok(())
}
