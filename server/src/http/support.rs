//! `/accounts/{id}/support.txt`: a file to copy into a message to whoever helps.

use super::{AppState, refuse, visit::Visit};
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header;
use model::AccountId;

/// The support bundle of an account.
pub async fn bundle(State(state): State<AppState>, Extension(visit): Extension<Visit>, Path(id): Path<i64>) -> Response {
    match state.office.support_bundle(&visit.principal(), AccountId(id)).await {
        Ok(text) => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response(),
        Err(problem) => refuse::problem(&problem, true),
    }
}
