//! The old settings are taken over (FC-32 to FC-35): accounts, senders, web configurations, by the same use cases as the pages'.

use super::{Office, Principal, trouble::problem_of};
use crate::old_settings::{Deed, NewSide, Plan};
use model::{AccountId, CostCentreId, Problem, Security, Sender, SendingForm};

/// What became of a setting.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Taken {
    /// Whose.
    pub whose: String,
    /// Its name as it was.
    pub setting: String,
    /// It is part of something that was made, or would be.
    pub taken: bool,
    /// What, or why not.
    pub words: String,
}

impl Office {
    /// Carries a plan out, or only says what it would come to. A line for each setting.
    pub async fn take_old_settings(
        &self,
        who: &Principal,
        plan: &Plan,
        centre: Option<&str>,
        dry_run: bool,
    ) -> Result<Vec<Taken>, Problem> {
        who.need_administrator()?;
        let mut outcomes: Vec<Result<(), String>> = Vec::with_capacity(plan.deeds.len());
        for deed in &plan.deeds {
            outcomes.push(self.take_one(who, deed, centre, dry_run).await.map_err(|problem| problem.to_string()));
        }
        if !dry_run {
            let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
            let detail = format!("{} settings, {done} of {} things made", plan.lines.len(), outcomes.len());
            self.record(who, "office.old_settings", "", detail).await?;
        }
        let taken = plan.lines.iter().map(|line| {
            let outcome = line.deed.and_then(|deed| outcomes.get(deed));
            let (taken, words) = match outcome {
                Some(Ok(())) => (true, line.words.clone()),
                Some(Err(why)) => (false, format!("Not taken: {} Meant for: {}", ended(why), line.words)),
                None => (false, line.words.clone()),
            };
            Taken { whose: line.whose.words(), setting: line.name.clone(), taken, words }
        });
        let mut taken: Vec<Taken> = taken.collect();
        // Web configurations are deeds of their own: their lines are the account's.
        for (deed, outcome) in plan.deeds.iter().zip(&outcomes) {
            if let Deed::Web(name, _) = deed {
                let words =
                    outcome.as_ref().map_or_else(|why| format!("Not made: {}", ended(why)), |()| "It picks the account.".to_owned());
                taken.push(Taken { whose: format!("Web configuration {name}"), setting: "(itself)".into(), taken: outcome.is_ok(), words });
            }
        }
        Ok(taken)
    }

    async fn take_one(&self, who: &Principal, deed: &Deed, centre: Option<&str>, dry_run: bool) -> Result<(), Problem> {
        match deed {
            Deed::Account(side) => {
                if side.sender_address.is_empty() {
                    return Err(Problem::Conflict("no address to send from is known: name one with --sender-address.".into()));
                }
                if self.store.account_by_name(&side.name).await.is_ok() {
                    return Err(Problem::Conflict(format!("there is an account “{}” already.", side.name)));
                }
                if dry_run {
                    return Ok(());
                }
                let no_system = !self.store.sending_book().await.map_err(problem_of)?.accounts.iter().any(|one| one.is_system);
                self.save_sending(who, None, form_of(side, no_system && side.name == "Imported SMTP")).await.map(|_| ())
            }
            Deed::Sender(person, name, address) => {
                let users = self.store.users().await.map_err(problem_of)?;
                let same = |text: &str| text.eq_ignore_ascii_case(person);
                let user = users.iter().find(|user| same(&user.email) || same(&user.name));
                let user = user.ok_or_else(|| Problem::Conflict("there is nobody of this name here. Add the person first.".into()))?;
                if dry_run {
                    return Ok(());
                }
                let before = self.store.sender(user.id).await.map_err(problem_of)?.unwrap_or_default();
                let name = if name.is_empty() { user.name.clone() } else { name.clone() };
                self.save_sender(who, user.id, Sender { name, address: address.clone(), may_send: true, ..before }).await
            }
            Deed::Web(name, account) => {
                let centres = self.store.cost_centres().await.map_err(problem_of)?;
                let found = match centre {
                    Some(wanted) => centres.iter().find(|one| one.name.eq_ignore_ascii_case(wanted)),
                    None => centres.first().filter(|_| centres.len() == 1),
                };
                let found = found.ok_or_else(|| Problem::Conflict("it needs a cost centre: name one with --cost-centre.".into()))?.id;
                if dry_run {
                    return Ok(());
                }
                let account = self.store.account_by_name(account).await.map_err(problem_of)?.id;
                self.web_through(who, name, found, account).await
            }
        }
    }

    async fn web_through(&self, who: &Principal, name: &str, centre: CostCentreId, account: AccountId) -> Result<(), Problem> {
        self.save_service(who, centre, None, name, Some(account), false).await?;
        let book = self.store.sending_book().await.map_err(problem_of)?;
        let service = book.services.iter().find(|one| one.cost_centre == centre && one.name == name).map(|one| one.id);
        self.save_web_configuration(who, None, name, Some(centre), service).await
    }
}

fn form_of(side: &NewSide, is_system: bool) -> SendingForm {
    let security = match (side.ssl, side.port.as_str()) {
        (true, "465") => Security::Tls,
        (true, _) => Security::StartTls,
        (false, _) => Security::Auto,
    };
    let name = if side.sender_name.is_empty() { side.sender_address.clone() } else { side.sender_name.clone() };
    SendingForm {
        name: side.name.clone(),
        description: "From the old settings".into(),
        server: side.server.clone(),
        port: side.port.clone(),
        security,
        sign_in: if side.user.is_empty() { "none".into() } else { "own".into() },
        user_name: side.user.clone(),
        password: side.password.clone(),
        password_repeat: side.password.clone(),
        timeout_minutes: "1".into(),
        sender_name: name,
        sender_address: side.sender_address.clone(),
        is_system,
        ..SendingForm::default()
    }
}

fn ended(words: &str) -> String {
    if words.ends_with('.') { words.to_owned() } else { format!("{words}.") }
}
