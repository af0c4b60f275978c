//! Letters: histories, mailboxes, one letter.

use super::*;

/// Letters: histories, mailboxes, one letter.
#[async_trait]
pub trait LettersDesk: Send + Sync {
    /// A client's correspondence, newest first (FP-06, FP-07).
    async fn history(&self, client: ClientId, filter: HistoryFilter, cursor: Option<String>) -> Answer<Page<HistoryRow>>;
    /// Mailboxes the viewer owns or shares.
    async fn mailboxes(&self) -> Answer<Vec<MailboxCard>>;
    /// Letters of an account the viewer owns or shares, newest first (IT-27).
    async fn mailbox(&self, account: AccountId, cursor: Option<String>) -> Answer<Page<HistoryRow>>;
    /// One letter.
    async fn letter(&self, id: MessageId) -> Answer<LetterView>;
    /// All headers of a letter, decoded.
    async fn letter_headers(&self, id: MessageId) -> Answer<Vec<(String, String)>>;
}
