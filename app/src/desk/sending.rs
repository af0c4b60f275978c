//! Who sends, through what, and under which rules: services, web configurations, rules of e-mail, the ladder.

use super::*;

/// Who sends, through what.
#[async_trait]
pub trait SendingDesk: Send + Sync {
    /// A cost centre's services (`Users.Manage`).
    async fn services(&self, centre: CostCentreId) -> Answer<ServicesView>;
    /// Adds or changes a service (`Users.Manage`).
    async fn save_service(
        &self,
        centre: CostCentreId,
        id: Option<ServiceId>,
        name: String,
        account: Option<AccountId>,
        is_default: bool,
    ) -> Answer<()>;
    /// Takes one away (`Users.Manage`).
    async fn remove_service(&self, centre: CostCentreId, id: ServiceId) -> Answer<()>;
    /// Says which account somebody uses for a service (`Users.Manage`).
    async fn override_service(&self, centre: CostCentreId, service: ServiceId, user: UserId, account: Option<AccountId>) -> Answer<()>;
    /// Web configurations (administrators).
    async fn web_configurations(&self) -> Answer<WebsView>;
    /// Makes or changes one (administrators).
    async fn save_web_configuration(
        &self,
        id: Option<WebConfigurationId>,
        name: String,
        centre: Option<CostCentreId>,
        service: Option<ServiceId>,
    ) -> Answer<()>;
    /// Takes one away (administrators).
    async fn remove_web_configuration(&self, id: WebConfigurationId) -> Answer<()>;
    /// The rules of e-mail.
    async fn email_rules(&self) -> Answer<EmailRules>;
    /// Changes them (administrators).
    async fn save_email_rules(&self, rules: EmailRules) -> Answer<()>;
    /// Which account will send, and why (administrators).
    async fn which_account(&self, asked: Asked) -> Answer<LadderView>;
    /// Looks whether unattended letters can leave (administrators).
    async fn look_at_unattended(&self) -> Answer<()>;
}
