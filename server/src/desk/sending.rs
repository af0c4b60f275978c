//! Who sends, through what, and under which rules.

use super::OfficeDesk;
use app::desk::{Answer, SendingDesk};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl SendingDesk for OfficeDesk {
    async fn services(&self, centre: CostCentreId) -> Answer<ServicesView> {
        self.office.services(&self.who, centre).await
    }
    async fn save_service(
        &self,
        centre: CostCentreId,
        id: Option<ServiceId>,
        name: String,
        account: Option<AccountId>,
        is_default: bool,
    ) -> Answer<()> {
        self.office.save_service(&self.who, centre, id, &name, account, is_default).await
    }
    async fn remove_service(&self, centre: CostCentreId, id: ServiceId) -> Answer<()> {
        self.office.remove_service(&self.who, centre, id).await
    }
    async fn override_service(&self, centre: CostCentreId, service: ServiceId, user: UserId, account: Option<AccountId>) -> Answer<()> {
        self.office.override_service(&self.who, centre, service, user, account).await
    }
    async fn web_configurations(&self) -> Answer<WebsView> {
        self.office.web_configurations(&self.who).await
    }
    async fn save_web_configuration(
        &self,
        id: Option<WebConfigurationId>,
        name: String,
        centre: Option<CostCentreId>,
        service: Option<ServiceId>,
    ) -> Answer<()> {
        self.office.save_web_configuration(&self.who, id, &name, centre, service).await
    }
    async fn remove_web_configuration(&self, id: WebConfigurationId) -> Answer<()> {
        self.office.remove_web_configuration(&self.who, id).await
    }
    async fn email_rules(&self) -> Answer<EmailRules> {
        self.office.email_rules(&self.who).await
    }
    async fn save_email_rules(&self, rules: EmailRules) -> Answer<()> {
        self.office.save_email_rules(&self.who, rules).await
    }
    async fn which_account(&self, asked: Asked) -> Answer<LadderView> {
        self.office.which_account(&self.who, asked).await
    }
    async fn look_at_unattended(&self) -> Answer<()> {
        self.office.look_at_unattended(&self.who).await
    }
}
