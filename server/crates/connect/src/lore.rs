//! What servers' words mean, as data: provider, words, meaning, sentence. `QUIRKS.md` names the test that holds each.
//!
//! Must never: decide by words where a response code decides.

use crate::{CertificateProblem, ConnectError, Later};
use std::time::Duration;

/// What an answer means for the next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Slow down.
    Throttled,
    /// Come back later.
    Busy,
    /// A person must mend the sign-in.
    SignIn,
    /// IMAP is switched off, or the mailbox may not be used.
    Permission,
    /// The server wants encryption first.
    Encryption,
}

/// One fact: if the answer contains any of the words (lower case), it means this.
pub(crate) struct Fact {
    pub words: &'static [&'static str],
    pub meaning: Meaning,
    pub sentence: &'static str,
}

const fn fact(words: &'static [&'static str], meaning: Meaning, sentence: &'static str) -> Fact {
    Fact { words, meaning, sentence }
}

/// In order; the first that matches counts. What is temporary comes first, so that no blip is taken for a wrong password (O25).
pub(crate) const FACTS: &[Fact] = &[
    fact(
        &[
            "too many simultaneous connections",
            "too many connections",
            "maximum number of connections",
            "too many open connections",
            "mail_max_userip_connections",
            "[limit]",
            "too many sessions",
        ],
        Meaning::Throttled,
        "Too many programs are connected to this mailbox at once. Postroom waits and tries again; a connection limit can be set for the account.",
    ),
    fact(
        &["exceeded command or bandwidth limits", "[overquota] account exceeded", "bandwidth limit"],
        Meaning::Throttled,
        "Google's daily limit for this mailbox is used up. Postroom waits and goes on where it stopped.",
    ),
    fact(
        &[
            "throttled",
            "rate limit",
            "too many login",
            "too many invalid",
            "too many failed",
            "too many bad auth",
            "too much mail data",
            "try again later",
            "[throttled]",
            "slow down",
            "temporarily blocked",
            "temporarily locked",
        ],
        Meaning::Throttled,
        "The provider asks to slow down. Postroom waits and tries again.",
    ),
    fact(
        &[
            "[login-delay]",
            "login delay",
            "minimum time between",
            "login too soon",
            "logins too frequent",
            "polling too often",
            "check mail too often",
        ],
        Meaning::Throttled,
        "The server allows only one sign-in in some minutes. Postroom waits and tries again.",
    ),
    fact(
        &[
            "[in-use]",
            "maildrop already locked",
            "mailbox already locked",
            "maildrop is locked",
            "mailbox is locked by",
            "mailbox locked",
            "mailbox in use",
            "mailbox is in use",
            "unable to lock maildrop",
            "unable to lock mailbox",
            "can't lock",
            "already in use",
            "other pop3 session",
            "another pop3 session",
            "already has an open session",
        ],
        Meaning::Busy,
        "Another program is reading this mailbox by POP3 at the moment, and POP3 lets in only one. Postroom tries again; if it stays, let the other program ask less often.",
    ),
    fact(
        &["user is authenticated but not connected"],
        Meaning::Busy,
        "The Exchange server accepted the password but cannot open the mailbox at the moment. If it stays, the mailbox was moved or the user name is that of another mailbox.",
    ),
    fact(
        &[
            "lookup failed",
            "[sys/temp]",
            "[unavailable]",
            "[inuse]",
            "[serverbug]",
            "internal error",
            "internal server error",
            "server error",
            "temporary authentication failure",
            "temporary failure",
            "temporarily unavailable",
            "temporary problem",
            "system error",
            "service unavailable",
            "server is busy",
            "server busy",
            "backend error",
            "system busy",
            "try again",
        ],
        Meaning::Busy,
        "The mail server is out of order for the moment. Postroom tries again.",
    ),
    fact(
        &["application-specific password", "app password", "application password", "app-specific password", "[alert] application-specific"],
        Meaning::SignIn,
        "This provider does not accept the account's own password here. Make an app password on the provider's web site and enter that.",
    ),
    fact(
        &[
            "not enabled for imap",
            "imap access is disabled",
            "imap is disabled",
            "imap disabled",
            "enable imap",
            "imap access disabled",
            "imap4 is disabled",
            "protocol disabled",
            "imap has been disabled",
            "is not allowed to use imap",
        ],
        Meaning::Permission,
        "IMAP is switched off for this mailbox. Switch it on in the mailbox's settings on the provider's web site, then test again.",
    ),
    fact(
        &[
            "not enabled for pop",
            "pop access is disabled",
            "pop access disabled",
            "pop is disabled",
            "pop3 is disabled",
            "pop3 disabled",
            "pop disabled",
            "pop3 access is disabled",
            "pop3 access disabled",
            "pop has been disabled",
            "enable pop",
            "is not allowed to use pop",
            "no pop3 access",
            "not authorized to use pop",
            "pop3 service is not enabled",
        ],
        Meaning::Permission,
        "POP3 is switched off for this mailbox. Switch it on in the mailbox's settings on the provider's web site, then test again.",
    ),
    fact(
        &[
            "web login required",
            "log in via your web browser",
            "login via your web browser",
            "please log in via",
            "sign in using your browser",
            "web browser",
        ],
        Meaning::SignIn,
        "The provider wants the owner to sign in on its web site first. Do that, confirm that it was you, then test again.",
    ),
    fact(
        &["smtpclientauthentication is disabled for the tenant"],
        Meaning::Permission,
        "Sending by SMTP is switched off for the whole organisation. An administrator of Microsoft 365 can allow it (authenticated SMTP) for this mailbox alone, then test again.",
    ),
    fact(
        &["did not meet the criteria to be authenticated", "security defaults policy"],
        Meaning::Permission,
        "A rule of the organisation at Microsoft (security defaults or Conditional Access) keeps programs from sending by SMTP. An administrator of Microsoft 365 must allow it, then test again.",
    ),
    fact(
        &["smtpclientauthentication is disabled", "smtp_auth_disabled", "smtp auth is disabled", "smtp authentication is disabled"],
        Meaning::Permission,
        "Sending by SMTP is switched off for this mailbox. Whoever runs the mail system can allow it (authenticated SMTP), then test again.",
    ),
    fact(
        &["basicauthblocked", "basic authentication", "authentication mechanism is not supported", "legacy authentication"],
        Meaning::SignIn,
        "Microsoft no longer accepts passwords for this mailbox. It needs the server type Microsoft 365.",
    ),
    fact(
        &[
            "[privacyrequired]",
            "encryption required",
            "encryption is required",
            "must issue a starttls",
            "must use stls",
            "stls first",
            "issue stls",
            "issue a stls",
            "ssl/tls required",
            "plaintext authentication disallowed",
            "cleartext authentication disallowed",
            "secure connection required",
        ],
        Meaning::Encryption,
        "The server accepts passwords only over an encrypted connection. Choose TLS or STARTTLS.",
    ),
    fact(
        &["[expired]", "password has expired", "password expired"],
        Meaning::SignIn,
        "The mailbox's password has expired. Set a new one with the provider and enter it here.",
    ),
    fact(
        &[
            "account is locked",
            "account locked",
            "account is disabled",
            "account disabled",
            "account has been suspended",
            "mailbox is disabled",
            "[contactadmin]",
        ],
        Meaning::SignIn,
        "The provider has locked this mailbox. Ask whoever runs it.",
    ),
    fact(
        &["[sys/perm]"],
        Meaning::Permission,
        "The server says that something on its side keeps this mailbox closed. Ask whoever runs it; its answer says more.",
    ),
];

/// For a refusal that says nothing more.
const WRONG_PASSWORD: &str = "The server refused the user name or password. Check both; the user name is usually the whole e-mail address.";

/// The first fact that an answer matches.
pub(crate) fn find(said: &str) -> Option<&'static Fact> {
    let lower = said.to_lowercase();
    FACTS.iter().find(|fact| fact.words.iter().any(|words| lower.contains(words)))
}

/// Its sentence.
pub(crate) fn sentence_of(said: &str) -> Option<&'static str> {
    find(said).map(|fact| fact.sentence)
}

/// The sentence for a refused sign-in.
pub(crate) fn sign_in_sentence(said: &str) -> &'static str {
    find(said).filter(|fact| fact.meaning == Meaning::SignIn).map_or(WRONG_PASSWORD, |fact| fact.sentence)
}

/// How long the server asks to wait: `Suggested Backoff Time: 92415 milliseconds`, `try again in 30 seconds`.
pub(crate) fn wait(said: &str) -> Option<Duration> {
    let lower = said.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let (number, unit) = words.windows(2).find_map(|pair| {
        let number: u64 = pair[0].parse().ok()?;
        let unit = match pair[1] {
            "ms" | "msec" | "millisecond" | "milliseconds" => 1,
            "s" | "sec" | "second" | "seconds" => 1_000,
            "minute" | "minutes" | "min" => 60_000,
            "hour" | "hours" => 3_600_000,
            _ => return None,
        };
        Some((number, unit))
    })?;
    Some(Duration::from_millis(number.saturating_mul(unit)).min(Duration::from_secs(24 * 3_600)))
}

fn later(meaning: Meaning, said: &str) -> Option<ConnectError> {
    let why = match meaning {
        Meaning::Throttled => Later::Throttled,
        Meaning::Busy => Later::Busy,
        _ => return None,
    };
    Some(ConnectError::Later { why, said: said.to_owned(), wait: wait(said) })
}

/// A refused sign-in. A response code decides before any words (RFC 5530).
pub(crate) fn sign_in(status: &str, said: &str) -> ConnectError {
    let upper = said.to_ascii_uppercase();
    // "Invalid credentials … try again" stays a refusal: the code is about the credentials.
    let about_credentials = ["[AUTHENTICATIONFAILED]", "[AUTHORIZATIONFAILED]", "[AUTH]"].iter().any(|code| upper.starts_with(code));
    match refused_sign_in(said, about_credentials) {
        ConnectError::SignIn { said } if status == "BAD" => ConnectError::Refused { said },
        error => error,
    }
}

fn refused_sign_in(said: &str, about_credentials: bool) -> ConnectError {
    let found = find(said);
    let temporary = !about_credentials || STILL_TEMPORARY.iter().any(|words| said.to_lowercase().contains(words));
    if let Some(later) = found.filter(|_| temporary).and_then(|fact| later(fact.meaning, said)) {
        return later;
    }
    match found.map(|fact| (fact.meaning, fact.sentence)) {
        Some((Meaning::Permission, sentence)) => ConnectError::Permission { sentence: sentence.to_owned(), said: said.to_owned() },
        Some((Meaning::Encryption, _)) => {
            ConnectError::Certificate { why: CertificateProblem::StartTlsMissing, seen: None, said: said.to_owned() }
        }
        _ => ConnectError::SignIn { said: said.to_owned() },
    }
}

/// A refused sign-in by POP3: as by IMAP, and its codes are among the facts (RFC 2449 §8, RFC 3206).
pub(crate) fn pop_sign_in(said: &str) -> ConnectError {
    sign_in("ERR", said)
}

/// A sign-in that SMTP refused for good: 5yz is about the credentials, whatever else the words say.
pub(crate) fn smtp_sign_in(said: &str) -> ConnectError {
    refused_sign_in(said, true)
}

/// SMTP's 4yz: not now.
pub(crate) fn not_now(said: &str) -> ConnectError {
    let busy = || ConnectError::Later { why: Later::Busy, said: said.to_owned(), wait: wait(said) };
    find(said).and_then(|fact| later(fact.meaning, said)).unwrap_or_else(busy)
}

/// Words that mean "later" even behind a code about credentials (Yahoo, Microsoft).
const STILL_TEMPORARY: &[&str] = &[
    "rate limit",
    "throttled",
    "too many login",
    "too many connections",
    "too many simultaneous connections",
    "temporarily blocked",
    "temporarily locked",
    "server error",
    "[limit]",
];

/// A refused command after sign-in.
pub(crate) fn refusal(said: &str) -> ConnectError {
    find(said).and_then(|fact| later(fact.meaning, said)).unwrap_or_else(|| ConnectError::Refused { said: said.to_owned() })
}

/// BYE: never a reason to disable anything.
pub(crate) fn farewell(said: &str) -> ConnectError {
    find(said).and_then(|fact| later(fact.meaning, said)).unwrap_or(ConnectError::Later {
        why: Later::Closed,
        said: said.to_owned(),
        wait: wait(said),
    })
}
