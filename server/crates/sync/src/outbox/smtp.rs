//! One letter by SMTP: connect or go on, offer, write down, send.

use super::judge::{Attempt, of_recipient};
use crate::{CollectError, Engine};
use model::{AccountId, RecipientState, SendingSignIn};
use postroom_connect::{
    ConnectError, Reach,
    smtp::{Envelope, Offered, SmtpEnd, SmtpSession, SmtpSettings, SmtpSignIn, SmtpStage, connect_smtp, on_the_wire},
};
use postroom_store::{OutboxClaim, SendingSide, StoreError};
use std::time::Duration;

/// Octets that are written under one time limit at least.
const PIECE: usize = 64 * 1024;
/// No letter is on the line longer.
const LONGEST: Duration = Duration::from_secs(2 * 3600);

/// An attempt, unless the lease was lost, and the session that can go on.
type Tried = (Option<Attempt>, Option<SmtpSession>);

pub(super) fn unable(why: String) -> Attempt {
    Attempt::Ended(SmtpStage::Sender, SmtpEnd::Unable(why), Vec::new())
}

impl Engine {
    /// How to connect to the server by which an account sends.
    ///
    /// # Errors
    /// As [`Engine::sending_sign_in`].
    pub async fn sending_connection(&self, side: &SendingSide) -> Result<SmtpSettings, CollectError> {
        let account = self.store().account(AccountId(side.account)).await?;
        let sign_in = match side.sign_in {
            SendingSignIn::None => SmtpSignIn::None,
            SendingSignIn::Own => SmtpSignIn::Password(side.user_name.clone(), self.store().sending_secret(side.account).await?),
            SendingSignIn::Account => self.sending_sign_in(&account).await?,
        };
        Ok(SmtpSettings {
            server: side.server.clone(),
            port: side.port,
            security: side.security,
            sign_in,
            hello: "[127.0.0.1]".to_owned(),
            timeout: Duration::from_secs(u64::from(side.timeout_seconds)),
            last_reply: self.settings.last_reply,
            pinned_fingerprint: side.pinned_fingerprint.clone(),
            allow_clear_text: side.allow_clear_text,
            reach: if account.settings.reach_anywhere { Reach::Anywhere } else { Reach::PublicMailPorts },
            extra_roots: self.settings.extra_roots.clone(),
        })
    }

    pub(super) async fn by_smtp(
        &self,
        claim: &OutboxClaim,
        side: &SendingSide,
        raw: &[u8],
        session: Option<SmtpSession>,
    ) -> Result<Tried, StoreError> {
        let wire = match on_the_wire(raw) {
            Ok(wire) => wire,
            Err(why) => return Ok((Some(unable(why.to_string())), session)),
        };
        let addresses: Vec<String> = claim.recipients.iter().map(|one| one.address.clone()).collect();
        let envelope =
            Envelope { sender: &claim.sender, recipients: &addresses, size: wire.len() as u64, eight_bit: raw.iter().any(|b| *b > 127) };
        let was_open = session.is_some();
        let mut offered = match session {
            Some(session) => session.offer(&envelope).await,
            None => match self.fresh_session(side).await? {
                Ok(session) => session.offer(&envelope).await,
                Err(error) => return Ok((Some(Attempt::NotConnected(error)), None)),
            },
        };
        // A session that the server ended between two letters, or whose sign-in ran out then, says nothing of this letter.
        let ended_between = match &offered {
            Offered::Ended(SmtpStage::Sender, SmtpEnd::Lost(_), _) => true,
            Offered::Ended(SmtpStage::Sender, SmtpEnd::Said(reply), _) => matches!(reply.code, 421 | 530 | 535),
            _ => false,
        };
        if was_open && ended_between {
            offered = match self.fresh_session(side).await? {
                Ok(session) => session.offer(&envelope).await,
                Err(error) => return Ok((Some(Attempt::NotConnected(error)), None)),
            };
        }
        let ready = match offered {
            Offered::Ended(stage, end, replies) => return Ok((Some(Attempt::Ended(stage, end, replies)), None)),
            Offered::Ready(ready) => ready,
        };
        let replies = ready.recipients.clone();
        let answered = claim.recipients.iter().zip(&replies).map(|(one, reply)| {
            let state = of_recipient(reply, side.retry_refusals);
            // Taken in the envelope is not taken yet.
            let state = if state == RecipientState::Accepted { RecipientState::Waiting } else { state };
            (one.position, state, reply.text())
        });
        let answered: Vec<_> = answered.collect();
        let now = self.clock.now();
        // Each piece on the line has its own time limit: the lease outlives the slowest that still counts as alive.
        let pieces = u32::try_from(wire.len() / PIECE).unwrap_or(u32::MAX).saturating_add(2);
        let on_the_line = Duration::from_secs(u64::from(side.timeout_seconds)).saturating_mul(pieces).min(LONGEST);
        let patience = self.settings.last_reply + on_the_line + Duration::from_secs(60);
        let until = now + i64::try_from(patience.as_millis()).unwrap_or(i64::MAX / 4);
        if !self.store().begin_body(claim, &answered, now, until).await? {
            return Ok((None, None));
        }
        Ok(match ready.send(&wire).await {
            Ok((reply, session)) => (Some(Attempt::Taken(reply, replies)), Some(session)),
            Err(end) => (Some(Attempt::Ended(SmtpStage::Letter, end, replies)), None),
        })
    }

    /// Connects; a token that the server refuses is renewed once.
    async fn fresh_session(&self, side: &SendingSide) -> Result<Result<SmtpSession, ConnectError>, StoreError> {
        let mut settings = match readable(self.sending_connection(side).await)? {
            Ok(settings) => settings,
            Err(error) => return Ok(Err(error)),
        };
        let outcome = connect_smtp(&settings).await;
        let (user, refused) = match &settings.sign_in {
            SmtpSignIn::Token(user, refused) if matches!(outcome, Err(ConnectError::SignIn { .. })) => (user.clone(), refused.clone()),
            _ => return Ok(outcome),
        };
        match readable(self.other_token(AccountId(side.account), &refused).await)? {
            Ok(token) => settings.sign_in = SmtpSignIn::Token(user, token),
            Err(error) => return Ok(Err(error)),
        }
        Ok(connect_smtp(&settings).await)
    }
}

/// What the store keeps from being read stops the account and loses no letter; a store that is away is another matter.
fn readable<T>(found: Result<T, CollectError>) -> Result<Result<T, ConnectError>, StoreError> {
    let sentence = match found {
        Ok(found) => return Ok(Ok(found)),
        Err(CollectError::Connect(error)) => return Ok(Err(error)),
        Err(CollectError::Store(error @ (StoreError::NotFound | StoreError::Secret))) => {
            format!("The password for sending cannot be read: {error}. Enter it again.")
        }
        Err(CollectError::Store(error)) => return Err(error),
        Err(other) => other.to_string(),
    };
    Ok(Err(ConnectError::Settings { sentence }))
}
