//! Services of cost centres, overrides, web configurations and rules of e-mail (FC-01 to FC-31, TP-31 to TP-35).
//!
//! A person's own account is that person's: a cost centre uses the office's accounts, and an override somebody's own or the office's.

use super::ladder::{account_name, centre_name, hindrance, person_name, resolve};
use super::{Office, Principal, trouble::problem_of};
use model::{
    AccountId, Asked, CostCentreId, EmailRules, FieldErrors, Permission, Problem, Resolved, ResolvedRow, RungState, SendingBook,
    ServiceCard, ServiceId, ServicesView, UserId, WebConfigurationId, WebsView,
};

impl Office {
    /// A cost centre's services, and what everybody's letters leave through.
    pub async fn services(&self, who: &Principal, centre: CostCentreId) -> Result<ServicesView, Problem> {
        self.manages_centre(who, centre).await?;
        let book = self.store.sending_book().await.map_err(problem_of)?;
        let (_, name) = book.centres.iter().find(|(id, _)| *id == centre).cloned().ok_or(Problem::NotFound)?;
        let members = self.members(&book, centre).await?;
        let services = book.services.iter().filter(|service| service.cost_centre == centre);
        let services = services
            .map(|service| ServiceCard {
                account_name: account_name(&book, service.account),
                hindered: hindrance(&book, service.account).unwrap_or_default(),
                overrides: book
                    .overrides
                    .iter()
                    .filter(|one| one.service == service.id)
                    .map(|one| (one.user, person_name(&book, one.user), one.account, account_name(&book, one.account)))
                    .collect(),
                service: service.clone(),
            })
            .collect();
        let mut resolved = vec![row_of(&book, centre, None, "Letters that nobody writes")];
        resolved.extend(members.iter().map(|(user, name)| row_of(&book, centre, Some(*user), name)));
        let accounts = book.accounts.iter().filter(|one| one.owner.is_none_or(|owner| members.iter().any(|(id, _)| *id == owner)));
        Ok(ServicesView { centre, name, services, accounts: accounts.cloned().collect(), people: members, resolved })
    }

    async fn members(&self, book: &SendingBook, centre: CostCentreId) -> Result<Vec<(UserId, String)>, Problem> {
        let users = self.store.users().await.map_err(problem_of)?;
        let belongs = |id: UserId| users.iter().any(|user| user.id == id && user.cost_centres.contains(&centre));
        Ok(book.people.iter().filter(|(id, _)| belongs(*id)).cloned().collect())
    }

    /// Adds a service, or changes the one with this id.
    pub async fn save_service(
        &self,
        who: &Principal,
        centre: CostCentreId,
        id: Option<ServiceId>,
        name: &str,
        account: Option<AccountId>,
        is_default: bool,
    ) -> Result<(), Problem> {
        self.manages_centre(who, centre).await?;
        let mut errors = FieldErrors::default();
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
            errors.add("name", "Enter a name of 60 characters or less");
        }
        let account = account.unwrap_or(AccountId(0));
        let book = self.store.sending_book().await.map_err(problem_of)?;
        if !book.accounts.iter().any(|one| one.id == account && one.owner.is_none()) {
            errors.add("account", "Choose one of the office’s accounts that send");
        }
        errors.into_result()?;
        let detail = format!("{name} by {}{}", account_name(&book, account), if is_default { ", the default" } else { "" });
        let action = if id.is_some() { "cost_centre.service_changed" } else { "cost_centre.service_added" };
        let event = self.event(who, action, format!("cost_centre:{centre}"), detail);
        match id {
            Some(id) => self.store.change_service(centre, id, name, account, is_default, &event).await.map_err(problem_of),
            None => self.store.add_service(centre, name, account, is_default, &event).await.map(|_| ()).map_err(problem_of),
        }
    }

    /// Takes a service away.
    pub async fn remove_service(&self, who: &Principal, centre: CostCentreId, id: ServiceId) -> Result<(), Problem> {
        self.manages_centre(who, centre).await?;
        let event = self.event(who, "cost_centre.service_removed", format!("cost_centre:{centre}"), format!("Service {id}"));
        self.store.remove_service(centre, id, &event).await.map_err(problem_of)
    }

    /// Says which account somebody uses for a service; `None` = the service's own.
    pub async fn override_service(
        &self,
        who: &Principal,
        centre: CostCentreId,
        service: ServiceId,
        user: UserId,
        account: Option<AccountId>,
    ) -> Result<(), Problem> {
        self.manages_centre(who, centre).await?;
        let book = self.store.sending_book().await.map_err(problem_of)?;
        let members = self.members(&book, centre).await?;
        if !members.iter().any(|(id, _)| *id == user) {
            return Err(Problem::field("user", "Choose somebody who belongs to the cost centre"));
        }
        if let Some(account) = account
            && !book.accounts.iter().any(|one| one.id == account && one.owner.is_none_or(|owner| owner == user))
        {
            return Err(Problem::field("override_account", "Choose an account of the office’s, or that person’s own"));
        }
        let by = account.map_or_else(|| "the service’s own account".to_owned(), |account| account_name(&book, account));
        let detail = format!("Service {service}: {} by {by}", person_name(&book, user));
        let event = self.event(who, "cost_centre.service_override", format!("cost_centre:{centre}"), detail);
        self.store.set_override(centre, service, user, account, &event).await.map_err(problem_of)
    }

    /// Web configurations (administrators).
    pub async fn web_configurations(&self, who: &Principal) -> Result<WebsView, Problem> {
        who.need_administrator()?;
        let book = self.store.sending_book().await.map_err(problem_of)?;
        let comes_to = |id: WebConfigurationId| {
            let resolved = resolve(&book, &Asked { web: Some(id), ..Asked::default() });
            if resolved.account.is_some() { resolved.account_name.clone() } else { resolved.missing.join(" ") }
        };
        let webs = book.webs.iter().map(|web| (web.clone(), comes_to(web.id))).collect();
        Ok(WebsView { webs, centres: book.centres.clone(), services: book.services.clone() })
    }

    /// Makes a web configuration, or changes one.
    pub async fn save_web_configuration(
        &self,
        who: &Principal,
        id: Option<WebConfigurationId>,
        name: &str,
        centre: Option<CostCentreId>,
        service: Option<ServiceId>,
    ) -> Result<(), Problem> {
        who.need_administrator()?;
        let mut errors = FieldErrors::default();
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
            errors.add("name", "Enter a name of 60 characters or less");
        }
        let book = self.store.sending_book().await.map_err(problem_of)?;
        let centre = centre.filter(|id| book.centres.iter().any(|(known, _)| known == id));
        if centre.is_none() {
            errors.add("centre", "Choose the cost centre");
        }
        errors.into_result()?;
        let Some(centre) = centre else { return Err(Problem::NotFound) };
        let event = self.event(who, "office.web_configuration", "", format!("{name}: {}", centre_name(&book, centre)));
        self.store.keep_web_configuration(id, name, centre, service, &event).await.map(|_| ()).map_err(problem_of)
    }

    /// Takes a web configuration away.
    pub async fn remove_web_configuration(&self, who: &Principal, id: WebConfigurationId) -> Result<(), Problem> {
        who.need_administrator()?;
        let event = self.event(who, "office.web_configuration_removed", "", format!("Web configuration {id}"));
        self.store.remove_web_configuration(id, &event).await.map_err(problem_of)
    }

    /// The rules of e-mail: everybody who writes keeps them, so everybody may read them.
    pub async fn email_rules(&self, who: &Principal) -> Result<EmailRules, Problem> {
        who.need_somebody()?;
        self.store.email_rules().await.map_err(problem_of)
    }

    /// Changes them (administrators).
    pub async fn save_email_rules(&self, who: &Principal, rules: EmailRules) -> Result<(), Problem> {
        who.need_administrator()?;
        rules.check().into_result()?;
        let canonical = |text: &str| postroom_mail::address::canonical(text).unwrap_or_default();
        let default_email = if rules.default_email.trim().is_empty() { String::new() } else { canonical(&rules.default_email) };
        let rules = EmailRules { default_email, labels: rules.labels.map(|label| label.trim().to_owned()), ..rules };
        let before = self.store.email_rules().await.map_err(problem_of)?;
        let event = self.event(who, "office.email_rules", "", rules_difference(&before, &rules));
        self.store.keep_email_rules(&rules, &event).await.map_err(problem_of)
    }

    /// Whoever manages people sets up the cost centres that he or she belongs to; administrators every one.
    pub(super) async fn manages_centre(&self, who: &Principal, id: CostCentreId) -> Result<(), Problem> {
        who.need(Permission::UsersManage)?;
        match self.own_cost_centres(who).await? {
            Some(own) if !own.contains(&id) => Err(Problem::NotFound),
            _ => Ok(()),
        }
    }
}

/// What somebody's letters leave through in a cost centre.
pub(super) fn row_of(book: &SendingBook, centre: CostCentreId, user: Option<UserId>, name: &str) -> ResolvedRow {
    let resolved = resolve(book, &Asked { user, cost_centre: Some(centre), ..Asked::default() });
    ResolvedRow {
        user,
        name: name.to_owned(),
        origin: origin(&resolved),
        from: resolved
            .from
            .map(|from| if from.name.is_empty() { from.address } else { format!("{} <{}>", from.name, from.address) })
            .unwrap_or_default(),
        account: resolved.account_name,
        missing: resolved.missing,
    }
}

/// The rung that decided, by its name.
fn origin(resolved: &Resolved) -> String {
    let decided = resolved.rungs.iter().find(|rung| matches!(rung.state, RungState::Won | RungState::Stopped));
    decided.map(|rung| rung.name.clone()).unwrap_or_default()
}

/// What changed, in words for the audit trail.
fn rules_difference(was: &EmailRules, is: &EmailRules) -> String {
    let on = |on: bool| if on { "on" } else { "off" };
    let mut words = Vec::new();
    let switches = [
        ("Send and From Match", was.match_from, is.match_from),
        ("Allow CC", was.allow_cc, is.allow_cc),
        ("Allow BCC", was.allow_bcc, is.allow_bcc),
        ("Allow Attachment of Docx", was.allow_docx, is.allow_docx),
    ];
    words.extend(switches.iter().filter(|(_, was, is)| was != is).map(|(name, _, is)| format!("{name}: {}", on(*is))));
    if was.default_email != is.default_email {
        words.push(format!("Default Email: {}", if is.default_email.is_empty() { "none" } else { &is.default_email }));
    }
    if was.recipients != is.recipients {
        words.push(format!("Recipient limit: {}", is.recipients));
    }
    if was.labels != is.labels {
        words.push("Labels of the sender’s fields".to_owned());
    }
    if words.is_empty() { "nothing was different".to_owned() } else { words.join("; ") }
}
