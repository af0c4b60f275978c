//! `/audit/trail.jsonl`: the audit trail as a file, an entry a line.

use super::{AppState, refuse, visit::Visit};
use axum::Extension;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use model::EventFilter;

/// The entries that the page's filter lets through.
pub async fn export(State(state): State<AppState>, Extension(visit): Extension<Visit>, Query(filter): Query<EventFilter>) -> Response {
    match state.office.export_events(&visit.principal(), &filter).await {
        Ok(lines) => {
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static("application/jsonl; charset=utf-8")),
                (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"audit-trail.jsonl\"")),
            ];
            (headers, lines).into_response()
        }
        Err(problem) => refuse::problem(&problem, true),
    }
}
