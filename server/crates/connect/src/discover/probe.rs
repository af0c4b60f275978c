//! Trying the usual names. Must never: send anything but the hello of TLS, or count a server whose certificate is not for its name.

use super::{Search, autoconfig::Incoming};
use crate::{ImapSettings, Reach, dial, record::SharedTap, secure};
use model::{Protocol, Security};
use secrecy::SecretString;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// The usual names, in the order in which they are preferred.
const USUAL: [(&str, u16, Protocol); 4] =
    [("imap", 993, Protocol::Imap), ("mail", 993, Protocol::Imap), ("pop", 995, Protocol::Pop3), ("mail", 995, Protocol::Pop3)];

/// The servers that greet before the end; one that is silent does not hide another.
pub(super) async fn usual_names(domain: &str, search: &Search, end: Instant) -> Vec<Incoming> {
    let one = |n: usize| async move {
        let (name, port, protocol) = USUAL[n];
        timeout_at(end, greets(format!("{name}.{domain}"), port, protocol, search)).await.ok().flatten()
    };
    let (a, b, c, d) = tokio::join!(one(0), one(1), one(2), one(3));
    [a, b, c, d].into_iter().flatten().collect()
}

async fn greets(host: String, port: u16, protocol: Protocol, search: &Search) -> Option<Incoming> {
    let addresses = search.addresses(&host, port).await?;
    let settings = ImapSettings {
        protocol,
        server: host.clone(),
        port,
        security: Security::Tls,
        user_name: String::new(),
        password: SecretString::default(),
        bearer: false,
        timeout: Duration::from_secs(5),
        pinned_fingerprint: None,
        allow_clear_text: false,
        reach: Reach::Anywhere, // these very addresses were judged above
        extra_roots: search.extra_roots.clone(),
    };
    let tap = SharedTap::default();
    let (stream, _) = dial::reach(&addresses).await.ok()?;
    let (_, greeting) = secure::direct(&settings, stream, &tap).await.ok()?;
    secure::welcome(&settings, &greeting, &tap).ok()?;
    Some(Incoming { protocol, host, port, security: Security::Tls, user_name: String::new() })
}
