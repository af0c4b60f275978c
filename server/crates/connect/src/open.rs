//! From a protected connection to a signed-in, read-only session. Must never: send the password anywhere else, or twice.

use crate::{
    CertificateProblem, ConnectError, ImapSettings, Later, Reader,
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
    let (reader, local) = attempt(settings).await?;
    if local || !reader.can().compress {
        return Ok(reader);
    }
    match reader.compress().await {
        // Says it can, cannot: the session is spent, so once more without.
        Err(ConnectError::Refused { .. }) => attempt(settings).await.map(|(reader, _)| reader),
        other => other,
    }
}

/// One session, and whether its server is near enough for compression to cost more than it saves.
async fn attempt(settings: &ImapSettings) -> Result<(Reader, bool), ConnectError> {
    let tap = SharedTap::default();
    let secured = match timeout(CONNECT_LIMIT, secure::establish(settings, &tap)).await {
        Ok(result) => result?,
        Err(_) => return Err(ConnectError::later(Later::TimedOut)),
    };
    let local = secured.local;
    Ok((sign_in(settings, secured, &tap).await?, local))
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
    let (stream, unread) = secured.talk.into_parts();
    if !unread.is_empty() {
        return Err(ConnectError::Protocol { said: "answers that nobody asked for".to_owned(), transcript: tap.record().transcript });
    }
    if capabilities.login_disabled && !capabilities.auth_plain {
        let why = CertificateProblem::StartTlsMissing;
        return Err(if secured.tls.is_none() { ConnectError::encryption(why) } else { no_way_in() });
    }
    hide_secrets(settings, tap);
    let wire = Wire::new(stream, tap.clone(), settings.timeout, LITERAL_LIMIT);
    let session = enter(settings, Client::new(wire), capabilities.auth_plain, tap).await?;
    Reader::start(session, tap.clone(), settings.timeout).await
}

fn no_way_in() -> ConnectError {
    ConnectError::Permission { sentence: "The server offers no way to sign in with a password.".to_owned(), said: String::new() }
}

fn hide_secrets(settings: &ImapSettings, tap: &SharedTap) {
    use base64::Engine as _;
    let plain = Plain::of(settings);
    let encoded = base64::engine::general_purpose::STANDARD.encode(plain.initial.expose_secret());
    let mut tap = tap.lock();
    tap.hide(settings.password.clone());
    tap.hide(SecretString::from(encoded));
}

async fn enter(settings: &ImapSettings, client: Client<Wire>, auth_plain: bool, tap: &SharedTap) -> Result<Session<Wire>, ConnectError> {
    {
        let mut tap = tap.lock();
        tap.capabilities = None; // those after sign-in count
        tap.answered = None;
        tap.secret_lines = true;
    }
    let entered = async {
        match auth_plain {
            true => client.authenticate("PLAIN", Plain::of(settings)).await,
            false => client.login(&settings.user_name, settings.password.expose_secret()).await,
        }
    };
    let Ok(result) = timeout(settings.timeout * 3, entered).await else { return Err(ConnectError::later(Later::TimedOut)) };
    let mut tap = tap.lock();
    tap.secret_lines = false;
    result.map_err(|(error, _)| {
        let answered = tap.answered.take();
        if let Some(bye) = tap.bye.take().filter(|_| answered.is_none()) {
            return lore::farewell(&bye.text);
        }
        match (answered, error) {
            (Some(said), Error::No(_) | Error::Bad(_)) => {
                let warned = tap.warned.take().filter(|warned| lore::find(&said.text).is_none() && lore::find(&warned.text).is_some());
                lore::sign_in(&said.status, &warned.map_or(said.text, |warned| warned.text))
            }
            (_, Error::Io(error)) if error.kind() == std::io::ErrorKind::TimedOut => ConnectError::later(Later::TimedOut),
            (_, Error::Io(_) | Error::ConnectionLost) => ConnectError::later(Later::Closed),
            _ => ConnectError::Protocol { said: "an answer to the sign-in that cannot be read".to_owned(), transcript: Vec::new() },
        }
    })
}

/// SASL PLAIN (RFC 4616).
struct Plain {
    initial: SecretString,
    sent: bool,
}

impl Plain {
    fn of(settings: &ImapSettings) -> Self {
        let initial = format!("\0{}\0{}", settings.user_name, settings.password.expose_secret());
        Self { initial: SecretString::from(initial), sent: false }
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
                server: "localhost".to_owned(),
                port: 143,
                security,
                user_name: "ann".to_owned(),
                password: SecretString::from("secret"),
                timeout: Duration::from_secs(1),
                pinned_fingerprint: None,
                allow_clear_text,
                reach: Reach::Anywhere,
                extra_roots: Vec::new(),
            };
            let (ours, mut theirs) = tokio::io::duplex(1000);
            let tap = SharedTap::default();
            let secured = Secured { talk: Talk::new(Box::new(ours), tap.clone()), tls: None, local: true };
            assert!(matches!(sign_in(&settings, secured, &tap).await, Err(ConnectError::Certificate { .. })));
            let mut sent = Vec::new();
            theirs.read_to_end(&mut sent).await.unwrap();
            assert!(sent.is_empty(), "{security:?}");
        }
    }
}
