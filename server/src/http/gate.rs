//! The gate: the one layer in front of everything. Table, origin, session, permission, form token, size, time; then the headers.
//!
//! Must never: let a request reach a handler that the table does not name.

use super::unsaved::{self, First};
use super::{AppState, api, headers, pages, refuse, squeeze, visit::Visit};
use crate::permissions::{Found, Kind, Rule, Who, look_up};
use crate::rates::Cost;
use crate::tokens;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderValue, Method, StatusCode, header};
use model::{DraftId, Problem, Role};
use server_fn::error::ServerFnUrlError;
use std::time::{Duration, Instant};

/// Octets of a server function's form.
const LONGEST_CALL: usize = 1024 * 1024;
/// How long a form may take to arrive; a long letter on a slow line.
pub(super) const LONGEST_ARRIVAL: Duration = Duration::from_secs(30);
const LONGEST_ARRIVAL_OF_A_LETTER: Duration = Duration::from_secs(300);
/// A session that still needs its second factor. A status of its own: 409 would tell a page that saves by itself of another window.
pub(super) const FACTOR_FIRST: StatusCode = StatusCode::PRECONDITION_REQUIRED;

/// Runs a request through the gate.
pub async fn gate(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    // Other systems come without a session and without cookies: their door is another one.
    if request.uri().path().starts_with(api::ROOT) {
        return api::gate(state, request, next).await;
    }
    let (mut parts, body) = request.into_parts();
    let visit = Visit::of(&state, &parts).await;
    parts.extensions.insert(visit.clone());
    let asked = parts.headers.clone();
    let cookies: Vec<HeaderValue> = asked.get_all(header::COOKIE).iter().cloned().collect();
    let found = look_up(&parts.method, parts.uri.path());
    let wear = match found {
        Found::Rule(rule) if rule.kind == Kind::Asset => headers::Dress::Asset,
        _ => headers::Dress::Page,
    };
    let request = Request::from_parts(parts, body);
    let mut response = match admit(&state, &visit, found, request).await {
        Ok((rule, request)) => {
            let kept = request.extensions().get::<Kept>().cloned();
            let mut response = pass(rule, request, next).await;
            carry_typed(&state, &visit, rule, kept, &mut response);
            response
        }
        Err(refusal) => *refusal,
    };
    if let (Some(told), true) = (response.extensions_mut().remove::<refuse::Told>(), visit.session.is_some()) {
        response = pages::refusal(&state, &visit, cookies, response, told).await;
    }
    if matches!(found, Found::Rule(rule) if rule.kind == Kind::Page) {
        squeeze::allow(&asked, &mut response);
    }
    headers::dress(response.headers_mut(), wear, &visit.nonce, state.office.settings.behind_tls);
    tell(&state, found, &response, began.elapsed());
    response
}

/// Counts the answer, and writes it into the log of whoever wants every request. Never with the address that was asked for: it holds what
/// people search.
fn tell(state: &AppState, found: Found, response: &Response, took: Duration) {
    let route = match found {
        Found::Rule(rule) => rule.path,
        _ => "unknown",
    };
    tracing::debug!(route, status = response.status().as_u16(), ms = took.as_millis() as u64, "Answered a request");
    state.office.meters.answered(found, response.status(), took);
}

/// What a form holds that may have to come back.
#[derive(Clone)]
struct Kept(String);

/// A plain form that failed leads back to its page with what was typed; the page that shows it forgets it.
fn carry_typed(state: &AppState, visit: &Visit, rule: &Rule, kept: Option<Kept>, response: &mut Response) {
    let failed = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).is_some_and(|to| to.contains("__err="));
    let cookie = match (kept, &visit.session) {
        (Some(kept), session) if failed => match (super::typed::cookie(&kept.0), session) {
            (Some(cookie), _) => state.cookies().keep_typed(&cookie),
            (None, Some(session)) => {
                state.office.keep_refused_form(session, kept.0);
                state.cookies().keep_typed(super::typed::HELD)
            }
            (None, None) => return,
        },
        (_, session) if visit.typed.is_some() && rule.kind == Kind::Page => {
            session.iter().for_each(|session| state.office.forget_refused_form(session));
            state.cookies().forget_typed()
        }
        _ => return,
    };
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// Every check, in the order in which they tell least.
async fn admit(state: &AppState, visit: &Visit, found: Found, request: Request) -> Result<(&'static Rule, Request), Box<Response>> {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    let plain = wants_page(&request);
    if !safe && !state.home.sent_by_us(request.headers()) {
        return Err(Box::new(refuse::sentence(StatusCode::FORBIDDEN, "This request did not come from a page of Postroom.", plain)));
    }
    let rule = match found {
        Found::Rule(rule) => rule,
        Found::OtherMethod => return Err(Box::new(StatusCode::METHOD_NOT_ALLOWED.into_response())),
        Found::Nothing => return Err(Box::new(state.no_such_page(request).await)),
    };
    set_up_first(state, rule, plain).await?;
    let letter = plain && rule.path == unsaved::LETTER;
    if !rule.lets_in(visit.viewer()) {
        if letter && visit.viewer().is_none() {
            return Err(Box::new(unsaved::letter(state, visit, request.into_body(), First::SignIn).await));
        }
        return Err(Box::new(turn_away(rule, visit, &request)));
    }
    if visit.session.as_ref().is_some_and(|session| session.must_enrol) && !is_open_before_enrolment(rule) {
        if letter {
            return Err(Box::new(unsaved::letter(state, visit, request.into_body(), First::Factor).await));
        }
        return Err(Box::new(enrol_first(rule, plain)));
    }
    if let Some(cost) = Cost::of(rule, request.uri().query()) {
        let person = visit.viewer().map(|viewer| viewer.id.0);
        if let Err(seconds) = state.office.rates.admit(cost, person, visit.from, state.office.now()) {
            return Err(Box::new(refuse::slow_down(cost, seconds, plain)));
        }
    }
    if rule.kind == Kind::Call {
        return check_call(state, visit, rule, request, plain).await.map(|request| (rule, request));
    }
    Ok((rule, request))
}

/// Before the first user exists, every page leads to `/setup`; afterwards, `/setup` is no more.
async fn set_up_first(state: &AppState, rule: &Rule, plain: bool) -> Result<(), Box<Response>> {
    let set_up = match state.office.is_set_up().await {
        Ok(set_up) => set_up,
        Err(problem) => return Err(Box::new(refuse::problem(&problem, plain))),
    };
    match (set_up, rule.who, rule.kind) {
        (false, who, Kind::Page) if who != Who::SetUpOnly => Err(Box::new(Redirect::to("/setup").into_response())),
        (true, Who::SetUpOnly, Kind::Page) => Err(Box::new(Redirect::to("/sign-in").into_response())),
        (true, Who::SetUpOnly, _) => {
            let problem = Problem::Conflict("Postroom is set up already. Sign in instead.".into());
            Err(Box::new(refuse::problem(&problem, plain)))
        }
        _ => Ok(()),
    }
}

/// Not signed in, or not allowed.
fn turn_away(rule: &Rule, visit: &Visit, request: &Request) -> Response {
    let plain = wants_page(request);
    if visit.viewer().is_none() {
        if plain && rule.kind != Kind::File || rule.kind == Kind::Page {
            return Redirect::to(&sign_in_then(request, rule)).into_response();
        }
        return refuse::problem(&Problem::SignIn, plain);
    }
    if rule.who == Who::Administrators {
        return refuse::problem(&Problem::NotAllowed(Role::Administrator.as_str().to_owned()), plain);
    }
    let Who::Needs(one_of) = rule.who else { return refuse::problem(&Problem::NotFound, plain) };
    refuse::problem(&Problem::NotAllowed(one_of.first().map_or(String::new(), |permission| permission.key().to_owned())), plain)
}

/// What is open to whoever must set up a second factor first: that, oneself, and the way out.
fn is_open_before_enrolment(rule: &Rule) -> bool {
    rule.kind == Kind::Asset
        || matches!(rule.who, Who::Public)
        || matches!(
            rule.path,
            "/settings/second-factor"
                | "/api/factor/get"
                | "/api/factor/begin"
                | "/api/factor/confirm"
                | "/api/people/noted"
                | "/api/session/sign-out"
                | "/api/people/sign-out-everywhere"
        )
}

fn enrol_first(rule: &Rule, plain: bool) -> Response {
    if rule.kind == Kind::Page {
        return Redirect::to("/settings/second-factor").into_response();
    }
    let problem = Problem::Conflict("Your office requires a second factor. Set it up first, under Your profile.".into());
    let mut response = refuse::problem(&problem, plain);
    *response.status_mut() = FACTOR_FIRST;
    response
}

/// The sign-in page, with the way back to where a page was asked for.
fn sign_in_then(request: &Request, rule: &Rule) -> String {
    if rule.kind != Kind::Page || rule.path == "/" {
        return "/sign-in".into();
    }
    let wanted = request.uri().path_and_query().map_or("/", |both| both.as_str());
    format!("/sign-in?next={}", model::escaped(wanted, "/"))
}

/// Takes the whole form in, bounded; a form posted by the browser itself must carry the session's token.
async fn check_call(state: &AppState, visit: &Visit, rule: &Rule, request: Request, plain: bool) -> Result<Request, Box<Response>> {
    let (parts, body) = request.into_parts();
    let (arrival, longest) = limits_of(rule);
    let bytes = whole(body, arrival, longest, plain).await?;
    if let (true, Some(session), true) = (plain, &visit.session, !matches!(rule.who, Who::Public | Who::SetUpOnly))
        && !field_of(&bytes, "csrf").is_some_and(|token| tokens::is_form_token(token, &session.viewer.csrf))
    {
        return Err(Box::new(from_another_session(state, visit, rule, &bytes)));
    }
    let kept = if plain { super::typed::kept(rule.path, &bytes) } else { None };
    let mut request = Request::from_parts(parts, Body::from(bytes));
    // It is here, and no longer than it may be: server functions would stop at a limit of their own.
    DefaultBodyLimit::disable().apply(&mut request);
    if let Some(kept) = kept {
        request.extensions_mut().insert(Kept(kept));
    }
    Ok(request)
}

/// A whole form, bounded in time and octets.
pub(super) async fn whole(body: Body, arrival: Duration, longest: usize, plain: bool) -> Result<Bytes, Box<Response>> {
    match tokio::time::timeout(arrival, axum::body::to_bytes(body, longest)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => {
            let words = "The form is too large. Go back: what you typed is still there to be made shorter.";
            Err(Box::new(refuse::sentence(StatusCode::PAYLOAD_TOO_LARGE, words, plain)))
        }
        Err(_) => Err(Box::new(refuse::sentence(StatusCode::REQUEST_TIMEOUT, "The form did not arrive in time.", plain))),
    }
}

/// How long a form may take to arrive, and its octets. The words of a letter, and what is pasted among them, are as long as a letter may be.
fn limits_of(rule: &Rule) -> (Duration, usize) {
    match rule.path {
        unsaved::LETTER | "/api/compose/autosave" | "/api/compose/clean" => (LONGEST_ARRIVAL_OF_A_LETTER, model::LETTER_OCTETS),
        _ => (LONGEST_ARRIVAL, LONGEST_CALL),
    }
}

/// A field of an urlencoded form, for values of which browsers escape nothing: tokens and numbers.
fn field_of<'a>(body: &'a [u8], name: &str) -> Option<&'a str> {
    std::str::from_utf8(body).ok()?.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

/// Nothing is done for the form of a session that has ended. Whoever has signed in again meanwhile finds a letter on its page as it was
/// typed: its last words stand nowhere else. Other forms are short, and "Back" has them.
fn from_another_session(state: &AppState, visit: &Visit, rule: &Rule, body: &[u8]) -> Response {
    let Some(page) = back_to_letter(rule, body) else {
        let words = "This form is from another session. Go back, reload the page and try again.";
        return refuse::sentence(StatusCode::FORBIDDEN, words, true);
    };
    let mut response = Redirect::to(&page).into_response();
    carry_typed(state, visit, rule, super::typed::kept(rule.path, body).map(Kept), &mut response);
    response
}

/// The page of a letter that was posted, which says why nothing was done with it.
fn back_to_letter(rule: &Rule, body: &[u8]) -> Option<String> {
    if rule.path != unsaved::LETTER {
        return None;
    }
    let id: DraftId = field_of(body, "id")?.parse().ok()?;
    let why = app::Trouble(Problem::Conflict(model::OTHER_SESSION.into()));
    // Addresses are whole where they are made; the browser goes on in the office where it is.
    let url = ServerFnUrlError::new(rule.path, why).to_url(&format!("http://postroom/compose/{id}")).ok()?;
    Some(format!("{}?{}", url.path(), url.query()?))
}

/// The browser wants a page for an answer, so this is a link or a form without script.
pub fn wants_page(request: &Request) -> bool {
    request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

async fn pass(rule: &Rule, request: Request, next: Next) -> Response {
    let plain = wants_page(&request);
    let Some(patience) = patience_of(rule) else { return next.run(request).await };
    match tokio::time::timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => refuse::sentence(StatusCode::GATEWAY_TIMEOUT, "This took too long and was ended. Try again.", plain),
    }
}

/// How long an answer may take. What waits for a mail server waits as long as that account's own time limit may be.
fn patience_of(rule: &Rule) -> Option<Duration> {
    match rule.path {
        "/events/progress" => None,
        "/upload/clients"
        | "/upload/contacts"
        | "/upload/draft"
        | "/audit/trail.jsonl"
        | "/api/clients/import"
        | "/api/contacts/import"
        | "/api/audit/verify"
        | "/messages/{id}/letter.eml" => Some(Duration::from_secs(600)),
        "/api/accounts/form"
        | "/api/accounts/fix"
        | "/api/accounts/download-folders"
        | "/api/accounts/select-folders"
        | "/api/accounts/sign-in/finish"
        | "/api/life/delete" => Some(Duration::from_secs(900)),
        // A large file on a slow line.
        "/upload/archive" => Some(Duration::from_secs(6 * 60 * 60)),
        _ => Some(Duration::from_secs(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permissions::TABLE;

    #[test]
    fn a_file_has_time_to_arrive_on_a_slow_line() {
        let uploads: Vec<&Rule> = TABLE.iter().filter(|rule| rule.path.starts_with("/upload/")).collect();
        assert!(uploads.len() > 3);
        for rule in uploads {
            assert!(patience_of(rule).is_none_or(|patience| patience >= Duration::from_secs(600)), "{}", rule.path);
        }
    }
}
