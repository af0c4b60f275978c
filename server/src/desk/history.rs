//! What belongs to a client's history besides its letters.

use super::OfficeDesk;
use app::desk::{Answer, HistoryDesk};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl HistoryDesk for OfficeDesk {
    async fn history_head(&self, client: ClientId, filter: HistoryFilter) -> Answer<HistoryHead> {
        self.office.history_head(&self.who, client, &filter).await
    }
    async fn history_sheet(&self, client: ClientId, filter: HistoryFilter) -> Answer<HistorySheet> {
        self.office.history_sheet(&self.who, client, &filter).await
    }
    async fn why_not(&self, client: ClientId, missed: MissedLetter) -> Answer<WhyNot> {
        self.office.why_not(&self.who, client, &missed).await
    }
    async fn filing(&self, letter: MessageId, client: Option<ClientId>, words: String) -> Answer<FilingView> {
        self.office.filing(&self.who, letter, client, &words).await
    }
    async fn file_letter(&self, form: FilingForm) -> Answer<ClientId> {
        self.office.file_letter(&self.who, &form).await
    }
    async fn undo_filing(&self, client: ClientId, letter: MessageId) -> Answer<()> {
        self.office.undo_filing(&self.who, client, letter).await
    }
    async fn save_filter(&self, name: String, query: String) -> Answer<()> {
        self.office.save_filter(&self.who, &name, &query).await
    }
    async fn drop_filter(&self, id: i64) -> Answer<()> {
        self.office.drop_filter(&self.who, id).await
    }
}
