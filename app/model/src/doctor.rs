//! The connection doctor's report (S7, DESIGN §8): rungs climbed, evidence, one fix where one is possible.

use crate::Security;
use serde::{Deserialize, Serialize};

/// A step of the ladder, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// What was typed makes sense.
    Settings,
    /// The server's name resolves.
    Name,
    /// The address may be connected to from here.
    Address,
    /// Something listens on the port.
    Port,
    /// It greets like a mail server.
    Greeting,
    /// Encryption was agreed.
    Encryption,
    /// The certificate is good.
    Certificate,
    /// The user name and password are accepted.
    SignIn,
    /// The server can do what is needed.
    Capability,
    /// Folders can be listed and opened.
    Folders,
}

/// How a rung went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RungOutcome {
    /// Good.
    Passed,
    /// Works, but there is something to know.
    Warned,
    /// Does not work; later rungs were not climbed.
    Failed,
}

/// The verdict: whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Everything works.
    Healthy,
    /// The settings make no sense yet.
    Settings,
    /// The server cannot be reached or does not speak the protocol.
    Connection,
    /// The server was reached and refused the user name or password.
    Authentication,
    /// Encryption could not be agreed, or the certificate is not good.
    Certificate,
    /// The provider asks to slow down.
    Throttled,
    /// Signed in, but something is not allowed.
    Permission,
}

impl Verdict {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Settings => "settings",
            Self::Connection => "connection",
            Self::Authentication => "authentication",
            Self::Certificate => "certificate",
            Self::Throttled => "throttled",
            Self::Permission => "permission",
        }
    }

    /// Reads what [`Verdict::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        use Verdict::*;
        [Healthy, Settings, Connection, Authentication, Certificate, Throttled, Permission].into_iter().find(|v| v.as_str() == text)
    }
}

/// A change of the settings that one button applies.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// The button's words: "Use port 993 with TLS".
    pub label: String,
    /// New server name.
    pub server: Option<String>,
    /// New port.
    pub port: Option<u16>,
    /// New security.
    pub security: Option<Security>,
    /// New user name.
    pub user_name: Option<String>,
    /// Certificate to pin (SHA-256, lower-case hex); administrators only.
    pub pinned_fingerprint: Option<String>,
}

/// One rung's result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RungResult {
    /// Which.
    pub rung: Rung,
    /// How it went.
    pub outcome: RungOutcome,
    /// What was seen: an address, a certificate's name, issuer and expiry.
    pub evidence: String,
    /// One plain sentence; on failure it says what to do.
    pub sentence: String,
    /// The fix, where one is possible.
    pub fix: Option<Fix>,
}

/// A whole climb.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnosis {
    /// Whose turn it is.
    pub verdict: Verdict,
    /// One sentence for the top of the page.
    pub sentence: String,
    /// The rungs climbed, in order; the last one is where it ended.
    pub rungs: Vec<RungResult>,
    /// What was said on the wire, without secrets, letters or addresses: for the support bundle.
    pub transcript: Vec<String>,
}

impl Diagnosis {
    /// Whether the account may be enabled (FP-24).
    pub fn passed(&self) -> bool {
        self.verdict == Verdict::Healthy
    }
}
