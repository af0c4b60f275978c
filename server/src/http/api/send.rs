//! Sending a letter, and what became of it.

use super::answer::{Always, Refusal, Told, WithBody};
use super::body::{Json, Number};
use crate::http::AppState;
use crate::office::Principal;
use crate::office::api_send::SentLetter;
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use model::{MessageId, OutboxLetter, OutboxState, RecipientState};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

/// A file to be attached.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// File name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Type, like `application/pdf`.
    #[serde(default)]
    #[schema(max_length = 120)]
    kind: String,
    /// The file, as base64.
    #[schema(content_encoding = "base64")]
    content: String,
}

/// A letter to be sent.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendLetter {
    /// Code of the client whom it is about. Left out: the one in whose history the letter is that it answers, else none. It stands in the
    /// history of every client on whose file a recipient is.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 60)]
    client: Option<String>,
    /// Number of the letter that it answers: it goes on in its conversation. Needs the scope `letters.read` too.
    #[serde(default)]
    in_reply_to: Option<i64>,
    /// Recipients. Left out of an answer: whom the letter asks to answer to, else who wrote it.
    #[serde(default)]
    #[schema(max_items = 100)]
    to: Vec<String>,
    /// Cc.
    #[serde(default)]
    #[schema(max_items = 100)]
    cc: Vec<String>,
    /// Bcc: never on the wire.
    #[serde(default)]
    #[schema(max_items = 100)]
    bcc: Vec<String>,
    /// Where answers go, if not to the sender; must be proven under Send Mail As.
    #[serde(default)]
    reply_to: Option<String>,
    /// Subject. Left out of an answer: that of the letter, with `Re:`.
    #[serde(default)]
    #[schema(max_length = 500)]
    subject: Option<String>,
    /// The words. Left out: made from `html`.
    #[serde(default)]
    #[schema(max_length = 500000)]
    text: String,
    /// The same with bold, lists and links; anything else is taken out. More than 2,000,000 octets of UTF-8 are refused: shorten them, or send
    /// them as an attachment.
    #[serde(default)]
    #[schema(max_length = 2000000)]
    html: String,
    /// Nobody wrote it: other mail systems do not answer it by themselves.
    #[serde(default)]
    automatic: bool,
    /// Files, 20 MB together at most.
    #[serde(default)]
    #[schema(max_items = 30)]
    attachments: Vec<Attachment>,
}

/// A recipient, and what became of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Recipient {
    /// `to`, `cc` or `bcc`.
    role: String,
    /// Address.
    address: String,
    /// `waiting`, `accepted`, `refused`, `deferred` or `bounced`.
    state: String,
    /// The server's words.
    reply: String,
}

/// Where a letter is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Outbox {
    /// Number; `/api/v1/outbox/{id}` tells what became of it.
    id: i64,
    /// `queued`, `sending`, `sent`, `refused`, `deferred`, `uncertain` or `withdrawn`.
    state: String,
    /// The same in words.
    words: String,
    /// Message-ID.
    message_id: String,
    /// When it was handed over.
    queued_at: String,
    /// When it is tried next.
    next_at: Option<String>,
    /// When the server took it.
    sent_at: Option<String>,
    /// When it came back.
    bounced_at: Option<String>,
    /// When it was answered.
    answered_at: Option<String>,
    /// The letter in the histories, once it is sent.
    letter: Option<i64>,
    /// The server's last answer, word for word.
    reply: String,
    /// Who gets it.
    recipients: Vec<Recipient>,
    /// What a person would have been asked before sending.
    warnings: Vec<String>,
}

fn state_word(state: OutboxState) -> &'static str {
    match state {
        OutboxState::Held | OutboxState::Queued => "queued",
        OutboxState::Sending | OutboxState::Body => "sending",
        OutboxState::Sent => "sent",
        OutboxState::Refused => "refused",
        OutboxState::Deferred => "deferred",
        OutboxState::Uncertain => "uncertain",
        OutboxState::Withdrawn => "withdrawn",
    }
}

fn told(letter: OutboxLetter, warnings: Vec<String>) -> Outbox {
    let row = letter.row;
    let recipient = |one: model::OutboxRecipient| Recipient {
        role: one.role.as_str().to_owned(),
        address: one.address,
        state: RecipientState::as_str(one.state).to_owned(),
        reply: one.reply,
    };
    Outbox {
        id: row.id,
        state: state_word(row.state).to_owned(),
        words: row.state.words().to_owned(),
        message_id: letter.message_id,
        queued_at: postroom_sync::written_time(row.queued_at),
        next_at: row.next_at.map(postroom_sync::written_time),
        sent_at: row.sent_at.map(postroom_sync::written_time),
        bounced_at: row.bounced_at.map(postroom_sync::written_time),
        answered_at: row.answered_at.map(postroom_sync::written_time),
        letter: row.filed_as.map(|id| id.0),
        reply: row.reply,
        recipients: letter.recipients.into_iter().map(recipient).collect(),
        warnings,
    }
}

/// Hands a letter to the outbox. It goes through what the office has set up for this token (its web configuration, the cost centre's
/// default, the system account) and keeps the office's rules of e-mail. The same `Idempotency-Key` never makes a second letter.
#[utoipa::path(
    post,
    path = "/api/v1/letters",
    tag = "Letters",
    security(("token" = ["letters.send"])),
    params(("Idempotency-Key" = String, Header, description = "Stands for this letter; another letter needs another key", min_length = 1, max_length = 200, pattern = "^[!-~]+$")),
    request_body(content = SendLetter, content_type = "application/json"),
    responses(
        (status = 202, description = "On its way; with `Idempotent-Replayed: true` it was asked before", body = Outbox, content_type = "application/json"),
        (status = 404, description = "The client, or the letter that it answers, is not there or not in scope", body = Told, content_type = "application/problem+json"),
        (status = 409, description = "Nothing sends for this token now", body = Told, content_type = "application/problem+json"),
        (status = 422, description = "A rule of the office, a recipient, a placeholder, the key or the length of the words stands in the way", body = Told, content_type = "application/problem+json"),
        Always,
        WithBody,
    )
)]
pub async fn letter(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    headers: HeaderMap,
    Json(asked, octets): Json<SendLetter>,
) -> Result<Response, Refusal> {
    let key = headers.get("idempotency-key").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if key.is_empty() || key.len() > 200 || !key.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Refusal::field(
            "Idempotency-Key",
            "Send the header Idempotency-Key: one word of 200 characters or less that stands for this letter",
        ));
    }
    let hash: [u8; 32] = Sha256::digest(&octets).into();
    let mut files = Vec::with_capacity(asked.attachments.len());
    for file in asked.attachments {
        let bytes =
            STANDARD.decode(file.content.as_bytes()).map_err(|_| Refusal::field("attachments", "The content of a file is no base64"))?;
        files.push((file.name, file.kind, bytes));
    }
    let sent = SentLetter {
        client: asked.client,
        in_reply_to: asked.in_reply_to.map(MessageId),
        to: one_each("to", asked.to)?,
        cc: one_each("cc", asked.cc)?,
        bcc: one_each("bcc", asked.bcc)?,
        reply_to: asked.reply_to.filter(|address| !address.trim().is_empty()),
        subject: asked.subject,
        text: asked.text,
        html: asked.html,
        automatic: asked.automatic,
        files,
    };
    let accepted = state.office.send_for_system(&who, key, &hash, sent).await?;
    let letter = state.office.sent_for_system(&who, accepted.id).await?;
    let mut response = (StatusCode::ACCEPTED, axum::Json(told(letter, accepted.warnings))).into_response();
    if let Ok(place) = HeaderValue::from_str(&format!("/api/v1/outbox/{}", accepted.id)) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    if accepted.already {
        response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// Each entry is one recipient: what would be cut into several is refused.
fn one_each(field: &'static str, list: Vec<String>) -> Result<Vec<String>, Refusal> {
    let odd = |one: &String| one.len() > 500 || one.chars().any(char::is_control) || crate::office::preflight::people(one).0.len() != 1;
    if list.iter().any(odd) {
        return Err(Refusal::field(field, "Every entry is one e-mail address, like ada@example.com or Ada Hale <ada@example.com>"));
    }
    Ok(list)
}

/// What became of a letter.
#[utoipa::path(
    get,
    path = "/api/v1/outbox/{id}",
    tag = "Letters",
    security(("token" = ["letters.send"])),
    params(("id" = i64, Path, description = "Number in the outbox")),
    responses(
        (status = 200, description = "Where it is", body = Outbox, content_type = "application/json"),
        (status = 404, description = "Not there, or not in scope", body = Told, content_type = "application/problem+json"),
        Always,
    )
)]
pub async fn state(State(state): State<AppState>, Extension(who): Extension<Principal>, Number(id): Number) -> Result<Response, Refusal> {
    let letter = state.office.sent_for_system(&who, id).await?;
    Ok(axum::Json(told(letter, Vec::new())).into_response())
}
