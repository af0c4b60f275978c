//! Letters: histories, mailboxes, one letter.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::{
    AccountId, ClientId, CompareWith, Comparison, FrameHeights, HistoryFilter, HistoryRow, LetterView, ListPlace, MailboxCard, MessageId,
    Neighbours, Page,
};

/// A client's correspondence.
#[server(prefix = "/api", endpoint = "letters/history", input = Json)]
pub async fn history(client: ClientId, filter: HistoryFilter, cursor: Option<String>) -> Result<Page<HistoryRow>, Trouble> {
    answer(desk()?.history(client, filter, cursor).await)
}

/// Mailboxes open to the viewer.
#[server(prefix = "/api", endpoint = "letters/mailboxes")]
pub async fn mailboxes() -> Result<Vec<MailboxCard>, Trouble> {
    answer(desk()?.mailboxes().await)
}

/// An account's letters.
#[server(prefix = "/api", endpoint = "letters/mailbox", input = Json)]
pub async fn mailbox(account: AccountId, cursor: Option<String>) -> Result<Page<HistoryRow>, Trouble> {
    answer(desk()?.mailbox(account, cursor).await)
}

/// One letter and all its headers.
#[server(prefix = "/api", endpoint = "letters/get", input = Json)]
pub async fn letter(id: MessageId) -> Result<LetterView, Trouble> {
    answer(desk()?.letter(id).await)
}

/// How tall the frame of a letter is to be, where it is read in a list.
#[server(prefix = "/api", endpoint = "letters/frame", input = Json)]
pub async fn letter_frame(id: MessageId) -> Result<FrameHeights, Trouble> {
    answer(desk()?.letter_frame(id).await)
}

/// The letters next to one in the list it was opened from.
#[server(prefix = "/api", endpoint = "letters/neighbours", input = Json)]
pub async fn letters_beside(id: MessageId, list: ListPlace) -> Result<Neighbours, Trouble> {
    answer(desk()?.neighbours(id, list).await)
}

/// A letter beside another, or beside another copy of itself.
#[server(prefix = "/api", endpoint = "letters/compare", input = Json)]
pub async fn compare(id: MessageId, with: CompareWith) -> Result<Comparison, Trouble> {
    answer(desk()?.compare(id, with).await)
}

/// Takes one's own mark off a letter, and goes back to the list it was opened from: on its page it would be marked again.
#[server(prefix = "/api", endpoint = "letters/mark-unread")]
pub async fn mark_unread(id: MessageId, #[server(default)] back: String) -> Result<(), Trouble> {
    answer(desk()?.mark_unread(id).await)?;
    go(if back.is_empty() { "/mail" } else { &back });
    Ok(())
}

/// All headers of a letter.
#[server(prefix = "/api", endpoint = "letters/headers", input = Json)]
pub async fn letter_headers(id: MessageId) -> Result<Vec<(String, String)>, Trouble> {
    answer(desk()?.letter_headers(id).await)
}
