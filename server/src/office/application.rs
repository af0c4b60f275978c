//! Accounts that sign in by an application (Microsoft 365, Google): the application's part of the form, and the doctor for it.
//!
//! Must never: let a stored secret travel to another sign-in server than the one it was entered for.

use super::account_form;
use super::delegated::{failed, provider};
use super::{Office, Principal, trouble::problem_of};
use model::{AccountForm, AccountId, Diagnosis, Problem, Protocol, RungResult, Verdict, civil::day_text, day_words};
use postroom_connect::{graph, oauth::Keeper};
use postroom_store::{AccountRecord, AccountState, ApplicationRecord};
use postroom_sync::CollectError;
use secrecy::SecretString;
use std::sync::Arc;

/// Days before the end of a secret from which on the card counts them.
const SOON: i64 = 45;
const DAY: i64 = 86_400_000;

impl Office {
    /// A stored secret stays with its sign-in server.
    pub(super) async fn secret_stays(&self, form: &AccountForm, typed: bool, stored: Option<&AccountRecord>) -> Result<(), Problem> {
        let Some(record) = stored.filter(|record| form.by_application() && record.has_secret && form.password.is_empty() && !typed) else {
            return Ok(());
        };
        let kept = self.stored_form(record).await?;
        if kept.sign_in_server.eq_ignore_ascii_case(form.sign_in_server.trim()) {
            return Ok(());
        }
        Err(Problem::field("password", "The sign-in server changed, so enter the client secret's value again"))
    }

    /// Keeps the application's part of a saved form.
    pub(super) async fn save_application(&self, who: &Principal, id: AccountId, form: &AccountForm) -> Result<(), Problem> {
        let application = application_of(form);
        let detail = format!("Application {} of {} at {}", application.client_id, application.tenant, application.sign_in_server);
        let event = self.event(who, "account.application", format!("account:{id}"), detail);
        self.store.keep_application(id, &application, &event).await.map_err(problem_of)?;
        self.engine.forget_token(id);
        Ok(())
    }

    /// Runs the doctor on what is typed.
    pub(super) async fn diagnose_typed(
        &self,
        who: &Principal,
        form: &AccountForm,
        stored: Option<&AccountRecord>,
        secret: SecretString,
    ) -> Result<Diagnosis, Problem> {
        if form.delegated {
            return self.diagnose_person(who, form, stored, secret).await;
        }
        let record = self.record_of(who, form, stored);
        self.diagnose_application(&record, &application_of(form), secret, &mut |_| {}).await
    }

    /// Runs the doctor on a saved account.
    pub(super) async fn diagnose_kept(
        &self,
        record: &AccountRecord,
        each_rung: &mut (dyn FnMut(&RungResult) + Send),
    ) -> Result<Diagnosis, Problem> {
        let application = self.store.application(record.id).await.map_err(problem_of)?.ok_or(Problem::NotFound)?;
        let secret = self.application_secret(record).await?;
        self.diagnose_application(record, &application, secret, each_rung).await
    }

    /// What is typed for a person's sign-in: tried with what the person agreed to, while the settings are those for which that was.
    async fn diagnose_person(
        &self,
        who: &Principal,
        form: &AccountForm,
        stored: Option<&AccountRecord>,
        secret: SecretString,
    ) -> Result<Diagnosis, Problem> {
        if let Some(record) = stored
            && account_form::same_connection(&self.stored_form(record).await?, form)
            && self.store.application(record.id).await.map_err(problem_of)?.is_some_and(|application| application.has_refresh)
        {
            return match form.protocol {
                Protocol::Graph => self.diagnose_kept(record, &mut |_| {}).await,
                _ => self.diagnose_mailbox(record, &mut |_| {}).await,
            };
        }
        let application = application_of(form);
        let record = self.record_of(who, form, stored);
        let at = self.engine.application_with(&record, &application, secret);
        Ok(match at.and_then(|at| at.check()) {
            Err(error) => failed(error.verdict(), "", &error.sentence()),
            Ok(()) => {
                let provider = provider(&application);
                let words = format!(
                    "Nobody has signed in for this mailbox yet. Save the account, then choose Sign in at {provider}: the mailbox is tested with it."
                );
                failed(Verdict::Authentication, "", &words)
            }
        })
    }

    /// The account as it would be.
    fn record_of(&self, who: &Principal, form: &AccountForm, stored: Option<&AccountRecord>) -> AccountRecord {
        AccountRecord {
            id: AccountId(0),
            settings: account_form::settings_of(who, form, stored, None, false),
            has_secret: true,
            state: AccountState::Draft,
            schedule: model::Schedule::default(),
            refusals: 0,
            disabled_at: None,
            collected_at: None,
            next_at: None,
            error_text: None,
            error_verdict: None,
            diagnosis: None,
            hands_off: model::HandsOff::default(),
            claimed_until: 0,
            removing: None,
        }
    }

    async fn diagnose_application(
        &self,
        record: &AccountRecord,
        application: &ApplicationRecord,
        secret: SecretString,
        each_rung: &mut (dyn FnMut(&RungResult) + Send),
    ) -> Result<Diagnosis, Problem> {
        let odd = |error: postroom_connect::ConnectError| Problem::field("server", &error.sentence());
        let delegated = application.delegated;
        let application = self.engine.application_with(record, application, secret).map_err(odd)?;
        // What a person agreed to is the account's own keeper's: it keeps what is renewed while the doctor looks.
        let keeper = match delegated {
            false => Arc::new(Keeper::of_application(application.clone())),
            true => match self.engine.keeper(record).await {
                Ok(keeper) => keeper,
                Err(CollectError::Connect(error)) => return Ok(failed(error.verdict(), "", &error.sentence())),
                Err(error) => return Err(Problem::Conflict(error.text())),
            },
        };
        let mailbox = self.engine.mailbox_with(record, keeper).map_err(odd)?;
        Ok(graph::diagnose(&application, &mailbox, each_rung).await)
    }

    /// When the secret ends: counted down on the card (O15).
    pub(super) async fn application_warnings(&self, record: &AccountRecord) -> Result<Vec<String>, Problem> {
        let Some(application) = self.store.application(record.id).await.map_err(problem_of)? else { return Ok(Vec::new()) };
        Ok(application.secret_expires_at.and_then(|at| countdown(at, self.now())).into_iter().collect())
    }
}

fn application_of(form: &AccountForm) -> ApplicationRecord {
    ApplicationRecord {
        sign_in_server: form.sign_in_server.trim().to_lowercase(),
        consent_server: form.consent_server.trim().to_lowercase(),
        tenant: form.tenant.trim().to_owned(),
        client_id: form.client_id.trim().to_lowercase(),
        delegated: form.delegated,
        secret_expires_at: form.secret_expires_at(),
        has_refresh: false,
        sends: false,
    }
}

fn countdown(at: i64, now: i64) -> Option<String> {
    let days = at.div_euclid(DAY) - now.div_euclid(DAY);
    let make = "Make a new one at the provider and enter its value under Server.";
    match days {
        ..=-1 => Some(format!("The client secret expired on {}. {make}", day_words(&day_text(at)))),
        0 => Some(format!("The client secret expires today. {make}")),
        1 => Some(format!("The client secret expires tomorrow. {make}")),
        2..=SOON => Some(format!("The client secret expires in {days} days, on {}. {make}", day_words(&day_text(at)))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // O15
    #[test]
    fn the_end_of_a_secret_is_counted_down() {
        let at = 1_800_000_000_000;
        assert_eq!(countdown(at, at - 46 * DAY), None);
        assert!(countdown(at, at - 45 * DAY).is_some_and(|words| words.contains("in 45 days")));
        assert!(countdown(at, at - DAY).is_some_and(|words| words.contains("tomorrow")));
        assert!(countdown(at, at).is_some_and(|words| words.contains("today")));
        assert!(countdown(at, at + DAY).is_some_and(|words| words.contains("expired on")));
    }
}
