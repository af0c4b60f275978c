//! Users, their permissions, and cost centres.

use crate::{
    NewEvent, Store, StoreError,
    audit::append_event,
    db::{read, write},
};
use model::{CostCentre, CostCentreId, Permission, Role, UserCard, UserId};

/// A user with what signing in needs.
#[derive(Debug, Clone)]
pub struct UserRecord {
    /// Id.
    pub id: UserId,
    /// Address to sign in with, canonical.
    pub email: String,
    /// Full name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Argon2id, PHC string.
    pub password_hash: String,
    /// Cannot sign in.
    pub disabled: bool,
    /// Keys granted beyond the role.
    pub granted: Vec<Permission>,
    /// Single keys are shortcuts.
    pub shortcuts: bool,
}

#[derive(sqlx::FromRow)]
struct UserRow {
    id: i64,
    email: String,
    name: String,
    role: String,
    password_hash: String,
    disabled: i64,
    last_sign_in: Option<i64>,
}

const USER: &str = "select id, email, name, role, password_hash, disabled, last_sign_in from app_user";

fn role_of(text: &str) -> Result<Role, StoreError> {
    Role::parse(text).ok_or_else(|| StoreError::Inconsistent(format!("app_user.role holds {text:?}")))
}

impl Store {
    /// How many users there are; none = Postroom is not set up.
    pub async fn user_count(&self) -> Result<i64, StoreError> {
        Ok(read!(self, c => sqlx::query_scalar("select count(*) from app_user").fetch_one(c).await)?)
    }

    /// Adds a user.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `user_email_taken`.
    pub async fn add_user(&self, email: &str, name: &str, role: Role, password_hash: &str, event: &NewEvent) -> Result<UserId, StoreError> {
        let (id, head) = write!(self, c => {
            let id: i64 = sqlx::query_scalar(
                "insert into app_user (email, name, role, password_hash, created_at) values ($1, $2, $3, $4, $5) returning id")
                .bind(email).bind(name).bind(role.as_str()).bind(password_hash).bind(event.at).fetch_one(&mut *c).await?;
            let head = append_event!(&self.keys, c, &NewEvent { subject: format!("user:{id}"), ..event.clone() });
            Ok((id, head))
        })?;
        self.heads.publish(head.0, &head.1)?;
        Ok(UserId(id))
    }

    /// Says since when somebody is here: letters from before count as read for him or her.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such user.
    pub async fn set_arrival(&self, user: UserId, at: i64, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            let found = sqlx::query("update app_user set created_at = $2 where id = $1").bind(user.0).bind(at).execute(&mut *c).await?;
            if found.rows_affected() == 0 {
                return Err(StoreError::NotFound);
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Adds the first administrator: only while there is no user at all.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `already_set_up`.
    pub async fn add_first_user(&self, email: &str, name: &str, password_hash: &str, event: &NewEvent) -> Result<UserId, StoreError> {
        let (id, head) = write!(self, c => {
            // The audit head's row is the lock: a second set-up waits here and then finds a user.
            let head = append_event!(&self.keys, c, &NewEvent { subject: "user:1".into(), ..event.clone() });
            let users: i64 = sqlx::query_scalar("select count(*) from app_user").fetch_one(&mut *c).await?;
            if users > 0 {
                return Err(StoreError::Conflict("already_set_up"));
            }
            let id: i64 = sqlx::query_scalar(
                "insert into app_user (email, name, role, password_hash, created_at) values ($1, $2, 'administrator', $3, $4) returning id")
                .bind(email).bind(name).bind(password_hash).bind(event.at).fetch_one(&mut *c).await?;
            Ok((id, head))
        })?;
        self.heads.publish(head.0, &head.1)?;
        Ok(UserId(id))
    }

    /// A user by the address to sign in with.
    pub async fn user_by_email(&self, email: &str) -> Result<Option<UserRecord>, StoreError> {
        let row: Option<UserRow> = read!(self, c => sqlx::query_as(
            "select id, email, name, role, password_hash, disabled, last_sign_in from app_user where email = $1")
            .bind(email).fetch_optional(c).await)?;
        self.complete(row).await
    }

    /// A user by id.
    pub async fn user(&self, id: UserId) -> Result<Option<UserRecord>, StoreError> {
        let row: Option<UserRow> = read!(self, c => sqlx::query_as(
            "select id, email, name, role, password_hash, disabled, last_sign_in from app_user where id = $1")
            .bind(id.0).fetch_optional(c).await)?;
        self.complete(row).await
    }

    async fn complete(&self, row: Option<UserRow>) -> Result<Option<UserRecord>, StoreError> {
        let Some(row) = row else { return Ok(None) };
        let keys: Vec<String> = read!(self, c => sqlx::query_scalar("select permission from user_permission where user_id = $1 order by 1")
            .bind(row.id).fetch_all(c).await)?;
        Ok(Some(UserRecord {
            id: UserId(row.id),
            email: row.email,
            name: row.name,
            role: role_of(&row.role)?,
            password_hash: row.password_hash,
            disabled: row.disabled != 0,
            granted: keys.iter().filter_map(|key| Permission::parse(key)).collect(),
            shortcuts: self.choice(UserId(row.id), "shortcuts").await?.as_deref() != Some("off"),
        }))
    }

    /// Every user, by name.
    pub async fn users(&self) -> Result<Vec<UserCard>, StoreError> {
        let rows: Vec<UserRow> = read!(self, c => sqlx::query_as(USER).fetch_all(c).await)?;
        let keys: Vec<(i64, String)> =
            read!(self, c => sqlx::query_as("select user_id, permission from user_permission order by 1, 2").fetch_all(c).await)?;
        let centres: Vec<(i64, i64)> =
            read!(self, c => sqlx::query_as("select user_id, cost_centre_id from user_cost_centre order by 1, 2").fetch_all(c).await)?;
        let mut cards = rows
            .into_iter()
            .map(|row| {
                Ok(UserCard {
                    id: UserId(row.id),
                    role: role_of(&row.role)?,
                    disabled: row.disabled != 0,
                    granted: keys.iter().filter(|(user, _)| *user == row.id).filter_map(|(_, key)| Permission::parse(key)).collect(),
                    cost_centres: centres.iter().filter(|(user, _)| *user == row.id).map(|(_, id)| CostCentreId(*id)).collect(),
                    name: row.name,
                    email: row.email,
                    last_sign_in: row.last_sign_in,
                })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        cards.sort_by(|a, b| a.name.to_lowercase().cmp(&b.name.to_lowercase()).then(a.id.cmp(&b.id)));
        Ok(cards)
    }

    /// Sets everything an administrator decides about a user; a disabled user's sessions end with it.
    pub async fn change_user(
        &self,
        id: UserId,
        role: Role,
        disabled: bool,
        granted: &[Permission],
        cost_centres: &[CostCentreId],
        event: &NewEvent,
    ) -> Result<(), StoreError> {
        let head = write!(self, c => {
            let changed = sqlx::query("update app_user set role = $2, disabled = $3 where id = $1")
                .bind(id.0).bind(role.as_str()).bind(i64::from(disabled)).execute(&mut *c).await?.rows_affected();
            if changed == 0 {
                return Err(StoreError::NotFound);
            }
            let active: i64 = sqlx::query_scalar("select count(*) from app_user where role = 'administrator' and disabled = 0").fetch_one(&mut *c).await?;
            if active == 0 {
                return Err(StoreError::Conflict("last_administrator"));
            }
            sqlx::query("delete from user_permission where user_id = $1").bind(id.0).execute(&mut *c).await?;
            for permission in granted {
                sqlx::query("insert into user_permission (user_id, permission) values ($1, $2) on conflict do nothing").bind(id.0).bind(permission.key()).execute(&mut *c).await?;
            }
            sqlx::query("delete from user_cost_centre where user_id = $1").bind(id.0).execute(&mut *c).await?;
            for centre in cost_centres {
                sqlx::query("insert into user_cost_centre (user_id, cost_centre_id) values ($1, $2) on conflict do nothing").bind(id.0).bind(centre.0).execute(&mut *c).await?;
            }
            if disabled {
                sqlx::query("delete from session where user_id = $1").bind(id.0).execute(&mut *c).await?;
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Sets a password hash; every session of the user ends.
    pub async fn set_password(&self, id: UserId, password_hash: &str, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            sqlx::query("update app_user set password_hash = $2 where id = $1").bind(id.0).bind(password_hash).execute(&mut *c).await?;
            sqlx::query("delete from session where user_id = $1").bind(id.0).execute(&mut *c).await?;
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Cost centres with their counts, by name.
    pub async fn cost_centres(&self) -> Result<Vec<CostCentre>, StoreError> {
        let rows: Vec<(i64, String, i64, i64)> = read!(self, c => sqlx::query_as(
            "select cc.id, cc.name, (select count(*) from party p where p.cost_centre_id = cc.id),
                    (select count(*) from user_cost_centre u where u.cost_centre_id = cc.id)
             from cost_centre cc order by cc.name, cc.id").fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(id, name, clients, users)| CostCentre { id: CostCentreId(id), name, clients, users }).collect())
    }

    /// Adds a cost centre.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `cost_centre_name_taken`.
    pub async fn add_cost_centre(&self, name: &str, event: &NewEvent) -> Result<CostCentreId, StoreError> {
        let (id, head) = write!(self, c => {
            let id: i64 = sqlx::query_scalar("insert into cost_centre (name) values ($1) returning id").bind(name).fetch_one(&mut *c).await?;
            let head = append_event!(&self.keys, c, &NewEvent { subject: format!("cost_centre:{id}"), ..event.clone() });
            Ok((id, head))
        })?;
        self.heads.publish(head.0, &head.1)?;
        Ok(CostCentreId(id))
    }

    /// Renames a cost centre.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `cost_centre_name_taken`.
    pub async fn rename_cost_centre(&self, id: CostCentreId, name: &str, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            let changed = sqlx::query("update cost_centre set name = $2 where id = $1").bind(id.0).bind(name).execute(&mut *c).await?.rows_affected();
            if changed == 0 {
                return Err(StoreError::NotFound);
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Says who belongs to a cost centre.
    pub async fn set_members(&self, id: CostCentreId, members: &[UserId], event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            sqlx::query("delete from user_cost_centre where cost_centre_id = $1").bind(id.0).execute(&mut *c).await?;
            for member in members {
                sqlx::query("insert into user_cost_centre (user_id, cost_centre_id) select id, $2 from app_user where id = $1 on conflict do nothing")
                    .bind(member.0).bind(id.0).execute(&mut *c).await?;
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }
}
