//! Views of letters for the audit trail, gathered for a second so that reading stays fast (DESIGN §10). From them come the marks of what
//! each person has read (O7): opening a letter is a fact that is recorded anyway, so no page has to change anything to be marked.
//!
//! Must never: lose a view because the next one came quickly; a stop of the server writes what is left.

use super::{Office, Principal, trouble::problem_of};
use model::{HistoryRow, MessageId, Page, Problem, UserId};
use postroom_store::{Look, NewEvent, StoreError};
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// More than this is written at once, without waiting for the second.
const FULL: usize = 500;

/// Every row, and those that stand under it.
fn each(rows: &mut [HistoryRow], look: &mut dyn FnMut(&mut HistoryRow)) {
    for row in rows {
        look(row);
        each(&mut row.folded, look);
        if let Some(conversation) = &mut row.conversation {
            each(&mut conversation.others, look);
        }
    }
}

/// Views not written yet.
#[derive(Default)]
pub struct Views(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    events: Vec<NewEvent>,
    looks: Vec<Look>,
}

/// Views on their way into the store. A request whose browser leaves is dropped where it waits: what is still in here then goes back.
struct Taken<'a> {
    views: &'a Views,
    waiting: Waiting,
}

impl Views {
    fn take(&self) -> Taken<'_> {
        Taken { views: self, waiting: std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)) }
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let mut kept = self.views.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.events.append(&mut self.waiting.events);
        kept.looks.append(&mut self.waiting.looks);
    }
}

impl Office {
    /// Remembers that somebody looked at a letter; the same person, letter and action within the second count once.
    pub(crate) async fn note_look(&self, who: &Principal, letter: MessageId, action: &str) {
        let event = self.event(who, action, format!("letter:{letter}"), "");
        let full = {
            let mut waiting = self.views.0.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(user) = who.user()
                && !waiting.looks.iter().any(|look| look.user == user && look.letter == letter)
            {
                waiting.looks.push(Look { user, letter, at: event.at });
            }
            let known = waiting
                .events
                .iter()
                .any(|other| other.principal == event.principal && other.subject == event.subject && other.action == event.action);
            if !known {
                waiting.events.push(event);
            }
            waiting.events.len() >= FULL
        };
        if full && let Err(error) = self.write_views().await {
            tracing::error!(%error, "Views of letters could not be recorded");
        }
    }

    /// Writes the views gathered so far; they are kept when that fails, also when whoever asked is gone before it is done.
    pub async fn write_views(&self) -> Result<(), StoreError> {
        let mut taken = self.views.take();
        if taken.waiting.events.is_empty() {
            return Ok(());
        }
        self.store.record_looks(&taken.waiting.events, &taken.waiting.looks).await?;
        taken.waiting = Waiting::default();
        Ok(())
    }

    /// Rows with the viewer's own marks: bold is what he or she has not opened. The console has none.
    pub async fn with_marks(&self, who: &Principal, mut rows: Vec<HistoryRow>) -> Result<Vec<HistoryRow>, Problem> {
        let Some(user) = who.user() else { return Ok(rows) };
        let mut ids: Vec<MessageId> = Vec::new();
        each(&mut rows, &mut |row| ids.push(row.id));
        let mut read = self.store.read_by(user, &ids).await.map_err(problem_of)?;
        read.extend(self.just_read(user));
        // What is not the viewer's to open can be no news either.
        each(&mut rows, &mut |row| row.unread = !row.hidden && !read.contains(&row.id));
        Ok(rows)
    }

    /// A page of rows with the viewer's own marks.
    pub async fn page_with_marks(&self, who: &Principal, page: Page<HistoryRow>) -> Result<Page<HistoryRow>, Problem> {
        Ok(Page { rows: self.with_marks(who, page.rows).await?, next: page.next })
    }

    /// What somebody opened within the last second.
    fn just_read(&self, user: UserId) -> BTreeSet<MessageId> {
        let waiting = self.views.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.looks.iter().filter(|look| look.user == user).map(|look| look.letter).collect()
    }

    /// Takes the viewer's own mark off a letter, so that it is bold again.
    pub async fn mark_unread(&self, who: &Principal, id: MessageId) -> Result<(), Problem> {
        let scope = who.scope()?;
        let Some(user) = who.user() else { return Err(Problem::NotFound) };
        // The look that brought the viewer here may still wait to be written: it must not come after.
        self.write_views().await.map_err(problem_of)?;
        let event = self.event(who, "letter.marked_unread", format!("letter:{id}"), "");
        self.store.mark_unread(scope, user, id, &event).await.map_err(problem_of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // I10: a trail with holes proves nothing.
    #[test]
    fn views_go_back_when_whoever_wrote_them_is_dropped() {
        let views = Views::default();
        let look = Look { user: UserId(1), letter: MessageId(2), at: 3 };
        views.0.lock().unwrap().looks.push(look);
        drop(views.take());
        assert_eq!(views.0.lock().unwrap().looks.len(), 1);
        let mut written = views.take();
        written.waiting = Waiting::default();
        drop(written);
        assert!(views.0.lock().unwrap().looks.is_empty());
    }
}
