//! Serves the pages of the made-up office, to look at them: `cargo run -p app --features ssr --example look -- SITE [new|bare|door|busy]`.
//!
//! SITE is the folder that `cargo xtask build` makes. Nothing is kept and nobody signs in.

#[path = "../tests/office/mod.rs"]
mod office;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{Request, header};
use axum::response::{Html, IntoResponse};
use axum::routing::{get, post};
use leptos::prelude::*;
use leptos_axum::{LeptosRoutes, generate_route_list};
use office::{Office, Scene};
use std::sync::Arc;

const LETTER: &str = "<!doctype html><meta charset=utf-8><style>body{font:16px/1.5 Georgia,serif;margin:2rem;color:#222}</style>\
    <p>Dear Ada,<p>thank you for the papers. We have looked through them together and have two questions about the figures on page three.<p>Kind regards<br>Jo";

fn assets(site: &str) -> Option<app::Assets> {
    let text = std::fs::read_to_string(format!("{site}/assets.json")).ok()?;
    let list: serde_json::Value = serde_json::from_str(&text).ok()?;
    let name = |key: &str| list.get(key)?.as_str().map(|path| path.trim_start_matches("/pkg/").to_owned());
    Some(app::Assets { css: name("css")?, js: name("js")?, wasm: name("wasm")? })
}

async fn file(site: String, name: String) -> impl IntoResponse {
    let kind = match name.rsplit('.').next() {
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    ([(header::CONTENT_TYPE, kind)], std::fs::read(format!("{site}/{name}")).unwrap_or_default())
}

#[tokio::main]
async fn main() {
    let mut words = std::env::args().skip(1);
    let site = words.next().unwrap_or_else(|| "target/site".to_owned());
    let scene = match words.next().as_deref() {
        Some("new") => Scene::New,
        Some("bare") => Scene::Bare,
        Some("door") => Scene::Door,
        _ => Scene::Busy,
    };
    let found = assets(&site);
    let context = move || {
        provide_context::<Arc<dyn app::desk::Desk>>(Arc::new(Office(scene)));
        if let Some(found) = found.clone() {
            provide_context(found);
        }
    };
    let options = LeptosOptions::builder().output_name("postroom").build();
    let routes = generate_route_list(app::App);
    let shell = {
        let options = options.clone();
        move || app::shell(options.clone())
    };
    let (in_context, icon, package) = (context.clone(), site.clone(), site);
    let router = Router::new()
        .route("/api/{*rest}", post(move |request: Request<Body>| leptos_axum::handle_server_fns_with_context(in_context.clone(), request)))
        .route("/pkg/{name}", get(move |Path(name): Path<String>| file(package.clone(), format!("pkg/{name}"))))
        .route("/favicon.svg", get(move || file(icon.clone(), "favicon.svg".to_owned())))
        .route("/messages/{id}/body", get(|| async { Html(LETTER) }))
        .leptos_routes_with_context(&options, routes, context, shell)
        .with_state(options);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    eprintln!("http://{}", listener.local_addr().expect("an address"));
    axum::serve(listener, router).await.expect("serving");
}
