//! What one connection needs to know. Must never: be printed with its password.

use crate::{ConnectError, Reach, talk::Speech};
use model::{Protocol, Security};
use rustls::pki_types::CertificateDer;
use secrecy::{ExposeSecret, SecretString};
use std::{fmt, time::Duration};

/// Where to connect, how, and as whom.
#[derive(Clone)]
pub struct ImapSettings {
    /// What is spoken: IMAP or POP3; other protocols do not come this way.
    pub protocol: Protocol,
    /// Host name or IP address (FP-14).
    pub server: String,
    /// Port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// User name, usually the address.
    pub user_name: String,
    /// Password.
    pub password: SecretString,
    /// The password is a token: it is sent by XOAUTH2 alone.
    pub bearer: bool,
    /// Longest silence of the server while a command runs.
    pub timeout: Duration,
    /// SHA-256 of the one certificate that is accepted, 64 lower-case hexadecimal digits (O3).
    pub pinned_fingerprint: Option<String>,
    /// An administrator's recorded consent to send the password in clear (O2).
    pub allow_clear_text: bool,
    /// Which addresses and ports may be reached.
    pub reach: Reach,
    /// Roots trusted besides those that browsers trust.
    pub extra_roots: Vec<CertificateDer<'static>>,
}

impl fmt::Debug for ImapSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImapSettings")
            .field("server", &self.server)
            .field("port", &self.port)
            .field("security", &self.security)
            .field("reach", &self.reach)
            .finish_non_exhaustive()
    }
}

impl ImapSettings {
    pub(crate) fn speech(&self) -> Speech {
        match self.protocol {
            Protocol::Pop3 => Speech::Pop3,
            Protocol::Smtp => Speech::Smtp,
            _ => Speech::Imap,
        }
    }

    /// The port for TLS from the first octet.
    pub(crate) fn usual_tls_port(&self) -> u16 {
        match self.protocol {
            Protocol::Pop3 => 995,
            Protocol::Smtp => 465,
            _ => 993,
        }
    }

    /// What makes no sense before anything is sent. The sentence says what to mend.
    pub(crate) fn check(&self) -> Result<(), ConnectError> {
        let wrong = |sentence: &str| Err(ConnectError::Settings { sentence: sentence.to_owned() });
        let server = self.server.trim();
        if server.is_empty() || server.chars().any(|c| c.is_whitespace() || c.is_control() || c == '/' || c == '@') {
            return wrong("Enter the server's name alone, like mail.example.com.");
        }
        if self.port == 0 {
            let usual = self.usual_tls_port();
            return Err(ConnectError::Settings { sentence: format!("Enter a port from 1 to 65535, usually {usual}.") });
        }
        if self.user_name.is_empty() || self.user_name.chars().any(char::is_control) {
            return wrong("Enter the user name, usually the whole e-mail address, on one line.");
        }
        let password = self.password.expose_secret();
        if password.is_empty() {
            return wrong("Enter the mailbox's password.");
        }
        if password.chars().any(|c| matches!(c, '\r' | '\n' | '\0')) {
            return wrong("The password contains a line break. Enter it again on one line.");
        }
        if self.security == Security::None && !self.allow_clear_text {
            return wrong(
                "Without encryption the password would travel in clear. Choose TLS or STARTTLS, or ask an administrator to allow clear text for this account.",
            );
        }
        Ok(())
    }
}
