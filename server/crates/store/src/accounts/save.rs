//! An account is added, changed, tested, started and stopped; its secret is sealed.

use super::{AccountState, NewAccount};
use crate::{
    NewEvent, Store, StoreError,
    audit::append_event,
    db::{read, write},
};
use model::{AccountId, Diagnosis};
use secrecy::SecretString;

/// A name as it is compared: two that differ by case or spaces alone are one.
pub(super) fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn secret_place(id: i64) -> String {
    format!("account:{id}:secret")
}

/// Addresses of mailboxes that were opened once, and those that letters of the office come from, once they are proven.
macro_rules! own_addresses {
    () => {
        "select address from account where tested = 1 and protocol <> 'smtp'
         union select sender_address from sending where proven_at is not null
         union select address from send_as where kind = 'from' and proven_at is not null"
    };
}
pub(crate) use own_addresses;

/// Marks the addresses of accounts as the office's own: they decide the direction of letters. Only of accounts that were really
/// opened once: a draft with somebody else's address must not turn that person's letters around.
macro_rules! mark_own_addresses {
    ($c:expr) => {{
        sqlx::query(concat!(
            "insert into address (address) select address from (",
            crate::accounts::own_addresses!(),
            ") own where address <> '' on conflict (address) do nothing"
        ))
        .execute(&mut *$c)
        .await?;
        // Those of mailboxes that were removed stay: others hold letters from them.
        sqlx::query(concat!(
            "update address set is_own = 0 where is_own = 1 and address not in (",
            crate::accounts::own_addresses!(),
            ")
             and address not in (select address from removed_mailbox)"
        ))
        .execute(&mut *$c)
        .await?;
        sqlx::query(concat!("update address set is_own = 1 where is_own = 0 and address in (", crate::accounts::own_addresses!(), ")"))
            .execute(&mut *$c)
            .await?;
    }};
}
pub(crate) use mark_own_addresses;

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
                 values ($1, $2, $17, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'draft', $14, $15, $16) returning id")
                .bind(&new.name).bind(&new.description).bind(new.preset.as_str()).bind(&new.address).bind(&new.server)
                .bind(i64::from(new.port)).bind(new.security.as_str()).bind(&new.user_name).bind(i64::from(new.timeout_seconds))
                .bind(new.connection_limit.map(i64::from)).bind(&new.pinned_fingerprint).bind(i64::from(new.allow_clear_text))
                .bind(new.owner.map(|owner| owner.0)).bind(i64::from(new.tested)).bind(at)
                .bind(i64::from(new.reach_anywhere)).bind(new.protocol.as_str())
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
                 and exists (select 1 from account a where a.id = $1 and (a.server <> $2 or a.user_name <> $3 or a.protocol <> $4))")
                .bind(id.0).bind(&new.server).bind(&new.user_name).bind(new.protocol.as_str()).execute(&mut *c).await?;
            let changed = sqlx::query(
                "update account set name = $2, description = $3, preset = $4, address = $5, server = $6, port = $7, security = $8, user_name = $9,
                   timeout_seconds = $10, connection_limit = $11, pinned_fingerprint = $12, allow_clear_text = $13, owner_id = $14, tested = $15, reach_anywhere = $16,
                   protocol = $17
                 where id = $1")
                .bind(id.0).bind(&new.name).bind(&new.description).bind(new.preset.as_str()).bind(&new.address).bind(&new.server)
                .bind(i64::from(new.port)).bind(new.security.as_str()).bind(&new.user_name).bind(i64::from(new.timeout_seconds))
                .bind(new.connection_limit.map(i64::from)).bind(&new.pinned_fingerprint).bind(i64::from(new.allow_clear_text))
                .bind(new.owner.map(|owner| owner.0)).bind(i64::from(new.tested)).bind(i64::from(new.reach_anywhere))
                .bind(new.protocol.as_str()).execute(&mut *c).await?.rows_affected();
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

    /// Says when an account is collected: as [`model::Schedule::stored`] writes it. It is looked at anew at once.
    pub async fn set_schedule(&self, id: AccountId, schedule: &str, next_at: i64, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            let changed = sqlx::query("update account set schedule = $2, next_at = case when next_at in (0, 1) then next_at else $3 end where id = $1")
                .bind(id.0).bind(schedule).bind(next_at).execute(&mut *c).await?.rows_affected();
            if changed == 0 {
                return Err(StoreError::NotFound);
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
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
}
