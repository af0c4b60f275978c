//! A person signs in at the provider of a mailbox: begun here, said yes to there, finished here (RFC 6749 §4.1, RFC 7636, O21).
//!
//! Must never: take a code that another session asked for, send it anywhere but where its sign-in was begun, or keep the permission of
//! somebody who is not the mailbox's own person.

use super::{Office, Principal, Session, trouble::problem_of};
use crate::tokens;
use model::{
    AccountId, Diagnosis, PersonSignIn, Problem, Protocol, Rung, RungOutcome, RungResult, SendingPerson, SendingSignIn, SendingTransport,
    SignInReturn, SignInTrip, Verdict,
};
use postroom_connect::oauth::{self, Grant, Keep, Keeper};
use postroom_connect::{ConnectError, ImapSettings, diagnose, graph};
use postroom_store::{AccountRecord, AccountState, ApplicationRecord, SendingSide, SignedIn, StoreError, Trip};
use secrecy::SecretString;
use std::sync::{Arc, Mutex, PoisonError};

/// Where providers send browsers back to, below where Postroom is.
pub const WAY_BACK: &str = "/accounts/signed-in";

/// A sign-in that was begun is forgotten after this long, ms (ten minutes).
const TRIP_LASTS: i64 = 10 * 60 * 1000;

const OVER: &str =
    "This sign-in was finished before, was begun in another browser, or is older than ten minutes. Begin it again on the account's page.";

/// Microsoft or Google, as people call them.
pub(super) fn provider(application: &ApplicationRecord) -> &'static str {
    if application.tenant.is_empty() { "Google" } else { "Microsoft" }
}

impl Office {
    /// The account with its application, if a person signs in for it.
    async fn signing_in(&self, who: &Principal, id: AccountId) -> Result<(AccountRecord, ApplicationRecord), Problem> {
        let record = self.managed_account(who, id).await?;
        match self.store.application(id).await.map_err(problem_of)? {
            Some(application) if application.delegated => Ok((record, application)),
            _ => Err(Problem::Conflict("Nobody signs in for this account. Its settings say how it does, under Server.".into())),
        }
    }

    /// Begins a sign-in: what comes back must bring this very state, to this very session.
    pub async fn begin_sign_in(&self, who: &Principal, session: &Session, origin: &str, id: AccountId) -> Result<(), Problem> {
        let (record, kept) = self.signing_in(who, id).await?;
        let application = ApplicationRecord { sends: self.sends_by_sign_in(&record).await?.is_some(), ..kept };
        let at = self.engine.application_with(&record, &application, self.application_secret(&record).await?).map_err(mend)?;
        at.check().map_err(mend)?;
        let (state, verifier) = (tokens::new_link_token(), oauth::verifier(tokens::random_bytes::<32>()));
        let redirect = format!("{origin}{WAY_BACK}");
        let consent = Some(application.consent_server.as_str()).filter(|server| !server.is_empty());
        let url = at.authorize_url(consent, &redirect, &state, &verifier, &record.settings.user_name);
        let now = self.now();
        let trip = Trip { account: id, application, verifier, redirect, url, expires_at: now + TRIP_LASTS };
        self.store.begin_trip(&session.token_hash, &tokens::digest(&state), &trip, now).await.map_err(problem_of)
    }

    /// Where the browser is to go; nowhere when no sign-in is under way, and without a provider where nobody signs in.
    pub async fn sign_in_trip(&self, who: &Principal, session: &Session, id: AccountId) -> Result<SignInTrip, Problem> {
        let record = self.managed_account(who, id).await?;
        let application = self.store.application(id).await.map_err(problem_of)?.filter(|application| application.delegated);
        let trip = self.store.trip_of_account(&session.token_hash, id, self.now()).await.map_err(problem_of)?;
        let sends = trip.as_ref().is_some_and(|trip| trip.application.sends);
        let (url, redirect) = trip.map(|trip| (trip.url, trip.redirect)).unwrap_or_default();
        let provider = application.as_ref().map(provider).unwrap_or_default().to_owned();
        Ok(SignInTrip { account: id, name: record.settings.name, mailbox: record.settings.address, provider, url, redirect, sends })
    }

    /// What came back with the browser, looked at and not used; `None` for what this session did not begin.
    pub async fn sign_in_return(
        &self,
        who: &Principal,
        session: &Session,
        state: &str,
        error: &str,
        description: &str,
    ) -> Result<Option<SignInReturn>, Problem> {
        who.need_one_of(super::accounts::EITHER)?;
        let trip = self.store.trip(&session.token_hash, &tokens::digest(state), self.now()).await.map_err(problem_of)?;
        let Some(trip) = trip else { return Ok(None) };
        let (record, application) = self.signing_in(who, trip.account).await?;
        Ok(Some(SignInReturn {
            account: trip.account,
            name: record.settings.name,
            mailbox: record.settings.address,
            provider: provider(&application).to_owned(),
            refusal: (!error.is_empty()).then(|| oauth::refusal_in_words(error, description)),
        }))
    }

    /// Finishes a sign-in: the code becomes tokens, the mailbox is opened with them, and only then the permission is kept. Whether it
    /// was good is in the account's report.
    pub async fn finish_sign_in(
        &self,
        who: &Principal,
        session: &Session,
        state: &str,
        code: String,
    ) -> Result<(AccountId, bool), Problem> {
        who.need_one_of(super::accounts::EITHER)?;
        let over = || Problem::Conflict(OVER.into());
        let trip =
            self.store.end_trip(&session.token_hash, &tokens::digest(state), self.now()).await.map_err(problem_of)?.ok_or_else(over)?;
        let (record, application) = self.signing_in(who, trip.account).await?;
        if code.is_empty() || !same(&application, &trip.application) {
            return Err(over());
        }
        self.count_test(who).await?;
        let id = record.id;
        let asked = ApplicationRecord { sends: trip.application.sends, ..application };
        let grant = Grant::Code { code: SecretString::from(code), verifier: trip.verifier, redirect: trip.redirect };
        let (diagnosis, permission) = self.try_code(&record, &asked, grant).await?;
        let subject = format!("account:{id}");
        let Some(token) = permission.filter(|_| diagnosis.passed()) else {
            // What was there before stays as it was: somebody else's sign-in breaks no account.
            self.store.keep_diagnosis(id, &diagnosis, record.settings.tested).await.map_err(problem_of)?;
            self.record(who, "account.sign_in_refused", subject, format!("{:?}", diagnosis.verdict)).await?;
            return Ok((id, false));
        };
        let what = if asked.sends { ", to read and to send" } else { "" };
        let event = self.event(who, "account.signed_in", subject, format!("At {}{what}", provider(&asked)));
        let signed_in = Some(SignedIn { event: &event, sends: asked.sends });
        self.store.keep_refresh_token(id, &token, self.now(), signed_in).await.map_err(problem_of)?;
        self.store.keep_diagnosis(id, &diagnosis, true).await.map_err(problem_of)?;
        self.engine.forget_token(id);
        self.engine.forget_session(id).await;
        self.engine.wake();
        // Letters that waited for this leave.
        if let Some(side) = self.sends_by_sign_in(&record).await?.filter(|_| asked.may_send()) {
            self.sends_again(who, &side).await?;
        }
        Ok((id, true))
    }

    /// The outgoing side of an account whose letters leave by what its person signs in with: only then is sending asked for.
    async fn sends_by_sign_in(&self, record: &AccountRecord) -> Result<Option<SendingSide>, Problem> {
        let side = self.store.sending_side(record.id.0).await.map_err(problem_of)?;
        // What opens Graph opens no mail server.
        let opens = |side: &SendingSide| (record.settings.protocol == Protocol::Graph) == (side.transport == SendingTransport::Graph);
        Ok(side.filter(|side| side.sign_in == SendingSignIn::Account && opens(side)))
    }

    /// Whose sign-in permits sending, for the page of the outgoing side; `None` where nobody signs in at a provider to send.
    pub(super) async fn sending_person(
        &self,
        record: &AccountRecord,
        side: Option<&SendingSide>,
        graph: bool,
    ) -> Result<Option<SendingPerson>, Problem> {
        let by_sign_in = side.is_none_or(|side| side.sign_in == SendingSignIn::Account);
        if !by_sign_in || record.settings.protocol == Protocol::Graph && !graph {
            return Ok(None);
        }
        let application = self.store.application(record.id).await.map_err(problem_of)?.filter(|application| application.delegated);
        Ok(application.map(|application| SendingPerson {
            provider: provider(&application).to_owned(),
            may_send: application.has_refresh && application.may_send(),
        }))
    }

    /// Turns a code into tokens and opens the mailbox with them: the report, and the permission for later.
    async fn try_code(
        &self,
        record: &AccountRecord,
        application: &ApplicationRecord,
        grant: Grant,
    ) -> Result<(Diagnosis, Option<SecretString>), Problem> {
        let at = self.engine.application_with(record, application, self.application_secret(record).await?).map_err(mend)?;
        let kept: Arc<Mutex<Option<SecretString>>> = Arc::default();
        let shelf = Arc::clone(&kept);
        let keep: Keep = Arc::new(move |token| {
            let shelf = Arc::clone(&shelf);
            Box::pin(async move {
                *shelf.lock().unwrap_or_else(PoisonError::into_inner) = Some(token);
                Ok(())
            })
        });
        let keeper = Arc::new(Keeper::new(at.clone(), grant, keep));
        let access = match keeper.token().await {
            Ok(access) => access,
            Err(error) => return Ok((failed(error.verdict(), error.server_text(), &error.sentence()), None)),
        };
        let aside = self.turn(Some(record)).await?;
        let mut diagnosis = match record.settings.protocol {
            Protocol::Graph => graph::diagnose(&at, &self.engine.mailbox_with(record, keeper).map_err(mend)?, &mut |_| {}).await,
            _ => {
                let settings = ImapSettings { bearer: true, ..self.engine.connection_with(record, access.clone()) };
                diagnose(&settings, &mut |_| {}).await
            }
        };
        self.end_turn(aside).await?;
        let kept = kept.lock().unwrap_or_else(PoisonError::into_inner).take();
        if !diagnosis.passed() {
            name_the_person(&mut diagnosis, &oauth::claims(&access), record);
        } else if kept.is_none() {
            let sentence =
                "The provider gave no permission to read later on (offline access). Sign in again and agree to all that is asked for.";
            diagnosis = failed(Verdict::Permission, "", sentence);
        }
        Ok((diagnosis, kept))
    }

    /// A public client has none.
    pub(super) async fn application_secret(&self, record: &AccountRecord) -> Result<SecretString, Problem> {
        match self.store.account_secret(record.id).await {
            Err(StoreError::NotFound) => Ok(SecretString::from("")),
            other => other.map_err(problem_of),
        }
    }

    /// How a person's sign-in stands.
    pub(super) async fn person_sign_in(&self, record: &AccountRecord) -> Result<Option<PersonSignIn>, Problem> {
        let application = self.store.application(record.id).await.map_err(problem_of)?;
        Ok(application.filter(|application| application.delegated).map(|application| PersonSignIn {
            provider: provider(&application).to_owned(),
            done: application.has_refresh,
            again: application.has_refresh
                && (record.state == AccountState::Disabled || record.error_verdict == Some(Verdict::Authentication)),
        }))
    }
}

/// A code goes to the server, directory and client for which its person said yes; other settings may have changed meanwhile.
fn same(now: &ApplicationRecord, then: &ApplicationRecord) -> bool {
    let key = |one: &ApplicationRecord| {
        (one.sign_in_server.clone(), one.consent_server.clone(), one.tenant.clone(), one.client_id.clone(), one.delegated)
    };
    key(now) == key(then)
}

fn mend(error: ConnectError) -> Problem {
    Problem::Conflict(error.sentence())
}

/// A report of one rung: the sign-in.
pub(super) fn failed(verdict: Verdict, evidence: &str, sentence: &str) -> Diagnosis {
    let (evidence, sentence) = (evidence.to_owned(), sentence.to_owned());
    let rung = RungResult { rung: Rung::SignIn, outcome: RungOutcome::Failed, evidence, sentence: sentence.clone(), fix: None };
    Diagnosis { verdict, sentence, rungs: vec![rung], transcript: Vec::new() }
}

/// The provider handed a token out and the mailbox does not open: most likely it is somebody else's. What a token says about its person
/// decides nothing but the words.
fn name_the_person(diagnosis: &mut Diagnosis, claims: &oauth::Claims, record: &AccountRecord) {
    // What is out of reach or busy says nothing about the person.
    if matches!(diagnosis.verdict, Verdict::Connection | Verdict::Throttled | Verdict::Certificate) {
        return;
    }
    let kept = &record.settings;
    let own = |person: &str| person.eq_ignore_ascii_case(&kept.user_name) || person.eq_ignore_ascii_case(&kept.address);
    let sentence = match &claims.person {
        Some(person) if own(person) => return,
        Some(person) => format!(
            "You signed in as {person}, but this account is for {}. Sign in again as the person whose mailbox it is; nothing was kept.",
            kept.address
        ),
        None => format!(
            "The mailbox did not open. If you signed in as somebody else than {}, sign in again; nothing was kept. {}",
            kept.address, diagnosis.sentence
        ),
    };
    if let Some(last) = diagnosis.rungs.last_mut().filter(|rung| rung.outcome == RungOutcome::Failed) {
        last.sentence.clone_from(&sentence);
    }
    diagnosis.sentence = sentence;
}
