//! The gate of the JSON API: operation, token, scope, rate, time. Then the headers.

use super::super::{AppState, headers, visit::address_of};
use super::{OPERATIONS, Operation, answer::Refusal};
use crate::office::Principal;
use crate::rates::Cost;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{Method, StatusCode, header};
use model::Problem;
use std::time::{Duration, Instant};

/// How long an answer may take: a large list, or a letter with its files on a slow line.
const PATIENCE: Duration = Duration::from_secs(120);

/// Runs a request through the gate.
pub async fn gate(state: AppState, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let (mut parts, body) = request.into_parts();
    let operation = look_up(&parts.method, parts.uri.path());
    let admitted = match &operation {
        Ok(operation) => admit(&state, operation, &parts).await,
        Err(refusal) => Err(refusal.clone()),
    };
    let mut response = match admitted {
        Ok(who) => {
            parts.extensions.insert(who);
            match tokio::time::timeout(PATIENCE, next.run(Request::from_parts(parts, body))).await {
                Ok(response) => response,
                Err(_) => Refusal::new(StatusCode::REQUEST_TIMEOUT, "The request took too long and was ended. Try again.").into_response(),
            }
        }
        Err(refusal) => refusal.into_response(),
    };
    headers::dress(response.headers_mut(), headers::Dress::Page, "", state.office.settings.behind_tls);
    let route = operation.map_or("unknown", |operation| operation.path);
    tracing::debug!(route, status = response.status().as_u16(), ms = began.elapsed().as_millis() as u64, "Answered a request");
    response
}

async fn admit(state: &AppState, operation: &Operation, parts: &Parts) -> Result<Principal, Refusal> {
    let from = address_of(parts, state.office.settings.behind_tls);
    let office = &state.office;
    let word = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let word = word.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let who = match word {
        Some((_, word)) => office.system_of(word.trim()).await?,
        None => None,
    };
    // Below every person's number, so that nobody is counted as somebody else.
    let number = if let Some(Principal::Token(token)) = &who { Some(-token.id.0) } else { None };
    office.rates.admit(Cost::Api, number, from, office.now()).map_err(Problem::SlowDown)?;
    let Some(scope) = operation.scope else { return Ok(who.unwrap_or(Principal::Nobody)) };
    let who = who.ok_or(Problem::SignIn)?;
    who.need_scope(scope)?;
    Ok(who)
}

/// The operation of a request.
fn look_up(method: &Method, path: &str) -> Result<&'static Operation, Refusal> {
    let method = if *method == Method::HEAD { &Method::GET } else { method };
    // Plain words win over parameters, as in the router.
    let mut here: Vec<&'static Operation> = OPERATIONS.iter().filter(|one| fits(one.path, path)).collect();
    if here.is_empty() {
        return Err(Refusal::new(StatusCode::NOT_FOUND, "There is no such address. /api/v1/openapi.json names every one."));
    }
    if let Some(at) = here.iter().position(|one| one.method == *method) {
        return Ok(here.swap_remove(at));
    }
    let mut methods: Vec<&str> = here.iter().map(|one| one.method.as_str()).collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    Err(Refusal::method(&methods.join(", ")))
}

fn fits(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(part), Some(word)) if part == word || part.starts_with('{') && !word.is_empty() => {}
            _ => return false,
        }
    }
}
