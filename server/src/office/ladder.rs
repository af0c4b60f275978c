//! Which account sends a letter, and why (DESIGN §9, O11, S17): a pure function over what is set up, with its trace.
//!
//! The letter's own choice → the web configuration of the request → the writer's override in the cost centre → the cost centre's
//! default → the system account. The first rung that names an account decides; where that one cannot send, nothing else is tried,
//! for the letter would leave in another name than the office set up. Sender identity is never inherited (FC-34).

use super::{Office, trouble::problem_of};
use model::{
    AccountId, Asked, CostCentreId, Identity, Problem, Resolved, RungState, SendingAccount, SendingBook, SendingChoice, SendingRung,
    Service, ServiceId, UserId,
};

/// The rungs, from the first.
pub const RUNGS: [&str; 5] =
    ["The letter’s own choice", "Web configuration", "Personal override", "Cost centre’s default", "System account"];

impl Office {
    /// Which account sends for these, and why. For letters about to leave; it asks for no permission, the caller has.
    pub async fn resolve_sending(&self, asked: &Asked) -> Result<Resolved, Problem> {
        Ok(resolve(&self.store.sending_book().await.map_err(problem_of)?, asked))
    }
}

/// Climbs the ladder.
pub fn resolve(book: &SendingBook, asked: &Asked) -> Resolved {
    let mut climb = Climb { book, asked, over: false, out: Resolved { cost_centre: asked.cost_centre, ..Resolved::default() } };
    climb.own_choice();
    climb.web_configuration();
    climb.personal_override();
    climb.default_service();
    climb.system_account();
    climb.identity();
    climb.out
}

struct Climb<'a> {
    book: &'a SendingBook,
    asked: &'a Asked,
    over: bool,
    out: Resolved,
}

impl Climb<'_> {
    fn note(&mut self, state: RungState, tried: impl Into<String>, why: impl Into<String>) {
        let name = RUNGS[self.out.rungs.len().min(RUNGS.len() - 1)].to_owned();
        self.over |= matches!(state, RungState::Won | RungState::Stopped);
        if state == RungState::Stopped {
            self.out.missing.push(why.into());
            let why = self.out.missing.last().cloned().unwrap_or_default();
            self.out.rungs.push(SendingRung { name, tried: tried.into(), state, why });
        } else {
            self.out.rungs.push(SendingRung { name, tried: tried.into(), state, why: why.into() });
        }
    }

    /// Whether an earlier rung decided; then this one is only named.
    fn is_over(&mut self) -> bool {
        if self.over {
            self.note(RungState::NotReached, "", "An earlier rung decided.");
        }
        self.over
    }

    fn own_choice(&mut self) {
        match self.asked.choice {
            SendingChoice::None => self.note(RungState::Passed, "", "The letter leaves the choice to the office."),
            SendingChoice::Account(id) => self.account(id, None, "Chosen for this letter."),
            SendingChoice::Service(id) => match service(self.book, id) {
                Some(service) => {
                    self.out.cost_centre = Some(service.cost_centre);
                    self.service(service, "Chosen for this letter.");
                }
                None => self.note(RungState::Stopped, "A service", "The service that was chosen does not exist any more."),
            },
        }
    }

    fn web_configuration(&mut self) {
        if self.is_over() {
            return;
        }
        let Some(id) = self.asked.web else {
            return self.note(RungState::Passed, "", "This is not a request of another system.");
        };
        let Some(web) = self.book.webs.iter().find(|web| web.id == id) else {
            return self.note(RungState::Stopped, "A web configuration", "The web configuration does not exist any more.");
        };
        self.out.cost_centre = Some(web.cost_centre);
        let centre = centre_name(self.book, web.cost_centre);
        match web.service.and_then(|id| service(self.book, id)) {
            Some(service) => self.service(service, &format!("“{}” picks it in {centre}.", web.name)),
            None => self.note(RungState::Passed, format!("“{}”", web.name), format!("It picks {centre}, and leaves the service to it.")),
        }
    }

    fn personal_override(&mut self) {
        if self.is_over() {
            return;
        }
        let Some(user) = self.asked.user else {
            return self.note(RungState::Passed, "", "Nobody writes it: there is no person to have an override.");
        };
        let Some(centre) = self.out.cost_centre else {
            return self.note(RungState::Passed, "", "There is no cost centre to look in.");
        };
        // The default's first; else the only ones there are, by name.
        let mut services: Vec<&Service> = self.book.services.iter().filter(|service| service.cost_centre == centre).collect();
        if services.iter().any(|service| service.is_default) {
            services.retain(|service| service.is_default);
        }
        let found = services.into_iter().find_map(|service| override_of(self.book, service.id, user).map(|account| (service, account)));
        match found {
            Some((service, account)) => {
                let why = format!("{} has an account of his or her own for “{}”.", person_name(self.book, user), service.name);
                self.account(account, Some(service.id), &why);
            }
            None => {
                let (person, centre) = (person_name(self.book, user), centre_name(self.book, centre));
                self.note(RungState::Passed, "", format!("{person} has no override in {centre}."));
            }
        }
    }

    fn default_service(&mut self) {
        if self.is_over() {
            return;
        }
        let Some(centre) = self.out.cost_centre else {
            return self.note(RungState::Passed, "", "There is no cost centre to look in.");
        };
        let name = centre_name(self.book, centre);
        match self.book.services.iter().find(|service| service.cost_centre == centre && service.is_default) {
            Some(service) => self.account(service.account, Some(service.id), &format!("“{}” is the default of {name}.", service.name)),
            None => self.note(RungState::Passed, "", format!("{name} has no default service.")),
        }
    }

    fn system_account(&mut self) {
        if self.is_over() {
            return;
        }
        match self.book.accounts.iter().find(|account| account.is_system) {
            Some(account) => self.account(account.id, None, "It is the system e-mail account."),
            None => {
                self.note(RungState::Passed, "", "There is no system e-mail account.");
                self.out.missing.push("No account is named that could send it: set a default service, or a system e-mail account.".into());
            }
        }
    }

    /// A service, or the account that the writer uses for it instead.
    fn service(&mut self, service: &Service, why: &str) {
        match self.asked.user.and_then(|user| override_of(self.book, service.id, user).map(|account| (user, account))) {
            Some((user, account)) => {
                let why = format!("{why} {} uses an account of his or her own for it.", person_name(self.book, user));
                self.account(account, Some(service.id), &why);
            }
            None => self.account(service.account, Some(service.id), why),
        }
    }

    fn account(&mut self, id: AccountId, service_id: Option<ServiceId>, why: &str) {
        let tried = match service_id.and_then(|id| service(self.book, id)) {
            Some(service) => format!("“{}”, by {}", service.name, account_name(self.book, id)),
            None => account_name(self.book, id),
        };
        match hindrance(self.book, id) {
            Some(hindrance) => self.note(RungState::Stopped, tried, format!("{why} {hindrance}")),
            None => {
                self.out.account = Some(id);
                self.out.account_name = account_name(self.book, id);
                self.out.service = service_id;
                self.note(RungState::Won, tried, why);
            }
        }
    }

    /// In whose name: a writer's own sender, or the account's where nobody writes. Nothing is filled in from elsewhere.
    fn identity(&mut self) {
        if let Some(user) = self.asked.user {
            let person = person_name(self.book, user);
            match self.book.senders.iter().find(|(id, sender)| *id == user && !sender.address.is_empty()) {
                Some((_, sender)) => {
                    let origin = format!("Sender of {person}");
                    self.out.from = Some(Identity { name: sender.name.clone(), address: sender.address.clone(), origin });
                }
                None => self
                    .out
                    .missing
                    .push(format!("{person} has no sender yet: enter the name and address to send under at Settings, Senders.")),
            }
            return;
        }
        let Some(account) = self.out.account.and_then(|id| find(self.book, id)) else { return };
        let by_system = self.out.service.is_none() && account.is_system;
        let (address, origin) = match self.book.default_email.as_str() {
            "" => (account.sender_address.clone(), format!("Sender of the account {}", account.name)),
            _ if !by_system => (account.sender_address.clone(), format!("Sender of the account {}", account.name)),
            default => (default.to_owned(), "Default Email, in the rules of e-mail".to_owned()),
        };
        self.out.from = Some(Identity { name: account.sender_name.clone(), address, origin });
    }
}

/// Why an account cannot send now.
pub fn hindrance(book: &SendingBook, id: AccountId) -> Option<String> {
    match find(book, id) {
        None => Some("The account has no sending side any more.".into()),
        Some(account) if !account.stopped.is_empty() => Some(format!("{} was stopped: {}", account.name, account.stopped)),
        Some(account) if !account.proven => Some(format!("{} has not proven yet that it sends.", account.name)),
        Some(_) => None,
    }
}

fn find(book: &SendingBook, id: AccountId) -> Option<&SendingAccount> {
    book.accounts.iter().find(|account| account.id == id)
}

fn service(book: &SendingBook, id: ServiceId) -> Option<&Service> {
    book.services.iter().find(|service| service.id == id)
}

fn override_of(book: &SendingBook, service: ServiceId, user: UserId) -> Option<AccountId> {
    book.overrides.iter().find(|one| one.service == service && one.user == user).map(|one| one.account)
}

pub(super) fn account_name(book: &SendingBook, id: AccountId) -> String {
    find(book, id).map_or_else(|| "an account that sends no more".to_owned(), |account| account.name.clone())
}

pub(super) fn person_name(book: &SendingBook, id: UserId) -> String {
    book.people
        .iter()
        .find(|(user, _)| *user == id)
        .map_or_else(|| "Somebody who is not here any more".to_owned(), |(_, name)| name.clone())
}

pub(super) fn centre_name(book: &SendingBook, id: CostCentreId) -> String {
    book.centres.iter().find(|(centre, _)| *centre == id).map_or_else(|| "a cost centre".to_owned(), |(_, name)| name.clone())
}

#[cfg(test)]
#[path = "ladder_tests.rs"]
mod tests;
