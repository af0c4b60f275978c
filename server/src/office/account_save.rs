//! An account as typed: kept in the session while it is tested, and saved.

use super::account_form::{self, PasswordFrom};
use super::account_words::{described, difference};
use super::accounts::EITHER;
use super::drafts::TypedAccount;
use super::{Office, Principal, Session, trouble::problem_of};
use model::{AccountDraft, AccountForm, AccountId, Diagnosis, Problem};
use postroom_store::{AccountRecord, AccountState};

/// A form that may be saved.
struct Ready {
    settings: postroom_store::NewAccount,
    /// How the test of this connection went, if this session made one.
    test: Option<Diagnosis>,
}

impl Office {
    /// What was last typed and tested in this session.
    pub async fn account_draft(&self, who: &Principal, session: &Session, id: Option<AccountId>) -> Result<Option<AccountDraft>, Problem> {
        who.need_one_of(EITHER)?;
        if let Some(id) = id {
            self.managed_account(who, id).await?;
        }
        let typed = self.drafts.account(&session.token_hash, id, self.now());
        let found = self.drafts.found(&session.token_hash, self.now()).filter(|_| id.is_none());
        Ok(typed.map(|typed| {
            let found = found.filter(|found| found.address == typed.form.address.trim());
            AccountDraft {
                has_password: typed.password.is_some(),
                form: typed.form,
                diagnosis: typed.diagnosis,
                found: found.map(|found| found.said).unwrap_or_default(),
            }
        }))
    }

    /// Saves what is typed. A new account is a draft (FP-24).
    pub async fn save_account(
        &self,
        who: &Principal,
        session: Option<&Session>,
        id: Option<AccountId>,
        form: AccountForm,
    ) -> Result<AccountId, Problem> {
        who.need_one_of(EITHER)?;
        let form = form.completed();
        let stored = match id {
            Some(id) => Some(self.managed_account(who, id).await?),
            None => None,
        };
        let ready = self.ready_to_save(who, session, &form, stored.as_ref()).await?;
        let saved = self.write_account(who, stored.as_ref(), &ready.settings).await?;
        self.save_parts(who, saved, &form).await?;
        if let Some(diagnosis) = ready.test {
            self.store.keep_diagnosis(saved, &diagnosis, ready.settings.tested).await.map_err(problem_of)?;
        }
        if let Some(session) = session {
            self.drafts.drop_account(&session.token_hash, id, self.now());
        }
        self.go_by_new_settings(saved, stored.is_some_and(|record| record.state == AccountState::Enabled)).await?;
        Ok(saved)
    }

    /// What will be written of a form, or why it cannot be saved.
    async fn ready_to_save(
        &self,
        who: &Principal,
        session: Option<&Session>,
        form: &AccountForm,
        stored: Option<&AccountRecord>,
    ) -> Result<Ready, Problem> {
        if let Some(session) = session {
            self.drafts.keep_twin(&session.token_hash, None, self.now());
        }
        let typed = session
            .and_then(|session| self.drafts.account(&session.token_hash, stored.map(|record| record.id), self.now()))
            .filter(|typed| typed.form.signs_in_like(form));
        let password = account_form::password_for(form, typed.as_ref(), stored)?;
        self.secret_stays(form, typed.as_ref().is_some_and(|typed| typed.password.is_some()), stored).await?;
        account_form::check(who, form, stored, password.is_some(), false)?;
        if let (None, Some(session)) = (stored, session) {
            self.refuse_twin(session, form).await?;
        }
        let secret = match password {
            Some(PasswordFrom::Typed(secret)) => Some(secret),
            _ => None,
        };
        let test = typed
            .filter(|typed| account_form::same_connection(&typed.form, form) && typed.was_tested_with(&form.password))
            .and_then(|typed| typed.diagnosis);
        let tested = match &test {
            Some(diagnosis) => diagnosis.passed(),
            None => secret.is_none() && self.tested_before(form, stored).await?,
        };
        if let Some(sentence) = form.sending_port().filter(|_| !tested) {
            return Err(Problem::field("port", &sentence));
        }
        Ok(Ready { settings: account_form::settings_of(who, form, stored, secret, tested), test })
    }

    /// Whether the account is on file with this very connection, and that one passed its test.
    async fn tested_before(&self, form: &AccountForm, stored: Option<&AccountRecord>) -> Result<bool, Problem> {
        match stored {
            Some(record) => Ok(record.settings.tested && account_form::same_connection(&self.stored_form(record).await?, form)),
            None => Ok(false),
        }
    }

    /// Lets go of what was opened with the settings of before.
    async fn go_by_new_settings(&self, account: AccountId, enabled: bool) -> Result<(), Problem> {
        // A session that waits for new letters was opened with them.
        self.engine.forget_session(account).await;
        if enabled {
            // Else nobody would wait for new letters until the next collection at its time.
            self.store.collect_soon(account).await.map_err(problem_of)?;
        }
        self.engine.wake();
        Ok(())
    }

    async fn write_account(
        &self,
        who: &Principal,
        stored: Option<&AccountRecord>,
        settings: &postroom_store::NewAccount,
    ) -> Result<AccountId, Problem> {
        let subject = stored.map(|record| format!("account:{}", record.id)).unwrap_or_default();
        let events = self.account_events(who, stored, settings, &subject);
        match stored {
            Some(record) => {
                self.store.change_account(record.id, settings, &events).await.map_err(problem_of)?;
                Ok(record.id)
            }
            None => {
                let id = self.store.add_account(settings, &events).await.map_err(problem_of)?;
                // A central account has no owner; whoever typed its password may read it, everybody else only when it is shared (O28).
                if let (None, Some(user)) = (settings.owner, who.user()) {
                    let event = self.event(who, "account.shared", format!("account:{id}"), format!("With user {user}"));
                    self.store.share_account(id, &[user], &event).await.map_err(problem_of)?;
                }
                Ok(id)
            }
        }
    }

    /// The deed, and what was consented to with it: recorded in the transaction that carries it out, so that none is without its trace.
    fn account_events(
        &self,
        who: &Principal,
        stored: Option<&AccountRecord>,
        settings: &postroom_store::NewAccount,
        subject: &str,
    ) -> Vec<postroom_store::NewEvent> {
        let before = stored.map(|record| &record.settings);
        let action = if stored.is_some() { "account.changed" } else { "account.added" };
        let detail = before.map_or_else(|| described(settings), |before| difference(before, settings));
        let mut events = vec![self.event(who, action, subject, detail)];
        if settings.allow_clear_text && !before.is_some_and(|before| before.allow_clear_text) {
            events.push(self.event(who, "account.clear_text_allowed", subject, settings.server.clone()));
        }
        if settings.pinned_fingerprint.is_some()
            && before.and_then(|before| before.pinned_fingerprint.as_ref()) != settings.pinned_fingerprint.as_ref()
        {
            let fingerprint = settings.pinned_fingerprint.as_deref().unwrap_or_default();
            events.push(self.event(who, "account.certificate_pinned", subject, format!("{} with SHA-256 {fingerprint}", settings.server)));
        }
        events
    }

    /// Drops what was typed (TP-44).
    pub async fn drop_draft(&self, who: &Principal, session: &Session, id: Option<AccountId>) -> Result<(), Problem> {
        who.need_one_of(EITHER)?;
        if let Some(id) = id {
            self.managed_account(who, id).await?;
        }
        self.drafts.drop_account(&session.token_hash, id, self.now());
        Ok(())
    }

    /// Keeps a typed form in the session.
    pub(crate) fn keep_typed(&self, session: &Session, id: Option<AccountId>, typed: TypedAccount) {
        self.drafts.keep_account(&session.token_hash, id, typed, self.now());
    }
}
