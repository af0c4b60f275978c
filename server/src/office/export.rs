//! A client's history leaves Postroom as one file, with the filters of the page.
//!
//! Must never: hold more than one letter in memory, or let a history leave unrecorded. The trail says twice what happened: that somebody
//! began, before the first letter leaves, and how many letters were written, when the file ends or breaks off.

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
    written: i64,
    ended: bool,
}

impl Office {
    /// Begins to export a history.
    pub async fn export_history(self: &Arc<Self>, who: &Principal, client: ClientId, filter: HistoryFilter) -> Result<Export, Problem> {
        who.need(Permission::LettersExport)?;
        self.store.client(who.scope()?, client).await.map_err(problem_of)?;
        self.write_marks(&filter).await?;
        self.record(who, "history.export_begun", format!("client:{client}"), "").await?;
        let (office, who) = (self.clone(), who.clone());
        Ok(Export { office, who, client, filter, waiting: VecDeque::new(), cursor: None, looked_up: false, written: 0, ended: false })
    }
}

impl Export {
    /// The next letter as an entry of an mbox file; `None` at the end, once that is recorded.
    ///
    /// # Errors
    /// A letter that cannot be read ends the export: a file that lacks letters must not look whole.
    pub async fn entry(&mut self) -> Result<Option<Vec<u8>>, Problem> {
        let entry = self.next().await?;
        match entry {
            Some(_) => self.written += 1,
            None if self.ended => {}
            None => {
                let (subject, detail) = self.told();
                self.office.record(&self.who, "history.exported", subject, detail).await?;
                self.ended = true;
            }
        }
        Ok(entry)
    }

    async fn next(&mut self) -> Result<Option<Vec<u8>>, Problem> {
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

    /// What it is about, and the letters written.
    fn told(&self) -> (String, String) {
        let letters = if self.written == 1 { "letter" } else { "letters" };
        (format!("client:{}", self.client), format!("{} {letters}", self.written))
    }
}

/// A download that ends early (the browser went away, a letter could not be read) is dropped where it stands: the trail still says how
/// much had left by then. Should the process end before that is written, the beginning stands there without an end.
impl Drop for Export {
    fn drop(&mut self) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        if self.ended {
            return;
        }
        let (office, who, (subject, detail)) = (self.office.clone(), self.who.clone(), self.told());
        runtime.spawn(async move {
            let told = office.record(&who, "history.export_broke_off", subject, format!("After {detail}")).await;
            if let Err(problem) = told {
                tracing::error!(%problem, "An export that broke off could not be recorded");
            }
        });
    }
}
