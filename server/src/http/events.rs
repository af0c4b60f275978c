//! `/events/progress`: collections, live, as server-sent events. One stream a tab.
//!
//! Must never: tell of an account that the viewer may not see at that moment, or outlive the session: with a sign-out, a new password or
//! a disabled person it ends at once; with a session that grew too old, or ended elsewhere, before the next thing is told.

use super::{AppState, refuse, visit::Visit};
use crate::office::{Principal, Session};
use axum::Extension;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::Stream;
use model::{AccountId, Problem, Progress};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;

/// A stream ends after this long; the browser opens a new one, and the gate looks at the session again.
const LONGEST: Duration = Duration::from_secs(10 * 60);

/// How often the session is looked at when nothing happens: another node, or the console, may have ended it.
const LOOK: Duration = Duration::from_secs(15);

struct Watch {
    state: AppState,
    session: Arc<Session>,
    ended: watch::Receiver<u64>,
    changes: Receiver<Progress>,
    until: tokio::time::Instant,
    first: Vec<Progress>,
}

/// Progress of the accounts the viewer may see.
pub async fn progress(State(state): State<AppState>, Extension(visit): Extension<Visit>) -> Response {
    let Some(session) = visit.session.clone() else { return refuse::problem(&Problem::SignIn, false) };
    // Listening begins before looking, so that nothing falls in between.
    let (changes, ended) = (state.office.engine.progress(), state.office.when_sessions_change());
    let visible = match state.office.visible_accounts(&visit.principal()).await {
        Ok(visible) => visible,
        Err(problem) => return refuse::problem(&problem, false),
    };
    let first = visible.iter().filter_map(|id| state.office.engine.progress_of(*id)).collect();
    let watch = Watch { state, session, ended, changes, until: tokio::time::Instant::now() + LONGEST, first };
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
                change = self.changes.recv() => Some(change),
                _ = self.ended.changed() => None,
                () = tokio::time::sleep(LOOK) => None,
                () = tokio::time::sleep_until(self.until) => return None,
                () = stop => return None,
            };
            self.session = Arc::new(self.state.office.session_now(&self.session).await?);
            match change {
                Some(Ok(progress)) if self.may_see(progress.account_id).await => return Some(progress),
                Some(Err(RecvError::Closed)) => return None,
                // A slow reader misses steps in between; the next one tells the whole state again.
                _ => {}
            }
        }
    }

    async fn may_see(&self, id: AccountId) -> bool {
        let who = Principal::Person(self.session.viewer.clone());
        self.state.office.visible_account(&who, id).await.is_ok()
    }
}
