//! Clients: one by its code, or many at once.

use super::answer::{Always, Refusal, Told, WithBody};
use super::body::{Json, Word};
use crate::http::AppState;
use crate::office::Principal;
use crate::office::api_clients::SentClient;
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use model::{ClientCard, Person, SlotForm};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Clients in one request.
const MOST: usize = 500;

/// An address on a client's file.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// The address; empty = this place stays free.
    #[schema(max_length = 320)]
    address: String,
    /// First day that counts, like 2026-03-31. Left out: as it is on file, else from ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = r"^\d{4}-\d{2}-\d{2}$")]
    valid_from: Option<String>,
    /// Last day that counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = r"^\d{4}-\d{2}-\d{2}$")]
    valid_to: Option<String>,
}

/// The file of a client as it is to be.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutClient {
    /// Name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Cost centre by its name; left out = as it is, or the token's.
    #[serde(default)]
    cost_centre: Option<String>,
    /// Addresses of the client, in order; three at most.
    #[serde(default, rename = "self")]
    #[schema(max_items = 3)]
    own: Vec<Address>,
    /// Addresses of the partner, in order; three at most.
    #[serde(default)]
    #[schema(max_items = 3)]
    partner: Vec<Address>,
}

/// One of many clients. What is left out stays as it is on file.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListedClient {
    /// The office's own code.
    #[schema(min_length = 1, max_length = 60)]
    code: String,
    /// Name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Cost centre by its name.
    #[serde(default)]
    cost_centre: Option<String>,
    /// Addresses of the client, in order; three at most.
    #[serde(default, rename = "self")]
    #[schema(max_items = 3)]
    own: Vec<Address>,
    /// Addresses of the partner, in order; three at most.
    #[serde(default)]
    #[schema(max_items = 3)]
    partner: Vec<Address>,
}

/// Many clients.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientList {
    /// Up to five hundred.
    #[schema(min_items = 1, max_items = 500)]
    clients: Vec<ListedClient>,
    /// Only say what it would do.
    #[serde(default)]
    dry_run: bool,
}

/// A client.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Client {
    /// Number.
    id: i64,
    /// The office's own code.
    code: String,
    /// Name.
    name: String,
    /// Cost centre's name.
    cost_centre: Option<String>,
    /// Addresses on file.
    addresses: Vec<OnFile>,
}

/// An address on file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OnFile {
    /// `self` or `partner`.
    person: &'static str,
    /// 1 to 3.
    slot: i64,
    /// The address in its one spelling.
    address: String,
    /// First moment that counts.
    valid_from: Option<String>,
    /// First moment that does not count any more.
    valid_to: Option<String>,
}

/// What a list did, or would do.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ListReport {
    /// Clients added.
    added: i64,
    /// Clients changed.
    updated: i64,
    /// Clients that were as listed.
    unchanged: i64,
    /// Clients that were not taken.
    refused: Vec<RefusedClient>,
    /// Codes of clients that were merged into others: what came of each.
    merged: Vec<RefusedClient>,
    /// Nothing was kept.
    dry_run: bool,
}

/// A client of a list that was not taken as it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RefusedClient {
    /// Its place in the list, from 1.
    place: u64,
    /// Why, and what to do.
    detail: String,
}

impl From<ClientCard> for Client {
    fn from(card: ClientCard) -> Self {
        let on_file = |one: model::ClientAddress| OnFile {
            person: if one.person == Person::Myself { "self" } else { "partner" },
            slot: one.slot,
            address: one.address,
            valid_from: one.valid_from.map(postroom_sync::written_time),
            valid_to: one.valid_to.map(postroom_sync::written_time),
        };
        Self {
            id: card.id.0,
            code: card.code,
            name: card.name,
            cost_centre: card.cost_centre,
            addresses: card.addresses.into_iter().map(on_file).collect(),
        }
    }
}

fn slots(list: Vec<Address>) -> Vec<SlotForm> {
    let slot = |one: Address| SlotForm {
        address: one.address,
        valid_from: one.valid_from.unwrap_or_default(),
        valid_to: one.valid_to.unwrap_or_default(),
    };
    list.into_iter().map(slot).collect()
}

/// A client by its code.
#[utoipa::path(
    get,
    path = "/api/v1/clients/{code}",
    tag = "Clients",
    security(("token" = ["clients.read"])),
    params(("code" = String, Path, description = "The office's own code")),
    responses(
        (status = 200, description = "The client", body = Client, content_type = "application/json"),
        (status = 404, description = "Not there, or not in scope", body = Told, content_type = "application/problem+json"),
        Always,
    )
)]
pub async fn one(State(state): State<AppState>, Extension(who): Extension<Principal>, Word(code): Word) -> Result<Response, Refusal> {
    let card = state.office.system_client(&who, &code).await?;
    Ok(axum::Json(Client::from(card)).into_response())
}

/// Adds or changes the client with this code. What is sent is the whole file: an address that is not named is taken off.
#[utoipa::path(
    put,
    path = "/api/v1/clients/{code}",
    tag = "Clients",
    security(("token" = ["clients.write"])),
    params(("code" = String, Path, description = "The office's own code")),
    request_body(content = PutClient, content_type = "application/json"),
    responses(
        (status = 200, description = "Changed", body = Client, content_type = "application/json"),
        (status = 201, description = "Added", body = Client, content_type = "application/json"),
        (status = 404, description = "A client of another cost centre has this code", body = Told, content_type = "application/problem+json"),
        (status = 409, description = "The client was merged into another", body = Told, content_type = "application/problem+json"),
        (status = 422, description = "Something is wrong with it", body = Told, content_type = "application/problem+json"),
        Always,
        WithBody,
    )
)]
pub async fn put(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    Word(code): Word,
    Json(asked, _): Json<PutClient>,
) -> Result<Response, Refusal> {
    let sent = SentClient { code, name: asked.name, cost_centre: asked.cost_centre, own: slots(asked.own), partner: slots(asked.partner) };
    let (card, new) = state.office.put_client(&who, &sent).await?;
    let status = if new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, axum::Json(Client::from(card))).into_response())
}

/// Adds and changes up to five hundred clients. Nothing is deleted, and an address that is not named stays; those that cannot be taken
/// are named, and the others are taken.
#[utoipa::path(
    post,
    path = "/api/v1/clients",
    tag = "Clients",
    security(("token" = ["clients.write"])),
    request_body(content = ClientList, content_type = "application/json"),
    responses(
        (status = 200, description = "What it did", body = ListReport, content_type = "application/json"),
        (status = 409, description = "Somebody added one of the codes at the same moment", body = Told, content_type = "application/problem+json"),
        (status = 422, description = "Something is wrong with it", body = Told, content_type = "application/problem+json"),
        Always,
        WithBody,
    )
)]
pub async fn many(
    State(state): State<AppState>,
    Extension(who): Extension<Principal>,
    Json(asked, _): Json<ClientList>,
) -> Result<Response, Refusal> {
    if asked.clients.is_empty() || asked.clients.len() > MOST {
        return Err(Refusal::field("clients", "Send from 1 to 500 clients"));
    }
    let sent: Vec<SentClient> = asked
        .clients
        .into_iter()
        .map(|one| SentClient {
            code: one.code,
            name: one.name,
            cost_centre: one.cost_centre,
            own: slots(one.own),
            partner: slots(one.partner),
        })
        .collect();
    let report = state.office.put_clients(&who, &sent, asked.dry_run).await?;
    let told = |list: Vec<(u64, String)>| list.into_iter().map(|(place, detail)| RefusedClient { place, detail }).collect();
    let report = ListReport {
        added: report.added,
        updated: report.updated,
        unchanged: report.unchanged,
        refused: told(report.refused),
        merged: told(report.merged),
        dry_run: report.dry_run,
    };
    Ok(axum::Json(report).into_response())
}
