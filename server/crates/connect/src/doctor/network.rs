//! The rungs from name to certificate.

use super::{Climb, Fall, fixes};
use crate::{
    CertificateProblem, ConnectError, Later, dial,
    secure::{self, Secured},
    talk::{Foreign, Greeting, Speech},
};
use model::{Fix, Rung, RungOutcome, Security, Verdict};
use std::{net::SocketAddr, time::Duration};
use tokio::{net::TcpStream, time::timeout};

/// A server that is silent this long before sign-in does not speak what was asked for.
const SILENCE: Duration = Duration::from_secs(12);

impl Climb<'_> {
    /// Name and address.
    pub(super) async fn address_rungs(&mut self) -> Result<Vec<SocketAddr>, Fall> {
        let host = dial::host(self.settings).to_owned();
        let found = match dial::resolve(&host, self.settings.port).await {
            Ok(found) => found,
            Err(error) => {
                let fix = fixes::better_name(self.settings).await;
                return Err(self.fall(Rung::Name, &error, format!("No address for {host}"), fix));
            }
        };
        let permitted = dial::permitted(&found, self.settings.reach);
        // Where a name inside leads is not for staff.
        let evidence = if permitted.is_ok() { addresses(&found) } else { String::new() };
        self.pass(Rung::Name, evidence.clone(), "The server's name was found.");
        match permitted {
            Ok(permitted) => {
                self.pass(Rung::Address, addresses(&permitted), "Postroom may connect to this address.");
                Ok(permitted)
            }
            Err(error) => {
                let typed = fixes::other_service_of(self.settings).map(|_| fixes::use_tls(self.settings));
                Err(self.fall(Rung::Address, &error, String::new(), typed))
            }
        }
    }

    /// Port, greeting, encryption and certificate, in the order in which they happen.
    pub(super) async fn connection_rungs(&mut self, addresses: &[SocketAddr]) -> Result<Secured, Fall> {
        let stream = self.port_rung(addresses).await?;
        let limit = SILENCE.min(self.settings.timeout);
        let agreed = timeout(limit, secure::protect(self.settings, stream, addresses, &self.tap)).await;
        let (secured, greeting) = match agreed {
            Ok(Ok(done)) => done,
            Ok(Err(error)) => return Err(self.unprotected(&error).await),
            Err(_) => return Err(self.silent().await),
        };
        let greets_first = secured.tls.as_ref().is_none_or(|tls| tls.upgraded);
        if greets_first {
            self.greeting_rung(greeting).await?;
        }
        self.protected(&secured);
        if !greets_first {
            self.greeting_rung(greeting).await?;
        }
        Ok(secured)
    }

    async fn port_rung(&mut self, addresses: &[SocketAddr]) -> Result<TcpStream, Fall> {
        match dial::reach(addresses).await {
            Ok((stream, address)) => {
                self.pass(Rung::Port, address.to_string(), "Something answers on this port.");
                Ok(stream)
            }
            Err(error) => {
                let evidence = format!("Port {}", self.settings.port);
                let fix = fixes::better_port(self.settings, self.siblings).await;
                Err(self.fall_with_port(Rung::Port, &error, evidence, fix))
            }
        }
    }

    /// A port that is another service's explains more than the symptom does.
    fn fall_with_port(&mut self, rung: Rung, error: &ConnectError, evidence: String, fix: Option<Fix>) -> Fall {
        match fixes::other_service_of(self.settings) {
            Some(sentence) => {
                self.fall_as(rung, Verdict::Connection, sentence, evidence, Some(fix.unwrap_or_else(|| fixes::use_tls(self.settings))))
            }
            None => self.fall(rung, error, evidence, fix),
        }
    }

    async fn greeting_rung(&mut self, greeting: Greeting) -> Result<(), Fall> {
        let sentence = match greeting {
            Greeting::Welcome => {
                self.pass(Rung::Greeting, String::new(), self.greeted());
                return Ok(());
            }
            Greeting::SignedIn => "The server signed somebody in before a password was sent. Postroom does not use such a connection.",
            Greeting::Foreign(_) if !self.may_see_all() => match self.settings.speech() {
                Speech::Smtp => "What answers here is not a mail server that sends mail. Check server and port.",
                _ => "What answers here is not a mail server that collects mail. Check server and port.",
            },
            Greeting::Foreign(foreign) => another(self.settings.speech(), foreign),
        };
        let sentence = fixes::other_service_of(self.settings).unwrap_or(sentence);
        let fix = fixes::better_port(self.settings, self.siblings).await;
        Err(self.fall_as(Rung::Greeting, Verdict::Connection, sentence, String::new(), fix))
    }

    fn greeted(&self) -> &'static str {
        match self.settings.speech() {
            Speech::Imap => "The server greets as an IMAP server.",
            Speech::Pop3 => "The server greets as a POP3 server.",
            Speech::Smtp => "The server greets as an SMTP server.",
        }
    }

    fn protected(&mut self, secured: &Secured) {
        let Some(tls) = &secured.tls else {
            let sentence = "The password travels in clear, as an administrator allowed for this account.";
            self.note(Rung::Encryption, RungOutcome::Warned, "No encryption".to_owned(), sentence, Some(fixes::use_tls(self.settings)));
            return;
        };
        let how = if tls.upgraded { "STARTTLS" } else { "TLS from the start" };
        self.pass(Rung::Encryption, format!("{how}, {}", tls.version), "The connection is encrypted.");
        let sentence = match self.settings.pinned_fingerprint {
            Some(_) => "It is the certificate that was accepted for this account.",
            None => "The certificate is good.",
        };
        self.pass(Rung::Certificate, tls.facts.evidence(), sentence);
    }

    /// Nobody said anything: a port that waits for TLS while we wait for a greeting, or no mail server at all.
    async fn silent(&mut self) -> Fall {
        let error = ConnectError::later(Later::TimedOut);
        let fix = match fixes::better_security(self.settings).await {
            Some(fix) => Some(fix),
            None => fixes::better_port(self.settings, self.siblings).await,
        };
        if let Some(Fix { security: Some(Security::Tls), port: None, .. }) = &fix {
            let sentence = "This port speaks TLS from the start, not STARTTLS.";
            return self.fall_as(Rung::Encryption, Verdict::Certificate, sentence, "No greeting in clear".to_owned(), fix);
        }
        let rung = if self.settings.security == Security::Tls { Rung::Encryption } else { Rung::Greeting };
        self.fall_with_port(rung, &error, "No answer".to_owned(), fix)
    }

    async fn unprotected(&mut self, error: &ConnectError) -> Fall {
        let ConnectError::Certificate { why, seen, said } = error else { return self.ungreeted(error).await };
        let started =
            self.tap.record().commands.iter().any(|(verb, _)| ["STARTTLS", "CAPABILITY", "STLS", "CAPA", "EHLO"].contains(&verb.as_str()));
        if started || *why == CertificateProblem::StartTlsMissing {
            self.pass(Rung::Greeting, String::new(), self.greeted());
        }
        use CertificateProblem as P;
        match (why, seen) {
            (P::NotTls, _) => self.not_tls(error).await,
            (P::StartTlsMissing | P::StartTlsRefused | P::StartTlsTampered | P::NoSafeMethod | P::HandshakeEnded, _) | (_, None) => {
                let fix = fixes::better_port(self.settings, self.siblings).await;
                self.fall(Rung::Encryption, error, said.clone(), fix)
            }
            (why, Some(facts)) => {
                self.pass(Rung::Encryption, String::new(), "The server speaks TLS.");
                let fix = match why {
                    P::OtherName => fixes::name_in_certificate(self.settings, facts).await.or_else(|| fixes::pin_for(self.settings, facts)),
                    P::SelfSigned | P::UnknownIssuer | P::PinDiffers => fixes::pin_for(self.settings, facts),
                    _ => None,
                };
                self.fall(Rung::Certificate, error, facts.evidence(), fix)
            }
        }
    }

    /// TLS was asked for, clear text came.
    async fn not_tls(&mut self, error: &ConnectError) -> Fall {
        if let Some(fix) = fixes::better_security(self.settings).await {
            let sentence = "This port does not speak TLS from the start; it offers STARTTLS.";
            return self.fall_as(Rung::Encryption, Verdict::Certificate, sentence, "An answer in clear".to_owned(), Some(fix));
        }
        let fix = fixes::better_port(self.settings, self.siblings).await;
        self.fall_with_port(Rung::Encryption, error, "An answer in clear".to_owned(), fix)
    }

    /// The connection ended, or the server said BYE, before there was anything to protect.
    async fn ungreeted(&mut self, error: &ConnectError) -> Fall {
        let mut fix = None;
        if matches!(error, ConnectError::Later { why: Later::Closed | Later::TimedOut, said, .. } if said.is_empty()) {
            fix = fixes::better_security(self.settings).await;
            if fix.is_none() {
                fix = fixes::better_port(self.settings, self.siblings).await;
            }
        }
        self.fall_with_port(Rung::Greeting, error, error.server_text().to_owned(), fix)
    }
}

/// What answers instead of the server that was asked for.
fn another(wanted: Speech, foreign: Foreign) -> &'static str {
    match (wanted, foreign) {
        (Speech::Smtp, Foreign::Imap) => "This is an IMAP server, for collecting mail. To send, check the port, usually 465 or 587.",
        (Speech::Smtp, Foreign::Pop3) => "This is a POP3 server, for collecting mail. To send, check the port, usually 465 or 587.",
        (Speech::Smtp, Foreign::Web) => "This is a web server. Check the port, usually 465 or 587.",
        (Speech::Pop3, Foreign::Smtp) => "This is a server that sends mail, not one that collects it. Check the port, usually 995.",
        (Speech::Pop3, Foreign::Web) => "This is a web server. Check the port, usually 995.",
        (_, Foreign::Imap) => "This is an IMAP server. Choose IMAP for this account: it also brings sent letters and folders.",
        (Speech::Imap, Foreign::Smtp) => "This is a server that sends mail, not one that collects it. Check the port, usually 993.",
        (Speech::Imap, Foreign::Web) => "This is a web server. Check the port, usually 993.",
        (_, Foreign::Pop3) => "This is a POP3 server. For IMAP use another port, usually 993.",
        (_, Foreign::Smtp | Foreign::Unknown) => "What answers here is not a mail server. Check server and port.",
    }
}

fn addresses(found: &[SocketAddr]) -> String {
    let mut shown: Vec<String> = found.iter().take(4).map(|address| address.ip().to_string()).collect();
    shown.dedup();
    shown.join(", ")
}
