//! An account as it is saved and as it is read back.

use crate::StoreError;
use model::{AccountId, Diagnosis, HandsOff, Preset, Protocol, Schedule, Security, UserId, Verdict};
use secrecy::SecretString;

/// The settings of an account to be saved. Texts are trimmed and checked by the caller; the address is canonical.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Unique, cannot change once saved.
    pub name: String,
    /// Free text.
    pub description: String,
    /// What is spoken with the server.
    pub protocol: Protocol,
    /// Server type.
    pub preset: Preset,
    /// The mailbox's address in its one spelling.
    pub address: String,
    /// Host name or IP address.
    pub server: String,
    /// Port.
    pub port: u16,
    /// Security.
    pub security: Security,
    /// User name.
    pub user_name: String,
    /// Password; `None` keeps the one that is stored.
    pub secret: Option<SecretString>,
    /// Time limit of a command, seconds.
    pub timeout_seconds: u32,
    /// At most so many connections; `None` = no limit.
    pub connection_limit: Option<u32>,
    /// SHA-256 of the only certificate accepted, lower-case hex.
    pub pinned_fingerprint: Option<String>,
    /// An administrator's consent to send the password in clear.
    pub allow_clear_text: bool,
    /// Owner; `None` = the office's central account.
    pub owner: Option<UserId>,
    /// Private addresses and any port may be reached: whoever tested these settings was an administrator or the console (DESIGN §8).
    pub reach_anywhere: bool,
    /// These very settings passed the connection test (FP-24).
    pub tested: bool,
}

/// Whether an account is collected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountState {
    /// Saved, never enabled.
    Draft,
    /// Collected on schedule.
    Enabled,
    /// Paused by a person.
    Paused,
    /// Disabled after repeated refusals of its password (O25); a new password mends it.
    Disabled,
}

impl AccountState {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Enabled => "enabled",
            Self::Paused => "paused",
            Self::Disabled => "disabled",
        }
    }

    pub(super) fn parse(text: &str) -> Result<Self, StoreError> {
        [Self::Draft, Self::Enabled, Self::Paused, Self::Disabled]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| StoreError::Inconsistent(format!("account.state holds {text:?}")))
    }
}

/// An account as stored, without its secret.
#[derive(Debug, Clone)]
pub struct AccountRecord {
    /// Id.
    pub id: AccountId,
    /// Settings; `secret` is always `None` here.
    pub settings: NewAccount,
    /// A secret is stored.
    pub has_secret: bool,
    /// Whether it is collected.
    pub state: AccountState,
    /// Refusals of the password in a row, counted at most once a poll.
    pub refusals: i64,
    /// When it was last disabled by itself, ms.
    pub disabled_at: Option<i64>,
    /// End of the last collection, ms.
    pub collected_at: Option<i64>,
    /// Start of the next collection, ms.
    pub next_at: Option<i64>,
    /// Error text of the last collection; `None` = it went well.
    pub error_text: Option<String>,
    /// Whose turn it is.
    pub error_verdict: Option<Verdict>,
    /// The last diagnosis.
    pub diagnosis: Option<Diagnosis>,
    /// Commands sent by collections so far (S10).
    pub hands_off: HandsOff,
    /// Somebody collects it now.
    pub claimed_until: i64,
    /// When it is collected by itself.
    pub schedule: Schedule,
    /// It is on its way out with its letters.
    pub removing: Option<Removing>,
}

/// How far the removal of an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removing {
    /// Letters it had when it began.
    pub letters: i64,
    /// Letters looked at since.
    pub done: i64,
    /// When it began, ms.
    pub began_at: i64,
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: i64,
    name: String,
    description: String,
    protocol: String,
    preset: String,
    address: String,
    server: String,
    port: i64,
    security: String,
    user_name: String,
    has_secret: i64,
    timeout_seconds: i64,
    connection_limit: Option<i64>,
    pinned_fingerprint: Option<String>,
    allow_clear_text: i64,
    reach_anywhere: i64,
    owner_id: Option<i64>,
    state: String,
    tested: i64,
    refusals: i64,
    disabled_at: Option<i64>,
    collected_at: Option<i64>,
    next_at: Option<i64>,
    error_text: Option<String>,
    error_verdict: Option<String>,
    diagnosis: Option<String>,
    hands_off: String,
    claimed_until: i64,
    schedule: String,
    removing_letters: Option<i64>,
    removing_done: Option<i64>,
    removing_since: Option<i64>,
}

/// The start of every statement that reads accounts.
macro_rules! select_account {
    ($rest:literal) => {
        concat!(
            "select a.id, a.name, a.description, a.protocol, a.preset, a.address, a.server, a.port, a.security, a.user_name,
                    cast(case when a.secret is null then 0 else 1 end as bigint) as has_secret, a.timeout_seconds, a.connection_limit,
                    a.pinned_fingerprint, a.allow_clear_text, a.reach_anywhere, a.owner_id, a.state, a.tested, a.refusals, a.disabled_at, a.collected_at, a.next_at,
                    a.error_text, a.error_verdict, a.diagnosis, a.hands_off, a.claimed_until, a.schedule,
                    j.letters as removing_letters, j.done as removing_done, j.began_at as removing_since
             from account a left join removal j on j.account_id = a.id ",
            $rest
        )
    };
}
pub(super) use select_account;

impl TryFrom<Row> for AccountRecord {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let odd = |column: &str| StoreError::Inconsistent(format!("account.{column} of account {} cannot be read", row.id));
        Ok(Self {
            id: AccountId(row.id),
            has_secret: row.has_secret != 0,
            state: AccountState::parse(&row.state)?,
            refusals: row.refusals,
            disabled_at: row.disabled_at,
            collected_at: row.collected_at,
            next_at: row.next_at,
            error_verdict: row.error_verdict.as_deref().and_then(Verdict::parse),
            // Reports of an older version that cannot be read any more are not worth a failure.
            diagnosis: row.diagnosis.as_deref().and_then(|json| serde_json::from_str(json).ok()),
            hands_off: serde_json::from_str(&row.hands_off).unwrap_or_default(),
            claimed_until: row.claimed_until,
            schedule: Schedule::parse(&row.schedule),
            removing: match (row.removing_letters, row.removing_done, row.removing_since) {
                (Some(letters), Some(done), Some(began_at)) => Some(Removing { letters, done, began_at }),
                _ => None,
            },
            settings: NewAccount {
                protocol: Protocol::parse(&row.protocol).ok_or_else(|| odd("protocol"))?,
                preset: Preset::parse(&row.preset).ok_or_else(|| odd("preset"))?,
                security: Security::parse(&row.security).ok_or_else(|| odd("security"))?,
                port: u16::try_from(row.port).map_err(|_| odd("port"))?,
                timeout_seconds: u32::try_from(row.timeout_seconds).map_err(|_| odd("timeout_seconds"))?,
                connection_limit: row.connection_limit.and_then(|limit| u32::try_from(limit).ok()),
                name: row.name,
                description: row.description,
                address: row.address,
                server: row.server,
                user_name: row.user_name,
                secret: None,
                pinned_fingerprint: row.pinned_fingerprint,
                allow_clear_text: row.allow_clear_text != 0,
                reach_anywhere: row.reach_anywhere != 0,
                owner: row.owner_id.map(UserId),
                tested: row.tested != 0,
            },
            error_text: row.error_text,
        })
    }
}
