//! A visit: one request, and who stands behind it.

use super::{AppState, typed};
use crate::office::{Principal, Session};
use crate::tokens;
use axum::extract::ConnectInfo;
use http::request::Parts;
use model::Viewer;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// What is known of a request before anything is done for it.
#[derive(Clone)]
pub struct Visit {
    /// The session, if one is open.
    pub session: Option<Arc<Session>>,
    /// The network address it came from.
    pub from: IpAddr,
    /// The browser's name for itself, shortened.
    pub agent: String,
    /// The signed mark of a browser that signed in before; its signature is checked at sign-in.
    pub browser: Option<String>,
    /// What stands for the second step of a sign-in.
    pub step: Option<String>,
    /// What was typed into a form that failed a moment ago.
    pub typed: Option<Arc<app::Typed>>,
    /// Where we are, as this browser sees it: for links to be handed on.
    pub origin: String,
    /// What scripts of the answer must carry.
    pub nonce: String,
}

impl Visit {
    /// A visit of nobody: routes are listed with it.
    pub fn nobody() -> Self {
        Self {
            session: None,
            from: Ipv4Addr::LOCALHOST.into(),
            agent: String::new(),
            browser: None,
            step: None,
            typed: None,
            origin: String::new(),
            nonce: String::new(),
        }
    }

    /// Reads a request.
    pub async fn of(state: &AppState, parts: &Parts) -> Self {
        // A page left open keeps asking for progress: that is no use of the session, else it would never end.
        let left_open = parts.uri.query().is_some_and(|query| query.split('&').any(|pair| pair == "left-open=1"));
        let uses = parts.uri.path() != "/events/progress" && !left_open;
        let session = match state.cookies().session(&parts.headers) {
            Some(token) => state.office.session(&token, uses).await.map(Arc::new),
            None => None,
        };
        let typed = state.cookies().typed(&parts.headers).and_then(|value| match &session {
            Some(session) if value == typed::HELD => typed::form(&state.office.refused_form(session)?),
            _ => typed::read(&value),
        });
        let agent = parts.headers.get(http::header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("");
        Self {
            session,
            from: address_of(parts, state.office.settings.behind_tls),
            agent: agent.chars().take(200).collect(),
            browser: state.cookies().browser(&parts.headers),
            step: state.cookies().step(&parts.headers),
            typed: typed.map(Arc::new),
            origin: state.home.origin(&parts.headers),
            nonce: tokens::new_link_token(),
        }
    }

    /// Who asks.
    pub fn viewer(&self) -> Option<&Viewer> {
        self.session.as_ref().map(|session| &session.viewer)
    }

    /// In whose name the office acts.
    pub fn principal(&self) -> Principal {
        self.viewer().map_or(Principal::Nobody, |viewer| Principal::Person(viewer.clone()))
    }
}

/// The address of the other side; behind a proxy, the last one it wrote down (the earlier ones anybody can write).
pub(super) fn address_of(parts: &Parts, behind_proxy: bool) -> IpAddr {
    let forwarded = || {
        let line = parts.headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
        line.rsplit(',').next()?.trim().parse::<IpAddr>().ok()
    };
    let connected = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    behind_proxy.then(forwarded).flatten().or(connected).unwrap_or(Ipv4Addr::LOCALHOST.into())
}
