//! The second factor: setting it up, asking for it at sign-in, recovery codes, requiring it of everybody (RELIABILITY §4.2, W4).
//!
//! Must never: take a code twice, look at a code that was not counted, or tell a secret once it is confirmed.

use super::sign_in::SignedIn;
use super::{Office, Principal, Session, trouble::problem_of};
use crate::http::Visit;
use crate::{tokens, totp};
use model::{Enrolment, FactorState, FactorView, Permission, Problem, UserId};
use postroom_store::UserRecord;
use secrecy::{ExposeSecret, SecretString};

/// Wrong codes in a row after which only a recovery code helps: five tries at two codes in a million are one chance in 100,000.
const MOST_TRIES: i64 = 5;
/// After this long they are forgotten, ms (a day).
const FORGOTTEN: i64 = 24 * 60 * 60 * 1000;
/// How long the second step of a sign-in may take, ms (10 minutes).
const STEP_LASTS: i64 = 10 * 60 * 1000;
/// The office's setting.
const REQUIRED: &str = "second_factor_required";

impl Office {
    /// Whether everybody must have a second factor.
    pub async fn factor_is_required(&self) -> Result<bool, Problem> {
        Ok(self.store.setting(REQUIRED).await.map_err(problem_of)?.as_deref() == Some("1"))
    }

    /// Whether somebody must set one up before anything else.
    pub(super) async fn must_enrol(&self, user: UserId) -> Result<bool, postroom_store::StoreError> {
        if self.store.setting(REQUIRED).await?.as_deref() != Some("1") {
            return Ok(false);
        }
        Ok(!self.store.users_with_factor().await?.contains(&user))
    }

    /// Requires a second factor of everybody, or of nobody (administrators). Whoever has none is led to set one up.
    pub async fn require_factor(&self, who: &Principal, required: bool) -> Result<(), Problem> {
        who.need(Permission::UsersManage)?;
        if !who.is_administrator() {
            return Err(Problem::Conflict("Only an administrator decides this.".into()));
        }
        self.store.set_setting(REQUIRED, if required { "1" } else { "0" }).await.map_err(problem_of)?;
        let action = if required { "user.second_factor_required" } else { "user.second_factor_optional" };
        self.record(who, action, "", "").await
    }

    /// Where one's own second factor stands.
    pub async fn factor(&self, session: &Session) -> Result<FactorView, Problem> {
        let record = self.store.factor(session.viewer.id).await.map_err(problem_of)?;
        let state = match record {
            None => FactorState::Off,
            Some(record) => match record.confirmed_at {
                Some(since) => FactorState::On { since, codes_left: record.codes_left },
                None => FactorState::Begun(enrolment(record.secret.expose_secret(), &session.viewer.email)?),
            },
        };
        let fresh_codes = self.fresh.codes(&session.token_hash, self.now());
        Ok(FactorView { state, required: self.factor_is_required().await?, fresh_codes })
    }

    /// Begins: a new secret, not asked for before it is confirmed.
    pub async fn begin_factor(&self, session: &Session) -> Result<(), Problem> {
        let secret = SecretString::from(totp::new_secret());
        self.store.begin_factor(session.viewer.id, &secret, self.now()).await.map_err(problem_of)
    }

    /// The program's first code: from now on it is asked for. Ten recovery codes are told, once.
    pub async fn confirm_factor(&self, session: &Session, code: &str) -> Result<(), Problem> {
        let user = session.viewer.id;
        let record = self.store.factor(user).await.map_err(problem_of)?.filter(|record| record.confirmed_at.is_none());
        let record = record.ok_or_else(|| Problem::Conflict("First begin to set up the second factor.".into()))?;
        let step = totp::step_of(record.secret.expose_secret(), &totp::tidy(code), self.now())
            .ok_or_else(|| Problem::field("code", "This code is not right. Enter the six digits that your program shows now"))?;
        let codes = totp::new_recovery_codes();
        let event = self.event(&person(session), "user.second_factor_on", format!("user:{user}"), "");
        self.store.confirm_factor(user, step, &hashes(&codes), &event).await.map_err(problem_of)?;
        self.fresh.keep_codes(&session.token_hash, codes, self.now());
        Ok(())
    }

    /// Ten new recovery codes; the ones before no longer work.
    pub async fn renew_codes(&self, session: &Session, code: &str) -> Result<(), Problem> {
        let user = session.viewer.id;
        self.check_code(user, code).await?;
        let codes = totp::new_recovery_codes();
        let event = self.event(&person(session), "user.recovery_codes_made", format!("user:{user}"), "");
        self.store.renew_recovery_codes(user, &hashes(&codes), &event).await.map_err(problem_of)?;
        self.fresh.keep_codes(&session.token_hash, codes, self.now());
        Ok(())
    }

    /// Turns one's own second factor off, where the office does not require it.
    pub async fn drop_factor(&self, session: &Session, code: &str) -> Result<(), Problem> {
        if self.factor_is_required().await? {
            return Err(Problem::Conflict("This office requires a second factor of everybody.".into()));
        }
        let user = session.viewer.id;
        self.check_code(user, code).await?;
        let event = self.event(&person(session), "user.second_factor_off", format!("user:{user}"), "");
        self.fresh.forget(&session.token_hash);
        self.store.drop_factor(user, &event).await.map_err(problem_of)
    }

    /// Takes somebody's second factor away: the telephone is lost, and the recovery codes too.
    pub async fn reset_factor(&self, who: &Principal, id: UserId) -> Result<(), Problem> {
        who.need(Permission::UsersManage)?;
        self.store.user(id).await.map_err(problem_of)?.ok_or(Problem::NotFound)?;
        if !who.is_administrator() {
            return Err(Problem::Conflict("Only an administrator takes a second factor away.".into()));
        }
        let event = self.event(who, "user.second_factor_reset", format!("user:{id}"), "");
        self.store.drop_factor(id, &event).await.map_err(problem_of)
    }

    /// The password was right: what the browser carries to the second step, if there is one.
    pub(super) async fn begin_step(&self, user: &UserRecord) -> Result<Option<String>, Problem> {
        if !self.has_factor(user.id).await? {
            return Ok(None);
        }
        let (token, now) = (tokens::new_token(), self.now());
        self.store.begin_step(&tokens::digest(&token), user.id, now, now - STEP_LASTS).await.map_err(problem_of)?;
        Ok(Some(token))
    }

    pub(super) async fn has_factor(&self, user: UserId) -> Result<bool, Problem> {
        let found = self.store.factor(user).await.map_err(problem_of)?;
        Ok(found.is_some_and(|record| record.confirmed_at.is_some()))
    }

    /// The second step: a code of the program, or a recovery code.
    pub async fn second_step(&self, visit: &Visit, code: &str) -> Result<SignedIn, Problem> {
        let again = || Problem::Conflict("The sign-in took too long. Begin again with your password.".into());
        let hash = tokens::digest(visit.step.as_deref().ok_or_else(again)?);
        let user = self.store.step(&hash, self.now() - STEP_LASTS).await.map_err(problem_of)?.ok_or_else(again)?;
        if let Err(problem) = self.check_code(user, code).await {
            self.record(&Principal::Nobody, "session.code_refused", format!("user:{user}"), format!("From {}", visit.from)).await?;
            return Err(problem);
        }
        self.store.end_step(&hash).await.map_err(problem_of)?;
        self.start(visit, user).await
    }

    async fn check_code(&self, user: UserId, code: &str) -> Result<(), Problem> {
        let (code, now) = (totp::tidy(code), self.now());
        if code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()) {
            let tries = self.store.count_code(user, now, now - FORGOTTEN).await.map_err(problem_of)?;
            if tries > MOST_TRIES {
                let sentence = "Too many wrong codes. Enter a recovery code, or ask an administrator to reset your second factor";
                return Err(Problem::field("code", sentence));
            }
            let record = self.store.factor(user).await.map_err(problem_of)?.ok_or(Problem::NotFound)?;
            if let Some(step) = totp::step_of(record.secret.expose_secret(), &code, now)
                && self.store.take_step(user, step).await.map_err(problem_of)?
            {
                return Ok(());
            }
            return Err(Problem::field(
                "code",
                "This code is not right, or it was used already. Enter the six digits that your program shows now",
            ));
        }
        self.count(&format!("recovery:{user}")).await?;
        let name = self.store.user(user).await.map_err(problem_of)?.map(|user| user.email).unwrap_or_default();
        let mut event = self.event(&Principal::Nobody, "session.recovery_code_used", format!("user:{user}"), "");
        event.principal = name;
        if self.store.take_recovery_code(user, &totp::recovery_hash(&code), &event).await.map_err(problem_of)? {
            return Ok(());
        }
        Err(Problem::field("code", "Enter the six digits that your program shows, or a recovery code that you have not used yet"))
    }
}

fn person(session: &Session) -> Principal {
    Principal::Person(session.viewer.clone())
}

fn hashes(codes: &[String]) -> Vec<Vec<u8>> {
    codes.iter().map(|code| totp::recovery_hash(code)).collect()
}

fn enrolment(secret: &str, email: &str) -> Result<Enrolment, Problem> {
    let (picture, size) = totp::picture(&totp::address(secret, email)).ok_or_else(|| Problem::Unexpected("picture".into()))?;
    Ok(Enrolment { secret: totp::grouped(secret, " "), picture, size })
}
