//! `/upload/clients`: a list of clients arrives.
//!
//! Must never: write the file to the disk, or believe what it says of itself.

use super::{AppState, refuse, visit::Visit};
use crate::tokens;
use axum::Extension;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use model::Problem;

/// Octets of a list.
const LARGEST: usize = 10 * 1024 * 1024;

/// The limit of this route's body: the file and the form around it.
pub fn limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(LARGEST + 64 * 1024)
}

/// Keeps the list in the session and leads to its preview.
pub async fn clients(State(state): State<AppState>, Extension(visit): Extension<Visit>, form: Multipart) -> Response {
    let Some(session) = visit.session.clone() else { return refuse::problem(&Problem::SignIn, true) };
    let Some(form) = read(form).await else {
        return refuse::sentence(StatusCode::PAYLOAD_TOO_LARGE, "The list could not be read, or it is larger than 10 MB.", true);
    };
    if !tokens::same(&form.csrf, &session.viewer.csrf) {
        return refuse::sentence(StatusCode::FORBIDDEN, "This form is from another session. Go back, reload the page and try again.", true);
    }
    match state.office.keep_upload(&visit.principal(), &session, &form.name, form.bytes).await {
        Ok(()) => Redirect::to("/clients/import").into_response(),
        Err(problem) => refuse::problem(&problem, true),
    }
}

struct Uploaded {
    csrf: String,
    name: String,
    bytes: Vec<u8>,
}

async fn read(mut form: Multipart) -> Option<Uploaded> {
    let mut uploaded = Uploaded { csrf: String::new(), name: String::new(), bytes: Vec::new() };
    while let Some(field) = form.next_field().await.ok()? {
        match field.name() {
            Some("csrf") => uploaded.csrf = field.text().await.ok()?,
            Some("file") => {
                uploaded.name = field.file_name().unwrap_or("list.csv").to_owned();
                uploaded.bytes = field.bytes().await.ok()?.to_vec();
            }
            _ => {}
        }
    }
    (uploaded.bytes.len() <= LARGEST).then_some(uploaded)
}
