//! Accounts: settings, secrets, whose they are, and who collects them at the moment (leases).

use crate::{
    NewEvent, Run, Store, StoreError,
    audit::append_event,
    db::{read, write},
    runs::keep_run,
};
use model::{AccountId, Diagnosis, HandsOff, Preset, Security, UserId, Verdict};
use secrecy::SecretString;

/// The settings of an account to be saved. Texts are trimmed and checked by the caller; the address is canonical.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Unique, cannot change once saved.
    pub name: String,
    /// Free text.
    pub description: String,
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
    fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Enabled => "enabled",
            Self::Paused => "paused",
            Self::Disabled => "disabled",
        }
    }

    fn parse(text: &str) -> Result<Self, StoreError> {
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
}

/// A lease on an account: only its holder collects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The account.
    pub account: AccountId,
    /// Who holds it.
    pub holder: String,
}

/// How a collection ended.
#[derive(Debug, Clone)]
pub struct CollectionEnd {
    /// When, ms.
    pub at: i64,
    /// Error text and verdict; `None` = all went well.
    pub error: Option<(String, Verdict)>,
    /// When to collect next, ms.
    pub next_at: i64,
    /// A refusal counts only if the one before is at least this old, ms (one poll).
    pub poll: i64,
    /// Commands sent in this collection's sessions.
    pub hands_off: HandsOff,
    /// What it did.
    pub run: Run,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    name: String,
    description: String,
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
    collected_at: Option<i64>,
    next_at: Option<i64>,
    error_text: Option<String>,
    error_verdict: Option<String>,
    diagnosis: Option<String>,
    hands_off: String,
    claimed_until: i64,
}

macro_rules! select_account {
    ($rest:literal) => {
        concat!(
            "select a.id, a.name, a.description, a.preset, a.address, a.server, a.port, a.security, a.user_name,
                    cast(case when a.secret is null then 0 else 1 end as bigint) as has_secret, a.timeout_seconds, a.connection_limit,
                    a.pinned_fingerprint, a.allow_clear_text, a.reach_anywhere, a.owner_id, a.state, a.tested, a.refusals, a.collected_at, a.next_at,
                    a.error_text, a.error_verdict, a.diagnosis, a.hands_off, a.claimed_until from account a ",
            $rest
        )
    };
}

impl TryFrom<Row> for AccountRecord {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let odd = |column: &str| StoreError::Inconsistent(format!("account.{column} of account {} cannot be read", row.id));
        Ok(Self {
            id: AccountId(row.id),
            has_secret: row.has_secret != 0,
            state: AccountState::parse(&row.state)?,
            refusals: row.refusals,
            collected_at: row.collected_at,
            next_at: row.next_at,
            error_verdict: row.error_verdict.as_deref().and_then(Verdict::parse),
            // Reports of an older version that cannot be read any more are not worth a failure.
            diagnosis: row.diagnosis.as_deref().and_then(|json| serde_json::from_str(json).ok()),
            hands_off: serde_json::from_str(&row.hands_off).unwrap_or_default(),
            claimed_until: row.claimed_until,
            settings: NewAccount {
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

/// A name as it is compared: two that differ by case or spaces alone are one.
fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn secret_place(id: i64) -> String {
    format!("account:{id}:secret")
}

/// Marks the addresses of accounts as the office's own: they decide the direction of letters. Only of accounts that were really
/// opened once: a draft with somebody else's address must not turn that person's letters around.
macro_rules! mark_own_addresses {
    ($c:expr) => {{
        sqlx::query("insert into address (address) select address from account where tested = 1 on conflict (address) do nothing")
            .execute(&mut *$c)
            .await?;
        sqlx::query("update address set is_own = 0 where is_own = 1 and address not in (select address from account where tested = 1)")
            .execute(&mut *$c)
            .await?;
        sqlx::query("update address set is_own = 1 where is_own = 0 and address in (select address from account where tested = 1)")
            .execute(&mut *$c)
            .await?;
    }};
}

impl Store {
    /// Saves a new account as a draft. `events`: the deed and whatever was consented to with it, recorded together (O2, O3).
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `account_name_taken`, `account_name_known` or `clear_text_needs_consent`.
    pub async fn add_account(&self, new: &NewAccount, events: &(impl AsRef<[NewEvent]> + Sync)) -> Result<AccountId, StoreError> {
        let events = events.as_ref();
        let at = events.first().map_or(0, |event| event.at);
        let (id, head) = write!(self, c => {
            let id: i64 = sqlx::query_scalar(
                "insert into account (name, description, protocol, preset, address, server, port, security, user_name, timeout_seconds,
                   connection_limit, pinned_fingerprint, allow_clear_text, owner_id, state, tested, created_at, reach_anywhere)
                 values ($1, $2, 'imap', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'draft', $14, $15, $16) returning id")
                .bind(&new.name).bind(&new.description).bind(new.preset.as_str()).bind(&new.address).bind(&new.server)
                .bind(i64::from(new.port)).bind(new.security.as_str()).bind(&new.user_name).bind(i64::from(new.timeout_seconds))
                .bind(new.connection_limit.map(i64::from)).bind(&new.pinned_fingerprint).bind(i64::from(new.allow_clear_text))
                .bind(new.owner.map(|owner| owner.0)).bind(i64::from(new.tested)).bind(at)
                .bind(i64::from(new.reach_anywhere))
                .fetch_one(&mut *c).await?;
            sqlx::query("insert into account_name (folded, account_id) values ($1, $2)")
                .bind(folded(&new.name)).bind(id).execute(&mut *c).await?;
            if let Some(secret) = &new.secret {
                let sealed = self.keys.seal(&secret_place(id), secret)?;
                sqlx::query("update account set secret = $2 where id = $1").bind(id).bind(&sealed[..]).execute(&mut *c).await?;
            }
            mark_own_addresses!(c);
            let mut head = (0, Vec::new());
            for event in events {
                head = append_event!(&self.keys, c, &NewEvent { subject: format!("account:{id}"), ..event.clone() });
            }
            Ok((id, head))
        })?;
        self.heads.publish(head.0, &head.1)?;
        Ok(AccountId(id))
    }

    /// Changes the settings of an account; the name in `new` must be the stored one. A new password mends a disabled account (IT-15).
    /// `events` as in [`Store::add_account`].
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `account_name_never_changes` or `clear_text_needs_consent`.
    pub async fn change_account(
        &self,
        id: AccountId,
        new: &NewAccount,
        events: &(impl AsRef<[NewEvent]> + Sync),
    ) -> Result<(), StoreError> {
        let events = events.as_ref();
        let sealed = new.secret.as_ref().map(|secret| self.keys.seal(&secret_place(id.0), secret)).transpose()?;
        let head = write!(self, c => {
            // Ids of another server or mailbox mean something else: the next census starts a new epoch.
            sqlx::query("update folder set uid_validity = null where account_id = $1
                 and exists (select 1 from account a where a.id = $1 and (a.server <> $2 or a.user_name <> $3))")
                .bind(id.0).bind(&new.server).bind(&new.user_name).execute(&mut *c).await?;
            let changed = sqlx::query(
                "update account set name = $2, description = $3, preset = $4, address = $5, server = $6, port = $7, security = $8, user_name = $9,
                   timeout_seconds = $10, connection_limit = $11, pinned_fingerprint = $12, allow_clear_text = $13, owner_id = $14, tested = $15, reach_anywhere = $16
                 where id = $1")
                .bind(id.0).bind(&new.name).bind(&new.description).bind(new.preset.as_str()).bind(&new.address).bind(&new.server)
                .bind(i64::from(new.port)).bind(new.security.as_str()).bind(&new.user_name).bind(i64::from(new.timeout_seconds))
                .bind(new.connection_limit.map(i64::from)).bind(&new.pinned_fingerprint).bind(i64::from(new.allow_clear_text))
                .bind(new.owner.map(|owner| owner.0)).bind(i64::from(new.tested)).bind(i64::from(new.reach_anywhere))
                .execute(&mut *c).await?.rows_affected();
            if changed == 0 {
                return Err(StoreError::NotFound);
            }
            if let Some(sealed) = &sealed {
                sqlx::query(
                    "update account set secret = $2, refusals = 0, refused_at = null, next_at = 0,
                       state = case when state = 'disabled' then 'enabled' else state end where id = $1")
                    .bind(id.0).bind(&sealed[..]).execute(&mut *c).await?;
            }
            mark_own_addresses!(c);
            let mut head = (0, Vec::new());
            for event in events {
                head = append_event!(&self.keys, c, event);
            }
            Ok(head)
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// The account's password.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when none is stored, [`StoreError::Secret`] when this key does not open it.
    pub async fn account_secret(&self, id: AccountId) -> Result<SecretString, StoreError> {
        let sealed: Option<Vec<u8>> =
            read!(self, c => sqlx::query_scalar("select secret from account where id = $1").bind(id.0).fetch_one(c).await)?;
        self.keys.open_sealed(&secret_place(id.0), &sealed.ok_or(StoreError::NotFound)?)
    }

    /// Every account, by name. Whose eyes may see which is the office's to say.
    pub async fn accounts(&self) -> Result<Vec<AccountRecord>, StoreError> {
        let rows: Vec<Row> = read!(self, c => sqlx::query_as(select_account!("order by a.name, a.id")).fetch_all(c).await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// One account.
    pub async fn account(&self, id: AccountId) -> Result<AccountRecord, StoreError> {
        let row: Row = read!(self, c => sqlx::query_as(select_account!("where a.id = $1")).bind(id.0).fetch_one(c).await)?;
        row.try_into()
    }

    /// One account by its name, in whatever case.
    pub async fn account_by_name(&self, name: &str) -> Result<AccountRecord, StoreError> {
        let row: Row = read!(self, c => sqlx::query_as(select_account!(
            "where a.name = $1 or a.id = (select n.account_id from account_name n where n.folded = $2)
             order by case when a.name = $1 then 0 else 1 end limit 1"))
            .bind(name).bind(folded(name)).fetch_one(c).await)?;
        row.try_into()
    }

    /// Ids of the accounts that a person owns or has a share in; of all accounts for `None`.
    pub async fn account_ids(&self, open_to: Option<UserId>) -> Result<Vec<AccountId>, StoreError> {
        let ids: Vec<i64> = read!(self, c => sqlx::query_scalar(
            "select a.id from account a where $1 = -1 or a.owner_id = $1
               or exists (select 1 from account_share s where s.account_id = a.id and s.user_id = $1) order by a.id")
            .bind(open_to.map_or(-1, |user| user.0)).fetch_all(c).await)?;
        Ok(ids.into_iter().map(AccountId).collect())
    }

    /// Whether a person owns the account or it is shared with him or her (private letters, O28).
    pub async fn account_is_open_to(&self, id: AccountId, user: UserId) -> Result<bool, StoreError> {
        let found: Option<i64> = read!(self, c => sqlx::query_scalar(
            "select a.id from account a where a.id = $1 and (a.owner_id = $2
               or exists (select 1 from account_share s where s.account_id = a.id and s.user_id = $2))")
            .bind(id.0).bind(user.0).fetch_optional(c).await)?;
        Ok(found.is_some())
    }

    /// People an account is shared with: id and name.
    pub async fn account_shares(&self, id: AccountId) -> Result<Vec<(UserId, String)>, StoreError> {
        let rows: Vec<(i64, String)> = read!(self, c => sqlx::query_as(
            "select u.id, u.name from account_share s join app_user u on u.id = s.user_id where s.account_id = $1 order by u.name, u.id")
            .bind(id.0).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(id, name)| (UserId(id), name)).collect())
    }

    /// Sets the people an account is shared with.
    pub async fn share_account(&self, id: AccountId, users: &[UserId], event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            sqlx::query("delete from account_share where account_id = $1").bind(id.0).execute(&mut *c).await?;
            for user in users {
                sqlx::query("insert into account_share (account_id, user_id) values ($1, $2) on conflict do nothing")
                    .bind(id.0).bind(user.0).execute(&mut *c).await?;
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Keeps the doctor's report; `tested` says whether the stored settings are the ones that passed.
    pub async fn keep_diagnosis(&self, id: AccountId, diagnosis: &Diagnosis, tested: bool) -> Result<(), StoreError> {
        let json = serde_json::to_string(diagnosis).map_err(|error| StoreError::Inconsistent(error.to_string()))?;
        write!(self, c => {
            sqlx::query("update account set diagnosis = $2, tested = $3 where id = $1")
                .bind(id.0).bind(&json).bind(i64::from(tested)).execute(&mut *c).await?;
            mark_own_addresses!(c);
            Ok(())
        })
    }

    /// Enables, pauses or disables an account; enabling makes it due at once.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `account_not_ready` when enabling without a passed test or without a selected folder (FP-24).
    pub async fn set_account_state(&self, id: AccountId, state: AccountState, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            if state == AccountState::Enabled {
                let ready: Option<i64> = sqlx::query_scalar(
                    "select a.id from account a where a.id = $1 and a.tested = 1
                       and exists (select 1 from folder f where f.account_id = a.id and f.selected = 1 and f.gone = 0)")
                    .bind(id.0).fetch_optional(&mut *c).await?;
                if ready.is_none() {
                    return Err(StoreError::Conflict("account_not_ready"));
                }
            }
            sqlx::query("update account set state = $2, refusals = 0, refused_at = null, next_at = case when $2 = 'enabled' then 0 else next_at end where id = $1")
                .bind(id.0).bind(state.as_str()).execute(&mut *c).await?;
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Makes an account due at once; also while it is being collected, for right after.
    pub async fn collect_soon(&self, id: AccountId) -> Result<(), StoreError> {
        write!(self, c => {
            sqlx::query("update account set next_at = 0 where id = $1").bind(id.0).execute(&mut *c).await?;
            Ok(())
        })
    }

    /// Takes the lease on the account that has been due longest, if any is due.
    pub async fn claim_due_account(&self, holder: &str, now: i64, until: i64) -> Result<Option<Claim>, StoreError> {
        let id: Option<i64> = write!(self, c => {
            Ok(sqlx::query_scalar(
                "update account set claimed_by = $1, claimed_until = $3, next_at = 1
                 where id = (select id from account where state = 'enabled' and claimed_until < $2 and (next_at is null or next_at <= $2)
                             order by coalesce(next_at, 0), id limit 1)
                   and claimed_until < $2 returning id")
                .bind(holder).bind(now).bind(until).fetch_optional(&mut *c).await?)
        })?;
        Ok(id.map(|id| Claim { account: AccountId(id), holder: holder.to_owned() }))
    }

    /// Takes the lease on this account, whatever its schedule says; `None` while somebody else holds it.
    pub async fn claim_account(&self, id: AccountId, holder: &str, now: i64, until: i64) -> Result<Option<Claim>, StoreError> {
        let changed = write!(self, c => {
            Ok(sqlx::query("update account set claimed_by = $2, claimed_until = $4, next_at = 1 where id = $1 and claimed_until < $3")
                .bind(id.0).bind(holder).bind(now).bind(until).execute(&mut *c).await?.rows_affected())
        })?;
        Ok((changed == 1).then(|| Claim { account: id, holder: holder.to_owned() }))
    }

    /// Who holds the lease on an account, and until when, if anybody does.
    pub async fn claim_holder(&self, id: AccountId) -> Result<Option<(String, i64)>, StoreError> {
        let row: Option<(Option<String>, i64)> = read!(self, c => sqlx::query_as("select claimed_by, claimed_until from account where id = $1 and claimed_until > 0")
            .bind(id.0).fetch_optional(c).await)?;
        Ok(row.and_then(|(holder, until)| holder.map(|holder| (holder, until))))
    }

    /// Takes the lease away from a holder that is known to be dead.
    pub async fn break_claim(&self, claim: &Claim) -> Result<(), StoreError> {
        write!(self, c => {
            sqlx::query("update account set claimed_until = 0 where id = $1 and claimed_by = $2")
                .bind(claim.account.0).bind(&claim.holder).execute(&mut *c).await?;
            Ok(())
        })
    }

    /// Prolongs a lease; `false` = it was lost, and the holder must stop at once.
    pub async fn renew_claim(&self, claim: &Claim, until: i64) -> Result<bool, StoreError> {
        let changed = write!(self, c => {
            Ok(sqlx::query("update account set claimed_until = $3 where id = $1 and claimed_by = $2 and claimed_until > 0")
                .bind(claim.account.0).bind(&claim.holder).bind(until).execute(&mut *c).await?.rows_affected())
        })?;
        Ok(changed == 1)
    }

    /// Ends a collection: keeps its outcome and a row of it, counts refusals (O25), gives the lease back. Answers the account's state afterwards.
    pub async fn end_collection(&self, claim: &Claim, end: &CollectionEnd) -> Result<AccountState, StoreError> {
        let (state, head) = write!(self, c => {
            let (hands_off, refusals, refused_at, state): (String, i64, Option<i64>, String) = sqlx::query_as(
                "select hands_off, refusals, refused_at, state from account where id = $1").bind(claim.account.0).fetch_one(&mut *c).await?;
            let refused = matches!(end.error, Some((_, Verdict::Authentication)));
            let counts = refused && refused_at.is_none_or(|before| end.at - before >= end.poll);
            let refusals = if counts { refusals + 1 } else if end.error.is_none() { 0 } else { refusals };
            let refused_at = if counts { Some(end.at) } else if end.error.is_none() { None } else { refused_at };
            let disable = refusals >= 2 && refused && state == "enabled";
            let merged = merge(serde_json::from_str(&hands_off).unwrap_or_default(), &end.hands_off);
            let json = serde_json::to_string(&merged).map_err(|error| StoreError::Inconsistent(error.to_string()))?;
            sqlx::query(
                "update account set collected_at = $2, next_at = case when next_at = 0 then 0 else $3 end, error_text = $4, error_verdict = $5, hands_off = $6, refusals = $7,
                   refused_at = $8, state = $9,
                   claimed_until = case when claimed_by = $10 then 0 else claimed_until end where id = $1")
                .bind(claim.account.0).bind(end.at).bind(end.next_at).bind(end.error.as_ref().map(|(text, _)| text.as_str()))
                .bind(end.error.as_ref().map(|(_, verdict)| verdict.as_str())).bind(&json).bind(refusals).bind(refused_at)
                .bind(if disable { "disabled" } else { state.as_str() }).bind(&claim.holder)
                .execute(&mut *c).await?;
            keep_run!(c, claim.account, end);
            let head = if disable {
                Some(append_event!(&self.keys, c, &NewEvent {
                    at: end.at, principal: "scheduler".into(), action: "account.disabled".into(), subject: format!("account:{}", claim.account),
                    detail: "The server refused the password twice, at least one collection apart".into(),
                }))
            } else {
                None
            };
            Ok((if disable { AccountState::Disabled } else { AccountState::parse(&state)? }, head))
        })?;
        if let Some(head) = head {
            self.heads.publish(head.0, &head.1)?;
        }
        Ok(state)
    }
}

/// Adds a collection's commands to those before.
fn merge(mut all: HandsOff, new: &HandsOff) -> HandsOff {
    all.sessions += new.sessions;
    for (verb, times) in &new.commands {
        match all.commands.iter_mut().find(|(known, _)| known == verb) {
            Some((_, count)) => *count += times,
            None => all.commands.push((verb.clone(), *times)),
        }
    }
    all.commands.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    all
}
