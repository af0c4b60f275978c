//! Letters: histories, mailboxes, one letter.

use super::OfficeDesk;
use crate::office::letters::PAGE;
use app::desk::{Answer, LettersDesk};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl LettersDesk for OfficeDesk {
    async fn history(&self, client: ClientId, filter: HistoryFilter, cursor: Option<String>) -> Answer<Page<HistoryRow>> {
        self.office.history_page(&self.who, client, &filter, cursor.as_deref(), PAGE).await
    }
    async fn mailboxes(&self) -> Answer<Vec<MailboxCard>> {
        self.office.mailboxes(&self.who).await
    }
    async fn mailbox(&self, account: AccountId, cursor: Option<String>) -> Answer<Page<HistoryRow>> {
        self.office.mailbox(&self.who, account, cursor.as_deref()).await
    }
    async fn letter(&self, id: MessageId) -> Answer<LetterView> {
        self.office.letter(&self.who, id).await
    }
    async fn neighbours(&self, id: MessageId, list: ListPlace) -> Answer<Neighbours> {
        self.office.neighbours(&self.who, id, &list).await
    }
    async fn compare(&self, id: MessageId, with: CompareWith) -> Answer<Comparison> {
        self.office.compare(&self.who, id, with).await
    }
    async fn mark_unread(&self, id: MessageId) -> Answer<()> {
        self.office.mark_unread(&self.who, id).await
    }
    async fn letter_frame(&self, id: MessageId) -> Answer<FrameHeights> {
        self.office.letter_frame(&self.who, id).await
    }
    async fn letter_headers(&self, id: MessageId) -> Answer<Vec<(String, String)>> {
        self.office.letter_headers(&self.who, id).await
    }
}
