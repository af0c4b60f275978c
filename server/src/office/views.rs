//! Views of letters for the audit trail, gathered for a second so that reading stays fast (DESIGN §10).
//!
//! Must never: lose a view because the next one came quickly; a stop of the server writes what is left.

use super::Office;
use postroom_store::{NewEvent, StoreError};
use std::sync::{Mutex, PoisonError};

/// More than this is written at once, without waiting for the second.
const FULL: usize = 500;

/// Views not written yet.
#[derive(Default)]
pub struct Views(Mutex<Vec<NewEvent>>);

impl Office {
    /// Remembers that somebody looked; the same person and thing within the second count once.
    pub(crate) async fn note_view(&self, event: NewEvent) {
        let full = {
            let mut views = self.views.0.lock().unwrap_or_else(PoisonError::into_inner);
            let known = views
                .iter()
                .any(|other| other.principal == event.principal && other.subject == event.subject && other.action == event.action);
            if !known {
                views.push(event);
            }
            views.len() >= FULL
        };
        if full && let Err(error) = self.write_views().await {
            tracing::error!(%error, "Views of letters could not be recorded");
        }
    }

    /// Writes the views gathered so far; they are kept when that fails.
    pub async fn write_views(&self) -> Result<(), StoreError> {
        let views = std::mem::take(&mut *self.views.0.lock().unwrap_or_else(PoisonError::into_inner));
        if views.is_empty() {
            return Ok(());
        }
        let written = self.store.record_all(&views).await;
        if written.is_err() {
            self.views.0.lock().unwrap_or_else(PoisonError::into_inner).extend(views);
        }
        written
    }
}
