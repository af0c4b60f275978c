//! What belongs to a client's history besides its letters.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::{ClientId, FilingForm, FilingView, HistoryFilter, HistoryHead, HistorySheet, MessageId, MissedLetter, WhyNot};

/// How many letters there are with these filters, and what to filter by.
#[server(prefix = "/api", endpoint = "history/head", input = Json)]
pub async fn above_history(client: ClientId, filter: HistoryFilter) -> Result<HistoryHead, Trouble> {
    answer(desk()?.history_head(client, filter).await)
}

/// A history on paper.
#[server(prefix = "/api", endpoint = "history/sheet", input = Json)]
pub async fn printed_history(client: ClientId, filter: HistoryFilter) -> Result<HistorySheet, Trouble> {
    answer(desk()?.history_sheet(client, filter).await)
}

/// Why a letter is not in a client's history.
#[server(prefix = "/api", endpoint = "history/why-not", input = Json)]
pub async fn ask_why_not(client: ClientId, missed: MissedLetter) -> Result<WhyNot, Trouble> {
    answer(desk()?.why_not(client, missed).await)
}

/// What the page for filing a letter by hand shows.
#[server(prefix = "/api", endpoint = "history/filing", input = Json)]
pub async fn filing(letter: MessageId, client: Option<ClientId>, words: String) -> Result<FilingView, Trouble> {
    answer(desk()?.filing(letter, client, words).await)
}

/// Files a letter by hand, or keeps it off.
#[server(prefix = "/api", endpoint = "history/file")]
pub async fn file_letter(form: FilingForm) -> Result<(), Trouble> {
    let done = match form.decision {
        model::Decision::Belongs => "filed",
        model::Decision::KeepOff => "kept-off",
    };
    let client = answer(desk()?.file_letter(form).await)?;
    go(&format!("/clients/{client}?done={done}"));
    Ok(())
}

/// Takes a decision made by hand back.
#[server(prefix = "/api", endpoint = "history/undo")]
pub async fn undo_filing(client: ClientId, letter: MessageId) -> Result<(), Trouble> {
    answer(desk()?.undo_filing(client, letter).await)?;
    go(&format!("/clients/{client}?done=undone"));
    Ok(())
}

/// Keeps the filters of a history under a name.
#[server(prefix = "/api", endpoint = "history/save-filter")]
pub async fn save_filter(client: ClientId, name: String, query: String) -> Result<(), Trouble> {
    answer(desk()?.save_filter(name, query.clone()).await)?;
    go(&format!("/clients/{client}?{query}&done=filter-saved"));
    Ok(())
}

/// Deletes a saved filter.
#[server(prefix = "/api", endpoint = "history/drop-filter")]
pub async fn drop_filter(client: ClientId, id: i64) -> Result<(), Trouble> {
    answer(desk()?.drop_filter(id).await)?;
    go(&format!("/clients/{client}?done=filter-deleted"));
    Ok(())
}
