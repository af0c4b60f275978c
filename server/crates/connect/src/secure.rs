//! From a TCP connection to one that is protected as asked for (RELIABILITY §4.2, §4.4).
//!
//! Must never: fall back to clear text, keep what was said before encryption, or go on after PREAUTH.

use crate::{
    CertificateProblem, ConnectError, ImapSettings, Later, Reach,
    certificate::CertificateFacts,
    dial,
    gathered::Gathered,
    record::SharedTap,
    shield,
    talk::{Foreign, Greeting, Speech, Talk, io_error},
    wire::Transport,
};
use model::Security;
use rustls::pki_types::ServerName;
use std::{
    net::SocketAddr,
    sync::{Arc, PoisonError},
};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// A connection ready for sign-in.
#[derive(Debug)]
pub(crate) struct Secured {
    pub talk: Talk,
    /// What was agreed; `None` in clear.
    pub tls: Option<Agreed>,
    /// The server is in the office's own network.
    pub local: bool,
}

/// The agreed encryption.
#[derive(Debug, Clone)]
pub(crate) struct Agreed {
    /// `TLSv1.3`.
    pub version: String,
    /// The certificate.
    pub facts: CertificateFacts,
    /// By STARTTLS rather than from the start.
    pub upgraded: bool,
}

/// Resolves, checks, dials and protects, as the settings ask.
pub(crate) async fn establish(settings: &ImapSettings, tap: &SharedTap) -> Result<Secured, ConnectError> {
    let addresses = dial::permitted(&dial::resolve(dial::host(settings), settings.port).await?, settings.reach)?;
    let (stream, address) = dial::reach(&addresses).await?;
    let (mut secured, greeting) = protect(settings, stream, &addresses, tap).await?;
    welcome(settings, &greeting, tap)?;
    secured.local = !Reach::PublicMailPorts.allows(address.ip(), 993);
    Ok(secured)
}

/// Agrees on encryption; the greeting is judged by the caller. `addresses` are checked ones, for a second try.
pub(crate) async fn protect(
    settings: &ImapSettings,
    stream: TcpStream,
    addresses: &[SocketAddr],
    tap: &SharedTap,
) -> Result<(Secured, Greeting), ConnectError> {
    match settings.security {
        Security::Tls => direct(settings, stream, tap).await,
        Security::StartTls => upgraded(settings, stream, tap).await,
        Security::None => clear(settings, stream, tap).await,
        Security::Auto if matches!(settings.port, 143 | 110 | 587 | 25) => upgraded(settings, stream, tap).await,
        Security::Auto => match direct(settings, stream, tap).await {
            Err(ConnectError::Certificate { why: CertificateProblem::NotTls, .. }) => {
                upgraded(settings, dial::reach(addresses).await?.0, tap).await
            }
            other => other,
        },
    }
}

/// Only a plain welcome goes on to sign-in.
pub(crate) fn welcome(settings: &ImapSettings, greeting: &Greeting, tap: &SharedTap) -> Result<(), ConnectError> {
    let said = match greeting {
        Greeting::Welcome => return Ok(()),
        Greeting::SignedIn => "the server signed somebody in by itself",
        Greeting::Foreign(Foreign::Smtp) => "the greeting of a server that sends mail",
        Greeting::Foreign(Foreign::Pop3) => "the greeting of a POP3 server",
        Greeting::Foreign(Foreign::Web) => "the greeting of a web server",
        Greeting::Foreign(Foreign::Imap) => "the greeting of an IMAP server",
        Greeting::Foreign(Foreign::Unknown) if settings.speech() == Speech::Smtp => "a greeting that is not SMTP",
        Greeting::Foreign(Foreign::Unknown) if settings.speech() == Speech::Pop3 => "a greeting that is not POP3",
        Greeting::Foreign(Foreign::Unknown) => "a greeting that is not IMAP",
    };
    Err(ConnectError::Protocol { said: said.to_owned(), transcript: tap.record().transcript })
}

/// TLS from the first octet.
pub(crate) async fn direct(settings: &ImapSettings, stream: TcpStream, tap: &SharedTap) -> Result<(Secured, Greeting), ConnectError> {
    let (stream, agreed) = agree(settings, Box::new(stream), tap, false).await?;
    let mut talk = Talk::new(stream, tap.clone(), settings.speech());
    let greeting = talk.greeting().await?;
    Ok((Secured { talk, tls: Some(agreed), local: false }, greeting))
}

/// STARTTLS, required.
pub(crate) async fn upgraded(settings: &ImapSettings, stream: TcpStream, tap: &SharedTap) -> Result<(Secured, Greeting), ConnectError> {
    let mut talk = Talk::new(Box::new(stream), tap.clone(), settings.speech());
    match talk.greeting().await? {
        Greeting::Welcome => {}
        // Signed in before encryption: STARTTLS is no longer allowed, so somebody is in between (NO STARTTLS, 2021).
        Greeting::SignedIn => return Err(ConnectError::encryption(CertificateProblem::StartTlsTampered)),
        foreign => return Ok((Secured { talk, tls: None, local: false }, foreign)),
    }
    start_tls(settings, talk, tap).await
}

async fn start_tls(settings: &ImapSettings, mut talk: Talk, tap: &SharedTap) -> Result<(Secured, Greeting), ConnectError> {
    // Answers that come before their question were made by somebody who knew that we would ask.
    if talk.has_unread() {
        return Err(ConnectError::encryption(CertificateProblem::StartTlsTampered));
    }
    if !talk.offers_encryption().await? {
        return Err(ConnectError::encryption(CertificateProblem::StartTlsMissing));
    }
    if talk.has_unread() {
        return Err(ConnectError::encryption(CertificateProblem::StartTlsTampered));
    }
    let said = talk.ask_for_encryption().await?;
    if said.status != "OK" {
        return Err(ConnectError::Certificate { why: CertificateProblem::StartTlsRefused, seen: None, said: said.text });
    }
    let (stream, unread) = talk.into_parts();
    if !unread.is_empty() {
        return Err(ConnectError::encryption(CertificateProblem::StartTlsTampered));
    }
    // What was said in clear may have been said by anybody.
    tap.lock().capabilities = None;
    let (stream, agreed) = agree(settings, stream, tap, true).await?;
    Ok((Secured { talk: Talk::new(stream, tap.clone(), settings.speech()), tls: Some(agreed), local: false }, Greeting::Welcome))
}

/// No encryption: only after `ImapSettings::check` saw the consent.
async fn clear(settings: &ImapSettings, stream: TcpStream, tap: &SharedTap) -> Result<(Secured, Greeting), ConnectError> {
    let mut talk = Talk::new(Box::new(stream), tap.clone(), settings.speech());
    let greeting = talk.greeting().await?;
    Ok((Secured { talk, tls: None, local: false }, greeting))
}

pub(crate) async fn agree(
    settings: &ImapSettings,
    stream: Box<dyn Transport>,
    tap: &SharedTap,
    upgraded: bool,
) -> Result<(Box<dyn Transport>, Agreed), ConnectError> {
    let name = ServerName::try_from(dial::host(settings).to_owned())
        .map_err(|_| ConnectError::Settings { sentence: "Enter the server's name alone, like mail.example.com.".to_owned() })?;
    let (config, shown) =
        shield::config(settings).map_err(|error| ConnectError::Settings { sentence: format!("A trusted root cannot be read: {error}") })?;
    let stream = Gathered::new(stream);
    let result = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
    let facts = shown.lock().unwrap_or_else(PoisonError::into_inner).take().map(|leaf| CertificateFacts::read(&leaf));
    match result {
        Ok(stream) => {
            let version =
                stream.get_ref().1.protocol_version().map_or_else(|| "TLS".to_owned(), |version| format!("{version:?}").replace('_', "."));
            tap.lock().remark(&format!("encrypted with {version}"));
            let facts = facts.ok_or_else(|| ConnectError::encryption(CertificateProblem::HandshakeEnded))?;
            Ok((Box::new(stream), Agreed { version, facts, upgraded }))
        }
        Err(error) => Err(failed(error, settings, facts, upgraded, tap)),
    }
}

fn failed(
    error: std::io::Error,
    settings: &ImapSettings,
    facts: Option<CertificateFacts>,
    upgraded: bool,
    tap: &SharedTap,
) -> ConnectError {
    let known = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let why = match known {
        Some(error) => {
            let self_signed = facts.as_ref().is_some_and(|facts| facts.self_signed);
            shield::problem(error, settings.pinned_fingerprint.is_some(), self_signed)
        }
        None => match io_error(error) {
            ConnectError::Later { why: Later::Closed, .. } => CertificateProblem::HandshakeEnded,
            other => return other,
        },
    };
    let why = if upgraded && why == CertificateProblem::NotTls { CertificateProblem::StartTlsTampered } else { why };
    tap.lock().remark(&format!("encryption failed: {why:?}"));
    ConnectError::Certificate { why, seen: facts.map(Box::new), said: String::new() }
}
