//! The connection doctor on the outgoing side, and its one-click fixes (S7, IT-13, IT-20). What the server let in proves an address only
//! where it is the one that was signed in with, or an administrator says so by testing; else a code does (IT-21).
//!
//! Must never: send a letter, or save what was not seen to work because a button of the report was pressed.

use super::delegated::failed;
use super::drafts::TypedSending;
use super::sending_side::{side_of, stored_form};
use super::{Office, Principal, Session, trouble::problem_of};
use model::{
    AccountId, Diagnosis, Fix, Problem, Rung, RungResult, SendingForm, SendingSignIn, SendingTest, SendingTransport, SendingView, Verdict,
};
use postroom_connect::diagnose_smtp;
use postroom_connect::smtp::SmtpSignIn;
use postroom_store::{AccountRecord, SendingSide};

/// A climb, and the name that was signed in with where it is an address.
struct Climbed {
    diagnosis: Diagnosis,
    signed_in_as: Option<String>,
}

impl Office {
    /// Climbs the ladder as stored, and sends nothing. Answers whether that proves that the account sends.
    pub async fn test_sending(&self, who: &Principal, session: &Session, id: AccountId) -> Result<SendingTest, Problem> {
        let record = self.managed_account(who, id).await?;
        let side = self.store.sending_side(id.0).await.map_err(problem_of)?.ok_or(Problem::NotFound)?;
        if side.transport == SendingTransport::Graph {
            return self.test_graph(who, &record, &side).await;
        }
        self.count_test(who).await?;
        let climbed = self.climb_to_sending(who, &record, &side, &mut |_| {}).await?;
        self.note_test(who, &side, &climbed.diagnosis).await?;
        self.keep_test(session, id, None, &climbed.diagnosis);
        if !climbed.diagnosis.passed() {
            return Ok(SendingTest::Failed);
        }
        self.let_in(who, &record, &side, climbed.signed_in_as).await
    }

    /// Applies the fix of a rung of the last test and climbs again. What works is saved; what does not is only shown.
    pub async fn mend_sending(&self, who: &Principal, session: &Session, id: AccountId, rung: Rung) -> Result<SendingTest, Problem> {
        let record = self.managed_account(who, id).await?;
        let before = self.store.sending_side(id.0).await.map_err(problem_of)?.ok_or(Problem::NotFound)?;
        let last = self.drafts.sending(&session.token_hash, id, self.now());
        let fix = last.as_ref().and_then(|last| last.diagnosis.rungs.iter().find(|result| result.rung == rung)?.fix.clone());
        let (Some(last), Some(fix)) = (last, fix) else {
            return Err(Problem::Conflict("This report is too old. Test the connection again.".into()));
        };
        let form = mended(last.form.unwrap_or_else(|| stored_form(&before, Some(&record))), &fix);
        // Kept even when it needs mending: another server wants the password typed again.
        self.keep_test(session, id, Some(form.clone()), &last.diagnosis);
        let address = self.checked_sending(who, Some(&record), Some(&before), &form, false).await?;
        self.count_test(who).await?;
        let side = side_of(id, Some(&record), Some(&before), &form, false, &address);
        let climbed = self.climb_to_sending(who, &record, &side, &mut |_| {}).await?;
        self.note_test(who, &side, &climbed.diagnosis).await?;
        if !climbed.diagnosis.passed() {
            self.keep_test(session, id, Some(form), &climbed.diagnosis);
            return Ok(SendingTest::Failed);
        }
        self.store_sending(who, Some(id), form, false).await?;
        self.keep_test(session, id, None, &climbed.diagnosis);
        let side = self.store.sending_side(id.0).await.map_err(problem_of)?.ok_or(Problem::NotFound)?;
        self.let_in(who, &record, &side, climbed.signed_in_as).await
    }

    async fn climb_to_sending(
        &self,
        who: &Principal,
        record: &AccountRecord,
        side: &SendingSide,
        each_rung: &mut (dyn FnMut(&RungResult) + Send),
    ) -> Result<Climbed, Problem> {
        let mut settings = match self.sending_settings(who, record, side).await? {
            Ok(settings) => settings,
            Err(error) => {
                let diagnosis = failed(error.verdict(), error.server_text(), &error.sentence());
                return Ok(Climbed { diagnosis, signed_in_as: None });
            }
        };
        let mut diagnosis = diagnose_smtp(&settings, &side.sender_address, each_rung).await;
        // A token that ended before its time is renewed once, as when a letter leaves.
        let renewed = match &settings.sign_in {
            SmtpSignIn::Token(user, refused) if diagnosis.verdict == Verdict::Authentication => {
                self.engine.other_token(record.id, refused).await.ok().map(|token| SmtpSignIn::Token(user.clone(), token))
            }
            _ => None,
        };
        if let Some(sign_in) = renewed {
            settings.sign_in = sign_in;
            diagnosis = diagnose_smtp(&settings, &side.sender_address, each_rung).await;
        }
        let signed_in_as = match &settings.sign_in {
            SmtpSignIn::None => None,
            SmtpSignIn::Password(user, _) | SmtpSignIn::Token(user, _) => postroom_mail::address::canonical(user),
        };
        Ok(Climbed { diagnosis, signed_in_as })
    }

    async fn note_test(&self, who: &Principal, side: &SendingSide, diagnosis: &Diagnosis) -> Result<(), Problem> {
        let found = if diagnosis.passed() { "let in".to_owned() } else { format!("{:?}", diagnosis.verdict) };
        self.record(who, "account.tested", format!("account:{}", side.account), format!("Outgoing, {}: {found}", side.server)).await
    }

    /// The report on an account that only sends, as it is stored: for the command line.
    pub(super) async fn diagnose_sending(
        &self,
        who: &Principal,
        record: &AccountRecord,
        each_rung: &mut (dyn FnMut(&RungResult) + Send),
    ) -> Result<Diagnosis, Problem> {
        let side = self.store.sending_side(record.id.0).await.map_err(problem_of)?.ok_or(Problem::NotFound)?;
        Ok(self.climb_to_sending(who, record, &side, each_rung).await?.diagnosis)
    }

    async fn let_in(
        &self,
        who: &Principal,
        record: &AccountRecord,
        side: &SendingSide,
        as_whom: Option<String>,
    ) -> Result<SendingTest, Problem> {
        self.sends_again(who, side).await?;
        let is_own = as_whom.is_some_and(|user| user == side.sender_address)
            || side.sign_in == SendingSignIn::Account && record.settings.tested && record.settings.address == side.sender_address;
        if !(is_own || who.is_administrator() && side.sign_in != SendingSignIn::None) {
            return Ok(SendingTest::LetIn);
        }
        self.note_proven(who, side).await
    }

    fn keep_test(&self, session: &Session, id: AccountId, form: Option<SendingForm>, diagnosis: &Diagnosis) {
        let typed = TypedSending { form, diagnosis: diagnosis.clone() };
        self.drafts.keep_sending(&session.token_hash, id, Some(typed), self.now());
    }

    /// The page with the last test of this session, and what it changed.
    pub fn with_last_test(&self, session: &Session, mut view: SendingView) -> SendingView {
        let last = view.account.filter(|_| view.stored).and_then(|id| self.drafts.sending(&session.token_hash, id, self.now()));
        if let Some(last) = last {
            view.unsaved = last.form.is_some();
            if let Some(mut form) = last.form {
                // No fix says what becomes of copies: what is offered where nobody was asked stays offered.
                if view.copies_unchosen {
                    form.sent_copy = view.form.sent_copy;
                }
                view.form = form;
            }
            view.diagnosis = Some(last.diagnosis);
        }
        view
    }

    /// What was tested before is no longer what is stored.
    pub fn forget_last_test(&self, session: &Session, id: AccountId) {
        self.drafts.keep_sending(&session.token_hash, id, None, self.now());
    }
}

/// A form with a fix applied.
fn mended(mut form: SendingForm, fix: &Fix) -> SendingForm {
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
