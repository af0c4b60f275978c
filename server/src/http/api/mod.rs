//! The JSON API for other systems, under `/api/v1`: tokens instead of sessions, problems (RFC 9457) instead of pages.
//!
//! To add an operation: 1. a handler with its description (`utoipa::path`), 2. a line in [`OPERATIONS`] and in [`routes`], 3. its name in
//! `Description` (tests compare all three). Must never: look at a cookie. What no line names is not found.

mod answer;
mod body;
mod clients;
mod gate;
mod letters;
mod send;

use super::AppState;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
pub(super) use gate::gate;
use http::{Method, header};
use model::ApiScope;
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

/// What every path begins with.
pub(super) const ROOT: &str = "/api/v1/";
/// Octets of a request with attachments: twenty megabytes of them, written as base64, and the words.
const LETTER_OCTETS: usize = 30 * 1024 * 1024;
/// Octets of any other request.
const OCTETS: usize = 2 * 1024 * 1024;

/// One operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Method; `GET` stands for `HEAD` too.
    pub method: Method,
    /// Path as axum writes it.
    pub path: &'static str,
    /// What a token needs; `None` = whoever asks.
    pub scope: Option<ApiScope>,
}

const fn line(method: Method, path: &'static str, scope: ApiScope) -> Operation {
    Operation { method, path, scope: Some(scope) }
}

/// Every operation.
pub static OPERATIONS: &[Operation] = &[
    Operation { method: Method::GET, path: "/api/v1/openapi.json", scope: None },
    line(Method::GET, "/api/v1/clients/{code}", ApiScope::ClientsRead),
    line(Method::PUT, "/api/v1/clients/{code}", ApiScope::ClientsWrite),
    line(Method::POST, "/api/v1/clients", ApiScope::ClientsWrite),
    line(Method::GET, "/api/v1/clients/{code}/history", ApiScope::LettersRead),
    line(Method::GET, "/api/v1/letters/{id}", ApiScope::LettersRead),
    line(Method::GET, "/api/v1/letters/{id}/raw", ApiScope::LettersRead),
    line(Method::POST, "/api/v1/letters", ApiScope::LettersSend),
    line(Method::GET, "/api/v1/outbox/{id}", ApiScope::LettersSend),
];

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/v1/openapi.json", get(openapi))
        .route("/api/v1/clients/{code}", get(clients::one).put(clients::put).layer(DefaultBodyLimit::max(OCTETS)))
        .route("/api/v1/clients", post(clients::many).layer(DefaultBodyLimit::max(OCTETS)))
        .route("/api/v1/clients/{code}/history", get(letters::history))
        .route("/api/v1/letters/{id}", get(letters::one))
        .route("/api/v1/letters/{id}/raw", get(letters::raw))
        .route("/api/v1/letters", post(send::letter).layer(DefaultBodyLimit::max(LETTER_OCTETS)))
        .route("/api/v1/outbox/{id}", get(send::state))
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Postroom",
        version = "1",
        description = "For systems that keep clients: put clients on file, read their correspondence, send letters.\n\n\
            Every request carries a token (Authorization: Bearer …), made by an administrator under Settings → API tokens. \
            A token belongs to one cost centre or sees all; what is not in its scope answers 404. Moments are RFC 3339. \
            Requests are bounded a minute, for each token; 429 says in Retry-After when to go on."
    ),
    paths(openapi, clients::one, clients::put, clients::many, letters::history, letters::one, letters::raw, send::letter, send::state),
    modifiers(&Token)
)]
struct Description;

struct Token;

impl utoipa::Modify for Token {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
        openapi.components.get_or_insert_default().add_security_scheme("token", bearer);
    }
}

/// The description of the whole interface, as JSON.
pub fn description() -> String {
    Description::openapi().to_json().unwrap_or_default()
}

/// This description.
#[utoipa::path(
    get,
    path = "/api/v1/openapi.json",
    tag = "Postroom",
    responses(
        (status = 200, description = "This description", body = serde_json::Value, content_type = "application/json"),
        (status = 429, description = "Too many requests", body = answer::Told, content_type = "application/problem+json"),
    )
)]
async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], description()).into_response()
}
