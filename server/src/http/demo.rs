//! `/demo/leave`: the demo office ends.
//!
//! Must never: do anything in a real office. The answer is the last page this server gives, so it needs nothing more from it.

use super::{AppState, refuse, visit::Visit};
use crate::tokens;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use axum::{Extension, Form};
use http::StatusCode;
use model::Problem;
use serde::Deserialize;

/// What the button sends.
#[derive(Deserialize, Default)]
pub struct Leave {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    confirm: String,
}

/// Ends the demo, if this is one.
pub async fn leave(State(state): State<AppState>, Extension(visit): Extension<Visit>, Form(form): Form<Leave>) -> Response {
    let Some(session) = visit.session.clone() else { return refuse::problem(&Problem::SignIn, true) };
    if state.office.demo().is_none() {
        return refuse::problem(&Problem::NotFound, true);
    }
    if !tokens::is_form_token(&form.csrf, &session.viewer.csrf) {
        return refuse::sentence(StatusCode::FORBIDDEN, "This form is from another session. Go back, reload the page and try again.", true);
    }
    if form.confirm != "yes" {
        return refuse::sentence(StatusCode::UNPROCESSABLE_ENTITY, "Say on the demo's page that everything in it may be wiped.", true);
    }
    match state.office.leave_demo(&visit.principal()) {
        Ok(()) => Html(good_bye(state.site.assets.as_ref().map_or("postroom.css", |assets| assets.css.as_str()))).into_response(),
        Err(problem) => refuse::problem(&problem, true),
    }
}

/// The style sheet is in the browser's store by now; the server may be gone before it could be asked for again.
fn good_bye(css: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><link rel=\"stylesheet\" href=\"/pkg/{css}\"><title>The demo is over: Postroom</title></head>\
         <body><main id=\"main\" class=\"plain\"><div class=\"door\"><h1>The demo is over</h1><p>Its data is wiped and its server has stopped.</p>\
         <p>To set up your own office, start Postroom without <code>--demo</code> (<code>cargo xtask serve</code>, or <code>postroom serve</code>) \
         and open the link that it prints.</p></div></main></body></html>"
    )
}
