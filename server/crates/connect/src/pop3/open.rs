//! From a protected connection to a signed-in POP3 session. Must never: send the password anywhere else, or twice.

use super::{PopCapabilities, PopReader, line::Line};
use crate::{
    CertificateProblem, ConnectError, ImapSettings, Later,
    dial::CONNECT_LIMIT,
    lore,
    record::SharedTap,
    secure::{self, Secured},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use model::Security;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::timeout;

/// Longest command line that every server takes (RFC 2449 §4); longer answers follow the server's `+`.
const LONGEST_COMMAND: usize = 255;

/// Connects and signs in.
///
/// # Errors
/// Named by the next step; see [`ConnectError`]. The password is sent only over a connection that is what was asked for.
pub async fn connect_pop3(settings: &ImapSettings) -> Result<PopReader, ConnectError> {
    settings.check()?;
    let tap = SharedTap::default();
    let secured = match timeout(CONNECT_LIMIT.min(settings.timeout * 3), secure::establish(settings, &tap)).await {
        Ok(result) => result?,
        Err(_) => return Err(ConnectError::later(Later::TimedOut)),
    };
    sign_in(settings, secured, &tap).await
}

/// Signs in on a connection that is ready for it.
pub(crate) async fn sign_in(settings: &ImapSettings, mut secured: Secured, tap: &SharedTap) -> Result<PopReader, ConnectError> {
    // The last gate: whatever led here, a password leaves in clear only with consent.
    if secured.tls.is_none() && !(settings.security == Security::None && settings.allow_clear_text) {
        return Err(ConnectError::encryption(CertificateProblem::StartTlsMissing));
    }
    let known = match timeout(settings.timeout, secured.talk.pop_capabilities()).await {
        Ok(result) => result?,
        Err(_) => return Err(ConnectError::later(Later::TimedOut)),
    };
    let (stream, unread) = secured.talk.into_parts();
    if !unread.is_empty() {
        return Err(ConnectError::Protocol { said: "answers that nobody asked for".to_owned(), transcript: tap.record().transcript });
    }
    let can = known.clone().unwrap_or_default();
    let way = way(known.as_ref(), settings.bearer).ok_or_else(|| no_way_in(secured.tls.is_some(), settings.bearer))?;
    let mut line = Line::new(stream, tap.clone(), settings.timeout);
    tap.lock().hide(settings.password.clone());
    postroom_brink::pass("sign-in");
    match way {
        Way::User => user(&mut line, settings).await?,
        Way::Plain => {
            let plain = format!("\0{}\0{}", settings.user_name, settings.password.expose_secret());
            authenticate(&mut line, "PLAIN", &SecretString::from(plain)).await?;
        }
        Way::Token => {
            let answer = crate::oauth::xoauth2(&settings.user_name, &settings.password);
            authenticate(&mut line, "XOAUTH2", &answer).await.map_err(|error| match error {
                // It was no password that was refused.
                ConnectError::SignIn { said } => ConnectError::SignIn { said: format!("token_refused: {said}") },
                other => other,
            })?;
        }
    }
    Ok(PopReader::start(line, can, known.is_some()))
}

enum Way {
    User,
    Plain,
    Token,
}

/// How to sign in. A server without a list of capabilities knows USER and PASS (RFC 1939).
fn way(can: Option<&PopCapabilities>, token: bool) -> Option<Way> {
    match can {
        Some(can) if token => can.offers("XOAUTH2").then_some(Way::Token),
        None if token => None,
        Some(can) if can.offers("PLAIN") => Some(Way::Plain),
        Some(can) if !can.user && !can.sasl.is_empty() => None,
        _ => Some(Way::User),
    }
}

fn no_way_in(encrypted: bool, token: bool) -> ConnectError {
    if !encrypted {
        return ConnectError::encryption(CertificateProblem::StartTlsMissing);
    }
    let sentence = if token {
        "The server does not take sign-ins by token (XOAUTH2) for POP3."
    } else {
        "The server offers no way to sign in with a password."
    };
    ConnectError::Permission { sentence: sentence.to_owned(), said: String::new() }
}

async fn user(line: &mut Line, settings: &ImapSettings) -> Result<(), ConnectError> {
    line.say("USER …", &format!("USER {}", settings.user_name));
    line.flush().await?;
    let said = line.status().await?;
    if said.status != "OK" {
        return Err(lore::pop_sign_in(&said.text));
    }
    line.say("PASS …", &format!("PASS {}", settings.password.expose_secret()));
    line.flush().await?;
    let said = line.status().await?;
    if said.status == "OK" { Ok(()) } else { Err(lore::pop_sign_in(&said.text)) }
}

async fn authenticate(line: &mut Line, mechanism: &str, answer: &SecretString) -> Result<(), ConnectError> {
    let encoded = SecretString::from(STANDARD.encode(answer.expose_secret()));
    line.tap.lock().hide(encoded.clone());
    let whole = format!("AUTH {mechanism} {}", encoded.expose_secret());
    let at_once = whole.len() + 2 <= LONGEST_COMMAND;
    let shown = format!("AUTH {mechanism}");
    line.say(&shown, if at_once { &whole } else { &shown });
    line.flush().await?;
    let mut given = at_once;
    // A second challenge is a server's way to say why not: it gets an empty line, never the secret again.
    for _ in 0..3 {
        let said = line.status().await?;
        match said.status.as_str() {
            "OK" => return Ok(()),
            "+" => {
                let reply = if given { "" } else { encoded.expose_secret() };
                given = true;
                line.say("…", reply);
                line.flush().await?;
            }
            _ => return Err(lore::pop_sign_in(&said.text)),
        }
    }
    Err(line.odd("one question after the other at the sign-in"))
}
