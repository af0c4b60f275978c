//! The connection doctor on what is typed, and its one-click fixes (S7, FP-18).
//!
//! Must never: climb more often than a person would (a form that names a server is a way in), or keep a password longer than the
//! session's draft.

use super::account_form::{self, PasswordFrom};
use super::accounts::EITHER;
use super::drafts::TypedAccount;
use super::{Office, Principal, Session, trouble::problem_of};
use model::{AccountForm, AccountId, Diagnosis, Fix, Guess, Problem, Protocol, Rung};
use postroom_connect::{ImapSettings, Reach, diagnose};
use postroom_store::{AccountRecord, StoreError};
use postroom_sync::{Aside, CollectError};
use secrecy::SecretString;
use std::time::Duration;

/// Tests a person may make in the window.
const TESTS: i64 = 30;
/// That window, ms (5 minutes).
const WINDOW: i64 = 5 * 60 * 1000;

impl Office {
    /// Likely settings of an address.
    pub async fn guess(&self, who: &Principal, address: &str) -> Result<Guess, Problem> {
        who.need_one_of(EITHER)?;
        let guess = postroom_connect::discover::guess(address);
        let alternatives = guess.alternatives.iter().map(|(server, why)| format!("{server}: {why}"));
        Ok(Guess {
            preset: guess.preset,
            provider: guess.provider.unwrap_or_default().to_owned(),
            server: guess.server,
            port: guess.port,
            security: guess.security,
            notes: guess.notes.iter().map(|note| (*note).to_owned()).chain(alternatives).collect(),
        })
    }

    /// Keeps what is typed and runs the doctor on it.
    pub async fn test_account(
        &self,
        who: &Principal,
        session: &Session,
        id: Option<AccountId>,
        form: AccountForm,
    ) -> Result<Diagnosis, Problem> {
        who.need_one_of(EITHER)?;
        let stored = self.stored(who, id).await?;
        // A password typed for another kind of server is not sent to this one.
        let mut form = form.completed();
        let before = self.drafts.account(&session.token_hash, id, self.now()).filter(|before| before.form.signs_in_like(&form));
        if let Some(record) = &stored {
            form.name = record.settings.name.clone();
        }
        let password = account_form::password_for(&form, before.as_ref(), stored.as_ref());
        // What was typed is kept even when it needs mending: a page without script shows it again. Of two passwords nobody knows the right one.
        let typed_password = match &password {
            _ if form.password != form.password_repeat => None,
            Ok(Some(PasswordFrom::Typed(secret))) => Some(secret.clone()),
            _ => before.and_then(|before| before.password),
        };
        let kept = AccountForm { password: String::new(), password_repeat: String::new(), ..form.clone() };
        let typed = TypedAccount { form: kept, password: typed_password, diagnosis: None };
        self.keep_typed(session, id, typed.clone());
        let typed_now = typed.password.is_some();
        self.secret_stays(&form, typed_now, stored.as_ref()).await?;
        let password = password?;
        account_form::check(who, &form, stored.as_ref(), password.is_some(), true)?;
        self.count_test(who).await?;
        // Only a test with the stored password says something about the stored settings.
        let with_stored = matches!(password, Some(PasswordFrom::Stored));
        let secret = match password {
            // A public client has none.
            None if form.delegated => SecretString::from(""),
            password => self.secret(password, stored.as_ref()).await?,
        };
        let aside = self.turn(stored.as_ref()).await?;
        let diagnosis = match form.protocol {
            _ if form.by_application() => self.diagnose_typed(who, &form, stored.as_ref(), secret).await?,
            _ => diagnose(&self.connection(who, &form, stored.as_ref(), secret), &mut |_| {}).await,
        };
        self.end_turn(aside).await?;
        self.keep_typed(session, id, TypedAccount { diagnosis: Some(diagnosis.clone()), ..typed });
        self.record(
            who,
            "account.tested",
            id.map(|id| format!("account:{id}")).unwrap_or_default(),
            format!("{}: {:?}", form.server.trim(), diagnosis.verdict),
        )
        .await?;
        if let Some(record) = &stored
            && account_form::same_connection(&self.stored_form(record).await?, &form)
        {
            let tested = if with_stored { diagnosis.passed() } else { record.settings.tested };
            self.store.keep_diagnosis(record.id, &diagnosis, tested).await.map_err(problem_of)?;
        }
        Ok(diagnosis)
    }

    /// Applies the fix of a rung to what was typed and tests again.
    pub async fn apply_fix(&self, who: &Principal, session: &Session, id: Option<AccountId>, rung: Rung) -> Result<Diagnosis, Problem> {
        who.need_one_of(EITHER)?;
        let stored = self.stored(who, id).await?;
        let typed = self.drafts.account(&session.token_hash, id, self.now());
        let (form, diagnosis) = match (typed, &stored) {
            (Some(typed), _) => (typed.form, typed.diagnosis),
            (None, Some(record)) => (self.stored_form(record).await?, record.diagnosis.clone()),
            (None, None) => (AccountForm::default(), None),
        };
        let fix = diagnosis.and_then(|diagnosis| diagnosis.rungs.into_iter().find(|result| result.rung == rung)?.fix);
        let fix = fix.ok_or_else(|| Problem::Conflict("This report is too old. Test the connection again.".into()))?;
        self.test_account(who, session, id, mended(form, &fix)).await
    }

    /// Tests a saved account as it is stored: for the command line and before collecting.
    pub async fn test_stored(
        &self,
        who: &Principal,
        id: AccountId,
        each_rung: &mut (dyn FnMut(&model::RungResult) + Send),
    ) -> Result<Diagnosis, Problem> {
        let record = self.managed_account(who, id).await?;
        self.count_test(who).await?;
        let aside = self.turn(Some(&record)).await?;
        let diagnosis = match record.settings.protocol {
            Protocol::Graph => self.diagnose_kept(&record, each_rung).await?,
            Protocol::Smtp => self.diagnose_sending(who, &record, each_rung).await?,
            _ => self.diagnose_mailbox(&record, each_rung).await?,
        };
        self.end_turn(aside).await?;
        self.store.keep_diagnosis(id, &diagnosis, diagnosis.passed()).await.map_err(problem_of)?;
        self.record(who, "account.tested", format!("account:{id}"), format!("{:?}", diagnosis.verdict)).await?;
        Ok(diagnosis)
    }

    /// Runs the doctor on a saved mailbox of a mail server; without a token there is nothing to climb with.
    pub(super) async fn diagnose_mailbox(
        &self,
        record: &AccountRecord,
        each_rung: &mut (dyn FnMut(&model::RungResult) + Send),
    ) -> Result<Diagnosis, Problem> {
        match self.engine.signed_connection(record).await {
            Ok(connection) => Ok(diagnose(&connection, each_rung).await),
            Err(CollectError::Connect(error)) => Ok(super::delegated::failed(error.verdict(), error.server_text(), &error.sentence())),
            Err(error) => Err(without_sign_in(error)),
        }
    }

    /// The turn to connect beside a collection (TP-36).
    pub(super) async fn turn(&self, stored: Option<&AccountRecord>) -> Result<Option<Aside>, Problem> {
        match stored {
            Some(record) => self.engine.aside(record).await.map(Some).map_err(|error| Problem::Conflict(error.text())),
            None => Ok(None),
        }
    }

    pub(super) async fn end_turn(&self, aside: Option<Aside>) -> Result<(), Problem> {
        match aside {
            Some(aside) => self.engine.end_aside(aside).await.map_err(|error| Problem::Conflict(error.text())),
            None => Ok(()),
        }
    }

    async fn stored(&self, who: &Principal, id: Option<AccountId>) -> Result<Option<AccountRecord>, Problem> {
        match id {
            Some(id) => self.managed_account(who, id).await.map(Some),
            None => Ok(None),
        }
    }

    async fn secret(&self, password: Option<PasswordFrom>, stored: Option<&AccountRecord>) -> Result<SecretString, Problem> {
        match (password, stored) {
            (Some(PasswordFrom::Typed(secret)), _) => Ok(secret),
            (Some(PasswordFrom::Stored), Some(record)) => self.store.account_secret(record.id).await.map_err(without_password),
            _ => Err(Problem::field("password", "Enter the mailbox's password")),
        }
    }

    fn connection(&self, who: &Principal, form: &AccountForm, stored: Option<&AccountRecord>, password: SecretString) -> ImapSettings {
        ImapSettings {
            protocol: form.protocol,
            server: form.server.trim().to_owned(),
            port: form.port_number(),
            security: form.security,
            user_name: form.login(),
            password,
            bearer: false,
            timeout: Duration::from_secs(u64::from(form.timeout_seconds().unwrap_or(60))),
            pinned_fingerprint: form.fingerprint(),
            allow_clear_text: form.allow_clear_text,
            reach: if account_form::reaches_anywhere(who, form, stored) { Reach::Anywhere } else { Reach::PublicMailPorts },
            extra_roots: self.settings.extra_roots.clone(),
        }
    }

    pub(super) async fn count_test(&self, who: &Principal) -> Result<(), Problem> {
        let Some(user) = who.user() else { return Ok(()) };
        let now = self.now();
        let tests = self.store.count_attempt(&format!("test:{user}"), now, now - WINDOW).await.map_err(problem_of)?;
        if tests > TESTS { Err(Problem::SlowDown(60)) } else { Ok(()) }
    }
}

fn without_sign_in(error: CollectError) -> Problem {
    match error {
        CollectError::Store(error) => without_password(error),
        other => Problem::Conflict(other.text()),
    }
}

fn without_password(error: StoreError) -> Problem {
    match error {
        StoreError::NotFound => Problem::field("password", "Enter the mailbox's password"),
        other => problem_of(other),
    }
}

/// A form with a fix applied.
fn mended(mut form: AccountForm, fix: &Fix) -> AccountForm {
    if let Some(server) = &fix.server {
        form.server.clone_from(server);
    }
    if let Some(port) = fix.port {
        form.port = port.to_string();
    }
    if let Some(security) = fix.security {
        form.security = security;
    }
    if let Some(user_name) = &fix.user_name {
        form.user_name.clone_from(user_name);
    }
    if let Some(fingerprint) = &fix.pinned_fingerprint {
        form.pinned_fingerprint.clone_from(fingerprint);
    }
    form
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Security;

    #[test]
    fn a_fix_changes_what_it_names_and_nothing_else() {
        // S7
        let typed = AccountForm {
            server: "mail.example.com".into(),
            port: "143".into(),
            security: Security::Tls,
            user_name: "ada".into(),
            ..AccountForm::default()
        };
        let fix = Fix { label: "Use port 993 with TLS".into(), port: Some(993), ..Fix::default() };
        let after = mended(typed.clone(), &fix);
        assert!(after == AccountForm { port: "993".into(), ..typed });
    }
}
