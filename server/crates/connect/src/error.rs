//! Errors, named by the caller's next step. Must never: carry a password, a letter or an address of a person.

use crate::{certificate::CertificateFacts, lore};
use model::Verdict;
use std::time::Duration;

/// Why it is worth trying again later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Later {
    /// The server's name does not resolve.
    NoSuchName,
    /// Nothing listens on the port.
    PortClosed,
    /// No way to the server's address.
    Unreachable,
    /// The server did not answer in time.
    TimedOut,
    /// The server closed the connection.
    Closed,
    /// The provider asks to slow down.
    Throttled,
    /// The server says that it is busy or out of order for the moment.
    Busy,
}

/// What is wrong with encryption or certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateProblem {
    /// Issued by nobody who is trusted.
    UnknownIssuer,
    /// Issued by itself.
    SelfSigned,
    /// No longer valid.
    Expired,
    /// Not valid yet.
    NotYetValid,
    /// For another server's name.
    OtherName,
    /// Not the pinned one.
    PinDiffers,
    /// Bad in some other way (a wrong signature, a wrong purpose, unreadable).
    Bad,
    /// The server does not speak TLS on this port.
    NotTls,
    /// The server speaks TLS, but no version or method that is safe.
    NoSafeMethod,
    /// STARTTLS is not offered.
    StartTlsMissing,
    /// STARTTLS was refused.
    StartTlsRefused,
    /// The server, or somebody in between, sent something before encryption that must not be there.
    StartTlsTampered,
    /// The connection ended during the agreement.
    HandshakeEnded,
}

/// What went wrong, by what to do next (DESIGN §7).
#[derive(Debug, Clone, thiserror::Error)]
pub enum ConnectError {
    /// Try again later: network, throttled, server busy.
    #[error("{}", self.sentence())]
    Later {
        /// Why.
        why: Later,
        /// The server's words, if it had any.
        said: String,
        /// How long the server asks to wait.
        wait: Option<Duration>,
    },
    /// The user name or password was refused: a person must act (counts towards disabling, O25).
    #[error("{}", self.sentence())]
    SignIn {
        /// The server's words.
        said: String,
    },
    /// Encryption could not be agreed or the certificate is not good. No password was sent.
    #[error("{}", self.sentence())]
    Certificate {
        /// What is wrong.
        why: CertificateProblem,
        /// The certificate, if one was shown.
        seen: Option<Box<CertificateFacts>>,
        /// The server's words, if it had any.
        said: String,
    },
    /// The server says no to what was asked.
    #[error("{}", self.sentence())]
    Refused {
        /// The server's words.
        said: String,
    },
    /// The server or we are wrong. After this the connection is of no use: reconnect, then ask for less at once.
    #[error("{}", self.sentence())]
    Protocol {
        /// What is odd, in our words and the server's.
        said: String,
        /// The redacted talk that led to it.
        transcript: Vec<String>,
    },
    /// The settings make no sense; nothing was sent.
    #[error("{}", self.sentence())]
    Settings {
        /// What to mend.
        sentence: String,
    },
    /// Not allowed: the address for this user, or IMAP for this mailbox.
    #[error("{}", self.sentence())]
    Permission {
        /// What to do.
        sentence: String,
        /// The server's words, if it had any.
        said: String,
    },
    /// The letter could not be written on our side.
    #[error("{}", self.sentence())]
    Spool {
        /// The system's words.
        said: String,
    },
}

impl ConnectError {
    /// Network trouble without words of the server.
    pub(crate) fn later(why: Later) -> Self {
        Self::Later { why, said: String::new(), wait: None }
    }

    pub(crate) fn encryption(why: CertificateProblem) -> Self {
        Self::Certificate { why, seen: None, said: String::new() }
    }

    /// Whose turn it is.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Later { why: Later::Throttled, .. } => Verdict::Throttled,
            Self::Later { .. } | Self::Protocol { .. } | Self::Spool { .. } => Verdict::Connection,
            Self::SignIn { .. } => Verdict::Authentication,
            Self::Certificate { .. } => Verdict::Certificate,
            Self::Refused { .. } | Self::Permission { .. } => Verdict::Permission,
            Self::Settings { .. } => Verdict::Settings,
        }
    }

    /// What happened and what to do, in plain words.
    pub fn sentence(&self) -> String {
        match self {
            Self::Later { why, said, .. } => later_sentence(*why, said).to_owned(),
            Self::SignIn { said } => crate::oauth::sentence_of(said).unwrap_or_else(|| lore::sign_in_sentence(said)).to_owned(),
            Self::Certificate { why, .. } => certificate_sentence(*why).to_owned(),
            Self::Refused { .. } => "The mail server refused what Postroom asked for. Its answer says why.".to_owned(),
            Self::Protocol { .. } => "The mail server answered something that cannot be understood. Postroom reconnects and asks in smaller steps; if it stays, send the support file.".to_owned(),
            Self::Settings { sentence } | Self::Permission { sentence, .. } => sentence.clone(),
            Self::Spool { .. } => "Postroom could not keep a letter on its own disk. Ask the administrator whether the disk is full.".to_owned(),
        }
    }

    /// A person must sign in at the provider: no token is handed out, or none is taken.
    pub fn is_about_a_token(&self) -> bool {
        matches!(self, Self::SignIn { said } if crate::oauth::sentence_of(said).is_some())
    }

    /// What the server answered: one line, no control characters, at most 500 characters. Empty when it said nothing.
    pub fn server_text(&self) -> &str {
        match self {
            Self::Later { said, .. }
            | Self::SignIn { said }
            | Self::Certificate { said, .. }
            | Self::Refused { said }
            | Self::Protocol { said, .. }
            | Self::Permission { said, .. }
            | Self::Spool { said } => said,
            Self::Settings { .. } => "",
        }
    }
}

fn later_sentence(why: Later, said: &str) -> &'static str {
    match why {
        Later::NoSuchName => "The server's name cannot be found. Check its spelling.",
        Later::PortClosed => {
            "Nothing answers on this port. Check the port, or whether the mail service is switched on and the firewall lets it through."
        }
        Later::Unreachable => "There is no way to this server from here. Check the address and the network.",
        Later::TimedOut => "The mail server did not answer in time. Postroom tries again.",
        Later::Closed => "The mail server ended the connection. Postroom tries again.",
        Later::Throttled => lore::sentence_of(said).unwrap_or("The provider asks to slow down. Postroom waits and tries again."),
        Later::Busy => lore::sentence_of(said).unwrap_or("The mail server is busy. Postroom tries again."),
    }
}

fn certificate_sentence(why: CertificateProblem) -> &'static str {
    use CertificateProblem::*;
    match why {
        UnknownIssuer => {
            "The server's certificate was issued by nobody who is trusted here. If it is the office's own server, an administrator may accept exactly this certificate."
        }
        SelfSigned => {
            "The server made its certificate itself. If it is the office's own server, an administrator may accept exactly this certificate."
        }
        Expired => "The server's certificate has expired. Whoever runs the server must renew it.",
        NotYetValid => "The server's certificate is not valid yet. Check the clock of this machine and of the server.",
        OtherName => "The server's certificate is for another name. Use the name that stands in the certificate.",
        PinDiffers => {
            "The server shows another certificate than the one that was accepted for this account. Find out why before accepting the new one."
        }
        Bad => "The server's certificate is not good. Whoever runs the server must replace it.",
        NotTls => {
            "This port does not speak TLS from the start. Use STARTTLS here, or the port for TLS: 993 for IMAP, 995 for POP3, 465 for sending."
        }
        NoSafeMethod => "The server only offers methods of encryption that are no longer safe. Whoever runs it must update it.",
        StartTlsMissing => {
            "The server does not offer STARTTLS on this port. The password was not sent. Use the port for TLS: 993 for IMAP, 995 for POP3, 465 for sending."
        }
        StartTlsRefused => {
            "The server refused to start encryption. The password was not sent. Use the port for TLS: 993 for IMAP, 995 for POP3, 465 for sending."
        }
        StartTlsTampered => {
            "Something was sent before encryption that must not be there. The password was not sent. Use the port for TLS: 993 for IMAP, 995 for POP3, 465 for sending."
        }
        HandshakeEnded => "The server ended the connection while encryption was being agreed. The password was not sent.",
    }
}

/// One line, without controls, at most 500 characters.
pub(crate) fn one_line(text: &str) -> String {
    let flat: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    flat.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(500).collect()
}
