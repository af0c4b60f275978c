//! Refusals, as a program or as a person reads them.
//!
//! Must never: quote what was sent.

use crate::rates::Cost;
use axum::response::{Html, IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use model::Problem;

/// What a person reads of a refusal. The gate draws it in the app's frame for whoever is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Heading.
    pub title: &'static str,
    /// What happened, and what to do.
    pub sentence: String,
}

/// A problem: JSON for programs (the app reads it back as the problem it is), a short page for people.
pub fn problem(problem: &Problem, page: bool) -> Response {
    let status = app::status_of(problem);
    let mut response = if page {
        short_page(status, &problem.to_string())
    } else {
        let json = serde_json::to_string(problem).unwrap_or_default();
        (status, [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], json).into_response()
    };
    if let Problem::SlowDown(seconds) = problem {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
    }
    response
}

/// Somebody asked too often for what costs much.
pub fn slow_down(cost: Cost, seconds: u32, page: bool) -> Response {
    if !page {
        return problem(&Problem::SlowDown(seconds), false);
    }
    let sentence = format!(
        "You have {} very often in a short time. Wait {}, then go on. What you typed is still there when you go back.",
        cost.deed(),
        in_words(seconds)
    );
    let mut response = short_page(StatusCode::TOO_MANY_REQUESTS, &sentence);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// A letter is not taken now, for too much came from there.
pub fn letter_waits(seconds: u32) -> Response {
    let why = format!("Too much came from here at once. Wait {}, then reload this page", in_words(seconds));
    let mut response = untaken(StatusCode::TOO_MANY_REQUESTS, &why);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// A letter is not taken now, for too many arrive.
pub fn letters_crowd() -> Response {
    untaken(StatusCode::SERVICE_UNAVAILABLE, "Many letters arrive at once. Wait a moment, then reload this page")
}

/// Only the browser holds the letter, and only as long as it stays here: so nothing on this page leads on.
fn untaken(status: StatusCode, why: &str) -> Response {
    let inner = format!(
        "<p><strong>It is not lost: your browser still holds it.</strong> {why}: your browser then asks whether to send it again. \
         Until then, leave this tab open.</p>"
    );
    (status, Html(bare("Your letter has not been taken yet", &inner))).into_response()
}

fn in_words(seconds: u32) -> String {
    format!("{seconds} {}", if seconds == 1 { "second" } else { "seconds" })
}

/// A refusal that is none of the office's problems.
pub fn sentence(status: StatusCode, sentence: &str, page: bool) -> Response {
    if page {
        return short_page(status, sentence);
    }
    (status, [(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"))], sentence.to_owned()).into_response()
}

/// A refusal inside the frame of a letter: never drawn anew.
pub fn framed(problem: &Problem) -> Response {
    let mut response = short_page(app::status_of(problem), &problem.to_string());
    response.extensions_mut().remove::<Told>();
    response
}

fn title_of(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => "Sign in to go on",
        StatusCode::FORBIDDEN => "This is not open to you",
        StatusCode::NOT_FOUND => "Page not found",
        StatusCode::PAYLOAD_TOO_LARGE => "This is too large",
        StatusCode::TOO_MANY_REQUESTS => "Too many tries",
        StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT => "This took too long",
        _ => "There is a problem",
    }
}

fn short_page(status: StatusCode, sentence: &str) -> Response {
    let title = title_of(status);
    let told = Told { title, sentence: sentence.to_owned() };
    let sentence = sentence.replace('&', "&amp;").replace('<', "&lt;");
    let inner = format!("<p>{sentence}</p><p><a class=\"button\" data-variant=\"primary\" href=\"/\">Go to the first page</a></p>");
    let mut response = (status, Html(bare(title, &inner))).into_response();
    response.extensions_mut().insert(told);
    response
}

/// A page that needs nothing of the app: its title, and the HTML below it.
pub fn bare(title: &str, inner: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">\
         <link rel=\"stylesheet\" href=\"/pkg/postroom.css\"><title>{title} – Postroom</title></head>\
         <body><div class=\"plain\"><header><a class=\"brand\" href=\"/\"><span>Postroom</span></a></header>\
         <main id=\"main\"><div class=\"door\"><h1>{title}</h1>{inner}</div></main></div></body></html>"
    )
}
