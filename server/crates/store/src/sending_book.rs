//! Everything that decides who sends, read at one moment; and the rules of e-mail.

use crate::{
    NewEvent, Store, StoreError,
    audit::append_event,
    db::{read, write},
};
use model::{
    AccountId, CostCentreId, EmailRules, SendingAccount, SendingBook, Service, ServiceId, ServiceOverride, UserId, WebConfiguration,
    WebConfigurationId,
};

/// Where the rules of e-mail are kept among the settings.
const RULES: &str = "email_rules";

#[derive(sqlx::FromRow)]
struct AccountRow {
    id: i64,
    name: String,
    sender_name: String,
    sender_address: String,
    proven_at: Option<i64>,
    stopped: String,
    is_system: i64,
    owner_id: Option<i64>,
}

impl Store {
    /// Services, overrides, web configurations, senders and sending sides of the whole office. Whose eyes may see which is the office's
    /// to say.
    pub async fn sending_book(&self) -> Result<SendingBook, StoreError> {
        let rules = self.email_rules().await?;
        let senders = self.senders().await?;
        let centres: Vec<(i64, String)> =
            read!(self, c => sqlx::query_as("select id, name from cost_centre order by name, id").fetch_all(c).await)?;
        let people: Vec<(i64, String)> =
            read!(self, c => sqlx::query_as("select id, name from app_user where disabled = 0 order by name, id").fetch_all(c).await)?;
        let accounts: Vec<AccountRow> = read!(self, c => sqlx::query_as(
            "select a.id, a.name, s.sender_name, s.sender_address, s.proven_at, s.stopped, s.is_system, a.owner_id
             from sending s join account a on a.id = s.account_id order by a.name, a.id").fetch_all(c).await)?;
        let services: Vec<(i64, i64, String, i64, i64)> = read!(self, c => sqlx::query_as(
            "select id, cost_centre_id, name, account_id, is_default from service order by name, id").fetch_all(c).await)?;
        let overrides: Vec<(i64, i64, i64)> = read!(self, c => sqlx::query_as(
            "select service_id, user_id, account_id from service_override order by service_id, user_id").fetch_all(c).await)?;
        let webs: Vec<(i64, String, i64, Option<i64>)> = read!(self, c => sqlx::query_as(
            "select id, name, cost_centre_id, service_id from web_configuration order by name, id").fetch_all(c).await)?;
        Ok(SendingBook {
            centres: centres.into_iter().map(|(id, name)| (CostCentreId(id), name)).collect(),
            people: people.into_iter().map(|(id, name)| (UserId(id), name)).collect(),
            accounts: accounts
                .into_iter()
                .map(|row| SendingAccount {
                    id: AccountId(row.id),
                    name: row.name,
                    sender_name: row.sender_name,
                    sender_address: row.sender_address,
                    proven: row.proven_at.is_some(),
                    stopped: row.stopped,
                    is_system: row.is_system != 0,
                    owner: row.owner_id.map(UserId),
                })
                .collect(),
            services: services
                .into_iter()
                .map(|(id, centre, name, account, is_default)| Service {
                    id: ServiceId(id),
                    cost_centre: CostCentreId(centre),
                    name,
                    account: AccountId(account),
                    is_default: is_default != 0,
                })
                .collect(),
            overrides: overrides
                .into_iter()
                .map(|(service, user, account)| ServiceOverride {
                    service: ServiceId(service),
                    user: UserId(user),
                    account: AccountId(account),
                })
                .collect(),
            webs: webs
                .into_iter()
                .map(|(id, name, centre, service)| WebConfiguration {
                    id: WebConfigurationId(id),
                    name,
                    cost_centre: CostCentreId(centre),
                    service: service.map(ServiceId),
                })
                .collect(),
            senders,
            default_email: rules.default_email,
        })
    }

    /// The rules of e-mail; those that an office begins with while nobody has changed them.
    pub async fn email_rules(&self) -> Result<EmailRules, StoreError> {
        match self.setting(RULES).await? {
            Some(json) => serde_json::from_str(&json).map_err(|error| StoreError::Inconsistent(error.to_string())),
            None => Ok(EmailRules::default()),
        }
    }

    /// Changes them, with the event.
    pub async fn keep_email_rules(&self, rules: &EmailRules, event: &NewEvent) -> Result<(), StoreError> {
        let json = serde_json::to_string(rules).map_err(|error| StoreError::Inconsistent(error.to_string()))?;
        let head = write!(self, c => {
            sqlx::query("insert into setting (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value")
                .bind(RULES).bind(&json).execute(&mut *c).await?;
            Ok(append_event!(&self.keys, c, event))
        })?;
        self.heads.publish(head.0, &head.1)
    }
}
