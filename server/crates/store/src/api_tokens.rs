//! Tokens of the JSON API, and what was asked under idempotency keys. The store knows only the hash of a token.

use crate::{
    NewEvent, Store, StoreError,
    audit::append_event,
    db::{read, write},
};
use model::{ApiScope, CostCentreId, TokenCard, TokenId, WebConfigurationId};

/// A token to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// Unique name.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<ApiScope>,
    /// Whose clients; `None` = every client.
    pub cost_centre: Option<CostCentreId>,
    /// What its letters leave through.
    pub web: Option<WebConfigurationId>,
    /// When it stops to work, ms.
    pub expires_at: Option<i64>,
}

/// What is known of an idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiClaim {
    /// The request is the one that the key was used for first.
    pub same: bool,
    /// The letter that came of it; 0 = none yet.
    pub letter: i64,
}

/// A use is written down at most so often, ms: a busy token must not write with every request.
const NOTED: i64 = 60_000;

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    name: String,
    scopes: String,
    cost_centre_id: Option<i64>,
    web_configuration_id: Option<i64>,
    created_at: i64,
    created_by: String,
    used_at: Option<i64>,
    expires_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl From<Row> for TokenCard {
    fn from(row: Row) -> Self {
        Self {
            id: TokenId(row.id),
            name: row.name,
            // A word that this version does not know grants nothing.
            scopes: row.scopes.split_whitespace().filter_map(ApiScope::parse).collect(),
            cost_centre: row.cost_centre_id.map(CostCentreId),
            web: row.web_configuration_id.map(WebConfigurationId),
            created_at: row.created_at,
            created_by: row.created_by,
            used_at: row.used_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
        }
    }
}

macro_rules! select_token {
    ($rest:literal) => {
        concat!(
            "select id, name, scopes, cost_centre_id, web_configuration_id, created_at, created_by, used_at, expires_at, revoked_at
             from api_token ",
            $rest
        )
    };
}

impl Store {
    /// Tokens, those that were taken back last, then by name.
    pub async fn api_tokens(&self) -> Result<Vec<TokenCard>, StoreError> {
        let rows: Vec<Row> = read!(self, c => sqlx::query_as(select_token!(
            "order by case when revoked_at is null then 0 else 1 end, lower(name), id")).fetch_all(c).await)?;
        Ok(rows.into_iter().map(TokenCard::from).collect())
    }

    /// The token with this hash, whether or not it still works.
    pub async fn api_token(&self, hash: &[u8; 32]) -> Result<Option<TokenCard>, StoreError> {
        let row: Option<Row> =
            read!(self, c => sqlx::query_as(select_token!("where token_hash = $1")).bind(&hash[..]).fetch_optional(c).await)?;
        Ok(row.map(TokenCard::from))
    }

    /// Makes a token, with the event (whose subject becomes `token:N`).
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `api_token_name_taken`.
    pub async fn add_api_token(&self, hash: &[u8; 32], new: &NewToken, event: &NewEvent) -> Result<TokenId, StoreError> {
        let scopes: Vec<&str> = new.scopes.iter().map(|scope| scope.as_str()).collect();
        let (id, head) = write!(self, c => {
            let id: i64 = sqlx::query_scalar(
                "insert into api_token (name, token_hash, scopes, cost_centre_id, web_configuration_id, created_at, created_by, expires_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8) returning id")
                .bind(&new.name).bind(&hash[..]).bind(scopes.join(" ")).bind(new.cost_centre.map(|id| id.0)).bind(new.web.map(|id| id.0))
                .bind(event.at).bind(&event.principal).bind(new.expires_at).fetch_one(&mut *c).await?;
            Ok((id, append_event!(&self.keys, c, &NewEvent { subject: format!("token:{id}"), ..event.clone() })))
        })?;
        self.heads.publish(head.0, &head.1)?;
        Ok(TokenId(id))
    }

    /// Takes a token back, with the event; it never works again.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none, or it was taken back before.
    pub async fn revoke_api_token(&self, id: TokenId, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            let changed = sqlx::query("update api_token set revoked_at = $2 where id = $1 and revoked_at is null")
                .bind(id.0).bind(event.at).execute(&mut *c).await?.rows_affected();
            if changed == 0 {
                return Err(StoreError::NotFound);
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// A token was used.
    pub async fn note_token_use(&self, token: &TokenCard, at: i64) -> Result<(), StoreError> {
        if token.used_at.is_some_and(|used| used + NOTED > at) {
            return Ok(());
        }
        write!(self, c => {
            sqlx::query("update api_token set used_at = $2 where id = $1 and (used_at is null or used_at < $2)")
                .bind(token.id.0).bind(at).execute(&mut *c).await?;
            Ok(())
        })
    }

    /// What is known of an idempotency key; nothing is taken. `None` = it is free.
    pub async fn api_request(&self, token: TokenId, key: &str, hash: &[u8; 32]) -> Result<Option<ApiClaim>, StoreError> {
        let row: Option<(Vec<u8>, i64)> = read!(self, c => sqlx::query_as(
            "select request_hash, letter from api_request where token_id = $1 and idempotency_key = $2")
            .bind(token.0).bind(key).fetch_optional(c).await)?;
        Ok(row.map(|(first, letter)| ApiClaim { same: first == hash, letter }))
    }

    /// Takes an idempotency key for a request, or says what it was used for before.
    pub async fn claim_api_request(&self, token: TokenId, key: &str, hash: &[u8; 32], at: i64) -> Result<ApiClaim, StoreError> {
        write!(self, c => {
            sqlx::query("insert into api_request (token_id, idempotency_key, request_hash, letter, at) values ($1, $2, $3, 0, $4) on conflict do nothing")
                .bind(token.0).bind(key).bind(&hash[..]).bind(at).execute(&mut *c).await?;
            let (first, letter): (Vec<u8>, i64) =
                sqlx::query_as("select request_hash, letter from api_request where token_id = $1 and idempotency_key = $2")
                    .bind(token.0).bind(key).fetch_one(&mut *c).await?;
            Ok(ApiClaim { same: first == hash, letter })
        })
    }

    /// Keeps which letter came of a request.
    pub async fn keep_api_letter(&self, token: TokenId, key: &str, letter: i64) -> Result<(), StoreError> {
        write!(self, c => {
            sqlx::query("update api_request set letter = $3 where token_id = $1 and idempotency_key = $2")
                .bind(token.0).bind(key).bind(letter).execute(&mut *c).await?;
            Ok(())
        })
    }

    /// Forgets what was asked before this moment. Answers how many.
    pub async fn forget_api_requests(&self, before: i64) -> Result<u64, StoreError> {
        write!(self, c => {
            Ok(sqlx::query("delete from api_request where at < $1").bind(before).execute(&mut *c).await?.rows_affected())
        })
    }
}
