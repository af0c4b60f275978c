//! Where a domain keeps its settings document, as Thunderbird asks for it.
//!
//! The address goes to no other domain, and to its own only where the document is not told without it. Must never: speak without TLS,
//! follow a redirect, or ask a third party.

use super::{
    Search,
    autoconfig::{self, Incoming},
};
use crate::{
    Reach, WebSettings,
    web::{encoded, fetch_once},
};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// Octets of a document.
const LARGEST: u64 = 256 * 1024;

/// What the domain's document says; the host that is for this alone counts more. One that is silent does not hide the other.
pub(super) async fn ask(address: &str, domain: &str, search: &Search, end: Instant) -> Vec<Incoming> {
    let (own, known) = tokio::join!(
        timeout_at(end, from_own_host(address, domain, search)),
        timeout_at(end, fetch(domain, "/.well-known/autoconfig/mail/config-v1.1.xml", search)),
    );
    let known = known.ok().and_then(Asked::document).unwrap_or_default();
    let mut found = own.ok().flatten().unwrap_or(known);
    found.retain(|server| search.usable_port(server.port));
    found
}

async fn from_own_host(address: &str, domain: &str, search: &Search) -> Option<Vec<Incoming>> {
    let host = format!("autoconfig.{domain}");
    let first = fetch(&host, "/mail/config-v1.1.xml", search).await;
    let asked = match first {
        Asked::Refused => fetch(&host, &format!("/mail/config-v1.1.xml?emailaddress={}", encoded(address)), search).await,
        other => other,
    };
    asked.document()
}

enum Asked {
    Document(Vec<Incoming>),
    /// The host answers, but says that something is missing.
    Refused,
    Nothing,
}

impl Asked {
    fn document(self) -> Option<Vec<Incoming>> {
        match self {
            Self::Document(found) => Some(found),
            Self::Refused | Self::Nothing => None,
        }
    }
}

async fn fetch(host: &str, path: &str, search: &Search) -> Asked {
    let Some(addresses) = search.addresses(host, 443).await else { return Asked::Nothing };
    let at = WebSettings {
        host: host.to_owned(),
        port: 443,
        timeout: Duration::from_secs(5),
        reach: Reach::Anywhere, // these very addresses were judged above
        pinned_fingerprint: None,
        extra_roots: search.extra_roots.clone(),
    };
    match fetch_once(&at, &addresses, path, LARGEST).await {
        Ok((200, body)) => match String::from_utf8(body).ok().as_deref().and_then(autoconfig::read) {
            Some(found) if !found.is_empty() => Asked::Document(found),
            _ => Asked::Refused,
        },
        Ok((400..=499, _)) => Asked::Refused,
        _ => Asked::Nothing,
    }
}
