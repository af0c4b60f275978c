//! Letters and their files, each in the isolation that RELIABILITY §3.3 and §3.4 ask for.
//!
//! Must never: answer a letter's body to anything but a frame, or give a file a type that a browser runs.

use super::{AppState, headers::letter_policy, octets, refuse, visit::Visit};
use crate::office::letters::{BodyForm, FilePreview};
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use model::{MessageId, Problem};
use postroom_mail::attachment;
use postroom_store::Octets;
use serde::Deserialize;

/// How a body is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct BodyQuery {
    /// `html` or `text`.
    #[serde(default, rename = "as")]
    form: String,
    /// `1` = with pictures from the network.
    #[serde(default)]
    pictures: String,
    /// `1` = to be read alone or printed: a document of its own, under the very same policy.
    #[serde(default)]
    print: String,
}

/// `/messages/{id}/body`
pub async fn body(
    State(state): State<AppState>,
    Extension(visit): Extension<Visit>,
    Path(id): Path<i64>,
    Query(query): Query<BodyQuery>,
    headers: HeaderMap,
) -> Response {
    let to = headers.get("sec-fetch-dest").and_then(|value| value.to_str().ok());
    let framed = to.is_none_or(|to| to == "iframe" || to == "document" && query.print == "1");
    if !framed {
        return refuse::sentence(StatusCode::FORBIDDEN, "A letter is only shown inside its page.", false);
    }
    let form = BodyForm { html: query.form != "text", pictures: query.pictures == "1", alone: query.print == "1" };
    match state.office.letter_body(&visit.principal(), MessageId(id), &form).await {
        Ok(document) => letter_document(document, form.pictures),
        Err(problem) => framed_refusal(&problem),
    }
}

fn letter_document(document: String, pictures: bool) -> Response {
    let mut response = Response::new(Body::from(document));
    isolate(response.headers_mut(), &letter_policy(pictures));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
}

/// A refusal inside the frame is as isolated as the letter would be.
fn framed_refusal(problem: &Problem) -> Response {
    let mut response = refuse::framed(problem);
    isolate(response.headers_mut(), &letter_policy(false));
    response
}

fn isolate(headers: &mut HeaderMap, policy: &str) {
    if let Ok(policy) = HeaderValue::from_str(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Without this a browser looks up the names of links before anybody clicks them, which tells the sender.
    headers.insert(HeaderName::from_static("x-dns-prefetch-control"), HeaderValue::from_static("off"));
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
}

/// `/messages/{id}/files/{n}`
pub async fn file(State(state): State<AppState>, Extension(visit): Extension<Visit>, Path((id, n)): Path<(i64, usize)>) -> Response {
    match state.office.letter_file(&visit.principal(), MessageId(id), n).await {
        Ok((info, bytes)) => download(bytes, &info.name, attachment::safe_type(&info.kind)),
        Err(problem) => refuse::problem(&problem, true),
    }
}

/// `/messages/{id}/files/{n}/preview`: a picture drawn anew, or the beginning of a text in a document that can do nothing. Never the
/// file's own bytes.
pub async fn preview(
    State(state): State<AppState>,
    Extension(visit): Extension<Visit>,
    Path((id, n)): Path<(i64, usize)>,
    headers: HeaderMap,
) -> Response {
    let to = headers.get("sec-fetch-dest").and_then(|value| value.to_str().ok());
    match state.office.file_preview(&visit.principal(), MessageId(id), n).await {
        Ok(FilePreview::Text(_)) if to.is_some_and(|to| to != "iframe") => {
            refuse::sentence(StatusCode::FORBIDDEN, "A file is only shown inside the page of its letter.", false)
        }
        Ok(FilePreview::Text(document)) => letter_document(document, false),
        Ok(FilePreview::Picture(picture)) => {
            let mut response = Response::new(Body::from(picture.bytes));
            isolate(response.headers_mut(), "sandbox; default-src 'none'; frame-ancestors 'none'");
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(picture.kind));
            response.headers_mut().insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("inline"));
            response
        }
        Err(problem) => framed_refusal(&problem),
    }
}

/// `/messages/{id}/original`: the letter as it came, as plain text to be read in the browser. Reading, not export: it is never a
/// download, and not the bytes themselves.
pub async fn original(State(state): State<AppState>, Extension(visit): Extension<Visit>, Path(id): Path<i64>) -> Response {
    match state.office.original(&visit.principal(), MessageId(id)).await {
        Ok(text) => {
            let mut response = Response::new(Body::from(text));
            isolate(response.headers_mut(), "sandbox; default-src 'none'; frame-ancestors 'self'");
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
            response
        }
        Err(problem) => refuse::problem(&problem, true),
    }
}

/// `/messages/{id}/letter.eml`
pub async fn export(State(state): State<AppState>, Extension(visit): Extension<Visit>, Path(id): Path<i64>) -> Response {
    match state.office.export_letter(&visit.principal(), MessageId(id)).await {
        Ok(raw) => download(raw, &format!("letter-{id}.eml"), "application/octet-stream"),
        Err(problem) => refuse::problem(&problem, true),
    }
}

/// A file to be saved, never shown.
fn download(file: Octets, name: &str, kind: &'static str) -> Response {
    let length = file.length();
    let mut response = octets::body(file).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    isolate(headers, "sandbox; default-src 'none'");
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(value) = HeaderValue::from_str(&attachment::content_disposition(name)) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
