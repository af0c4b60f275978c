//! `/clients/import/refused.csv`: rows of an uploaded list that are refused, to be mended and uploaded again.

use super::{AppState, refuse, visit::Visit};
use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderValue, header};
use model::Problem;

/// The list of refused rows of this session.
pub async fn rows(State(state): State<AppState>, Extension(visit): Extension<Visit>) -> Response {
    let Some(session) = visit.session.as_deref() else { return refuse::problem(&Problem::SignIn, true) };
    match state.office.refused_rows(&visit.principal(), session).await {
        Ok(file) => {
            let mut response = Response::new(Body::from(file));
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
            headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
            headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"refused-rows.csv\""));
            response
        }
        Err(problem) => refuse::problem(&problem, true),
    }
}
