//! Services of cost centres, what people override, and what requests of other systems pick.

use crate::{NewEvent, Store, StoreError, audit::append_event, db::write};
use model::{AccountId, CostCentreId, ServiceId, UserId, WebConfigurationId};

impl Store {
    /// Adds a service to a cost centre; the first one, and one that is to be it, becomes the default.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `service_name_taken`.
    pub async fn add_service(
        &self,
        centre: CostCentreId,
        name: &str,
        account: AccountId,
        is_default: bool,
        event: &NewEvent,
    ) -> Result<ServiceId, StoreError> {
        let (id, head) = write!(self, c => {
            let others: i64 = sqlx::query_scalar("select count(*) from service where cost_centre_id = $1").bind(centre.0).fetch_one(&mut *c).await?;
            let is_default = is_default || others == 0;
            if is_default {
                sqlx::query("update service set is_default = 0 where cost_centre_id = $1").bind(centre.0).execute(&mut *c).await?;
            }
            let id: i64 = sqlx::query_scalar(
                "insert into service (cost_centre_id, name, account_id, is_default) values ($1, $2, $3, $4) returning id")
                .bind(centre.0).bind(name).bind(account.0).bind(i64::from(is_default)).fetch_one(&mut *c).await?;
            Ok((id, append_event!(&self.keys, c, event)))
        })?;
        self.heads.publish(head.0, &head.1)?;
        Ok(ServiceId(id))
    }

    /// Changes a service of this cost centre; `is_default` takes the default from the one that had it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a service of another cost centre, [`StoreError::Conflict`] `service_name_taken`.
    pub async fn change_service(
        &self,
        centre: CostCentreId,
        id: ServiceId,
        name: &str,
        account: AccountId,
        is_default: bool,
        event: &NewEvent,
    ) -> Result<(), StoreError> {
        let head = write!(self, c => {
            if is_default {
                sqlx::query("update service set is_default = 0 where cost_centre_id = $1 and id <> $2").bind(centre.0).bind(id.0).execute(&mut *c).await?;
            }
            let changed = sqlx::query("update service set name = $3, account_id = $4, is_default = $5 where id = $1 and cost_centre_id = $2")
                .bind(id.0).bind(centre.0).bind(name).bind(account.0).bind(i64::from(is_default)).execute(&mut *c).await?.rows_affected();
            if changed == 0 {
                return Err(StoreError::NotFound);
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Takes a service away from this cost centre, with its overrides; web configurations that picked it pick the default.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a service of another cost centre.
    pub async fn remove_service(&self, centre: CostCentreId, id: ServiceId, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            sqlx::query("delete from service_override where service_id in (select id from service where id = $1 and cost_centre_id = $2)")
                .bind(id.0).bind(centre.0).execute(&mut *c).await?;
            sqlx::query("update web_configuration set service_id = null where service_id in (select id from service where id = $1 and cost_centre_id = $2)")
                .bind(id.0).bind(centre.0).execute(&mut *c).await?;
            let removed = sqlx::query("delete from service where id = $1 and cost_centre_id = $2").bind(id.0).bind(centre.0).execute(&mut *c).await?;
            if removed.rows_affected() == 0 {
                return Err(StoreError::NotFound);
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Says which account a person uses for a service of this cost centre; `None` = the service's own.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a service of another cost centre.
    pub async fn set_override(
        &self,
        centre: CostCentreId,
        service: ServiceId,
        user: UserId,
        account: Option<AccountId>,
        event: &NewEvent,
    ) -> Result<(), StoreError> {
        let head = write!(self, c => {
            let known: Option<i64> = sqlx::query_scalar("select id from service where id = $1 and cost_centre_id = $2")
                .bind(service.0).bind(centre.0).fetch_optional(&mut *c).await?;
            if known.is_none() {
                return Err(StoreError::NotFound);
            }
            match account {
                Some(account) => sqlx::query(
                    "insert into service_override (service_id, user_id, account_id) values ($1, $2, $3)
                     on conflict (service_id, user_id) do update set account_id = excluded.account_id")
                    .bind(service.0).bind(user.0).bind(account.0).execute(&mut *c).await?.rows_affected(),
                None => sqlx::query("delete from service_override where service_id = $1 and user_id = $2")
                    .bind(service.0).bind(user.0).execute(&mut *c).await?.rows_affected(),
            };
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }

    /// Makes a web configuration, or changes the one with this id.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] `web_configuration_name_taken`, or `service_of_another_centre`; [`StoreError::NotFound`].
    pub async fn keep_web_configuration(
        &self,
        id: Option<WebConfigurationId>,
        name: &str,
        centre: CostCentreId,
        service: Option<ServiceId>,
        event: &NewEvent,
    ) -> Result<WebConfigurationId, StoreError> {
        let (id, head) = write!(self, c => {
            if let Some(service) = service {
                let whose: Option<i64> = sqlx::query_scalar("select cost_centre_id from service where id = $1").bind(service.0).fetch_optional(&mut *c).await?;
                if whose != Some(centre.0) {
                    return Err(StoreError::Conflict("service_of_another_centre"));
                }
            }
            let service = service.map(|service| service.0);
            let kept: Option<i64> = match id {
                Some(id) => sqlx::query_scalar("update web_configuration set name = $2, cost_centre_id = $3, service_id = $4 where id = $1 returning id")
                    .bind(id.0).bind(name).bind(centre.0).bind(service).fetch_optional(&mut *c).await?,
                None => sqlx::query_scalar("insert into web_configuration (name, cost_centre_id, service_id) values ($1, $2, $3) returning id")
                    .bind(name).bind(centre.0).bind(service).fetch_optional(&mut *c).await?,
            };
            let kept = kept.ok_or(StoreError::NotFound)?;
            Ok((kept, append_event!(&self.keys, c, event)))
        })?;
        self.heads.publish(head.0, &head.1)?;
        Ok(WebConfigurationId(id))
    }

    /// Takes a web configuration away.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn remove_web_configuration(&self, id: WebConfigurationId, event: &NewEvent) -> Result<(), StoreError> {
        let head = write!(self, c => {
            if sqlx::query("delete from web_configuration where id = $1").bind(id.0).execute(&mut *c).await?.rows_affected() == 0 {
                return Err(StoreError::NotFound);
            }
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }
}
