//! A client's history leaves Postroom as one file, with the filters of the page.
//!
//! Must never: hold more than one letter in memory, or let a history leave unrecorded.

use super::{Office, Principal, trouble::problem_of};
use model::{ClientId, HistoryFilter, HistoryRow, Permission, Problem};
use std::collections::VecDeque;
use std::sync::Arc;

/// Letters looked up at once.
const AT_ONCE: usize = 50;

/// A history on its way out, a letter at a time.
pub struct Export {
    office: Arc<Office>,
    who: Principal,
    client: ClientId,
    filter: HistoryFilter,
    waiting: VecDeque<HistoryRow>,
    cursor: Option<String>,
    looked_up: bool,
}

impl Office {
    /// Begins to export a history; that somebody does is recorded before the first letter leaves.
    pub async fn export_history(self: &Arc<Self>, who: &Principal, client: ClientId, filter: HistoryFilter) -> Result<Export, Problem> {
        who.need(Permission::LettersExport)?;
        let head = self.history_head(who, client, &filter).await?;
        self.record(who, "history.exported", format!("client:{client}"), format!("{} letters", head.letters)).await?;
        let (office, who) = (self.clone(), who.clone());
        Ok(Export { office, who, client, filter, waiting: VecDeque::new(), cursor: None, looked_up: false })
    }
}

impl Export {
    /// The next letter as an entry of an mbox file; `None` at the end.
    ///
    /// # Errors
    /// A letter that cannot be read ends the export: a file that lacks letters must not look whole.
    pub async fn entry(&mut self) -> Result<Option<Vec<u8>>, Problem> {
        while self.waiting.is_empty() && !(self.looked_up && self.cursor.is_none()) {
            let page = self.office.history(&self.who, self.client, &self.filter, self.cursor.as_deref(), AT_ONCE).await?;
            self.looked_up = true;
            self.cursor = page.next;
            self.waiting.extend(page.rows.into_iter().filter(|row| !row.hidden));
        }
        let Some(row) = self.waiting.pop_front() else { return Ok(None) };
        let raw = self.office.store.raw(self.who.scope()?, row.id).await.map_err(problem_of)?;
        Ok(Some(postroom_mail::mbox::entry(&raw, &row.from.address, row.date)))
    }
}
