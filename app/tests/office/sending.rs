//! Who sends, through what.

use super::*;

pub fn account() -> SendingAccount {
    SendingAccount {
        id: AccountId(1),
        name: "Office".into(),
        sender_name: "The office".into(),
        sender_address: "office@office.example".into(),
        proven: true,
        stopped: String::new(),
        is_system: true,
        owner: None,
    }
}

fn service() -> Service {
    Service { id: ServiceId(1), cost_centre: CostCentreId(1), name: "Letters".into(), account: AccountId(1), is_default: true }
}

pub fn row(name: &str) -> ResolvedRow {
    ResolvedRow {
        user: Some(UserId(1)),
        name: name.into(),
        account: "Office".into(),
        origin: "Cost centre’s default".into(),
        from: "Ada <ada@office.example>".into(),
        missing: Vec::new(),
    }
}

fn rung(name: &str, state: RungState) -> SendingRung {
    SendingRung { name: name.into(), tried: "Office".into(), state, why: "“Letters” is the default of North.".into() }
}

#[async_trait]
impl SendingDesk for Office {
    async fn services(&self, centre: CostCentreId) -> Answer<ServicesView> {
        self.busy()?;
        let over = (UserId(2), "Ben".to_owned(), AccountId(2), "Ben's own".to_owned());
        let card = ServiceCard {
            service: service(),
            account_name: "Office".into(),
            hindered: "Office was stopped: 535 no".into(),
            overrides: vec![over],
        };
        let empty = !self.is_busy();
        Ok(ServicesView {
            centre,
            name: "North".into(),
            services: if empty { Vec::new() } else { vec![card] },
            accounts: if empty { Vec::new() } else { vec![account()] },
            people: vec![(UserId(2), "Ben".into())],
            resolved: vec![row("Ben"), ResolvedRow { missing: vec!["Ben has no sender yet".into()], ..row("Cat") }],
        })
    }
    async fn save_service(&self, _: CostCentreId, _: Option<ServiceId>, name: String, _: Option<AccountId>, _: bool) -> Answer<()> {
        if name.is_empty() { Err(Problem::field("name", "Enter a name of 60 characters or less")) } else { Ok(()) }
    }
    async fn remove_service(&self, _: CostCentreId, _: ServiceId) -> Answer<()> {
        Ok(())
    }
    async fn override_service(&self, _: CostCentreId, _: ServiceId, _: UserId, _: Option<AccountId>) -> Answer<()> {
        Ok(())
    }
    async fn web_configurations(&self) -> Answer<WebsView> {
        self.busy()?;
        let web = WebConfiguration { id: WebConfigurationId(1), name: "Portal".into(), cost_centre: CostCentreId(1), service: None };
        let webs = if self.is_busy() { vec![(web, "Office".into())] } else { Vec::new() };
        Ok(WebsView { webs, centres: vec![(CostCentreId(1), "North".into())], services: vec![service()] })
    }
    async fn save_web_configuration(
        &self,
        _: Option<WebConfigurationId>,
        _: String,
        centre: Option<CostCentreId>,
        _: Option<ServiceId>,
    ) -> Answer<()> {
        if centre.is_none() { Err(Problem::field("centre", "Choose the cost centre")) } else { Ok(()) }
    }
    async fn remove_web_configuration(&self, _: WebConfigurationId) -> Answer<()> {
        Ok(())
    }
    async fn email_rules(&self) -> Answer<EmailRules> {
        self.busy()?;
        Ok(EmailRules::default())
    }
    async fn save_email_rules(&self, rules: EmailRules) -> Answer<()> {
        rules.check().into_result()
    }
    async fn which_account(&self, asked: Asked) -> Answer<LadderView> {
        self.busy()?;
        let states = [RungState::Passed, RungState::Passed, RungState::Passed, RungState::Won, RungState::NotReached];
        let resolved = Resolved {
            account: Some(AccountId(1)),
            account_name: "Office".into(),
            from: Some(Identity { name: "Ada".into(), address: "ada@office.example".into(), origin: "Sender of Ada".into() }),
            rungs: states.into_iter().map(|state| rung("Cost centre’s default", state)).collect(),
            ..Resolved::default()
        };
        let unattended = Unattended { centre: None, name: "Letters of no cost centre".into(), available: false, why: "No rung.".into() };
        Ok(LadderView {
            people: vec![(UserId(1), "Ada".into())],
            centres: vec![(CostCentreId(1), "North".into())],
            webs: vec![(WebConfigurationId(1), "Portal".into())],
            asked,
            resolved,
            unattended: vec![unattended.clone(), Unattended { available: true, ..unattended }],
            looked_at: Some(NOW),
        })
    }
    async fn look_at_unattended(&self) -> Answer<()> {
        Ok(())
    }
}
