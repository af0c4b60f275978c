//! Pages of the app: what they are given for each request.

use super::{AppState, refuse, refuse::Told, visit::Visit};
use crate::desk::OfficeDesk;
use app::desk::Desk;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderValue, StatusCode, Uri, header};
use leptos::nonce::Nonce;
use leptos::prelude::{AnyView, IntoAny, provide_context, use_context};
use model::Problem;
use std::sync::Arc;

/// Gives pages and server functions their desk, the site's files and the nonce of this visit.
pub fn context(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    let (office, assets) = (state.office.clone(), state.site.assets.clone());
    let behind_tls = office.settings.behind_tls;
    move || {
        let visit = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Visit>().cloned()).unwrap_or_else(Visit::nobody);
        provide_context(Nonce::from_value(visit.nonce.clone()));
        // A page is asked for without a word of how it is reached; behind a proxy that speaks TLS, that is by TLS.
        let origin = if behind_tls { visit.origin.replacen("http://", "https://", 1) } else { visit.origin.clone() };
        provide_context(app::Origin(origin));
        if let Some(typed) = &visit.typed {
            provide_context(typed.clone());
        }
        if let Some(assets) = &assets {
            provide_context(assets.clone());
        }
        provide_context::<Arc<dyn Desk>>(Arc::new(OfficeDesk::new(office.clone(), visit)));
    }
}

/// The document around the app.
pub fn shell(state: &AppState) -> impl Fn() -> AnyView + Clone + Send + Sync + 'static {
    let options = state.leptos.clone();
    move || app::shell(options.clone()).into_any()
}

/// The app's own page for what does not exist.
pub async fn not_found(state: &AppState, request: Request) -> Response {
    let signed_in = request.extensions().get::<Visit>().is_some_and(|visit| visit.session.is_some());
    if !signed_in || !super::gate::wants_page(&request) {
        return refuse::problem(&Problem::NotFound, super::gate::wants_page(&request));
    }
    let render = leptos_axum::render_app_async_with_context(context(state), shell(state));
    let mut response = render(request).await;
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// A refusal in the app's frame. Without script: the address is that of a page which is not there, so there is nothing to bring to life.
pub async fn refusal(state: &AppState, visit: &Visit, cookies: Vec<HeaderValue>, refused: Response, told: Told) -> Response {
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = Uri::from_static("/refused");
    for cookie in cookies {
        request.headers_mut().append(header::COOKIE, cookie);
    }
    request.extensions_mut().insert(visit.clone());
    let usual = context(state);
    let plain = state.site.assets.clone().map(|assets| app::Assets { js: String::new(), ..assets });
    let context = move || {
        usual();
        if let Some(plain) = &plain {
            provide_context(plain.clone());
        }
        provide_context(app::Refusal { title: told.title.to_owned(), sentence: told.sentence.clone() });
    };
    let mut response = leptos_axum::render_app_async_with_context(context, shell(state))(request).await;
    *response.status_mut() = refused.status();
    if let Some(wait) = refused.headers().get(header::RETRY_AFTER) {
        response.headers_mut().insert(header::RETRY_AFTER, wait.clone());
    }
    response
}

/// Never reached through the gate: what the table does not name is refused before.
pub async fn fallback() -> Response {
    StatusCode::NOT_FOUND.into_response()
}
