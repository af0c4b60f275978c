//! The client application by which an account signs in (O15): its fields, and the refresh token, sealed.

use crate::{
    NewEvent, Store, StoreError,
    audit::append_event,
    db::{read, write},
};
use model::AccountId;
use secrecy::SecretString;

/// A client application without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationRecord {
    /// Token server: host, or host and port.
    pub sign_in_server: String,
    /// Where a person says yes in the browser; empty = the token server.
    pub consent_server: String,
    /// Directory at Microsoft; empty = another provider.
    pub tenant: String,
    /// The application's id.
    pub client_id: String,
    /// A person signs in for his or her own mailbox; else the application has a right of its own.
    pub delegated: bool,
    /// When the secret expires, ms, as a person told.
    pub secret_expires_at: Option<i64>,
    /// A person has signed in.
    pub has_refresh: bool,
    /// Whoever signed in permitted sending, too; on a trip: is asked for it.
    pub sends: bool,
}

impl ApplicationRecord {
    /// Whether its tokens permit sending. An application's own right is the directory's to limit, and Google has one permission for all;
    /// at Microsoft a person permits it by itself.
    pub fn may_send(&self) -> bool {
        self.sends || !self.delegated || self.tenant.is_empty()
    }
}

/// A person has just signed in.
#[derive(Debug, Clone, Copy)]
pub struct SignedIn<'a> {
    /// What the audit trail keeps.
    pub event: &'a NewEvent,
    /// He or she was asked for sending, too.
    pub sends: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    sign_in_server: String,
    consent_server: String,
    tenant: String,
    client_id: String,
    delegated: i64,
    secret_expires_at: Option<i64>,
    has_refresh: i64,
    sends: i64,
}

fn place(id: AccountId) -> String {
    format!("application:{id}:refresh")
}

impl Store {
    /// The application by which an account signs in, if it does.
    pub async fn application(&self, id: AccountId) -> Result<Option<ApplicationRecord>, StoreError> {
        let row: Option<Row> = read!(self, c => sqlx::query_as(
            "select sign_in_server, consent_server, tenant, client_id, delegated, secret_expires_at, sends,
                    cast(case when refresh is null then 0 else 1 end as bigint) as has_refresh from application where account_id = $1")
            .bind(id.0).fetch_optional(c).await)?;
        Ok(row.map(|row| ApplicationRecord {
            sign_in_server: row.sign_in_server,
            consent_server: row.consent_server,
            tenant: row.tenant,
            client_id: row.client_id,
            delegated: row.delegated != 0,
            secret_expires_at: row.secret_expires_at,
            has_refresh: row.has_refresh != 0,
            sends: row.sends != 0,
        }))
    }

    /// Keeps an account's application; nothing is recorded when it stays as it is. A refresh token that belongs to another
    /// application, directory or server is forgotten, with what it permits: it would be sent there. `has_refresh` and `sends` of `new` say
    /// nothing.
    pub async fn keep_application(&self, id: AccountId, new: &ApplicationRecord, event: &NewEvent) -> Result<(), StoreError> {
        if let Some(before) = self.application(id).await?
            && (ApplicationRecord { has_refresh: new.has_refresh, sends: new.sends, ..before }) == *new
        {
            return Ok(());
        }
        let head = write!(self, c => {
            sqlx::query(
                "insert into application (account_id, sign_in_server, tenant, client_id, delegated, secret_expires_at, consent_server)
                 values ($1, $2, $3, $4, $5, $6, $7)
                 on conflict (account_id) do update set
                   refresh = case when application.sign_in_server = excluded.sign_in_server and application.tenant = excluded.tenant
                     and application.client_id = excluded.client_id and application.delegated = excluded.delegated then application.refresh end,
                   sends = case when application.sign_in_server = excluded.sign_in_server and application.tenant = excluded.tenant
                     and application.client_id = excluded.client_id and application.delegated = excluded.delegated
                     then application.sends else 0 end,
                   sign_in_server = excluded.sign_in_server, tenant = excluded.tenant, client_id = excluded.client_id,
                   delegated = excluded.delegated, secret_expires_at = excluded.secret_expires_at,
                   consent_server = excluded.consent_server")
                .bind(id.0).bind(&new.sign_in_server).bind(&new.tenant).bind(&new.client_id).bind(i64::from(new.delegated))
                .bind(new.secret_expires_at).bind(&new.consent_server).execute(&mut *c).await?;
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// The refresh token of an account.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when nobody has signed in, [`StoreError::Secret`] when this key does not open it.
    pub async fn refresh_token(&self, id: AccountId) -> Result<SecretString, StoreError> {
        let sealed: Option<Vec<u8>> = read!(self, c => sqlx::query_scalar("select refresh from application where account_id = $1")
            .bind(id.0).fetch_optional(c).await)?
        .flatten();
        self.keys.open_sealed(&place(id), &sealed.ok_or(StoreError::NotFound)?)
    }

    /// Keeps a refresh token; `signed_in` tells of a person who has just signed in and what was permitted, and mends a
    /// disabled account as a new password does (IT-15). A token that was only renewed is no event.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for an account without an application.
    pub async fn keep_refresh_token(
        &self,
        id: AccountId,
        token: &SecretString,
        now: i64,
        signed_in: Option<SignedIn<'_>>,
    ) -> Result<(), StoreError> {
        let sealed = self.keys.seal(&place(id), token)?;
        let head = write!(self, c => {
            let kept = sqlx::query("update application set refresh = $2, refreshed_at = $3, sends = coalesce($4, sends) where account_id = $1")
                .bind(id.0).bind(&sealed[..]).bind(now).bind(signed_in.map(|person| i64::from(person.sends))).execute(&mut *c).await?.rows_affected();
            if kept == 0 {
                return Err(StoreError::NotFound);
            }
            let Some(SignedIn { event, .. }) = signed_in else { return Ok(None) };
            sqlx::query(
                "update account set refusals = 0, refused_at = null, next_at = 0, state = case when state = 'disabled' then 'enabled' else state end
                 where id = $1")
                .bind(id.0).execute(&mut *c).await?;
            Ok(Some(append_event!(&self.keys, c, event)))
        })?;
        if let Some((seq, mac)) = head {
            self.heads.publish(seq, &mac)?;
        }
        Ok(())
    }
}
