//! `/metrics`: numbers for a monitoring system that knows the token. Without a token set, there is no such address.

use super::{AppState, refuse};
use crate::tokens;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use model::Problem;
use secrecy::ExposeSecret;

/// What Prometheus asks for.
const TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The numbers of this process.
pub async fn metrics(State(state): State<AppState>, headers: HeaderMap) -> Response {
    let Some(token) = &state.office.settings.metrics_token else { return refuse::problem(&Problem::NotFound, false) };
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(bearer);
    // Digests are of one length, so comparing them tells nothing of the token's.
    let [given, wanted] = [given.unwrap_or(""), token.expose_secret()].map(|word| tokens::hex(&tokens::digest(word)));
    if !tokens::same(&given, &wanted) {
        let mut refused = refuse::sentence(StatusCode::UNAUTHORIZED, "Metrics are for whoever knows the token.", false);
        refused.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"metrics\""));
        return refused;
    }
    match state.office.exposition().await {
        Ok(text) => ([(header::CONTENT_TYPE, TEXT)], text).into_response(),
        Err(problem) => refuse::problem(&problem, false),
    }
}

/// The word behind "Bearer" (RFC 6750, RFC 9110 §11.1: the scheme in any case).
fn bearer(line: &str) -> Option<&str> {
    let (scheme, token) = line.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_stands_behind_its_scheme() {
        assert_eq!(bearer("Bearer abc"), Some("abc"));
        assert_eq!(bearer("bearer  abc "), Some("abc"));
        assert_eq!((bearer("Basic abc"), bearer("Bearer"), bearer("Bearer ")), (None, None, None));
    }
}
