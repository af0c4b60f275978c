//! `/clients/{id}/history.mbox`: a client's history as one file, streamed.

use super::{AppState, refuse, visit::Visit};
use crate::office::export::Export;
use app::HistoryAddress;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use futures::Stream;
use http::{HeaderValue, header};
use model::ClientId;

/// The history with the filters of the page, newest first.
pub async fn mbox(
    State(state): State<AppState>,
    Extension(visit): Extension<Visit>,
    Path(id): Path<i64>,
    Query(query): Query<Vec<(String, String)>>,
) -> Response {
    let filter = HistoryAddress::of(&query).filter(&*state.office);
    match state.office.export_history(&visit.principal(), ClientId(id), filter).await {
        Ok(export) => file(export, id),
        Err(problem) => refuse::problem(&problem, true),
    }
}

fn file(export: Export, id: i64) -> Response {
    let mut response = Response::new(Body::from_stream(pieces(export)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/mbox"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"client-{id}.mbox\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// A failure breaks the connection, so that the browser says that the file is not whole.
fn pieces(export: Export) -> impl Stream<Item = Result<Bytes, model::Problem>> {
    futures::stream::unfold(Some(export), |export| async move {
        let mut export = export?;
        match export.entry().await {
            Ok(Some(piece)) => Some((Ok(Bytes::from(piece)), Some(export))),
            Ok(None) => None,
            Err(problem) => Some((Err(problem), None)),
        }
    })
}
