//! Email Management: letters that were not imported, and what somebody does about them.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::*;

/// A page of letters, with counts by queue, state and cause.
#[server(prefix = "/api", endpoint = "management/list", input = Json)]
pub async fn list_management(
    #[server(default)] filter: ManagementFilter,
    #[server(default)] after: Option<String>,
) -> Result<ManagementPage, Trouble> {
    answer(desk()?.management(filter, after).await)
}

/// How many letters wait for somebody.
#[server(prefix = "/api", endpoint = "management/waiting", input = Json)]
pub async fn letters_waiting() -> Result<Waiting, Trouble> {
    answer(desk()?.letters_waiting().await)
}

/// One letter: why it waits, who has it, who else looks at it.
#[server(prefix = "/api", endpoint = "management/letter", input = Json)]
pub async fn open_managed(id: String) -> Result<ManagedLetter, Trouble> {
    let id = answer(Managed::parse(&id).ok_or(Problem::NotFound))?;
    answer(desk()?.managed_letter(id).await)
}

/// What there is to follow about one letter, as its page shows it: a page that says something else is drawn anew.
#[server(prefix = "/api", endpoint = "management/now", input = Json)]
pub async fn managed_now(id: String) -> Result<String, Trouble> {
    let id = answer(Managed::parse(&id).ok_or(Problem::NotFound))?;
    Ok(crate::kit::managed::now(&answer(desk()?.managed_letter(id).await)?))
}

/// Does something about letters: one of them, or all that are chosen in a list.
#[server(prefix = "/api", endpoint = "management/deed")]
pub async fn do_managed(
    #[server(default)] ids: Vec<String>,
    #[server(default)] deed: String,
    #[server(default)] reason: String,
    #[server(default)] back: String,
) -> Result<(), Trouble> {
    let parsed: Option<Vec<Managed>> = ids.iter().map(|id| Managed::parse(id)).collect();
    let parsed = answer(parsed.ok_or(Problem::NotFound))?;
    let deed = answer(ManagedDeed::parse(&deed).ok_or_else(|| Problem::field("ids", "Choose what to do with the letters")))?;
    let done = answer(desk()?.managed_deed(parsed, deed, reason).await)?;
    let back = if back.starts_with("/management") { back } else { "/management".to_owned() };
    let undo = done.done.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let undo = if deed == ManagedDeed::Discard { undo } else { String::new() };
    let told = [
        ("done", deed.as_str().to_owned()),
        ("n", done.done.len().to_string()),
        ("settled", done.settled.to_string()),
        ("passed", done.passed.to_string()),
        ("undo", undo),
    ];
    let told: Vec<(&str, &str)> = told.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let query = crate::ui::with_query("", &told);
    let joint = if back.contains('?') { query.replacen('?', "&", 1) } else { query };
    go(&format!("{back}{joint}"));
    Ok(())
}

/// What the import rules would do to the newest letters of an account.
#[server(prefix = "/api", endpoint = "management/rehearsal", input = Json)]
pub async fn rehearse_import(account: AccountId) -> Result<ImportRehearsal, Trouble> {
    answer(desk()?.import_rehearsal(account).await)
}
