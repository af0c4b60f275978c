//! Letters on their way out: one loop claims what is due, hands it over, and closes the loop with copies, reports and answers.
//!
//! Must never: put an octet of a letter on the line before the store has written down that it begins, or make an uncertain letter due.

mod append;
mod graph;
mod joins;
mod judge;
mod smtp;

pub use graph::with_blind;

use crate::{Engine, holder, prepare};
use model::{AddressRole, OutboxState, RecipientRole, RecipientState, SendingTransport};
use postroom_connect::smtp::SmtpSession;
use postroom_store::{ArrivedLetter, NewEvent, OutboxClaim, OutboxEnd, StoreError};
use std::{sync::Arc, time::Duration};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// How often the outbox is looked at, when nobody wakes it.
const TICK: Duration = Duration::from_secs(5);
/// Before the letter itself begins.
const LEASE: i64 = 10 * 60_000;
/// Accounts that send at once.
const AT_ONCE: usize = 4;
/// Letters at hand when Postroom stops get so long.
const FAREWELL: Duration = Duration::from_secs(20);
/// A settled attempt is kept, even if the database is away for a while.
const TRIES: u32 = 10;

impl Engine {
    /// Something may leave: look at once.
    pub fn wake_outbox(&self) {
        self.outbox_wake.notify_one();
    }

    pub(crate) async fn outbox_loop(self: Arc<Self>, stop: CancellationToken) {
        let mut running: JoinSet<()> = JoinSet::new();
        // Beside the letters: a slow mailbox holds none of them up. Cut off with the loop, since it may always begin again.
        let mut copies: JoinSet<()> = JoinSet::new();
        while !stop.is_cancelled() {
            let began = self.clock.now();
            let looked = self.outbox_round(&mut running, &stop).await;
            if let Err(error) = &looked {
                warn!(%error, "The outbox could not be looked at: {error}");
            }
            while copies.try_join_next().is_some() {}
            if copies.is_empty() {
                let engine = Arc::clone(&self);
                copies.spawn(async move {
                    if let Err(error) = engine.append_copies().await {
                        warn!(%error, "Copies could not be appended: {error}");
                    }
                });
            }
            self.beat(crate::pulse::OUTBOX, began, looked.err().map(|error| error.to_string()));
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.outbox_wake.notified() => {}
                () = tokio::time::sleep(TICK) => {}
                Some(_) = running.join_next(), if !running.is_empty() => {}
            }
        }
        let rest = async { while running.join_next().await.is_some() {} };
        // Whoever is not done by then is uncertain, if its letter had begun, and due again if not.
        let _ = tokio::time::timeout(FAREWELL, rest).await;
    }

    async fn outbox_round(self: &Arc<Self>, running: &mut JoinSet<()>, stop: &CancellationToken) -> Result<(), StoreError> {
        self.tidy_outbox().await?;
        while running.len() < AT_ONCE {
            let now = self.clock.now();
            let Some(claim) = self.store().claim_outgoing(&self.holder, None, now, now + LEASE).await? else { break };
            let (engine, stop) = (Arc::clone(self), stop.clone());
            running.spawn(async move {
                if let Err(error) = engine.send_on(claim, &stop).await {
                    warn!(%error, "A letter could not be settled: {error}");
                }
            });
        }
        self.close_the_loop().await
    }

    /// Sends whatever is due until nothing is: for tests and the console. Answers how many attempts were made.
    ///
    /// # Errors
    /// The store's.
    pub async fn send_due(&self) -> Result<usize, StoreError> {
        self.tidy_outbox().await?;
        let (mut attempts, stop) = (0, CancellationToken::new());
        loop {
            let now = self.clock.now();
            let Some(claim) = self.store().claim_outgoing(&self.holder, None, now, now + LEASE).await? else { break };
            attempts += self.send_on(claim, &stop).await?;
        }
        self.append_copies().await?;
        self.close_the_loop().await?;
        Ok(attempts)
    }

    /// Leases of the dead end; what was on the line then is uncertain.
    async fn tidy_outbox(&self) -> Result<(), StoreError> {
        for holder in self.store().outgoing_holders().await? {
            if holder::is_gone(&holder) {
                self.store().break_outgoing(&holder).await?;
            }
        }
        for id in self.store().strand_outgoing(self.clock.now()).await? {
            warn!(outbox.id = id, "Nobody knows whether letter {id} of the outbox arrived");
        }
        Ok(())
    }

    /// Sends one letter, and those after it that leave by the same account, on one connection.
    async fn send_on(&self, first: OutboxClaim, stop: &CancellationToken) -> Result<usize, StoreError> {
        let (mut claim, mut session, mut attempts): (_, Option<SmtpSession>, _) = (first, None, 0);
        loop {
            attempts += 1;
            session = self.attempt(&claim, session).await?;
            if session.is_none() || stop.is_cancelled() {
                break;
            }
            let now = self.clock.now();
            match self.store().claim_outgoing(&self.holder, Some(claim.account), now, now + LEASE).await? {
                Some(next) => claim = next,
                None => break,
            }
        }
        if let Some(session) = session {
            session.quit().await;
        }
        Ok(attempts)
    }

    async fn attempt(&self, claim: &OutboxClaim, session: Option<SmtpSession>) -> Result<Option<SmtpSession>, StoreError> {
        let Some(side) = self.store().sending_side(claim.account).await? else { return Ok(None) };
        let raw = match self.store().outbox_bytes(claim.id).await {
            Ok(raw) => raw,
            // Trying for ever would mend nothing: it waits in sight, and can be sent again once a person has mended the store.
            Err(error @ (StoreError::Inconsistent(_) | StoreError::File(_))) => {
                warn!(%error, "Letter {} of the outbox cannot be read: {error}", claim.id);
                let why = format!("The letter cannot be read from Postroom’s own store, so it was not sent: {error}");
                let judged = judge::judge(&smtp::unable(why), &claim.recipients, false);
                let end = OutboxEnd {
                    at: self.clock.now(),
                    state: judged.state,
                    next_at: None,
                    stage: "store".to_owned(),
                    reply: String::new(),
                    reason: judged.reason,
                    recipients: judged.recipients,
                    provider_id: String::new(),
                };
                self.keep_end(claim, &end, None).await?;
                return Ok(session);
            }
            Err(error) => return Err(error),
        };
        let (tried, session) = match side.transport {
            SendingTransport::Graph => (self.by_graph(claim, &side, &raw).await?, None),
            SendingTransport::Smtp => self.by_smtp(claim, &side, &raw, session).await?,
        };
        // The lease was lost before the letter began: it is somebody else's now.
        let Some(tried) = tried else { return Ok(None) };
        let judged = judge::judge(&tried, &claim.recipients, side.retry_refusals);
        let now = self.clock.now();
        let mut end = OutboxEnd {
            at: now,
            state: judged.state,
            next_at: None,
            stage: judged.stage.to_owned(),
            reply: judged.reply,
            reason: judged.reason,
            recipients: judged.recipients,
            provider_id: String::new(),
        };
        if let Some(why) = &judged.stop {
            let event = NewEvent {
                at: now,
                principal: "scheduler".into(),
                action: "account.sending_stopped".into(),
                subject: format!("account:{}", claim.account),
                detail: "The server did not let us send; letters wait until somebody has looked at the account".into(),
            };
            self.store().stop_sending(claim.account, why, &event).await?;
            // Due as soon as a person sets the account going again.
            end.next_at = Some(now);
        } else if end.state == OutboxState::Deferred {
            // Not before the wait that the service asked for is over.
            end.next_at = judge::next_try(claim.planned, claim.tried_from, now).map(|next| next.max(now + judged.wait));
            if end.next_at.is_none() {
                end.state = OutboxState::Refused;
                end.reason = format!("Tried for two days. {}", end.reason);
                for (_, state, _) in end.recipients.iter_mut().filter(|(_, state, _)| *state != RecipientState::Accepted) {
                    *state = RecipientState::Refused;
                }
            }
        }
        let taken = end.recipients.iter().any(|(_, state, _)| *state == RecipientState::Accepted);
        if taken && end.state == OutboxState::Refused {
            end.state = OutboxState::Sent;
        }
        let letter = if taken { Some(self.as_letter(raw, claim, now).await?) } else { None };
        info!(outbox.id = claim.id, state = end.state.as_str(), "Letter {} of the outbox: {}", claim.id, end.state.words());
        self.keep_end(claim, &end, letter.as_ref()).await?;
        if letter.is_some() {
            self.index_wake.notify_one();
        }
        Ok(session)
    }

    async fn keep_end(&self, claim: &OutboxClaim, end: &OutboxEnd, letter: Option<&ArrivedLetter>) -> Result<(), StoreError> {
        let mut tries = 0;
        loop {
            match self.store().settle_outgoing(claim, end, letter).await {
                Ok(_) => return Ok(()),
                Err(error) if tries >= TRIES => return Err(error),
                Err(error) => {
                    tries += 1;
                    warn!(%error, "What became of letter {} could not be kept yet: {error}", claim.id);
                    tokio::time::sleep(Duration::from_millis(500 * u64::from(tries))).await;
                }
            }
        }
    }

    /// The letter as the reader of collected letters reads it, with its blind copies.
    async fn as_letter(&self, raw: Vec<u8>, claim: &OutboxClaim, now: i64) -> Result<ArrivedLetter, StoreError> {
        let blind = claim.recipients.iter().filter(|one| one.role == RecipientRole::Bcc);
        let blind: Vec<(String, String)> = blind.map(|one| (one.address.clone(), one.name.clone())).collect();
        self.read_outgoing(raw, blind, now).await
    }

    async fn read_outgoing(&self, raw: Vec<u8>, blind: Vec<(String, String)>, now: i64) -> Result<ArrivedLetter, StoreError> {
        let raw = prepare::Raw { uid: 0, octets: raw.into(), arrival: Some(now) };
        let mut letters = prepare::prepare(vec![raw], now).await?;
        let mut letter = letters.pop().ok_or_else(|| StoreError::Inconsistent("a letter of the outbox cannot be read".into()))?;
        letter.letter.people.extend(blind.into_iter().map(|(address, name)| (AddressRole::Bcc, address, name)));
        Ok(letter)
    }

    /// A person says of an uncertain letter that it arrived.
    ///
    /// # Errors
    /// As [`postroom_store::Store::settle_as_sent`]; scope is the caller's.
    pub async fn settle_as_sent(&self, id: i64, event: &NewEvent) -> Result<(), StoreError> {
        let kept = self.store().outbox_letter(postroom_store::Scope::Everything, id).await?;
        let blind = kept.recipients.into_iter().filter(|one| one.role == RecipientRole::Bcc).map(|one| (one.address, one.name)).collect();
        let raw = self.store().outbox_bytes(id).await?;
        let letter = self.read_outgoing(raw, blind, event.at).await?;
        self.store().settle_as_sent(id, &letter, event).await?;
        self.index_wake.notify_one();
        Ok(())
    }
}
