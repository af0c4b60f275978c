//! `/events/progress`: collections, live, as server-sent events. One stream a tab.
//!
//! Must never: tell of an account that the viewer might not see when the stream began. A stream ends by itself after ten minutes,
//! and only then are session and sharing looked at again: a sign-out or an end of sharing takes effect on it no later than that.

use super::{AppState, refuse, visit::Visit};
use crate::office::Principal;
use axum::Extension;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::Stream;
use model::{AccountId, Progress};
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

/// A stream ends after this long; the browser opens a new one, and the gate looks at the session again.
const LONGEST: Duration = Duration::from_secs(10 * 60);

struct Watch {
    state: AppState,
    who: Principal,
    visible: Vec<AccountId>,
    changes: Receiver<Progress>,
    until: tokio::time::Instant,
    first: Vec<Progress>,
}

/// Progress of the accounts the viewer may see.
pub async fn progress(State(state): State<AppState>, Extension(visit): Extension<Visit>) -> Response {
    let who = visit.principal();
    let changes = state.office.engine.progress();
    let visible = match state.office.visible_accounts(&who).await {
        Ok(visible) => visible,
        Err(problem) => return refuse::problem(&problem, false),
    };
    let first = visible.iter().filter_map(|id| state.office.engine.progress_of(*id)).collect();
    let watch = Watch { state, who, visible, changes, until: tokio::time::Instant::now() + LONGEST, first };
    Sse::new(stream(watch)).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response()
}

fn stream(watch: Watch) -> impl Stream<Item = Result<Event, Infallible>> {
    futures::stream::unfold(watch, |mut watch| async move {
        let progress = watch.next().await?;
        let event = Event::default().json_data(&progress).unwrap_or_default();
        Some((Ok(event), watch))
    })
}

impl Watch {
    async fn next(&mut self) -> Option<Progress> {
        if let Some(progress) = self.first.pop() {
            return Some(progress);
        }
        loop {
            let stop = self.state.stop.cancelled();
            let change = tokio::select! {
                change = self.changes.recv() => change,
                () = tokio::time::sleep_until(self.until) => return None,
                () = stop => return None,
            };
            match change {
                Ok(progress) if self.may_see(progress.account_id).await => return Some(progress),
                // A slow reader misses steps in between; the next one tells the whole state again.
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        }
    }

    /// An account that began to be collected after the stream was opened is looked up once.
    async fn may_see(&mut self, id: AccountId) -> bool {
        if !self.visible.contains(&id) && self.state.office.visible_account(&self.who, id).await.is_ok() {
            self.visible.push(id);
        }
        self.visible.contains(&id)
    }
}
