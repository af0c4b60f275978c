//! What one button could mend: another port, another security, another name, one certificate.
//!
//! Must never: propose what is less safe than what was asked for.

use crate::{
    CertificateFacts, ConnectError, ImapSettings, Reach, dial,
    record::SharedTap,
    secure,
    talk::{Greeting, Speech},
};
use model::{Fix, Security};
use std::time::Duration;
use tokio::time::timeout;

/// A port worth trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sibling {
    /// Port.
    pub port: u16,
    /// TLS or STARTTLS.
    pub security: Security,
}

/// IMAP's two ports, the safer first (O2).
pub const USUAL_PORTS: &[Sibling] = &[Sibling { port: 993, security: Security::Tls }, Sibling { port: 143, security: Security::StartTls }];

const PROBE_LIMIT: Duration = Duration::from_secs(6);

/// What a port usually is, if not IMAP's (O1).
pub(super) fn other_service(port: u16) -> Option<&'static str> {
    Some(match port {
        25 | 465 | 587 | 2525 => match port {
            587 => "587 is the sending port. To collect mail, use port 993.",
            465 => "465 is a sending port. To collect mail, use port 993.",
            _ => "25 and 2525 are ports between mail servers. To collect mail, use port 993.",
        },
        110 => "110 is the port of POP3. To collect mail with IMAP, use port 993.",
        995 => "995 is the port of POP3. To collect mail with IMAP, use port 993.",
        80 | 443 | 8080 | 8443 => "This is a port of web servers. To collect mail, use port 993.",
        _ => return None,
    })
}

/// The same by what the account speaks.
pub(super) fn other_service_of(settings: &ImapSettings) -> Option<&'static str> {
    match settings.speech() {
        Speech::Imap => other_service(settings.port),
        Speech::Smtp => super::smtp::other_service(settings.port),
        Speech::Pop3 => super::pop3::other_service(settings.port),
    }
}

pub(super) fn use_tls(settings: &ImapSettings) -> Fix {
    let port = settings.usual_tls_port();
    Fix { label: format!("Use port {port} with TLS"), port: Some(port), security: Some(Security::Tls), ..Fix::default() }
}

/// The same port, protected the other way.
pub(super) fn use_security(security: Security) -> Fix {
    let label = match security {
        Security::StartTls => "Use STARTTLS",
        _ => "Use TLS",
    };
    Fix { label: label.to_owned(), security: Some(security), ..Fix::default() }
}

pub(super) fn pin(facts: &CertificateFacts) -> Fix {
    Fix { label: "Accept exactly this certificate".to_owned(), pinned_fingerprint: Some(facts.fingerprint.clone()), ..Fix::default() }
}

fn use_port(sibling: Sibling) -> Fix {
    let how = if sibling.security == Security::Tls { "TLS" } else { "STARTTLS" };
    Fix {
        label: format!("Use port {} with {how}", sibling.port),
        port: Some(sibling.port),
        security: Some(sibling.security),
        ..Fix::default()
    }
}

/// The first of the other ports on which such a server answers with encryption. Nothing is sent but the start of a talk.
pub(super) async fn better_port(settings: &ImapSettings, siblings: &[Sibling]) -> Option<Fix> {
    for sibling in siblings {
        let asked = (settings.port, settings.security);
        let tried = asked.0 == sibling.port && (asked.1 == sibling.security || asked.1 == Security::Auto);
        if !tried && answers_there(settings, *sibling).await {
            return Some(use_port(*sibling));
        }
    }
    None
}

/// Whether the same port answers when protected the other way.
pub(super) async fn better_security(settings: &ImapSettings) -> Option<Fix> {
    let other = match settings.security {
        Security::Tls => Security::StartTls,
        Security::StartTls | Security::Auto | Security::None => Security::Tls,
    };
    answers_there(settings, Sibling { port: settings.port, security: other }).await.then(|| use_security(other))
}

async fn answers_there(settings: &ImapSettings, sibling: Sibling) -> bool {
    let mut settings = settings.clone();
    settings.port = sibling.port;
    settings.security = sibling.security;
    // A probe is no part of the talk that is shown.
    let tap = SharedTap::default();
    let attempt = async {
        let addresses = dial::permitted(&dial::resolve(dial::host(&settings), settings.port).await?, settings.reach)?;
        let (stream, _) = dial::reach(&addresses).await?;
        secure::protect(&settings, stream, &addresses, &tap).await
    };
    match timeout(PROBE_LIMIT, attempt).await {
        Ok(Ok((_, greeting))) => greeting == Greeting::Welcome,
        // It speaks TLS there; what is wrong with its certificate, the next climb tells.
        Ok(Err(ConnectError::Certificate { seen: Some(_), .. })) => true,
        _ => false,
    }
}

/// A name beside the one typed that can be found (and reached): `imap.` (or `pop.`, `smtp.`) and `mail.` before the domain.
pub(super) async fn better_name(settings: &ImapSettings) -> Option<Fix> {
    let host = dial::host(settings).to_lowercase();
    for candidate in names_beside(&host, &settings.user_name, settings.speech()) {
        let Ok(addresses) = dial::resolve(&candidate, settings.port).await else { continue };
        // For staff, only what they may reach: names inside the office are not told.
        if dial::permitted(&addresses, settings.reach).is_ok() {
            return Some(Fix { label: format!("Use {candidate}"), server: Some(candidate), ..Fix::default() });
        }
    }
    None
}

fn names_beside(host: &str, user_name: &str, speech: Speech) -> Vec<String> {
    let firsts: &[&str] = match speech {
        Speech::Imap => &["imap", "mail"],
        Speech::Pop3 => &["pop", "mail", "pop3"],
        Speech::Smtp => &["smtp", "mail"],
    };
    let mut domains = Vec::new();
    if let Some((_, parent)) = host.split_once('.').filter(|(_, parent)| parent.contains('.')) {
        domains.push(parent.to_owned());
    }
    if host.contains('.') {
        domains.push(host.to_owned());
    }
    let mut names = Vec::new();
    if let Some((_, domain)) = user_name.rsplit_once('@') {
        let guess = crate::discover::guess(user_name);
        if guess.certain && speech == Speech::Imap {
            names.push(guess.server);
        }
        domains.push(domain.to_lowercase());
    }
    for domain in domains {
        for first in firsts {
            names.push(format!("{first}.{domain}"));
        }
    }
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| name != host && name.len() < 250 && seen.insert(name.clone()));
    names.truncate(6);
    names
}

/// The name that stands in the certificate, if it leads to the same place.
pub(super) async fn name_in_certificate(settings: &ImapSettings, facts: &CertificateFacts) -> Option<Fix> {
    let here = dial::resolve(dial::host(settings), settings.port).await.ok()?;
    for name in facts.names.iter().filter(|name| !name.contains('*') && name.contains('.')).take(4) {
        let Ok(there) = dial::resolve(name, settings.port).await else { continue };
        if there.iter().any(|address| here.contains(address)) {
            return Some(Fix { label: format!("Use {name}"), server: Some(name.clone()), ..Fix::default() });
        }
    }
    None
}

/// An administrator may pin; staff may not.
pub(super) fn pin_for(settings: &ImapSettings, facts: &CertificateFacts) -> Option<Fix> {
    (settings.reach == Reach::Anywhere).then(|| pin(facts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_beside_a_wrong_one_come_from_server_and_address() {
        assert_eq!(names_beside("pop.smith.example", "ann@smith.example", Speech::Imap)[..2], ["imap.smith.example", "mail.smith.example"]);
        assert_eq!(
            names_beside("imap.smith.example", "ann@smith.example", Speech::Smtp)[..2],
            ["smtp.smith.example", "mail.smith.example"]
        );
        assert_eq!(names_beside("imap.gmial.com", "ann@gmail.com", Speech::Imap)[0], "imap.gmail.com");
    }

    // O1
    #[test]
    fn other_services_ports_are_known() {
        assert!(other_service(587).is_some_and(|sentence| sentence.contains("sending port")));
        assert!(other_service(995).is_some_and(|sentence| sentence.contains("POP3")));
        assert!(other_service(993).is_none() && other_service(143).is_none());
    }
}
