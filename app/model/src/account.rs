//! Accounts, as listed, shown and typed.

use crate::{
    AccountId, Diagnosis, FieldErrors, FolderRow, JoinRequest, LedgerRow, LedgerSums, PersonSignIn, Progress, Protocol, UserId, Verdict,
    looks_like_address,
};
use serde::{Deserialize, Serialize};

/// How the connection is protected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// TLS first, then STARTTLS; never clear text (O2).
    #[default]
    Auto,
    /// Clear text: only with an administrator's recorded consent.
    None,
    /// STARTTLS, required.
    StartTls,
    /// TLS from the first octet.
    Tls,
}

impl Security {
    /// As stored and typed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::None => "none",
            Self::StartTls => "starttls",
            Self::Tls => "tls",
        }
    }

    /// Reads what [`Security::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Auto, Self::None, Self::StartTls, Self::Tls].into_iter().find(|s| s.as_str() == text)
    }

    /// The usual POP3 port (O1, IT-17): 995 for TLS, 110 otherwise.
    pub fn pop3_port(self) -> u16 {
        match self {
            Self::Auto | Self::Tls => 995,
            Self::None | Self::StartTls => 110,
        }
    }

    /// The usual IMAP port (O1): 993 for TLS, 143 otherwise.
    pub fn imap_port(self) -> u16 {
        match self {
            Self::Auto | Self::Tls => 993,
            Self::None | Self::StartTls => 143,
        }
    }
}

/// The server types offered (FP-10).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// BT or Yahoo Mail.
    BtYahoo,
    /// Google Mail.
    Gmail,
    /// Microsoft Exchange on the office's own server.
    Exchange,
    /// Microsoft 365, by an application of the office's own: by Graph, or one's own mailbox by IMAP or POP3.
    Microsoft365,
    /// Google Mail, by an application of the office's own.
    GoogleApplication,
    /// Everything by hand.
    #[default]
    Custom,
}

impl Preset {
    /// As stored and in addresses of pages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BtYahoo => "bt_yahoo",
            Self::Gmail => "gmail",
            Self::Exchange => "exchange",
            Self::Microsoft365 => "microsoft365",
            Self::GoogleApplication => "google_application",
            Self::Custom => "custom",
        }
    }

    /// An address of the kind, to ask for the settings that all of them share; empty where each has its own.
    pub fn sample_address(self) -> &'static str {
        match self {
            Self::BtYahoo => "name@yahoo.com",
            Self::Gmail => "name@gmail.com",
            Self::Exchange | Self::Microsoft365 | Self::GoogleApplication | Self::Custom => "",
        }
    }

    /// Reads what [`Preset::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        use Preset::*;
        [BtYahoo, Gmail, Exchange, Microsoft365, GoogleApplication, Custom].into_iter().find(|p| p.as_str() == text)
    }
}

/// An account as typed. Numbers are text, so that what was typed can be shown again.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountForm {
    /// What is spoken with the server (TP-10).
    #[serde(default)]
    pub protocol: Protocol,
    /// Server type.
    #[serde(default)]
    pub preset: Preset,
    /// Unique; cannot be changed once saved (TP-06).
    #[serde(default)]
    pub name: String,
    /// Optional, stays editable (TP-07).
    #[serde(default)]
    pub description: String,
    /// The mailbox's own address.
    #[serde(default)]
    pub address: String,
    /// Host name or IP address (FP-14).
    #[serde(default)]
    pub server: String,
    /// Port; empty = the usual one.
    #[serde(default)]
    pub port: String,
    /// Security.
    #[serde(default)]
    pub security: Security,
    /// User name; empty = the address.
    #[serde(default)]
    pub user_name: String,
    /// Password; empty = as it was. Never sent to the browser.
    #[serde(default)]
    pub password: String,
    /// The password again (TP-15).
    #[serde(default)]
    pub password_repeat: String,
    /// Minutes, decimals allowed; empty = 1 (O16).
    #[serde(default)]
    pub timeout_minutes: String,
    /// At most so many connections at once; empty = no limit (TP-36).
    #[serde(default)]
    pub connection_limit: String,
    /// SHA-256 of the one certificate that is accepted, hex with or without colons (O3).
    #[serde(default)]
    pub pinned_fingerprint: String,
    /// An administrator's consent to send the password in clear (O2).
    #[serde(default)]
    pub allow_clear_text: bool,
    /// Directory of the application at Microsoft (FC-15).
    #[serde(default)]
    pub tenant: String,
    /// The application's id (FC-16).
    #[serde(default)]
    pub client_id: String,
    /// Token server; empty = the usual one.
    #[serde(default)]
    pub sign_in_server: String,
    /// Where a person says yes in the browser; empty = the token server.
    #[serde(default)]
    pub consent_server: String,
    /// The mailbox's own person signs in; else the application has a right of its own.
    #[serde(default)]
    pub delegated: bool,
    /// The day on which the client secret expires, `2027-05-31`; empty = not known (O15).
    #[serde(default)]
    pub secret_expires: String,
    /// Central account of the office; otherwise the account of the person who connects it.
    #[serde(default)]
    pub central: bool,
    /// POP3: days after storage at which letters are deleted on the server; empty = never (O8).
    #[serde(default)]
    pub delete_after_days: String,
}

/// Tells which account, never a password.
impl std::fmt::Debug for AccountForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountForm").field("name", &self.name).field("server", &self.server).finish_non_exhaustive()
    }
}

/// A SHA-256 fingerprint, with or without blanks and colons, as 64 lower-case hexadecimal digits.
pub(crate) fn fingerprint(typed: &str) -> Option<String> {
    let hex: String = typed.chars().filter(|c| !c.is_whitespace() && *c != ':').collect::<String>().to_lowercase();
    (hex.len() == 64 && hex.chars().all(|c| c.is_ascii_hexdigit())).then_some(hex)
}

impl AccountForm {
    /// The rules, the same in browser and server. `saved` = the account exists, so an empty password means the old one.
    pub fn check(&self, saved: bool) -> FieldErrors {
        let mut errors = FieldErrors::default();
        if self.protocol == Protocol::Archive {
            errors.add("protocol", "Files are imported, not connected: choose Import files");
        }
        if self.protocol == Protocol::Smtp {
            errors.add("protocol", "SMTP only sends: choose SMTP (sending only)");
        }
        if !looks_like_address(&self.address) {
            errors.add("address", "Enter the mailbox's e-mail address, like name@example.com");
        }
        if self.name.trim().is_empty() {
            errors.add("name", "Enter a name for the account");
        } else if self.name.chars().count() > 60 || self.name.chars().any(char::is_control) {
            errors.add("name", "The name must be one line of 60 characters or less");
        }
        if self.server.trim().is_empty() {
            errors.add("server", "Enter the mail server's name, like mail.example.com");
        } else if self.server.trim().chars().any(|c| c.is_whitespace() || c.is_control() || c == '/') {
            errors.add("server", "Enter the server's name alone, like mail.example.com");
        }
        if !self.port.trim().is_empty() && !self.port.trim().parse::<u16>().is_ok_and(|port| port > 0) {
            let usual = self.usual_port();
            errors.add("port", &format!("The port must be a number from 1 to 65535, usually {usual}"));
        }
        if self.by_application() {
            self.check_application(saved, &mut errors);
        } else if self.password.is_empty() && !saved {
            errors.add("password", "Enter the mailbox's password");
        } else if self.password != self.password_repeat {
            errors.add("password_repeat", "The two passwords differ");
        }
        if self.timeout_seconds().is_none() {
            errors.add("timeout_minutes", "The time-out must be between 0.1 and 10 minutes");
        }
        let limit = self.connection_limit.trim();
        if !limit.is_empty() && !limit.parse::<u32>().is_ok_and(|n| (1..=100).contains(&n)) {
            errors.add("connection_limit", "The limit must be a number from 1 to 100, or empty for no limit");
        }
        if self.protocol == Protocol::Pop3 && !self.delete_after_days.trim().is_empty() && self.deletion().is_none() {
            errors.add("delete_after_days", "The days must be a whole number from 0 to 36500, or empty for never");
        }
        if !self.pinned_fingerprint.trim().is_empty() && self.fingerprint().is_none() {
            errors.add("pinned_fingerprint", "A SHA-256 fingerprint has 64 hexadecimal digits");
        }
        errors
    }

    /// Port as typed, or the usual one.
    pub fn port_number(&self) -> u16 {
        self.port.trim().parse().unwrap_or_else(|_| self.usual_port())
    }

    /// What is wrong with a port that is one for sending (O1). It may be typed and tested, since a server may listen anywhere (O4); saved
    /// without a test that passed it would collect nothing.
    pub fn sending_port(&self) -> Option<String> {
        let port = self.port_number();
        let (speech, usual) = match self.protocol {
            Protocol::Pop3 => ("POP3", "995 with TLS or 110 with STARTTLS"),
            _ => ("IMAP", "993 with TLS or 143 with STARTTLS"),
        };
        matches!(port, 25 | 465 | 587).then(|| {
            format!("Port {port} is for sending letters. To collect them with {speech}, enter {usual}; or test the connection first")
        })
    }

    /// The usual port of the protocol with this security (O1).
    pub fn usual_port(&self) -> u16 {
        match self.protocol {
            Protocol::Pop3 => self.security.pop3_port(),
            _ => self.security.imap_port(),
        }
    }

    /// Days after storage at which letters are deleted on the server; `None` = never (O8). POP3 alone deletes.
    pub fn deletion(&self) -> Option<i64> {
        let days = self.delete_after_days.trim().parse().ok().filter(|days| (0..=36_500).contains(days));
        days.filter(|_| self.protocol == Protocol::Pop3)
    }

    /// Time-out in seconds; `None` when it cannot be read or is out of range.
    pub fn timeout_seconds(&self) -> Option<u32> {
        let text = self.timeout_minutes.trim().replace(',', ".");
        if text.is_empty() {
            return Some(60);
        }
        let minutes: f64 = text.parse().ok()?;
        (0.1..=10.0).contains(&minutes).then(|| (minutes * 60.0).round() as u32)
    }

    /// The pinned fingerprint as 64 lower-case hexadecimal digits.
    pub fn fingerprint(&self) -> Option<String> {
        fingerprint(&self.pinned_fingerprint)
    }

    /// User name as typed, or the address.
    pub fn login(&self) -> String {
        if self.user_name.trim().is_empty() { self.address.trim().to_owned() } else { self.user_name.trim().to_owned() }
    }
}

/// What an account is doing, in the office's words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum AccountHealth {
    /// Saved without a passed test, or never enabled.
    Draft,
    /// Enabled, waits for its first collection.
    Waiting,
    /// Collecting now.
    Collecting(Progress),
    /// On its way out with its letters: nothing can be done with it any more.
    Removing(Progress),
    /// Last collection went well.
    UpToDate,
    /// Last collection failed: red cross (FP-30).
    Failed,
    /// Disabled after repeated refusals of the password (O25).
    NeedsPassword,
    /// Paused by a person.
    Paused,
}

/// An account as listed (FP-29).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountCard {
    /// Id.
    pub id: AccountId,
    /// Unique name.
    pub name: String,
    /// Description.
    pub description: String,
    /// How its letters come.
    pub protocol: Protocol,
    /// The mailbox's address.
    pub address: String,
    /// Owner's name; `None` for a central account.
    pub owner: Option<String>,
    /// What it is doing.
    pub health: AccountHealth,
    /// Last collection's end, ms (FP-32).
    pub last_collection: Option<i64>,
    /// Next collection, ms.
    pub next_collection: Option<i64>,
    /// The last collection's error text (FP-33).
    pub last_error: Option<String>,
    /// Whose turn it is.
    pub verdict: Option<Verdict>,
    /// Sums over its folders.
    pub ledger: LedgerSums,
    /// Things to know: "No folder for sent letters is selected" (P3).
    pub warnings: Vec<String>,
    /// The viewer may change it.
    pub may_manage: bool,
    /// Its person signs in at the provider: there is no password to mend.
    #[serde(default)]
    pub by_person: bool,
}

/// One account with everything its page shows.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountDetail {
    /// As listed.
    pub card: AccountCard,
    /// The settings; password fields are empty.
    pub form: AccountForm,
    /// Folders.
    pub folders: Vec<FolderRow>,
    /// Ledger per folder.
    pub ledger: Vec<LedgerRow>,
    /// Last diagnosis.
    pub diagnosis: Option<Diagnosis>,
    /// The test passed on these settings.
    pub tested: bool,
    /// Commands sent.
    pub hands_off: crate::HandsOff,
    /// People it is shared with.
    pub shared_with: Vec<(UserId, String)>,
    /// Its person signs in at the provider; `None` for accounts that sign in otherwise.
    #[serde(default)]
    pub sign_in: Option<PersonSignIn>,
    /// People who asked to read it and wait for an answer; for those who manage it.
    #[serde(default)]
    pub joins: Vec<JoinRequest>,
    /// It keeps no copies of what it sends, though it could, and nobody has been asked.
    #[serde(default)]
    pub copies_unchosen: bool,
    /// Letters of its mailbox that were removed earlier and are left out since (P36).
    #[serde(default)]
    pub removed: i64,
    /// The viewer may read its letters: it is his or hers, or shared. Looking after an account opens none (O28).
    #[serde(default)]
    pub readable: bool,
}

/// What collecting would do (S9). Nothing was stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rehearsal {
    /// Letters in the selected folders.
    pub letters: i64,
    /// Letters whose headers were read (newest first).
    pub read: i64,
    /// Of those, letters that match a client.
    pub matching: i64,
    /// Clients matched.
    pub clients: i64,
    /// Letters with no usable date or address.
    pub odd: i64,
    /// Per folder: name, letters, matching.
    pub folders: Vec<(String, i64, i64)>,
    /// Clients there are at all; without any, no letter can match.
    #[serde(default)]
    pub clients_on_file: i64,
}

/// Likely settings of an address, and what to know about its provider (FP-11…FP-13, FP-22, O5, O6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guess {
    /// Server type.
    pub preset: Preset,
    /// Provider's name, or empty when unknown.
    pub provider: String,
    /// Server.
    pub server: String,
    /// Port.
    pub port: u16,
    /// Security.
    pub security: Security,
    /// Sentences to show beside the form.
    pub notes: Vec<String>,
}

/// What was typed and tested, kept in the server's memory for the session. Password fields are empty.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountDraft {
    /// As typed; the passwords are not sent back.
    pub form: AccountForm,
    /// A password is held for the next test.
    pub has_password: bool,
    /// The last test's report.
    pub diagnosis: Option<Diagnosis>,
    /// What a search for settings said about this address; the first sentence tells who said it.
    #[serde(default)]
    pub found: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_that_nothing_would_collect_is_refused() {
        for protocol in Protocol::ALL {
            let form = AccountForm { protocol, ..AccountForm::default() };
            assert_eq!(form.check(false).of("protocol").is_some(), !protocol.collects(), "{protocol:?}");
        }
    }

    // O1, O4
    #[test]
    fn ports_of_sending_are_known_and_those_of_collecting_are_named_instead() {
        let said = |protocol, port: &str| AccountForm { protocol, port: port.into(), ..AccountForm::default() }.sending_port();
        for port in ["25", "465", "587"] {
            assert!(said(Protocol::Imap, port).is_some_and(|words| words.contains("993") && words.contains("143")), "{port}");
            assert!(said(Protocol::Pop3, port).is_some_and(|words| words.contains("995") && words.contains("110")), "{port}");
        }
        for port in ["", "993", "143", "2993"] {
            assert_eq!(said(Protocol::Imap, port), None, "{port}");
        }
    }
}
