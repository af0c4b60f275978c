//! What a request holds, read strictly: its type, its size, its shape, its path.

use super::answer::Refusal;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use http::request::Parts;
use http::{StatusCode, header};
use serde::de::DeserializeOwned;
use std::time::Duration;

/// How long a body may take to arrive.
const ARRIVAL: Duration = Duration::from_secs(60);

/// JSON, and the octets it was.
pub struct Json<T>(pub T, pub Bytes);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Send JSON, with Content-Type: application/json."));
        }
        let read = tokio::time::timeout(ARRIVAL, Bytes::from_request(request, state)).await;
        let octets = match read {
            Ok(Ok(octets)) => octets,
            Ok(Err(BytesRejection::FailedToBufferBody(error))) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "The request is larger than this address takes."));
            }
            _ => return Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, "The request did not arrive whole. Send it again.")),
        };
        // A list would pass for the fields in their order.
        if octets.iter().find(|octet| !octet.is_ascii_whitespace()).is_some_and(|first| *first != b'{') {
            return Err(Refusal::field("body", "Send a JSON object"));
        }
        let mut reader = serde_json::Deserializer::from_slice(&octets);
        let value: T = serde_path(&mut reader)?;
        reader.end().map_err(|_| Refusal::field("body", "Something follows the JSON"))?;
        Ok(Self(value, octets))
    }
}

/// Reads, and says where it could not: the line and column, never the words.
fn serde_path<T: DeserializeOwned>(reader: &mut serde_json::Deserializer<serde_json::de::SliceRead<'_>>) -> Result<T, Refusal> {
    T::deserialize(reader).map_err(|error| {
        let what = match error.classify() {
            serde_json::error::Category::Data => "does not fit the description of the interface",
            _ => "is no JSON",
        };
        Refusal::field("body", &format!("The request {what} (line {}, column {})", error.line(), error.column()))
    })
}

/// A word of the path.
pub struct Word(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Word {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let word = Path::<String>::from_request_parts(parts, state).await;
        word.map(|Path(word)| Self(word)).map_err(|_| model::Problem::NotFound.into())
    }
}

/// A number of the path; what is none names nothing.
pub struct Number(pub i64);

impl<S: Send + Sync> FromRequestParts<S> for Number {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Word(word) = Word::from_request_parts(parts, state).await?;
        word.parse().map(Self).map_err(|_| model::Problem::NotFound.into())
    }
}

/// The query: each name once, and no name that is not known.
pub struct Asked(pub Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let pairs = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        pairs.map(|Query(pairs)| Self(pairs)).map_err(|_| Refusal::field("query", "The query cannot be read"))
    }
}

impl Asked {
    /// The value of a name.
    pub fn of(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}
