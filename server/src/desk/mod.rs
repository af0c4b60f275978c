//! The office as pages see it: one desk for a request, which already knows who asks.
//!
//! Holds no rule: every method names the use case in `office` and passes the principal on.

mod access;
mod accounts;
mod actions;
mod archives;
mod audit;
mod clients;
mod compose;
mod contacts;
mod days;
mod delegated;
mod demo;
mod health;
mod history;
mod join;
mod letters;
mod life;
mod management;
mod merge;
mod operation;
mod outbox;
mod palette;
mod passing;
mod people;
mod reply_import;
mod reread;
mod search;
mod senders;
mod sending;
mod sending_side;
mod session;
mod start;
mod systems;

use crate::http::Visit;
use crate::office::sign_in::SignedIn;
use crate::office::{Office, Principal, Session};
use app::desk::{Answer, SessionCookie};
use model::Problem;
use std::sync::Arc;

/// The desk of one request.
pub struct OfficeDesk {
    office: Arc<Office>,
    visit: Visit,
    who: Principal,
}

impl OfficeDesk {
    /// A desk for a visit.
    pub fn new(office: Arc<Office>, visit: Visit) -> Self {
        Self { office, who: visit.principal(), visit }
    }

    fn session(&self) -> Answer<&Session> {
        self.visit.session.as_deref().ok_or(Problem::SignIn)
    }

    /// The session's cookie goes the way of the app; the mark of a known browser goes along as a second header.
    fn started(&self, cookies: SignedIn) -> SessionCookie {
        use leptos::prelude::use_context;
        if let (Some(response), Ok(value)) = (use_context::<leptos_axum::ResponseOptions>(), http::HeaderValue::from_str(&cookies.browser))
        {
            response.append_header(http::header::SET_COOKIE, value);
        }
        SessionCookie(cookies.session)
    }
}
