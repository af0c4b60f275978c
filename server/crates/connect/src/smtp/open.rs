//! From a protected connection to a session that may send. Must never: send the password anywhere else, or twice.

use super::{SmtpCan, SmtpReply, SmtpSession, SmtpSettings, SmtpSignIn, line::Line};
use crate::{
    CertificateProblem, ConnectError, Later,
    dial::CONNECT_LIMIT,
    lore,
    record::SharedTap,
    secure::{self, Secured},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use model::Security;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::timeout;

/// Connects and signs in.
///
/// # Errors
/// Named by the next step; see [`ConnectError`]. `SignIn` when the user name, password or token was refused: a person must act.
pub async fn connect_smtp(settings: &SmtpSettings) -> Result<SmtpSession, ConnectError> {
    settings.check()?;
    let tap = SharedTap::default();
    let server = settings.as_server();
    let secured = match timeout(CONNECT_LIMIT.min(settings.timeout * 3), secure::establish(&server, &tap)).await {
        Ok(result) => result?,
        Err(_) => return Err(ConnectError::later(Later::TimedOut)),
    };
    enter(settings, secured, &tap).await
}

pub(crate) async fn enter(settings: &SmtpSettings, mut secured: Secured, tap: &SharedTap) -> Result<SmtpSession, ConnectError> {
    // The last gate: whatever led here, nothing leaves in clear without consent.
    if secured.tls.is_none() && !(settings.security == Security::None && settings.allow_clear_text) {
        return Err(ConnectError::encryption(CertificateProblem::StartTlsMissing));
    }
    let can = match timeout(settings.timeout, secured.talk.smtp_hello(&settings.hello)).await {
        Ok(result) => result?,
        Err(_) => return Err(ConnectError::later(Later::TimedOut)),
    };
    let (stream, unread) = secured.talk.into_parts();
    if !unread.is_empty() {
        return Err(ConnectError::Protocol { said: "answers that nobody asked for".to_owned(), transcript: tap.record().transcript });
    }
    let mut line = Line::new(stream, tap.clone(), settings.timeout);
    sign_in(settings, &can, &mut line).await?;
    Ok(SmtpSession::start(line, can, settings.last_reply))
}

async fn sign_in(settings: &SmtpSettings, can: &SmtpCan, line: &mut Line) -> Result<(), ConnectError> {
    let offers = |way: &str| can.auth.iter().any(|known| known == way);
    let (user, secret, ways): (_, _, &[&str]) = match &settings.sign_in {
        SmtpSignIn::None => return Ok(()),
        SmtpSignIn::Password(user, secret) => (user, secret, &["PLAIN", "LOGIN"]),
        SmtpSignIn::Token(user, secret) => (user, secret, &["XOAUTH2"]),
    };
    let Some(way) = ways.iter().find(|way| offers(way)) else {
        let sentence = match (&settings.sign_in, can.auth.is_empty()) {
            (_, true) => "The server offers no sign-in. If it asks for none, leave the user name empty.",
            (SmtpSignIn::Token(..), _) => "The server takes no tokens. Sign in with a password here.",
            _ => "The server offers no way to sign in with a password.",
        };
        return Err(ConnectError::Permission { sentence: sentence.to_owned(), said: String::new() });
    };
    line.tap.lock().hide(secret.clone());
    postroom_brink::pass("sign-in");
    let answers: Vec<SecretString> = match *way {
        "PLAIN" => vec![encoded(&format!("\0{user}\0{}", secret.expose_secret()))],
        "LOGIN" => vec![encoded(user), encoded(secret.expose_secret())],
        _ => vec![encoded(crate::oauth::xoauth2(user, secret).expose_secret())],
    };
    for answer in &answers {
        line.tap.lock().hide(answer.clone());
    }
    let shown = format!("AUTH {way}");
    let mut left = answers.iter();
    // LOGIN is a talk; the others say all at once.
    let command = match left.next().filter(|_| *way != "LOGIN") {
        Some(first) => SecretString::from(format!("AUTH {way} {}", first.expose_secret())),
        None => {
            left = answers.iter();
            SecretString::from(shown.clone())
        }
    };
    let mut reply = line.ask(&shown, command.expose_secret()).await?;
    // A further challenge is a server's way to say why not: it gets an empty line, never the secret again.
    for _ in 0..4 {
        match reply.code {
            200..=299 => return Ok(()),
            334 => {
                let answer = left.next().map_or("", |answer| answer.expose_secret());
                reply = line.ask("…", answer).await?;
            }
            _ => return Err(refused(&reply, &settings.sign_in)),
        }
    }
    Err(line.odd("one question after the other at the sign-in"))
}

/// 4yz is a server's trouble; 5yz is a person's turn (RFC 4954 §6).
fn refused(reply: &SmtpReply, by: &SmtpSignIn) -> ConnectError {
    let said = reply.text();
    if !reply.is_no() {
        return lore::not_now(&said);
    }
    match (lore::smtp_sign_in(&said), by) {
        // It was no password that was refused.
        (ConnectError::SignIn { said }, SmtpSignIn::Token(..)) => ConnectError::SignIn { said: format!("sending_token_refused: {said}") },
        (error, _) => error,
    }
}

fn encoded(text: &str) -> SecretString {
    SecretString::from(STANDARD.encode(text))
}
