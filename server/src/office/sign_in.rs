//! First set-up, signing in and out, sessions and passwords (RELIABILITY §4.2).
//!
//! Must never: answer differently, or sooner, for an unknown user; keep a token; let a guess go uncounted.

use super::{Office, Principal, Session, trouble::problem_of};
use crate::http::Visit;
use crate::http::cookies::Cookies;
use crate::passwords::Checked;
use crate::throttle::Attempt;
use crate::tokens;
use model::{FieldErrors, Problem, UserForm, UserId, Viewer, check_new_password};
use postroom_store::{StoreError, UserRecord};
use secrecy::SecretString;
use std::sync::{Mutex, PoisonError};

/// A session ends after this long without use, ms (60 minutes).
const IDLE: i64 = 60 * 60 * 1000;
/// A session ends after this long in any case, ms (12 hours).
const ABSOLUTE: i64 = 12 * 60 * 60 * 1000;
/// The last use is written down this often at most, ms: reading a page must not be a write.
const TOUCH: i64 = 60 * 1000;
/// Passwords checked for one account in the window, kept in the store so that a restart or a second node does not forget.
const PER_ACCOUNT: i64 = 10;
/// That window, ms.
const WINDOW: i64 = 15 * 60 * 1000;

const WRONG: &str = "The e-mail address or the password is not right";

/// The one-time link of the first run: its token's hash, in memory, so that it ends with the process.
#[derive(Default)]
pub struct SetUpLink(Mutex<Option<[u8; 32]>>);

/// Cookies that start (or start anew) a session; the second makes the browser known.
pub struct SignedIn {
    /// Session cookie.
    pub session: String,
    /// Known-browser cookie.
    pub browser: String,
}

/// What a right password leads to.
pub enum FirstStep {
    /// A session.
    In(SignedIn),
    /// The second step: the cookie that stands for it.
    Code(String),
}

impl Office {
    fn cookies(&self) -> Cookies {
        Cookies { behind_tls: self.settings.behind_tls }
    }

    /// Makes the one-time token for the set-up link; an earlier one no longer works.
    pub fn new_set_up_token(&self) -> String {
        let token = tokens::new_link_token();
        *self.set_up_link.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(tokens::digest(&token));
        token
    }

    /// Makes the first administrator and signs him or her in.
    pub async fn set_up(&self, visit: &Visit, token: &str, form: UserForm) -> Result<SignedIn, Problem> {
        if self.is_set_up().await? {
            return Err(Problem::Conflict("Postroom is set up already. Sign in instead.".into()));
        }
        self.throttle
            .admit(&Attempt::new(&format!("set-up from {}", visit.from), visit.from, None), self.now())
            .map_err(Problem::SlowDown)?;
        let known = *self.set_up_link.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.is_some_and(|known| tokens::same(&tokens::hex(&known), &tokens::hex(&tokens::digest(token)))) {
            return Err(Problem::field(
                "token",
                "This set-up link is not valid any more. Use the link that Postroom printed when it last started",
            ));
        }
        form.check().into_result()?;
        let email = canonical(&form.email);
        let hash = self.hash(form.password).await?;
        let event = self.event(&Principal::Console, "office.set_up", "", format!("First administrator {email}"));
        let id = self.store.add_first_user(&email, form.name.trim(), &hash, &event).await.map_err(problem_of)?;
        self.set_up_link.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.start(visit, id).await
    }

    /// Starts a session, or leads to the second step.
    pub async fn sign_in(&self, visit: &Visit, email: &str, password: String) -> Result<FirstStep, Problem> {
        let email = canonical(email);
        let browser = self.known_browser(visit, &email).await?;
        let attempt = Attempt::new(&email, visit.from, browser.clone());
        self.throttle.admit(&attempt, self.now()).map_err(Problem::SlowDown)?;
        let bucket = bucket_of(&email, browser.as_deref());
        self.count(&bucket).await?;
        let user = self.store.user_by_email(&email).await.map_err(problem_of)?;
        let known = user.as_ref().map(|user| format!("user:{}", user.id)).unwrap_or_default();
        let stored = user.as_ref().map(|user| user.password_hash.clone());
        let password = SecretString::from(password);
        let checked = self.passwords.check(password.clone(), stored).await;
        let Some(user) = user.filter(|user| checked != Checked::Wrong && !user.disabled) else {
            // Not the name that was typed: people type their password there.
            self.record(&Principal::Nobody, "session.refused", known, format!("From {}", visit.from)).await?;
            return Err(Problem::field("password", WRONG));
        };
        self.throttle.succeeded(&attempt);
        self.store.clear_attempts(&bucket).await.map_err(problem_of)?;
        if checked == Checked::RightButOld {
            self.renew_hash(&user, password).await;
        }
        match self.begin_step(&user).await? {
            Some(token) => Ok(FirstStep::Code(self.cookies().begin_step(&token))),
            None => self.start(visit, user.id).await.map(FirstStep::In),
        }
    }

    /// The cookie that forgets a second step.
    pub fn forget_step(&self) -> String {
        self.cookies().end_step()
    }

    /// Whether a session that began and was last used then is still open.
    pub(super) fn is_alive(&self, created_at: i64, seen_at: i64) -> bool {
        let now = self.now();
        now - seen_at <= IDLE && now - created_at <= ABSOLUTE
    }

    /// Ends this session.
    pub async fn sign_out(&self, session: &Session) -> Result<String, Problem> {
        self.store.end_session(&session.token_hash).await.map_err(problem_of)?;
        self.sessions_changed();
        let who = Principal::Person(session.viewer.clone());
        self.record(&who, "session.ended", format!("user:{}", session.viewer.id), "").await?;
        self.drafts.forget(&session.token_hash);
        Ok(self.cookies().end_session())
    }

    /// Ends every session of the user.
    pub async fn sign_out_everywhere(&self, session: &Session) -> Result<String, Problem> {
        self.store.end_sessions_of(session.viewer.id).await.map_err(problem_of)?;
        self.sessions_changed();
        let who = Principal::Person(session.viewer.clone());
        self.record(&who, "session.all_ended", format!("user:{}", session.viewer.id), "").await?;
        self.drafts.forget(&session.token_hash);
        Ok(self.cookies().end_session())
    }

    /// Changes one's own password; every other session ends, this one gets a new token.
    pub async fn change_password(
        &self,
        visit: &Visit,
        session: &Session,
        current: String,
        password: String,
        repeat: &str,
    ) -> Result<SignedIn, Problem> {
        let attempt = Attempt::new(&session.viewer.email, visit.from, Some(tokens::hex(&session.token_hash)));
        self.throttle.admit(&attempt, self.now()).map_err(Problem::SlowDown)?;
        let mut errors = FieldErrors::default();
        check_new_password(&password, repeat, &mut errors);
        errors.into_result()?;
        let user = self.store.user(session.viewer.id).await.map_err(problem_of)?.ok_or(Problem::SignIn)?;
        if self.passwords.check(SecretString::from(current), Some(user.password_hash)).await == Checked::Wrong {
            return Err(Problem::field("current", "This is not your current password"));
        }
        self.throttle.succeeded(&attempt);
        let hash = self.hash(password).await?;
        let who = Principal::Person(session.viewer.clone());
        let event = self.event(&who, "user.password_changed", format!("user:{}", user.id), "");
        self.store.set_password(user.id, &hash, &event).await.map_err(problem_of)?;
        self.sessions_changed();
        self.drafts.forget(&session.token_hash);
        self.start(visit, user.id).await
    }

    /// The open session of a token; `None` when it is unknown, too old, or its user is disabled. `uses` = this is use of it.
    pub async fn session(&self, token: &str, uses: bool) -> Option<Session> {
        self.open_session(tokens::digest(token), tokens::form_token(token), uses).await
    }

    /// Whether a session is still open, and what its person may do by now. Looking is not using it.
    pub async fn session_now(&self, session: &Session) -> Option<Session> {
        self.open_session(session.token_hash, session.viewer.csrf.clone(), false).await
    }

    async fn open_session(&self, token_hash: [u8; 32], csrf: String, uses: bool) -> Option<Session> {
        self.find_session(token_hash, csrf, uses).await.unwrap_or_else(|error| {
            tracing::error!(%error, "A session could not be looked up");
            None
        })
    }

    async fn find_session(&self, token_hash: [u8; 32], csrf: String, uses: bool) -> Result<Option<Session>, StoreError> {
        let Some(found) = self.store.session(&token_hash).await? else { return Ok(None) };
        let now = self.now();
        if !self.is_alive(found.created_at, found.seen_at) {
            self.store.end_session(&token_hash).await?;
            self.drafts.forget(&token_hash);
            return Ok(None);
        }
        if uses && now - found.seen_at > TOUCH {
            // A store that is busy for a moment must not make people look signed out: the next request notes it.
            let _ = self.store.touch_session(&token_hash, now).await;
        }
        let Some(user) = self.store.user(UserId(found.user_id)).await?.filter(|user| !user.disabled) else { return Ok(None) };
        let must_enrol = self.must_enrol(user.id).await?;
        Ok(Some(Session { viewer: viewer_of(user, csrf), token_hash, must_enrol }))
    }

    /// The hash to store for a new password.
    pub(crate) async fn hash(&self, password: String) -> Result<String, Problem> {
        self.passwords.hash(SecretString::from(password)).await.map_err(|error| super::trouble::unexpected(&error))
    }

    /// Deletes sessions that have ended; called now and then.
    pub async fn drop_old_sessions(&self) -> Result<u64, StoreError> {
        let now = self.now();
        self.store.drop_old_sessions(now - IDLE, now - ABSOLUTE).await
    }

    pub(super) async fn start(&self, visit: &Visit, user: UserId) -> Result<SignedIn, Problem> {
        // A new token at every sign-in, and the one before ends: a token put into the browser beforehand is worth nothing.
        if let Some(session) = &visit.session {
            self.store.end_session(&session.token_hash).await.map_err(problem_of)?;
            self.sessions_changed();
        }
        let user = self.store.user(user).await.map_err(problem_of)?.ok_or(Problem::SignIn)?;
        let token = tokens::new_token();
        self.store
            .start_session(&tokens::digest(&token), user.id, self.now(), &visit.from.to_string(), &visit.agent)
            .await
            .map_err(problem_of)?;
        let subject = format!("user:{}", user.id);
        let who = Principal::Person(viewer_of(user.clone(), tokens::form_token(&token)));
        self.record(&who, "session.started", subject, format!("From {}", visit.from)).await?;
        let mark = tokens::sign(self.browser_key().await?, &format!("{}.{}", tokens::new_link_token(), mark_of(&user.email)));
        Ok(SignedIn { session: self.cookies().start_session(&token), browser: self.cookies().know_browser(&mark) })
    }

    /// The id of a browser that signed in to this very account before.
    async fn known_browser(&self, visit: &Visit, email: &str) -> Result<Option<String>, Problem> {
        let Some(word) = &visit.browser else { return Ok(None) };
        let text = tokens::signed(self.browser_key().await?, word);
        Ok(text.and_then(|text| text.split_once('.')).filter(|(_, mark)| *mark == mark_of(email)).map(|(id, _)| id.to_owned()))
    }

    pub(super) async fn count(&self, bucket: &str) -> Result<(), Problem> {
        let now = self.now();
        let tries = self.store.count_attempt(bucket, now, now - WINDOW).await.map_err(problem_of)?;
        if tries > PER_ACCOUNT { Err(Problem::SlowDown(60)) } else { Ok(()) }
    }

    /// The costs of hashing have risen since this one was made. A failure here is no reason to refuse somebody.
    async fn renew_hash(&self, user: &UserRecord, password: SecretString) {
        let Ok(hash) = self.passwords.hash(password).await else { return };
        let event = self.event(&Principal::Console, "user.hash_renewed", format!("user:{}", user.id), "");
        if let Err(error) = self.store.set_password(user.id, &hash, &event).await {
            tracing::warn!(%error, "A password hash could not be renewed");
        }
    }
}

/// An address to sign in with, in its one spelling.
pub(crate) fn canonical(email: &str) -> String {
    postroom_mail::address::canonical(email).unwrap_or_else(|| email.trim().to_lowercase())
}

/// What a known-browser cookie says of the account, without its address.
fn mark_of(email: &str) -> String {
    tokens::hex(&tokens::digest(email)[..8])
}

fn bucket_of(email: &str, browser: Option<&str>) -> String {
    match browser {
        Some(browser) => format!("browser:{}:{browser}", mark_of(email)),
        None => format!("account:{}", mark_of(email)),
    }
}

fn viewer_of(user: UserRecord, csrf: String) -> Viewer {
    Viewer { id: user.id, name: user.name, email: user.email, role: user.role, granted: user.granted, csrf, shortcuts: user.shortcuts }
}
