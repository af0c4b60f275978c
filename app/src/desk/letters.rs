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
    /// The letters next to one in the list it was opened from.
    async fn neighbours(&self, id: MessageId, list: ListPlace) -> Answer<Neighbours>;
    /// A letter beside another (S11).
    async fn compare(&self, id: MessageId, with: CompareWith) -> Answer<Comparison>;
    /// Takes one's own mark off a letter (O7).
    async fn mark_unread(&self, id: MessageId) -> Answer<()>;
    /// How tall the frame of a letter is to be, in a list.
    async fn letter_frame(&self, id: MessageId) -> Answer<FrameHeights>;
    /// All headers of a letter, decoded.
    async fn letter_headers(&self, id: MessageId) -> Answer<Vec<(String, String)>>;
}
