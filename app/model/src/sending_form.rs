//! The sending side of an account, as typed and as its page shows it (TP-23 to TP-29, IT-16 to IT-21).

use crate::{AccountId, Diagnosis, FieldErrors, Security, SendAs, SendingSignIn, looks_like_address};
use serde::{Deserialize, Serialize};

/// The sending side of an account, as typed (TP-23 to TP-29).
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendingForm {
    /// Name of the account: only when it is made by this form.
    #[serde(default)]
    pub name: String,
    /// Description: only when it is made by this form.
    #[serde(default)]
    pub description: String,
    /// Email server.
    #[serde(default)]
    pub server: String,
    /// Port; empty = as the security says.
    #[serde(default)]
    pub port: String,
    /// Security.
    #[serde(default)]
    pub security: Security,
    /// How it signs in: `own`, `account` or `none`; empty = `own`.
    #[serde(default)]
    pub sign_in: String,
    /// User name, if any.
    #[serde(default)]
    pub user_name: String,
    /// Password, if any; empty keeps the one that is stored.
    #[serde(default)]
    pub password: String,
    /// Password again.
    #[serde(default)]
    pub password_repeat: String,
    /// Time limit, minutes (O16).
    #[serde(default)]
    pub timeout_minutes: String,
    /// SHA-256 of the one certificate that is accepted (O3); empty = one that an authority vouches for.
    #[serde(default)]
    pub pinned_fingerprint: String,
    /// Sender's name.
    #[serde(default)]
    pub sender_name: String,
    /// Sender's address; empty = the user name, if that is an address (O13).
    #[serde(default)]
    pub sender_address: String,
    /// What becomes of the copy in the folder of sent letters: `server`, `append` or `none`; empty = as it was.
    #[serde(default)]
    pub sent_copy: String,
    /// The system e-mail account.
    #[serde(default)]
    pub is_system: bool,
    /// The password may go in clear: an administrator's word.
    #[serde(default)]
    pub allow_clear_text: bool,
}

/// Never tells a password.
impl std::fmt::Debug for SendingForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SendingForm").field("server", &self.server).finish_non_exhaustive()
    }
}

impl SendingForm {
    /// How it signs in.
    pub fn way(&self) -> SendingSignIn {
        SendingSignIn::parse(&self.sign_in).unwrap_or(SendingSignIn::Own)
    }

    /// The pinned fingerprint as 64 lower-case hexadecimal digits.
    pub fn fingerprint(&self) -> Option<String> {
        crate::account::fingerprint(&self.pinned_fingerprint)
    }

    /// The port: as typed, or as the security says.
    pub fn port_number(&self) -> u16 {
        self.port.trim().parse().unwrap_or(match self.security {
            Security::Tls => 465,
            Security::None => 25,
            Security::Auto | Security::StartTls => 587,
        })
    }

    /// The sender's address: as typed, or the user name where that is one (O13).
    pub fn address(&self) -> String {
        let typed = self.sender_address.trim();
        if typed.is_empty() && looks_like_address(&self.user_name) { self.user_name.trim().to_owned() } else { typed.to_owned() }
    }

    /// Time limit in seconds; `None` = not a number from 0.1 to 10 minutes.
    pub fn timeout_seconds(&self) -> Option<u32> {
        let typed = self.timeout_minutes.trim().replace(',', ".");
        let minutes: f64 = if typed.is_empty() { 1.0 } else { typed.parse().ok()? };
        (0.1..=10.0).contains(&minutes).then_some((minutes * 60.0).round() as u32)
    }

    /// The rules, the same in browser and server. `new` = it makes the account; `saved` = a password is stored already;
    /// `graph` = Microsoft 365 sends by Graph and needs a sender only.
    pub fn check(&self, new: bool, saved: bool, graph: bool) -> FieldErrors {
        let mut errors = FieldErrors::default();
        let odd = |text: &str, most: usize| text.chars().count() > most || text.chars().any(char::is_control);
        if new && (self.name.trim().is_empty() || odd(&self.name, 60)) {
            errors.add("name", "Enter a name for the account, one line of 60 characters or less");
        }
        if !graph {
            if self.server.trim().is_empty() || odd(&self.server, 253) || self.server.trim().contains([' ', '/', '@']) {
                errors.add("server", "Enter the name of the mail server, like smtp.example.com");
            }
            if !self.port.trim().is_empty() && !self.port.trim().parse::<u16>().is_ok_and(|port| port > 0) {
                errors.add("port", "Enter a port number from 1 to 65535, or leave it empty");
            }
            if self.way() == SendingSignIn::Own {
                if self.user_name.trim().is_empty() {
                    errors.add("user_name", "Enter the user name, or choose that the server asks for none");
                }
                if self.password.is_empty() && !saved {
                    errors.add("password", "Enter the password");
                }
            }
            if self.password != self.password_repeat {
                errors.add("password_repeat", "The two passwords differ");
            }
            if self.timeout_seconds().is_none() {
                errors.add("timeout_minutes", "Enter a number of minutes from 0.1 to 10");
            }
            if !self.pinned_fingerprint.trim().is_empty() && self.fingerprint().is_none() {
                errors.add("pinned_fingerprint", "A SHA-256 fingerprint has 64 hexadecimal digits");
            }
        }
        if self.sender_name.trim().is_empty() || odd(&self.sender_name, 120) {
            errors.add("sender_name", "Enter the name that stands on letters");
        }
        if !looks_like_address(&self.address()) {
            errors.add("sender_address", "Enter the address that letters come from, like office@example.com");
        }
        if self.security == Security::None && !self.allow_clear_text && !graph {
            errors.add("allow_clear_text", "Tick this to send without encryption, or choose another security");
        }
        errors
    }
}

/// How a test of the sending side ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SendingTest {
    /// The server let us in, and that proves that the account sends.
    Proven,
    /// The server let us in; that the sender's address is one's own is still to be proven.
    LetIn,
    /// It did not: the report says where it ended.
    Failed,
}

/// The sending side of an account, as its page shows it: without the password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendingView {
    /// The account; `None` = a new one.
    pub account: Option<AccountId>,
    /// Its name.
    pub name: String,
    /// It only sends.
    pub only_sends: bool,
    /// Microsoft 365 sends by Graph.
    pub graph: bool,
    /// It has a mailbox that a copy of sent letters can be appended to.
    pub copies: bool,
    /// Its collecting side has not been tested yet (IT-16).
    pub not_yet: bool,
    /// What a button of the report changed and nobody saved, else what is stored, else a proposal.
    pub form: SendingForm,
    /// The form is not what is stored.
    pub unsaved: bool,
    /// The last test of exactly this, in this session.
    pub diagnosis: Option<Diagnosis>,
    /// No copies are kept so far, and nobody was asked: the form offers what is usual.
    #[serde(default)]
    pub copies_unchosen: bool,
    /// Something is stored.
    pub stored: bool,
    /// A password is stored.
    pub has_password: bool,
    /// It is proven.
    pub proven_at: Option<i64>,
    /// Why nothing is sent through it now.
    pub stopped: String,
    /// The person's sign-in by which letters leave, or could; `None` = nobody signs in at a provider to send.
    #[serde(default)]
    pub person: Option<SendingPerson>,
    /// The account that is the system e-mail account now, if another one is.
    pub system: Option<String>,
    /// The address whose code proves it, if one was asked for (IT-21).
    pub code: Option<SendAs>,
    /// Viewer may change it.
    pub may_change: bool,
    /// Viewer is an administrator.
    pub administrator: bool,
}

/// A person's sign-in at the provider of the mailbox, as far as sending goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendingPerson {
    /// Microsoft or Google.
    pub provider: String,
    /// Somebody has signed in and permitted sending.
    pub may_send: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    // O13, O14, O16, FN-02, FN-03
    #[test]
    fn a_sending_side_needs_a_sender_and_no_more_than_the_server_asks() {
        let bare = SendingForm {
            server: "smtp.example.com".into(),
            sign_in: "none".into(),
            sender_name: "Office".into(),
            sender_address: "office@example.com".into(),
            ..SendingForm::default()
        };
        assert_eq!(bare.check(false, false, false), FieldErrors::default());
        assert_eq!((bare.security, bare.port_number(), bare.timeout_seconds()), (Security::Auto, 587, Some(60)));
        let own =
            SendingForm { sign_in: "own".into(), user_name: "desk@example.com".into(), sender_address: String::new(), ..bare.clone() };
        assert_eq!(own.address(), "desk@example.com");
        assert!(own.check(false, false, false).of("password").is_some() && own.check(false, true, false).of("password").is_none());
        let local = SendingForm { user_name: "desk".into(), ..own };
        assert!(local.check(false, true, false).of("sender_address").is_some());
        let slow = SendingForm { timeout_minutes: "11".into(), password: "a".into(), ..bare };
        let errors = slow.check(true, false, false);
        assert!(["timeout_minutes", "password_repeat", "name"].iter().all(|field| errors.of(field).is_some()), "{errors:?}");
    }
}
