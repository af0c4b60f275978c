//! Refusals, as a program or as a person reads them.
//!
//! Must never: quote what was sent.

use axum::response::{Html, IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use model::Problem;

/// The status of a problem.
pub fn status_of(problem: &Problem) -> StatusCode {
    match problem {
        Problem::SignIn => StatusCode::UNAUTHORIZED,
        Problem::NotAllowed(_) => StatusCode::FORBIDDEN,
        Problem::NotFound => StatusCode::NOT_FOUND,
        Problem::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Problem::SlowDown(_) => StatusCode::TOO_MANY_REQUESTS,
        Problem::Conflict(_) => StatusCode::CONFLICT,
        Problem::Unexpected(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// A problem: JSON for programs (the app reads it back as the problem it is), a short page for people.
pub fn problem(problem: &Problem, page: bool) -> Response {
    let status = status_of(problem);
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

/// A refusal that is none of the office's problems.
pub fn sentence(status: StatusCode, sentence: &str, page: bool) -> Response {
    if page {
        return short_page(status, sentence);
    }
    (status, [(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"))], sentence.to_owned()).into_response()
}

fn short_page(status: StatusCode, sentence: &str) -> Response {
    let sentence = sentence.replace('&', "&amp;").replace('<', "&lt;");
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light dark\"><link rel=\"stylesheet\" href=\"/pkg/postroom.css\">\
         <title>Error: Postroom</title></head>\
         <body><main id=\"main\" class=\"plain\"><h1>There is a problem</h1><p>{sentence}</p><p>Go back to mend it, or \
         <a href=\"/\">go to the first page</a>.</p></main></body></html>"
    );
    (status, Html(page)).into_response()
}
