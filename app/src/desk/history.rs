//! What belongs to a client's history besides its letters: the count, filing by hand, saved filters.

use super::*;

/// What belongs to a client's history besides its letters.
#[async_trait]
pub trait HistoryDesk: Send + Sync {
    /// How many letters there are with these filters, and what to filter by.
    async fn history_head(&self, client: ClientId, filter: HistoryFilter) -> Answer<HistoryHead>;
    /// A history on paper, with these filters.
    async fn history_sheet(&self, client: ClientId, filter: HistoryFilter) -> Answer<HistorySheet>;
    /// Looks for a letter that is missed, and tells why it is not in the history (S2).
    async fn why_not(&self, client: ClientId, missed: MissedLetter) -> Answer<WhyNot>;
    /// What the page for filing a letter by hand shows (`Clients.Edit`).
    async fn filing(&self, letter: MessageId, client: Option<ClientId>, words: String) -> Answer<FilingView>;
    /// Files a letter to a client by hand, or keeps it off (`Clients.Edit`).
    async fn file_letter(&self, form: FilingForm) -> Answer<ClientId>;
    /// Takes such a decision back (`Clients.Edit`).
    async fn undo_filing(&self, client: ClientId, letter: MessageId) -> Answer<()>;
    /// Keeps the filters of a history under a name.
    async fn save_filter(&self, name: String, query: String) -> Answer<()>;
    /// Deletes a saved filter.
    async fn drop_filter(&self, id: i64) -> Answer<()>;
}
