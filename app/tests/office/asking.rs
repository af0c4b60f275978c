//! Asking the made-up office for pages, as a browser does: without a socket.

use crate::office::{Office, Scene};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::routing::post;
use leptos::prelude::*;
use leptos_axum::{AxumRouteListing, LeptosRoutes, generate_route_list};
use std::sync::{Arc, LazyLock};
use tower::ServiceExt;

/// Listed once, as the server does: listing draws the app, which must not happen while pages are drawn.
static ROUTES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(app::App));

pub fn pages(scene: Scene) -> Router {
    let options = LeptosOptions::builder().output_name("postroom").build();
    let context = move || {
        provide_context::<Arc<dyn app::desk::Desk>>(Arc::new(Office(scene)));
        provide_context(app::Assets { css: "p.css".into(), js: "p.js".into(), wasm: "p.wasm".into() });
    };
    let routes = ROUTES.clone();
    let shell = {
        let options = options.clone();
        move || app::shell(options.clone())
    };
    let server_fn = move |req: Request<Body>| leptos_axum::handle_server_fns_with_context(context, req);
    Router::new().route("/api/{*rest}", post(server_fn)).leptos_routes_with_context(&options, routes, context, shell).with_state(options)
}

/// No page of the made-up office waits for anything.
const LONGEST: std::time::Duration = std::time::Duration::from_secs(20);

pub struct Answered {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

pub async fn ask(scene: Scene, request: Request<Body>) -> Answered {
    answer(pages(scene), request).await
}

pub async fn answer(router: Router, request: Request<Body>) -> Answered {
    let path = request.uri().to_string();
    let whole = async {
        let (parts, body) = router.oneshot(request).await.expect("the router answers").into_parts();
        (parts, to_bytes(body, 4_000_000).await.expect("a page"))
    };
    let (parts, bytes) = tokio::time::timeout(LONGEST, whole).await.unwrap_or_else(|_| panic!("{path} is never done"));
    Answered { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&bytes).into_owned() }
}

pub async fn get(scene: Scene, path: &str) -> Answered {
    ask(scene, Request::get(path).header(header::ACCEPT, "text/html").body(Body::empty()).expect("a request")).await
}

/// Posts as a browser without JavaScript does.
pub async fn post_plain(path: &str, from: &str, body: &str) -> Answered {
    let request = Request::post(path)
        .header(header::ACCEPT, "text/html,application/xhtml+xml")
        .header(header::REFERER, format!("http://postroom.example{from}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body.to_owned()))
        .expect("a request");
    ask(Scene::Busy, request).await
}

pub fn location(answer: &Answered) -> &str {
    answer.headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
