//! Links that work once: invitations and new passwords. The store knows only the hash of the word in a link.

use crate::{
    NewEvent, Store, StoreError,
    audit::append_event,
    db::{read, write},
};
use model::{CostCentreId, LinkId, LinkPurpose, Role, UserId};

/// A link to be made.
#[derive(Debug, Clone)]
pub struct NewLink {
    /// What it is for.
    pub purpose: LinkPurpose,
    /// Whose password it sets; `None` for an invitation.
    pub user: Option<UserId>,
    /// Address to sign in with, canonical.
    pub email: String,
    /// Full name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Cost centres the invited person will belong to.
    pub cost_centres: Vec<CostCentreId>,
    /// Who made it.
    pub made_by: String,
    /// When, ms.
    pub made_at: i64,
    /// When it stops to work, ms.
    pub expires_at: i64,
}

/// A link on record.
#[derive(Debug, Clone)]
pub struct LinkRecord {
    /// Id.
    pub id: LinkId,
    /// What was asked for.
    pub link: NewLink,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    purpose: String,
    user_id: Option<i64>,
    email: String,
    name: String,
    role: String,
    cost_centres: String,
    made_by: String,
    made_at: i64,
    expires_at: i64,
}

impl TryFrom<Row> for LinkRecord {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let odd = |column: &str| StoreError::Inconsistent(format!("one_time_link.{column} of link {} cannot be read", row.id));
        Ok(Self {
            id: LinkId(row.id),
            link: NewLink {
                purpose: LinkPurpose::parse(&row.purpose).ok_or_else(|| odd("purpose"))?,
                role: Role::parse(&row.role).ok_or_else(|| odd("role"))?,
                cost_centres: row.cost_centres.split_whitespace().filter_map(|id| id.parse().ok()).collect(),
                user: row.user_id.map(UserId),
                email: row.email,
                name: row.name,
                made_by: row.made_by,
                made_at: row.made_at,
                expires_at: row.expires_at,
            },
        })
    }
}

macro_rules! select_link {
    ($rest:literal) => {
        concat!(
            "select id, purpose, user_id, email, name, role, cost_centres, made_by, made_at, expires_at from one_time_link
             where used_at is null and revoked_at is null and ",
            $rest
        )
    };
}

/// Takes a link that still works, inside the transaction at hand; evaluates to its row.
macro_rules! take_link {
    ($c:expr, $token_hash:expr, $purpose:expr, $now:expr) => {{
        let taken: Option<i64> = sqlx::query_scalar(
            "update one_time_link set used_at = $3
             where token_hash = $1 and purpose = $2 and used_at is null and revoked_at is null and expires_at > $3 returning id",
        )
        .bind($token_hash)
        .bind($purpose.as_str())
        .bind($now)
        .fetch_optional(&mut *$c)
        .await?;
        let id = taken.ok_or(StoreError::NotFound)?;
        let row: (Option<i64>, String, String, String) =
            sqlx::query_as("select user_id, email, role, cost_centres from one_time_link where id = $1")
                .bind(id)
                .fetch_one(&mut *$c)
                .await?;
        row
    }};
}

impl Store {
    /// Makes a link; an earlier one for the same person and purpose no longer works.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `user_email_taken` when somebody who signs in already is invited.
    pub async fn add_link(&self, token_hash: &[u8], new: &NewLink, event: &NewEvent) -> Result<LinkId, StoreError> {
        let centres: Vec<String> = new.cost_centres.iter().map(ToString::to_string).collect();
        let (id, head) = write!(self, c => {
            if new.purpose == LinkPurpose::Invitation {
                let known: i64 = sqlx::query_scalar("select count(*) from app_user where email = $1").bind(&new.email).fetch_one(&mut *c).await?;
                if known > 0 {
                    return Err(StoreError::Conflict("user_email_taken"));
                }
            }
            sqlx::query("update one_time_link set revoked_at = $3 where purpose = $1 and email = $2 and used_at is null and revoked_at is null")
                .bind(new.purpose.as_str()).bind(&new.email).bind(new.made_at).execute(&mut *c).await?;
            let id: i64 = sqlx::query_scalar(
                "insert into one_time_link (purpose, token_hash, user_id, email, name, role, cost_centres, made_by, made_at, expires_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id")
                .bind(new.purpose.as_str()).bind(token_hash).bind(new.user.map(|user| user.0)).bind(&new.email).bind(&new.name)
                .bind(new.role.as_str()).bind(centres.join(" ")).bind(&new.made_by).bind(new.made_at).bind(new.expires_at)
                .fetch_one(&mut *c).await?;
            Ok((id, append_event!(&self.keys, c, event)))
        })?;
        self.heads.publish(head.0, &head.1)?;
        Ok(LinkId(id))
    }

    /// The link of a word, if it still works at `now`.
    pub async fn link(&self, token_hash: &[u8], now: i64) -> Result<Option<LinkRecord>, StoreError> {
        let row: Option<Row> = read!(self, c => sqlx::query_as(select_link!("token_hash = $1 and expires_at > $2"))
            .bind(token_hash).bind(now).fetch_optional(c).await)?;
        row.map(TryInto::try_into).transpose()
    }

    /// Links that still work at `now`, newest first.
    pub async fn links(&self, now: i64) -> Result<Vec<LinkRecord>, StoreError> {
        let rows: Vec<Row> =
            read!(self, c => sqlx::query_as(select_link!("expires_at > $1 order by id desc")).bind(now).fetch_all(c).await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Takes a link back.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it does not work any more anyway.
    pub async fn revoke_link(&self, id: LinkId, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            let changed = sqlx::query("update one_time_link set revoked_at = $2 where id = $1 and used_at is null and revoked_at is null")
                .bind(id.0).bind(event.at).execute(&mut *c).await?.rows_affected();
            if changed == 0 {
                return Err(StoreError::NotFound);
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// An invited person comes: the link is used up and the user is there, or neither.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the link does not work any more.
    pub async fn accept_invitation(
        &self,
        token_hash: &[u8],
        name: &str,
        password_hash: &str,
        event: &NewEvent,
    ) -> Result<UserId, StoreError> {
        let (id, head) = write!(self, c => {
            let (_, email, role, centres) = take_link!(c, token_hash, LinkPurpose::Invitation, event.at);
            let id: i64 = sqlx::query_scalar(
                "insert into app_user (email, name, role, password_hash, created_at) values ($1, $2, $3, $4, $5) returning id")
                .bind(&email).bind(name).bind(&role).bind(password_hash).bind(event.at).fetch_one(&mut *c).await?;
            for centre in centres.split_whitespace().filter_map(|id| id.parse::<i64>().ok()) {
                sqlx::query(
                    "insert into user_cost_centre (user_id, cost_centre_id) select $1, id from cost_centre where id = $2 on conflict do nothing")
                    .bind(id).bind(centre).execute(&mut *c).await?;
            }
            let told = NewEvent { principal: email, subject: format!("user:{id}"), ..event.clone() };
            Ok((id, append_event!(&self.keys, c, &told)))
        })?;
        self.heads.publish(head.0, &head.1)?;
        Ok(UserId(id))
    }

    /// A person sets a new password by a link: used up, every session of the person ended, or nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the link does not work any more, or the person was disabled meanwhile.
    pub async fn accept_reset(&self, token_hash: &[u8], password_hash: &str, event: &NewEvent) -> Result<UserId, StoreError> {
        let (id, head) = write!(self, c => {
            let (user, email, _, _) = take_link!(c, token_hash, LinkPurpose::Reset, event.at);
            let id = user.ok_or(StoreError::NotFound)?;
            let changed = sqlx::query("update app_user set password_hash = $2 where id = $1 and disabled = 0")
                .bind(id).bind(password_hash).execute(&mut *c).await?.rows_affected();
            if changed == 0 {
                return Err(StoreError::NotFound);
            }
            sqlx::query("delete from session where user_id = $1").bind(id).execute(&mut *c).await?;
            sqlx::query("delete from sign_in_step where user_id = $1").bind(id).execute(&mut *c).await?;
            let told = NewEvent { principal: email, subject: format!("user:{id}"), ..event.clone() };
            Ok((id, append_event!(&self.keys, c, &told)))
        })?;
        self.heads.publish(head.0, &head.1)?;
        Ok(UserId(id))
    }
}
