//! `/clients/{id}/summary.pdf`: a client on paper.

use super::{AppState, refuse, visit::Visit};
use app::HistoryAddress;
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use http::header;
use model::ClientId;

/// The summary with the filters of the page; `letters=full` prints their words too.
pub async fn pdf(
    State(state): State<AppState>,
    Extension(visit): Extension<Visit>,
    Path(id): Path<i64>,
    Query(query): Query<Vec<(String, String)>>,
) -> Response {
    let filter = HistoryAddress::of(&query).filter(&*state.office);
    let in_full = query.iter().any(|(name, value)| name == "letters" && value == "full");
    match state.office.client_summary(&visit.principal(), ClientId(id), &filter, in_full).await {
        Ok(summary) => {
            let disposition = format!("attachment; filename=\"{}\"", summary.name);
            let heads = [
                (header::CONTENT_TYPE, "application/pdf"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
                (header::CONTENT_DISPOSITION, disposition.as_str()),
            ];
            (heads, summary.pdf).into_response()
        }
        Err(problem) => refuse::problem(&problem, true),
    }
}
