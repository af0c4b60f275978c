//! The way from a server function to the office: the desk of this request, the status of the answer, cookies, redirects.

use crate::{Trouble, desk::*};
use http::{HeaderValue, Method, StatusCode, header, request::Parts};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use model::Problem;
use std::sync::Arc;

/// The desk of the one who asks. Missing only when routes are listed or a route forgot its context.
pub fn desk() -> Result<Arc<dyn Desk>, Trouble> {
    use_context::<Arc<dyn Desk>>().ok_or_else(|| Trouble(Problem::Unexpected("no desk".to_owned())))
}

/// Passes an answer on and gives a refusal its HTTP status, whether it goes to a browser program or into a rendered page.
pub fn answer<T>(answer: Answer<T>) -> Result<T, Trouble> {
    answer.map_err(|problem| {
        tell_status(&problem);
        Trouble(problem)
    })
}

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

/// A form posted without JavaScript keeps its redirect (the problem stands in the address); everything else gets the status.
fn tell_status(problem: &Problem) {
    let (Some(parts), Some(response)) = (use_context::<Parts>(), use_context::<ResponseOptions>()) else { return };
    if parts.method == Method::GET {
        match problem {
            Problem::SignIn => go(&format!("/sign-in?next={}", model::escaped(parts.uri.path(), "/"))),
            other => response.set_status(status_of(other)),
        }
    } else if !accepts_html(&parts) {
        response.set_status(status_of(problem));
    }
}

fn accepts_html(parts: &Parts) -> bool {
    parts.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains("text/html"))
}

/// Sends the browser on to a page of ours. Anything that could lead elsewhere leads home instead.
pub fn go(path: &str) {
    leptos_axum::redirect(safe_next(path));
}

/// `path` if it is a page of ours: one leading slash, ASCII, no backslash, no control character; else `/`.
pub fn safe_next(path: &str) -> &str {
    let ours = path.starts_with('/') && !path.starts_with("//") && path.bytes().all(|b| (0x21..0x7f).contains(&b) && b != b'\\');
    if ours { path } else { "/" }
}

/// Puts a cookie of the office on the answer.
pub fn keep_cookie(cookie: &str) {
    let (Some(response), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(cookie)) else { return };
    response.append_header(header::SET_COOKIE, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_next_page_is_always_one_of_ours() {
        for good in ["/", "/clients/7", "/search?q=a%20b"] {
            assert_eq!(safe_next(good), good);
        }
        for bad in ["", "clients", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nSet-Cookie: x=1", "/ä"] {
            assert_eq!(safe_next(bad), "/", "{bad:?}");
        }
    }

    #[test]
    fn each_problem_has_its_status() {
        let of = |problem| status_of(&problem).as_u16();
        assert_eq!(of(Problem::SignIn), 401);
        assert_eq!(of(Problem::NotAllowed("Accounts.Manage".to_owned())), 403);
        assert_eq!(of(Problem::NotFound), 404);
        assert_eq!(of(Problem::field("a", "b")), 422);
        assert_eq!(of(Problem::SlowDown(3)), 429);
        assert_eq!(of(Problem::Unexpected(String::new())), 500);
    }
}
