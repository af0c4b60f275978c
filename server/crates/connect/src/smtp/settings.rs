//! What one connection for sending needs to know. Must never: be printed with its secret.

use crate::{ConnectError, ImapSettings, Reach};
use model::{Protocol, Security};
use rustls::pki_types::CertificateDer;
use secrecy::{ExposeSecret, SecretString};
use std::{fmt, time::Duration};

/// How to sign in.
#[derive(Clone)]
pub enum SmtpSignIn {
    /// The server asks for none (FN-02).
    None,
    /// By user name and password.
    Password(String, SecretString),
    /// By user name and token (XOAUTH2).
    Token(String, SecretString),
}

/// Where to connect, how, and as whom.
#[derive(Clone)]
pub struct SmtpSettings {
    /// Host name or IP address.
    pub server: String,
    /// Port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// As whom.
    pub sign_in: SmtpSignIn,
    /// What we call ourselves: a host name, or an address in brackets.
    pub hello: String,
    /// Longest silence of the server while a command runs.
    pub timeout: Duration,
    /// Longest wait for the answer to a whole letter (RFC 5321 §4.5.3.2.6: ten minutes).
    pub last_reply: Duration,
    /// SHA-256 of the one certificate that is accepted (O3).
    pub pinned_fingerprint: Option<String>,
    /// An administrator's recorded consent to send the password in clear (O2).
    pub allow_clear_text: bool,
    /// Which addresses and ports may be reached.
    pub reach: Reach,
    /// Roots trusted besides those that browsers trust.
    pub extra_roots: Vec<CertificateDer<'static>>,
}

impl fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpSettings").field("server", &self.server).field("port", &self.port).finish_non_exhaustive()
    }
}

impl SmtpSettings {
    /// The same for those parts that all protocols share.
    pub(crate) fn as_server(&self) -> ImapSettings {
        ImapSettings {
            protocol: Protocol::Smtp,
            server: self.server.clone(),
            port: self.port,
            security: self.security,
            user_name: String::new(),
            password: SecretString::default(),
            bearer: false,
            timeout: self.timeout,
            pinned_fingerprint: self.pinned_fingerprint.clone(),
            allow_clear_text: self.allow_clear_text,
            reach: self.reach,
            extra_roots: self.extra_roots.clone(),
        }
    }

    /// What makes no sense before anything is sent.
    pub(crate) fn check(&self) -> Result<(), ConnectError> {
        let wrong = |sentence: &str| Err(ConnectError::Settings { sentence: sentence.to_owned() });
        let server = self.server.trim();
        if server.is_empty() || server.chars().any(|c| c.is_whitespace() || c.is_control() || c == '/' || c == '@') {
            return wrong("Enter the server's name alone, like smtp.example.com.");
        }
        if self.port == 0 {
            return wrong("Enter a port from 1 to 65535, usually 587.");
        }
        if let SmtpSignIn::Password(user, secret) | SmtpSignIn::Token(user, secret) = &self.sign_in {
            if user.is_empty() || user.chars().any(char::is_control) {
                return wrong("Enter the user name, usually the whole e-mail address, on one line.");
            }
            let secret = secret.expose_secret();
            if secret.is_empty() || secret.chars().any(|c| matches!(c, '\r' | '\n' | '\0')) {
                return wrong("Enter the password again, on one line.");
            }
        }
        if self.security == Security::None && !self.allow_clear_text {
            return wrong(
                "Without encryption letters and password would travel in clear. Choose TLS or STARTTLS, or ask an administrator to allow clear text for this account.",
            );
        }
        Ok(())
    }
}
