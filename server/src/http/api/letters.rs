//! A client's history, and letters.

use super::answer::{Always, Refusal, Told};
use super::body::{Asked, Number, Word};
use crate::http::AppState;
use crate::office::Principal;
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header;
use model::{AddressRole, Direction, HistoryFilter, HistoryRow, Mailbox, MessageId};
use postroom_store::Octets;
use serde::Serialize;
use utoipa::ToSchema;

/// Letters a page, as a rule and at most.
const USUAL: usize = 50;
const MOST: usize = 200;
/// Characters of a letter's words that are told; the raw letter has all.
const WORDS: usize = 1_000_000;

/// Somebody in a header.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Mailbox)]
pub struct Who {
    /// Name; may be empty.
    name: String,
    /// Address.
    address: String,
}

impl From<Mailbox> for Who {
    fn from(one: Mailbox) -> Self {
        Self { name: one.name, address: one.address }
    }
}

/// Why a letter is in a history.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Reason {
    /// The header that the address stands in; none when it was filed by hand.
    role: Option<String>,
    /// The address on file.
    address: String,
    /// `self` or `partner`.
    person: Option<String>,
    /// What was written when it was filed by hand.
    by_hand: Option<String>,
}

/// A letter in a history.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Line {
    /// Number; `/api/v1/letters/{id}` opens it.
    id: i64,
    /// When.
    date: String,
    /// `received` or `sent`.
    direction: &'static str,
    /// Who wrote it.
    from: Who,
    /// To whom.
    to: Vec<Who>,
    /// Subject; may be empty.
    subject: String,
    /// Files attached.
    attachments: i64,
    /// Why it is here.
    why: Vec<Reason>,
}

/// A page of a history, newest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct History {
    /// Letters.
    letters: Vec<Line>,
    /// Send it as `cursor` for what comes next; none = this is the end.
    next: Option<String>,
}

/// A file of a letter.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct File {
    /// Its name.
    name: String,
    /// Its type, as the letter says.
    kind: String,
    /// Octets.
    size: i64,
}

/// Somebody in a header of the letter.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct InHeader {
    /// `From`, `Sender`, `Reply-To`, `To`, `Cc`, `Bcc`.
    role: String,
    /// Name; may be empty.
    name: String,
    /// Address.
    address: String,
}

/// A letter.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Letter {
    /// Number.
    id: i64,
    /// When.
    date: String,
    /// `received` or `sent`.
    direction: &'static str,
    /// Subject; may be empty.
    subject: String,
    /// Message-ID; may be empty.
    message_id: String,
    /// Everybody in it.
    people: Vec<InHeader>,
    /// The words, as plain text.
    text: String,
    /// The words are longer than that; the raw letter has all.
    text_is_cut: bool,
    /// Files.
    files: Vec<File>,
    /// Octets of the raw letter.
    size: i64,
}

fn way(direction: Direction) -> &'static str {
    if direction == Direction::Sent { "sent" } else { "received" }
}

fn line(row: HistoryRow) -> Line {
    let reason = |why: model::Why| Reason {
        role: why.role.map(|role| role.label().to_owned()),
        address: why.address,
        person: why.person.map(|person| person.as_str().to_owned()),
        by_hand: why.by_hand,
    };
    Line {
        id: row.id.0,
        date: postroom_sync::written_time(row.date),
        direction: way(row.direction),
        from: row.from.into(),
        to: row.to.into_iter().map(Who::from).collect(),
        subject: row.subject,
        attachments: row.attachments,
        why: row.why.into_iter().map(reason).collect(),
    }
}

/// A client's correspondence, newest first, with the reason why each letter is in it.
#[utoipa::path(
    get,
    path = "/api/v1/clients/{code}/history",
    tag = "Letters",
    security(("token" = ["letters.read"])),
    params(
        ("code" = String, Path, description = "The office's own code"),
        ("limit" = Option<u32>, Query, description = "Letters a page, 50 as a rule", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "`next` of the page before", pattern = r"^-?\d{1,15}\.\d{1,15}$"),
    ),
    responses(
        (status = 200, description = "A page", body = History, content_type = "application/json"),
        (status = 404, description = "Not there, or not in scope", body = Told, content_type = "application/problem+json"),
        (status = 422, description = "The page cannot be read", body = Told, content_type = "application/problem+json"),
        Always,
    )
)]
pub async fn history(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    Word(code): Word,
    asked: Asked,
) -> Result<Response, Refusal> {
    let limit = match asked.of("limit") {
        None => USUAL,
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=MOST).contains(limit))
            .ok_or_else(|| Refusal::field("limit", "Enter a number from 1 to 200"))?,
    };
    let cursor = asked.of("cursor");
    let client = state.office.system_client(&who, &code).await?;
    let page = state.office.history(&who, client.id, &HistoryFilter::default(), cursor, limit).await.map_err(|problem| match problem {
        // The client is there: it is the cursor that is not.
        model::Problem::NotFound => Refusal::field("cursor", "This is no cursor of ours"),
        other => other.into(),
    })?;
    let shown = page.rows.into_iter().filter(|row| !row.hidden).map(line).collect();
    Ok(axum::Json(History { letters: shown, next: page.next }).into_response())
}

/// A letter: its facts and its words. That it was read stands in the audit trail.
#[utoipa::path(
    get,
    path = "/api/v1/letters/{id}",
    tag = "Letters",
    security(("token" = ["letters.read"])),
    params(("id" = i64, Path, description = "Number of the letter")),
    responses(
        (status = 200, description = "The letter", body = Letter, content_type = "application/json"),
        (status = 404, description = "Not there, or not in scope", body = Told, content_type = "application/problem+json"),
        Always,
    )
)]
pub async fn one(State(state): State<AppState>, Extension(who): Extension<Principal>, Number(id): Number) -> Result<Response, Refusal> {
    let id = MessageId(id);
    let view = state.office.letter(&who, id).await?;
    let words = state.office.letter_text(&who, id).await?;
    let text: String = words.chars().take(WORDS).collect();
    let person = |(role, one): (AddressRole, Mailbox)| InHeader { role: role.label().to_owned(), name: one.name, address: one.address };
    let letter = Letter {
        id: id.0,
        date: postroom_sync::written_time(view.date),
        direction: way(view.direction),
        subject: view.subject,
        message_id: view.message_id,
        people: view.people.into_iter().map(person).collect(),
        text_is_cut: text.len() < words.len(),
        text,
        files: view.attachments.into_iter().map(|file| File { name: file.name, kind: file.kind, size: file.size }).collect(),
        size: view.size,
    };
    Ok(axum::Json(letter).into_response())
}

/// A letter as it came, octet by octet. That it was taken away stands in the audit trail.
#[utoipa::path(
    get,
    path = "/api/v1/letters/{id}/raw",
    tag = "Letters",
    security(("token" = ["letters.read"])),
    params(("id" = i64, Path, description = "Number of the letter")),
    responses(
        (status = 200, description = "The letter", body = Vec<u8>, content_type = "message/rfc822"),
        (status = 404, description = "Not there, or not in scope", body = Told, content_type = "application/problem+json"),
        Always,
    )
)]
pub async fn raw(State(state): State<AppState>, Extension(who): Extension<Principal>, Number(id): Number) -> Result<Response, Refusal> {
    let octets: Octets = state.office.export_letter(&who, MessageId(id)).await?;
    let mut response = crate::http::octets::body(octets).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, http::HeaderValue::from_static("message/rfc822"));
    headers.insert(header::CONTENT_DISPOSITION, http::HeaderValue::from_static("attachment; filename=\"letter.eml\""));
    Ok(response)
}
