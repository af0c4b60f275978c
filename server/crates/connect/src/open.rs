//! From a protected connection to a signed-in, read-only session. Must never: send the password anywhere else, or twice.

use crate::{
    Capabilities, CertificateProblem, ConnectError, ImapSettings, Later, Reader,
    dial::CONNECT_LIMIT,
    lore,
    record::SharedTap,
    secure::{self, Secured},
    wire::Wire,
};
use async_imap::{Authenticator, Client, Session, error::Error};
use model::Security;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::timeout;

/// Largest literal accepted; larger letters are fetched in windows.
pub(crate) const LITERAL_LIMIT: u64 = 48 * 1024 * 1024;

/// Connects and signs in.
///
/// # Errors
/// Named by the next step; see [`ConnectError`]. The password is sent only over a connection that is what was asked for.
pub async fn connect(settings: &ImapSettings) -> Result<Reader, ConnectError> {
    settings.check()?;
    attempt(settings).await
}

/// Compresses a connection on which much is to come, where the server offers it and is far away. Nothing is opened afterwards.
///
/// # Errors
/// As [`connect`]: a server that says it can and cannot costs a new session.
pub async fn compressed(reader: Reader, settings: &ImapSettings) -> Result<Reader, ConnectError> {
    if !reader.worth_compressing() {
        return Ok(reader);
    }
    match reader.compress().await {
        Err(ConnectError::Refused { .. }) => Ok(attempt(settings).await?.uncompressed()),
        other => other,
    }
}

async fn attempt(settings: &ImapSettings) -> Result<Reader, ConnectError> {
    let tap = SharedTap::default();
    // Somebody who wants to wait for no answer long does not want to wait for the greeting either.
    let secured = match timeout(CONNECT_LIMIT.min(settings.timeout * 3), secure::establish(settings, &tap)).await {
        Ok(result) => result?,
        Err(_) => return Err(ConnectError::later(Later::TimedOut)),
    };
    sign_in(settings, secured, &tap).await
}

/// Signs in on a connection that is ready for it.
pub(crate) async fn sign_in(settings: &ImapSettings, mut secured: Secured, tap: &SharedTap) -> Result<Reader, ConnectError> {
    // The last gate: whatever led here, a password leaves in clear only with consent.
    if secured.tls.is_none() && !(settings.security == Security::None && settings.allow_clear_text) {
        return Err(ConnectError::encryption(CertificateProblem::StartTlsMissing));
    }
    let capabilities = match timeout(settings.timeout, secured.talk.capabilities()).await {
        Ok(result) => result?,
        Err(_) => return Err(ConnectError::later(Later::TimedOut)),
    };
    let near = secured.local;
    let (stream, unread) = secured.talk.into_parts();
    if !unread.is_empty() {
        return Err(ConnectError::Protocol { said: "answers that nobody asked for".to_owned(), transcript: tap.record().transcript });
    }
    if settings.bearer && !capabilities.all.iter().any(|word| word == "AUTH=XOAUTH2") {
        let sentence = "The server takes no tokens. Sign in with a password here.";
        return Err(ConnectError::Permission { sentence: sentence.to_owned(), said: String::new() });
    }
    if !settings.bearer && capabilities.login_disabled && !capabilities.auth_plain {
        let why = CertificateProblem::StartTlsMissing;
        return Err(if secured.tls.is_none() { ConnectError::encryption(why) } else { no_way_in() });
    }
    hide_secrets(settings, tap);
    let wire = Wire::new(stream, tap.clone(), settings.timeout, LITERAL_LIMIT);
    postroom_brink::pass("sign-in");
    let session = enter(settings, Client::new(wire), &capabilities, tap).await?;
    Ok(Reader::start(session, tap.clone(), settings.timeout, capabilities, near))
}

fn no_way_in() -> ConnectError {
    ConnectError::Permission { sentence: "The server offers no way to sign in with a password.".to_owned(), said: String::new() }
}

fn hide_secrets(settings: &ImapSettings, tap: &SharedTap) {
    let mut tap = tap.lock();
    tap.hide(settings.password.clone());
    tap.hide(Plain::of(settings).encoded());
}

async fn enter(settings: &ImapSettings, client: Client<Wire>, can: &Capabilities, tap: &SharedTap) -> Result<Session<Wire>, ConnectError> {
    {
        let mut tap = tap.lock();
        tap.capabilities = None; // those after sign-in count
        tap.answered.clear();
        tap.secret_lines = true;
    }
    let entered = async {
        let way = if settings.bearer { "XOAUTH2" } else { "PLAIN" };
        match (can.auth_plain || settings.bearer, can.sasl_ir) {
            (true, true) => {
                let plain = Plain::of(settings);
                let line = SecretString::from(format!("{way} {}", plain.encoded().expose_secret()));
                client.authenticate(line.expose_secret(), Plain { sent: true, ..plain }).await
            }
            (true, false) => client.authenticate(way, Plain::of(settings)).await,
            (false, _) => client.login(&settings.user_name, settings.password.expose_secret()).await,
        }
    };
    let Ok(result) = timeout(settings.timeout * 3, entered).await else { return Err(ConnectError::later(Later::TimedOut)) };
    let mut tap = tap.lock();
    tap.secret_lines = false;
    result.map_err(|(error, _)| {
        let answered = tap.answered.pop_back();
        if let Some(bye) = tap.bye.take().filter(|_| answered.is_none()) {
            return lore::farewell(&bye.text);
        }
        match (answered, error) {
            (Some(said), Error::No(_) | Error::Bad(_)) => {
                let warned = tap.warned.take().filter(|warned| lore::find(&said.text).is_none() && lore::find(&warned.text).is_some());
                let text = warned.map_or(said.text, |warned| warned.text);
                match lore::sign_in(&said.status, &text) {
                    // It was no password that was refused.
                    ConnectError::SignIn { said } if settings.bearer => ConnectError::SignIn { said: format!("token_refused: {said}") },
                    other => other,
                }
            }
            (_, Error::Io(error)) if error.kind() == std::io::ErrorKind::TimedOut => ConnectError::later(Later::TimedOut),
            (_, Error::Io(_) | Error::ConnectionLost) => ConnectError::later(Later::Closed),
            _ => ConnectError::Protocol { said: "an answer to the sign-in that cannot be read".to_owned(), transcript: Vec::new() },
        }
    })
}

/// SASL PLAIN (RFC 4616), or XOAUTH2 with a token.
struct Plain {
    initial: SecretString,
    sent: bool,
}

impl Plain {
    fn of(settings: &ImapSettings) -> Self {
        if settings.bearer {
            return Self { initial: crate::oauth::xoauth2(&settings.user_name, &settings.password), sent: false };
        }
        let initial = format!("\0{}\0{}", settings.user_name, settings.password.expose_secret());
        Self { initial: SecretString::from(initial), sent: false }
    }

    fn encoded(&self) -> SecretString {
        use base64::Engine as _;
        SecretString::from(base64::engine::general_purpose::STANDARD.encode(self.initial.expose_secret()))
    }
}

impl Authenticator for Plain {
    type Response = Vec<u8>;

    fn process(&mut self, _challenge: &[u8]) -> Vec<u8> {
        // A second challenge is a server's way to say why not: it gets an empty line, never the password again.
        if std::mem::replace(&mut self.sent, true) { Vec::new() } else { self.initial.expose_secret().as_bytes().to_vec() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Reach, talk::Talk};
    use std::time::Duration;
    use tokio::io::AsyncReadExt;

    // O2, W7: the last gate holds by itself, whatever let a clear connection through before it.
    #[tokio::test]
    async fn a_clear_connection_gets_no_password_without_consent() {
        for (security, allow_clear_text) in
            [(Security::Tls, true), (Security::StartTls, true), (Security::Auto, true), (Security::None, false)]
        {
            let settings = ImapSettings {
                protocol: model::Protocol::Imap,
                server: "localhost".to_owned(),
                port: 143,
                security,
                user_name: "ann".to_owned(),
                password: SecretString::from("secret"),
                bearer: false,
                timeout: Duration::from_secs(1),
                pinned_fingerprint: None,
                allow_clear_text,
                reach: Reach::Anywhere,
                extra_roots: Vec::new(),
            };
            let (ours, mut theirs) = tokio::io::duplex(1000);
            let tap = SharedTap::default();
            let secured = Secured { talk: Talk::new(Box::new(ours), tap.clone(), crate::talk::Speech::Imap), tls: None, local: true };
            assert!(matches!(sign_in(&settings, secured, &tap).await, Err(ConnectError::Certificate { .. })));
            let mut sent = Vec::new();
            theirs.read_to_end(&mut sent).await.unwrap();
            assert!(sent.is_empty(), "{security:?}");
        }
    }
}
