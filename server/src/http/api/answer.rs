//! Refusals as RFC 9457 has them: `application/problem+json`, in plain sentences.
//!
//! Must never: quote what was sent, or name what is not in scope.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use model::Problem;
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

/// What is wrong with one field.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = FieldProblem)]
pub struct FieldTold {
    /// The field.
    pub field: String,
    /// What is wrong with it, and what to do.
    pub detail: String,
}

/// A refusal (RFC 9457).
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct Told {
    /// Always `about:blank`: the status says which kind it is.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// In a few words.
    pub title: &'static str,
    /// The status once more.
    pub status: u16,
    /// What happened, and what to do.
    pub detail: String,
    /// Field by field, where fields are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldTold>,
}

/// How every operation may refuse that needs a token: for the description alone.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "a refusal is made by its status; this says which there are")]
pub enum Always {
    /// No token that works
    #[response(status = 401, content_type = "application/problem+json")]
    NoToken(Told),
    /// The token's scopes do not reach so far
    #[response(status = 403, content_type = "application/problem+json")]
    OutOfReach(Told),
    /// Too many requests
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(Told),
}

/// And those that take something, besides.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "a refusal is made by its status; this says which there are")]
pub enum WithBody {
    /// Too large
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(Told),
    /// Not JSON
    #[response(status = 415, content_type = "application/problem+json")]
    NotJson(Told),
}

/// A refusal with its status.
#[derive(Debug, Clone)]
pub struct Refusal {
    status: StatusCode,
    detail: String,
    errors: Vec<FieldTold>,
    wait: Option<u32>,
    allow: Option<String>,
}

impl Refusal {
    /// With a sentence.
    pub fn new(status: StatusCode, detail: &str) -> Self {
        Self { status, detail: detail.to_owned(), errors: Vec::new(), wait: None, allow: None }
    }

    /// Another method is due.
    pub fn method(allow: &str) -> Self {
        let refusal = Self::new(StatusCode::METHOD_NOT_ALLOWED, "This address does not take that method.");
        Self { allow: Some(allow.to_owned()), ..refusal }
    }

    /// About one field.
    pub fn field(field: &str, detail: &str) -> Self {
        Problem::field(field, detail).into()
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        let detail = match &problem {
            Problem::NotFound => "There is no such thing, or it is not this token’s to see.".to_owned(),
            Problem::SignIn => "Send a token that works: Authorization: Bearer …".to_owned(),
            Problem::NotAllowed(scope) => format!("This token may not do that: it needs the scope {scope}."),
            Problem::Invalid(errors) => match &errors.0[..] {
                [(_, only)] => ended(only),
                [] => "The request cannot be taken as it is.".to_owned(),
                more => format!("{} fields are wrong; errors names each.", more.len()),
            },
            other => other.to_string(),
        };
        let errors = match &problem {
            Problem::Invalid(errors) => {
                errors.0.iter().map(|(field, detail)| FieldTold { field: field.clone(), detail: ended(detail) }).collect()
            }
            _ => Vec::new(),
        };
        let wait = if let Problem::SlowDown(seconds) = problem { Some(seconds) } else { None };
        Self { status: app::status_of(&problem), detail, errors, wait, allow: None }
    }
}

/// Sentences beside fields have no full stop.
fn ended(sentence: &str) -> String {
    if sentence.ends_with(['.', '!', '?']) { sentence.to_owned() } else { format!("{sentence}.") }
}

fn title(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => "No token that works",
        StatusCode::FORBIDDEN => "Not allowed",
        StatusCode::NOT_FOUND => "Not found",
        StatusCode::CONFLICT => "It collides with the state of things",
        StatusCode::PAYLOAD_TOO_LARGE => "Too large",
        StatusCode::UNPROCESSABLE_ENTITY => "Something in the request is wrong",
        StatusCode::TOO_MANY_REQUESTS => "Too many requests",
        other => other.canonical_reason().unwrap_or("Refused"),
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let told =
            Told { kind: "about:blank", title: title(self.status), status: self.status.as_u16(), detail: self.detail, errors: self.errors };
        let json = serde_json::to_string(&told).unwrap_or_default();
        let mut response = (self.status, [(header::CONTENT_TYPE, "application/problem+json")], json).into_response();
        let headers = response.headers_mut();
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"Postroom\""));
        }
        if let Some(wait) = self.wait {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait));
        }
        if let Some(Ok(allow)) = self.allow.as_deref().map(HeaderValue::from_str) {
            headers.insert(header::ALLOW, allow);
        }
        response
    }
}
