//! A client's history as its page and its printed sheet show it: by conversation or with variants under one row, with the viewer's marks.
//!
//! Must never: leave a letter out because it stands under another; the sheet has each on its own line.

use super::letters::{page_of, read_cursor};
use super::{Office, Principal, trouble::problem_of};
use model::{ClientId, HistoryFilter, HistoryRow, HistorySheet, MessageId, Page, Problem, SHEET_LETTERS};
use postroom_store::Scope;

impl Office {
    /// A page of a client's correspondence, newest first: a row for each conversation where that is asked for, else a row for each letter
    /// with its variants under it (S11).
    pub async fn history_page(
        &self,
        who: &Principal,
        client: ClientId,
        filter: &HistoryFilter,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<HistoryRow>, Problem> {
        let scope = who.scope()?;
        let before = read_cursor(cursor)?;
        self.write_marks(filter).await?;
        let rows = if filter.by_conversation {
            self.store.conversations(scope, client, filter, before, limit + 1).await
        } else {
            self.store.history_folded(scope, client, filter, before, limit + 1).await
        };
        let page = page_of(rows.map_err(problem_of)?, limit);
        let rows = self.with_quoted(who, client, page.rows).await?;
        let rows = self.with_other_files(scope, client, rows).await?;
        self.page_with_marks(who, Page { rows, next: page.next }).await
    }

    /// Rows of a client's history with the other clients on whose files they are too (S12).
    async fn with_other_files(&self, scope: Scope, client: ClientId, mut rows: Vec<HistoryRow>) -> Result<Vec<HistoryRow>, Problem> {
        let ids: Vec<MessageId> = rows.iter().filter(|row| !row.hidden).map(|row| row.id).collect();
        let mut clients = self.store.clients_with(scope, &ids).await.map_err(problem_of)?;
        for row in rows.iter_mut().filter(|row| !row.hidden) {
            row.clients = clients.remove(&row.id).unwrap_or_default();
            row.clients.retain(|other| other.id != client);
        }
        Ok(rows)
    }

    /// A history on paper, which is on record: a list of who wrote what leaves the office as a file does.
    pub async fn history_sheet(&self, who: &Principal, client: ClientId, filter: &HistoryFilter) -> Result<HistorySheet, Problem> {
        let scope = who.scope()?;
        self.write_marks(filter).await?;
        let mut rows = self.store.history(scope, client, filter, None, SHEET_LETTERS + 1).await.map_err(problem_of)?;
        let cut = rows.len() > SHEET_LETTERS;
        rows.truncate(SHEET_LETTERS);
        let open: Vec<MessageId> = rows.iter().filter(|row| !row.hidden && row.attachments > 0).map(|row| row.id).collect();
        let mut files = self.store.file_names(&open).await.map_err(problem_of)?;
        let lines = rows.into_iter().map(|row| {
            let names = files.remove(&row.id).unwrap_or_default();
            (row, names)
        });
        let lines: Vec<_> = lines.collect();
        let detail = if lines.len() == 1 { "1 letter".to_owned() } else { format!("{} letters", lines.len()) };
        self.record(who, "history.printed", format!("client:{client}"), detail).await?;
        Ok(HistorySheet { lines, cut, at: self.now() })
    }

    /// Looks wait for a second before they are written: a question about marks must know them all.
    pub(super) async fn write_marks(&self, filter: &HistoryFilter) -> Result<(), Problem> {
        if filter.unread { self.write_views().await.map_err(problem_of) } else { Ok(()) }
    }
}
