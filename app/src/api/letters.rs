//! Letters: histories, mailboxes, one letter.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::{AccountId, ClientId, HistoryFilter, HistoryRow, LetterView, MailboxCard, MessageId, Page};

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

/// All headers of a letter.
#[server(prefix = "/api", endpoint = "letters/headers", input = Json)]
pub async fn letter_headers(id: MessageId) -> Result<Vec<(String, String)>, Trouble> {
    answer(desk()?.letter_headers(id).await)
}
