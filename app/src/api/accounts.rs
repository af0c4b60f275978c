//! E-mail accounts: list, form, doctor, folders, collection, ledger.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::*;

/// Accounts the viewer may see.
#[server(prefix = "/api", endpoint = "accounts/list", input = Json)]
pub async fn accounts() -> Result<Vec<AccountCard>, Trouble> {
    answer(desk()?.accounts().await)
}

/// One account, what was last typed for it, and its last rehearsal.
#[server(prefix = "/api", endpoint = "accounts/get", input = Json)]
pub async fn account(id: AccountId) -> Result<(AccountDetail, Option<AccountDraft>, Option<Rehearsal>), Trouble> {
    let desk = desk()?;
    let detail = answer(desk.account(id).await)?;
    let draft = if detail.card.may_manage { answer(desk.account_draft(Some(id)).await)? } else { None };
    let rehearsal = if detail.card.may_manage { answer(desk.last_rehearsal(id).await)? } else { None };
    Ok((detail, draft, rehearsal))
}

/// What was typed for a new account.
#[server(prefix = "/api", endpoint = "accounts/draft", input = Json)]
pub async fn new_draft() -> Result<Option<AccountDraft>, Trouble> {
    answer(desk()?.account_draft(None).await)
}

/// Likely settings of an address, asked for while typing.
#[server(prefix = "/api", endpoint = "accounts/guess", input = Json)]
pub async fn guess_settings(address: String) -> Result<Guess, Trouble> {
    answer(desk()?.guess(address).await)
}

/// The account form's page.
#[cfg(feature = "ssr")]
fn form_page(id: Option<AccountId>) -> String {
    id.map_or_else(|| "/accounts/new".to_owned(), |id| format!("/accounts/{id}"))
}

/// What pressing one of the form's buttons means.
#[server(prefix = "/api", endpoint = "accounts/form")]
pub async fn post_account(id: Option<AccountId>, form: AccountForm, #[server(default)] intent: String) -> Result<(), Trouble> {
    let desk = desk()?;
    if intent == "test" {
        answer(desk.test_account(id, form).await)?;
        go(&format!("{}?done=tested#report", form_page(id)));
        return Ok(());
    }
    if intent == "find" && id.is_none() {
        answer(desk.find_settings(form).await)?;
        go("/accounts/new?done=searched");
        return Ok(());
    }
    let saved = answer(desk.save_account(id, form).await)?;
    if intent == "another" {
        go("/accounts/new?done=saved")
    } else {
        go(&format!("/accounts/{saved}?done=saved&tab=folders"))
    }
    Ok(())
}

/// Applies the fix of a rung and tests again.
#[server(prefix = "/api", endpoint = "accounts/fix")]
pub async fn apply_fix(id: Option<AccountId>, rung: Rung) -> Result<(), Trouble> {
    answer(desk()?.apply_fix(id, rung).await)?;
    go(&format!("{}?done=fixed#report", form_page(id)));
    Ok(())
}

/// Drops what was typed (TP-44).
#[server(prefix = "/api", endpoint = "accounts/drop-draft")]
pub async fn drop_draft(id: Option<AccountId>) -> Result<(), Trouble> {
    answer(desk()?.drop_draft(id).await)?;
    go("/accounts");
    Ok(())
}

/// Asks the server for its folders (FP-25).
#[server(prefix = "/api", endpoint = "accounts/download-folders")]
pub async fn download_folders(id: AccountId) -> Result<(), Trouble> {
    answer(desk()?.download_folders(id).await)?;
    go(&format!("/accounts/{id}?tab=folders&done=folders"));
    Ok(())
}

/// Chooses the folders to collect; the button that was pressed says what comes next, so that no choice is ever forgotten.
#[server(prefix = "/api", endpoint = "accounts/select-folders")]
pub async fn select_folders(
    id: AccountId,
    #[server(default)] folders: Vec<FolderId>,
    #[server(default)] intent: String,
) -> Result<(), Trouble> {
    let desk = desk()?;
    answer(desk.select_folders(id, folders).await)?;
    match intent.as_str() {
        "rehearse" => {
            answer(desk.rehearse(id).await)?;
            go(&format!("/accounts/{id}?tab=folders&done=rehearsed#rehearsal"));
        }
        "start" => {
            answer(desk.enable_account(id).await)?;
            go(&format!("/accounts/{id}?tab=ledger&done=enabled"));
        }
        _ => go(&format!("/accounts/{id}?tab=folders&done=selected")),
    }
    Ok(())
}

/// Enables collection.
#[server(prefix = "/api", endpoint = "accounts/enable")]
pub async fn enable_account(id: AccountId) -> Result<(), Trouble> {
    answer(desk()?.enable_account(id).await)?;
    go(&format!("/accounts/{id}?tab=ledger&done=enabled"));
    Ok(())
}

/// Pauses collection.
#[server(prefix = "/api", endpoint = "accounts/pause")]
pub async fn pause_account(id: AccountId) -> Result<(), Trouble> {
    answer(desk()?.pause_account(id).await)?;
    go(&format!("/accounts/{id}?tab=ledger&done=paused"));
    Ok(())
}

/// Collects at once.
#[server(prefix = "/api", endpoint = "accounts/collect")]
pub async fn collect_now(id: AccountId) -> Result<(), Trouble> {
    answer(desk()?.collect_now(id).await)?;
    go(&format!("/accounts/{id}?tab=ledger&done=collecting"));
    Ok(())
}

/// Who else sees the account's private letters.
#[server(prefix = "/api", endpoint = "accounts/share")]
pub async fn share_account(id: AccountId, #[server(default)] users: Vec<UserId>) -> Result<(), Trouble> {
    answer(desk()?.share_account(id, users).await)?;
    go(&format!("/accounts/{id}?tab=ledger&done=shared"));
    Ok(())
}

/// The letters behind a number of the ledger.
#[server(prefix = "/api", endpoint = "accounts/sightings", input = Json)]
pub async fn sightings(folder: FolderId, outcome: Option<Outcome>, cursor: Option<String>) -> Result<Page<SightingRow>, Trouble> {
    answer(desk()?.sightings(folder, outcome, cursor).await)
}
