//! HTTP: routes, the gate in front of them, and nothing of the office's own rules.
//!
//! To add a route: 1. a handler here, 2. a line in [`router`], 3. a line in `permissions::TABLE` (a test fails until both agree).

mod api;
mod assets;
pub mod cookies;
mod demo;
mod events;
mod gate;
mod headers;
mod health;
mod history;
mod letters;
pub mod listen;
mod metrics;
mod octets;
pub mod origin;
mod pages;
mod refuse;
mod refused;
mod squeeze;
mod summary;
mod support;
mod trail;
mod typed;
mod unsaved;
mod upload;
mod upload_archive;
mod upload_draft;
mod visit;

pub use api::{OPERATIONS, description};
pub use assets::Site;
pub(crate) use typed::pairs;
pub use visit::Visit;

use crate::office::Office;
use axum::Router;
use axum::extract::{FromRef, Request};
use axum::response::Response;
use axum::routing::{get, post};
use cookies::Cookies;
use leptos::config::LeptosOptions;
use leptos_axum::{AxumRouteListing, LeptosRoutes, generate_route_list};
use origin::Home;
use std::sync::{Arc, LazyLock};
use tokio_util::sync::CancellationToken;

/// What every handler may use.
#[derive(Clone)]
pub struct AppState {
    /// The office.
    pub office: Arc<Office>,
    /// Files of the site.
    pub site: Arc<Site>,
    /// Where we are, as browsers see it.
    pub home: Arc<Home>,
    /// The server stops: streams end.
    pub stop: CancellationToken,
    leptos: LeptosOptions,
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}

impl AppState {
    /// The state of a server.
    pub fn new(office: Arc<Office>, site: Site, public_url: Option<&str>, stop: CancellationToken) -> Self {
        let leptos = LeptosOptions::builder().output_name("postroom").build();
        Self { office, site: Arc::new(site), home: Arc::new(Home::new(public_url)), stop, leptos }
    }

    fn cookies(&self) -> Cookies {
        Cookies { behind_tls: self.office.settings.behind_tls }
    }

    /// The app's own page for what does not exist, for whoever is signed in; a plain refusal for everyone else.
    async fn no_such_page(&self, request: Request) -> Response {
        pages::not_found(self, request).await
    }
}

/// Pages of the app, as registered: the permission table is compared with them.
///
/// Listed once for the process, before anything is rendered: while Leptos lists routes it keeps every page of the process from
/// loading its data, and a page that begins just then waits for ever.
pub fn page_routes() -> Vec<AxumRouteListing> {
    static PAGES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(app::App));
    PAGES.clone()
}

/// Paths of `plain_routes`, for the same comparison.
pub const PLAIN_ROUTES: &[&str] = &[
    "/messages/{id}/body",
    "/messages/{id}/files/{n}",
    "/messages/{id}/files/{n}/preview",
    "/messages/{id}/original",
    "/messages/{id}/letter.eml",
    "/clients/{id}/history.mbox",
    "/clients/{id}/summary.pdf",
    "/clients/import/refused.csv",
    "/accounts/{id}/support.txt",
    "/audit/trail.jsonl",
    "/demo/leave",
    "/upload/clients",
    "/upload/contacts",
    "/upload/archive",
    "/upload/draft",
    "/events/progress",
    "/health",
    "/metrics",
    "/pkg/{*path}",
    "/favicon.svg",
];

fn plain_routes() -> Router<AppState> {
    Router::new()
        .route("/messages/{id}/body", get(letters::body))
        .route("/messages/{id}/files/{n}", get(letters::file))
        .route("/messages/{id}/files/{n}/preview", get(letters::preview))
        .route("/messages/{id}/original", get(letters::original))
        .route("/messages/{id}/letter.eml", get(letters::export))
        .route("/clients/{id}/history.mbox", get(history::mbox))
        .route("/clients/{id}/summary.pdf", get(summary::pdf))
        .route("/clients/import/refused.csv", get(refused::rows))
        .route("/accounts/{id}/support.txt", get(support::bundle))
        .route("/audit/trail.jsonl", get(trail::export))
        .route("/demo/leave", post(demo::leave))
        .route("/upload/clients", post(upload::clients).layer(upload::limit()))
        .route("/upload/contacts", post(upload::contacts).layer(upload::limit()))
        .route("/upload/archive", post(upload_archive::archive).layer(upload_archive::limit()))
        .route("/upload/draft", post(upload_draft::draft).layer(upload_draft::limit()))
        .route("/events/progress", get(events::progress))
        .route("/health", get(health::health))
        .route("/metrics", get(metrics::metrics))
        .route("/pkg/{*path}", get(assets::package))
        .route("/favicon.svg", get(assets::favicon))
}

/// The whole server, without a socket.
pub fn router(state: AppState) -> Router {
    let routes = page_routes();
    plain_routes()
        .merge(api::routes())
        .leptos_routes_with_context(&state, routes, pages::context(&state), pages::shell(&state))
        .fallback(pages::fallback)
        .layer(axum::middleware::from_fn_with_state(state.clone(), gate::gate))
        .layer(squeeze::layer())
        .with_state(state)
}
