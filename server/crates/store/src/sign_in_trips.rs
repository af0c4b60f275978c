//! People on their way to a provider's sign-in and back: begun on one node, finished on any. Each trip is bound to the session that began
//! it and to one account, and is used once.
//!
//! Must never: hold what the browser carries in clear, give a trip to another session, or give it twice.

use crate::{
    ApplicationRecord, Store, StoreError,
    db::{read, write},
};
use model::AccountId;
use secrecy::{ExposeSecret, SecretString};
use std::fmt;

/// One trip.
#[derive(Clone)]
pub struct Trip {
    /// The account it is for.
    pub account: AccountId,
    /// The application as it stood: a code goes nowhere else.
    pub application: ApplicationRecord,
    /// The secret half of the challenge (RFC 7636).
    pub verifier: SecretString,
    /// Where the provider sends the browser back to.
    pub redirect: String,
    /// Where the person says yes; the state is part of it.
    pub url: String,
    /// When it is over, ms.
    pub expires_at: i64,
}

/// Without what the browser carries: the state in the address is as good as the trip.
impl fmt::Debug for Trip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trip").field("account", &self.account).field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    state_hash: Vec<u8>,
    account_id: i64,
    sign_in_server: String,
    consent_server: String,
    tenant: String,
    client_id: String,
    verifier: Vec<u8>,
    redirect: String,
    url: Vec<u8>,
    expires_at: i64,
    sends: i64,
}

macro_rules! columns {
    () => {
        "state_hash, account_id, sign_in_server, consent_server, tenant, client_id, verifier, redirect, url, expires_at, sends"
    };
}

fn place(state: &[u8], field: &str) -> String {
    let digits: String = state.iter().map(|octet| format!("{octet:02x}")).collect();
    format!("sign_in_trip:{digits}:{field}")
}

impl Store {
    fn trip_of(&self, row: Row) -> Result<Trip, StoreError> {
        let open = |field: &str, sealed: &[u8]| self.keys.open_sealed(&place(&row.state_hash, field), sealed);
        Ok(Trip {
            account: AccountId(row.account_id),
            verifier: open("verifier", &row.verifier)?,
            url: open("url", &row.url)?.expose_secret().to_owned(),
            application: ApplicationRecord {
                sign_in_server: row.sign_in_server,
                consent_server: row.consent_server,
                tenant: row.tenant,
                client_id: row.client_id,
                delegated: true,
                secret_expires_at: None,
                has_refresh: false,
                sends: row.sends != 0,
            },
            redirect: row.redirect,
            expires_at: row.expires_at,
        })
    }

    /// Begins a trip; one that this session had begun for the same account is forgotten, and so are all that are over. Of two that are begun
    /// at once (a double click) the last one counts.
    pub async fn begin_trip(&self, session: &[u8], state: &[u8], trip: &Trip, now: i64) -> Result<(), StoreError> {
        let verifier = self.keys.seal(&place(state, "verifier"), &trip.verifier)?;
        let url = self.keys.seal(&place(state, "url"), &SecretString::from(trip.url.clone()))?;
        write!(self, c => {
            sqlx::query("delete from sign_in_trip where expires_at <= $1").bind(now).execute(&mut *c).await?;
            // One statement: between a deletion and an insertion another one could come.
            sqlx::query(concat!("insert into sign_in_trip (", columns!(), ", session_hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                 on conflict (session_hash, account_id) do update set state_hash = excluded.state_hash, sign_in_server = excluded.sign_in_server,
                   consent_server = excluded.consent_server, tenant = excluded.tenant, client_id = excluded.client_id, verifier = excluded.verifier,
                   redirect = excluded.redirect, url = excluded.url, expires_at = excluded.expires_at,
                   sends = excluded.sends"))
                .bind(state).bind(trip.account.0).bind(&trip.application.sign_in_server).bind(&trip.application.consent_server)
                .bind(&trip.application.tenant).bind(&trip.application.client_id).bind(&verifier[..]).bind(&trip.redirect).bind(&url[..])
                .bind(trip.expires_at).bind(i64::from(trip.application.sends)).bind(session).execute(&mut *c).await?;
            Ok(())
        })
    }

    /// The trip of this session for an account.
    pub async fn trip_of_account(&self, session: &[u8], account: AccountId, now: i64) -> Result<Option<Trip>, StoreError> {
        let row: Option<Row> = read!(self, c => sqlx::query_as(concat!(
            "select ", columns!(), " from sign_in_trip where session_hash = $1 and account_id = $2 and expires_at > $3"))
            .bind(session).bind(account.0).bind(now).fetch_optional(c).await)?;
        row.map(|row| self.trip_of(row)).transpose()
    }

    /// The trip that this session began with this state.
    pub async fn trip(&self, session: &[u8], state: &[u8], now: i64) -> Result<Option<Trip>, StoreError> {
        let row: Option<Row> = read!(self, c => sqlx::query_as(concat!(
            "select ", columns!(), " from sign_in_trip where state_hash = $1 and session_hash = $2 and expires_at > $3"))
            .bind(state).bind(session).bind(now).fetch_optional(c).await)?;
        row.map(|row| self.trip_of(row)).transpose()
    }

    /// The same, and it is over: of two that ask at once, one gets it.
    pub async fn end_trip(&self, session: &[u8], state: &[u8], now: i64) -> Result<Option<Trip>, StoreError> {
        let row: Option<Row> = write!(self, c => {
            Ok(sqlx::query_as(concat!(
                "delete from sign_in_trip where state_hash = $1 and session_hash = $2 and expires_at > $3 returning ", columns!()))
                .bind(state).bind(session).bind(now).fetch_optional(&mut *c).await?)
        })?;
        row.map(|row| self.trip_of(row)).transpose()
    }
}
