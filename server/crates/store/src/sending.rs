//! How an account sends: its sending side, the secret sealed, and whether it was stopped.

use crate::{
    NewEvent, Store, StoreError,
    accounts::mark_own_addresses,
    audit::{TAKE_TURN, append_event},
    db::{read, write},
};
use model::{Security, SendingSignIn, SendingTransport, SentCopy};
use secrecy::SecretString;

/// The sending side of an account, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendingSide {
    /// The account.
    pub account: i64,
    /// What is spoken.
    pub transport: SendingTransport,
    /// Host name or IP address; empty for Graph.
    pub server: String,
    /// Port.
    pub port: u16,
    /// Security.
    pub security: Security,
    /// By whose name it signs in.
    pub sign_in: SendingSignIn,
    /// User name of its own.
    pub user_name: String,
    /// A secret of its own is stored.
    pub has_secret: bool,
    /// SHA-256 of the only certificate accepted, lower-case hex.
    pub pinned_fingerprint: Option<String>,
    /// An administrator's consent to send the password in clear.
    pub allow_clear_text: bool,
    /// Time limit of a command, seconds.
    pub timeout_seconds: u32,
    /// Name that recipients see.
    pub sender_name: String,
    /// Address that letters leave from.
    pub sender_address: String,
    /// What becomes of a Sent copy.
    pub sent_copy: SentCopy,
    /// Somebody chose that; else whoever opens the page is asked.
    pub copies_chosen: bool,
    /// When it was proven that it sends, ms.
    pub proven_at: Option<i64>,
    /// Why nothing is sent through it now; empty = it sends.
    pub stopped: String,
    /// Since when, ms.
    pub stopped_at: Option<i64>,
    /// A refusal of some servers is tried again.
    pub retry_refusals: bool,
    /// The office's system account.
    pub is_system: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    account_id: i64,
    transport: String,
    server: String,
    port: i64,
    security: String,
    sign_in: String,
    user_name: String,
    has_secret: i64,
    pinned_fingerprint: Option<String>,
    allow_clear_text: i64,
    timeout_seconds: i64,
    sender_name: String,
    sender_address: String,
    sent_copy: String,
    copies_chosen: i64,
    proven_at: Option<i64>,
    stopped: String,
    stopped_at: Option<i64>,
    retry_refusals: i64,
    is_system: i64,
}

macro_rules! select_sending {
    ($rest:literal) => {
        concat!(
            "select account_id, transport, server, port, security, sign_in, user_name,
                    cast(case when secret is null then 0 else 1 end as bigint) as has_secret, pinned_fingerprint, allow_clear_text,
                    timeout_seconds, sender_name, sender_address, sent_copy, copies_chosen, proven_at, stopped, stopped_at, retry_refusals, is_system
             from sending ",
            $rest
        )
    };
}

impl TryFrom<Row> for SendingSide {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let odd = |column: &str| StoreError::Inconsistent(format!("sending.{column} of account {} cannot be read", row.account_id));
        Ok(Self {
            account: row.account_id,
            transport: SendingTransport::parse(&row.transport).ok_or_else(|| odd("transport"))?,
            port: u16::try_from(row.port).map_err(|_| odd("port"))?,
            security: Security::parse(&row.security).ok_or_else(|| odd("security"))?,
            sign_in: SendingSignIn::parse(&row.sign_in).ok_or_else(|| odd("sign_in"))?,
            timeout_seconds: u32::try_from(row.timeout_seconds).map_err(|_| odd("timeout_seconds"))?,
            sent_copy: SentCopy::parse(&row.sent_copy).ok_or_else(|| odd("sent_copy"))?,
            copies_chosen: row.copies_chosen != 0,
            has_secret: row.has_secret != 0,
            allow_clear_text: row.allow_clear_text != 0,
            retry_refusals: row.retry_refusals != 0,
            is_system: row.is_system != 0,
            server: row.server,
            user_name: row.user_name,
            pinned_fingerprint: row.pinned_fingerprint,
            sender_name: row.sender_name,
            sender_address: row.sender_address,
            proven_at: row.proven_at,
            stopped: row.stopped,
            stopped_at: row.stopped_at,
        })
    }
}

fn place(account: i64) -> String {
    format!("sending:{account}:secret")
}

impl Store {
    /// The sending side of an account, if it has one.
    pub async fn sending_side(&self, account: i64) -> Result<Option<SendingSide>, StoreError> {
        let row: Option<Row> =
            read!(self, c => sqlx::query_as(select_sending!("where account_id = $1")).bind(account).fetch_optional(c).await)?;
        row.map(SendingSide::try_from).transpose()
    }

    /// Every sending side, by account.
    pub async fn sending_sides(&self) -> Result<Vec<SendingSide>, StoreError> {
        let rows: Vec<Row> = read!(self, c => sqlx::query_as(select_sending!("order by account_id")).fetch_all(c).await)?;
        rows.into_iter().map(SendingSide::try_from).collect()
    }

    /// Keeps the sending side of an account, new or changed, with the event. `secret`: `None` keeps what is stored. A change sets a stopped
    /// side going again; it stays proven while server, sign-in and sender's address stay. `proven_at`, `stopped` and `has_secret` of `side` say nothing. The system account is whichever was named last.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `sending_clear_text_needs_consent`; [`StoreError::NotFound`] for an account that is not there.
    pub async fn keep_sending_side(&self, side: &SendingSide, secret: Option<&SecretString>, event: &NewEvent) -> Result<(), StoreError> {
        let sealed = secret.map(|secret| self.keys.seal(&place(side.account), secret)).transpose()?;
        let head = write!(self, c => {
            sqlx::query(TAKE_TURN).execute(&mut *c).await?;
            let known: Option<i64> = sqlx::query_scalar("select id from account where id = $1").bind(side.account).fetch_optional(&mut *c).await?;
            if known.is_none() {
                return Err(StoreError::NotFound);
            }
            if side.is_system {
                sqlx::query("update sending set is_system = 0 where is_system = 1 and account_id <> $1").bind(side.account).execute(&mut *c).await?;
            }
            sqlx::query(
                "insert into sending (account_id, transport, server, port, security, sign_in, user_name, pinned_fingerprint, allow_clear_text,
                   timeout_seconds, sender_name, sender_address, sent_copy, retry_refusals, is_system, copies_chosen)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $17)
                 on conflict (account_id) do update set transport = excluded.transport, server = excluded.server, port = excluded.port,
                   security = excluded.security, sign_in = excluded.sign_in, user_name = excluded.user_name,
                   pinned_fingerprint = excluded.pinned_fingerprint, allow_clear_text = excluded.allow_clear_text,
                   timeout_seconds = excluded.timeout_seconds, sender_name = excluded.sender_name, sender_address = excluded.sender_address,
                   sent_copy = excluded.sent_copy, retry_refusals = excluded.retry_refusals, is_system = excluded.is_system,
                   stopped = '', stopped_at = null, copies_chosen = excluded.copies_chosen,
                   proven_at = case when $16 = 0 and sending.transport = excluded.transport and sending.server = excluded.server
                     and sending.port = excluded.port and sending.security = excluded.security and sending.sign_in = excluded.sign_in
                     and sending.user_name = excluded.user_name and sending.sender_address = excluded.sender_address then sending.proven_at end,
                   secret = case when excluded.sign_in = 'own' then sending.secret end")
                .bind(side.account).bind(side.transport.as_str()).bind(&side.server).bind(i64::from(side.port)).bind(side.security.as_str())
                .bind(side.sign_in.as_str()).bind(&side.user_name).bind(&side.pinned_fingerprint).bind(i64::from(side.allow_clear_text))
                .bind(i64::from(side.timeout_seconds)).bind(&side.sender_name).bind(&side.sender_address).bind(side.sent_copy.as_str())
                .bind(i64::from(side.retry_refusals)).bind(i64::from(side.is_system)).bind(i64::from(secret.is_some()))
                .bind(i64::from(side.copies_chosen)).execute(&mut *c).await?;
            // An account that only sends shows these in lists.
            sqlx::query("update account set server = $2, port = $3, security = $4, user_name = $5, allow_clear_text = $6, timeout_seconds = $7, address = $8
                 where id = $1 and protocol = 'smtp'")
                .bind(side.account).bind(&side.server).bind(i64::from(side.port)).bind(side.security.as_str()).bind(&side.user_name)
                .bind(i64::from(side.allow_clear_text)).bind(i64::from(side.timeout_seconds)).bind(&side.sender_address)
                .execute(&mut *c).await?;
            mark_own_addresses!(c);
            if let Some(sealed) = &sealed {
                sqlx::query("update sending set secret = $2 where account_id = $1").bind(side.account).bind(&sealed[..]).execute(&mut *c).await?;
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Whether an account sends, keeps no copy of what it sends, and nobody has ever been asked.
    pub async fn copies_unchosen(&self, account: i64) -> Result<bool, StoreError> {
        let found: Option<i64> = read!(self, c => sqlx::query_scalar(
            "select account_id from sending where account_id = $1 and copies_chosen = 0 and sent_copy = 'none'").bind(account).fetch_optional(c).await)?;
        Ok(found.is_some())
    }

    /// The secret of a sending side of its own.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when none is stored, [`StoreError::Secret`] when this key does not open it.
    pub async fn sending_secret(&self, account: i64) -> Result<SecretString, StoreError> {
        let sealed: Option<Vec<u8>> =
            read!(self, c => sqlx::query_scalar("select secret from sending where account_id = $1").bind(account).fetch_one(c).await)?;
        self.keys.open_sealed(&place(account), &sealed.ok_or(StoreError::NotFound)?)
    }

    /// It sends: a test or a code by letter showed it.
    pub async fn prove_sending(&self, account: i64, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            sqlx::query(TAKE_TURN).execute(&mut *c).await?;
            let changed = sqlx::query("update sending set proven_at = $2 where account_id = $1")
                .bind(account).bind(event.at).execute(&mut *c).await?.rows_affected();
            if changed == 0 {
                return Err(StoreError::NotFound);
            }
            mark_own_addresses!(c);
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Stops a sending side and says why: its letters wait, none is lost. Nothing is recorded when it was stopped already.
    pub async fn stop_sending(&self, account: i64, why: &str, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            sqlx::query(TAKE_TURN).execute(&mut *c).await?;
            let changed = sqlx::query("update sending set stopped = $2, stopped_at = $3 where account_id = $1 and stopped = ''")
                .bind(account).bind(why).bind(event.at).execute(&mut *c).await?.rows_affected();
            Ok(if changed == 0 { None } else { Some(append_event!(&self.keys, c, event)) })
        })?;
        head.map_or(Ok(()), |(seq, mac)| self.heads.publish(seq, &mac))
    }

    /// Sets a stopped sending side going again; what waited for it is due at once.
    pub async fn start_sending(&self, account: i64, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            sqlx::query(TAKE_TURN).execute(&mut *c).await?;
            let changed = sqlx::query("update sending set stopped = '', stopped_at = null where account_id = $1")
                .bind(account).execute(&mut *c).await?.rows_affected();
            if changed == 0 {
                return Err(StoreError::NotFound);
            }
            sqlx::query("update outbox set next_at = $2 where account_id = $1 and state = 'deferred' and next_at > $2")
                .bind(account).bind(event.at).execute(&mut *c).await?;
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }
}
