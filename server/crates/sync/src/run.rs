//! Any run over an account, whatever it speaks: its lease, its heartbeat, what it leaves behind, how it is closed.

use crate::{Engine, backoff, holder, imap::Warm};
use futures::FutureExt as _;
use model::{AccountId, HandsOff, LedgerSums, Protocol, Schedule, Verdict};
use postroom_connect::ConnectError;
use postroom_store::{AccountState, Claim, CollectionEnd, Run, StoreError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// A lease lasts this long, ms, and is prolonged while the collection lives.
pub(crate) const LEASE: i64 = 60_000;
pub(crate) const HEARTBEAT: Duration = Duration::from_secs(15);
/// Waiting for another process that collects this account.
pub(crate) const ANOTHER: Duration = Duration::from_millis(500);

/// How a collection went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectionReport {
    /// The account's sums afterwards.
    pub ledger: LedgerSums,
    /// Letters that were new.
    pub filed: i64,
    /// What ended it early: verdict, sentence and the server's words; `None` = it went through.
    pub error: Option<(Verdict, String)>,
    /// The account's state afterwards.
    pub disabled: bool,
}

/// Why a collection could not be done.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The mail server's side.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// Our store's side.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Another process took the lease.
    #[error("another process collects this account")]
    LostLease,
    /// The account may hold one connection, and it is in use.
    #[error("the account's one connection is in use")]
    Busy,
    /// The server broke off too often for the letters it gave.
    #[error("the server broke off again and again")]
    BrokenOff,
    /// It was asked to end; what was saved stays.
    #[error("the collection was asked to end")]
    Stopped,
    /// The account is on its way out.
    #[error("this account is being removed with its letters")]
    Removing,
}

impl CollectError {
    /// Whose turn it is.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Connect(error) => error.verdict(),
            Self::Store(_) | Self::LostLease | Self::Busy | Self::BrokenOff | Self::Stopped | Self::Removing => Verdict::Connection,
        }
    }

    /// Sentence and the server's words (FP-33).
    pub fn text(&self) -> String {
        match self {
            Self::Connect(error) if error.server_text().is_empty() => error.sentence(),
            Self::Connect(error) => format!("{} The server said: {}", error.sentence(), error.server_text()),
            Self::Store(StoreError::Secret) => "The stored password cannot be opened with this key file. Enter the password again.".into(),
            Self::Store(error) => format!("Postroom's own store failed: {error}. Nothing was lost; it will try again."),
            Self::LostLease => "Another Postroom process took over this collection.".into(),
            Self::Busy => "This account may hold one connection, and it is being collected at the moment. Try again in a minute.".into(),
            Self::BrokenOff => {
                "The server broke off again and again. What came is kept; Postroom goes on there at the next collection.".into()
            }
            Self::Removing => "This account is being removed with its letters.".into(),
            Self::Stopped => "The collection was ended before it was through. It goes on where it stopped.".into(),
        }
    }

    fn asked_wait(&self) -> Option<i64> {
        match self {
            Self::Connect(ConnectError::Later { wait: Some(wait), .. }) => i64::try_from(wait.as_millis()).ok(),
            _ => None,
        }
    }
}

impl Engine {
    /// Collects one account now, waiting for another process that is at it. The reader is left at the end.
    ///
    /// # Errors
    /// Only the store's: trouble with the mail server is part of the report.
    pub async fn collect_account(&self, id: AccountId, stop: &CancellationToken) -> Result<CollectionReport, CollectError> {
        let claim = self.claim_patiently(id, stop).await?;
        let (report, reader) = self.collect_claimed(&claim, None, stop).await?;
        if let Some(warm) = reader {
            warm.reader.go().await;
        }
        Ok(report)
    }

    pub(crate) async fn claim_patiently(&self, id: AccountId, stop: &CancellationToken) -> Result<Claim, CollectError> {
        loop {
            let now = self.clock.now();
            if let Some(claim) = self.store().claim_account(id, &self.holder, now, now + LEASE).await? {
                return Ok(claim);
            }
            // Also says that there is no such account (any more): nobody waits for what is gone.
            if self.store().account(id).await?.removing.is_some() {
                return Err(CollectError::Removing);
            }
            self.break_dead_lease(id).await?;
            tokio::select! {
                () = stop.cancelled() => return Err(CollectError::Stopped),
                () = tokio::time::sleep(ANOTHER) => {}
            }
        }
    }

    /// A holder of this machine that was killed does not come back: its lease is free at once.
    pub(crate) async fn break_dead_lease(&self, id: AccountId) -> Result<(), StoreError> {
        if let Some((holder, _)) = self.store().claim_holder(id).await?
            && holder::is_gone(&holder)
        {
            self.store().break_claim(&Claim { account: id, holder }).await?;
        }
        Ok(())
    }

    /// Collects a claimed account and gives the lease back. A warm reader is used if there is one, and handed back if it still works.
    pub(crate) async fn collect_claimed(
        &self,
        claim: &Claim,
        warm: Option<Warm>,
        stop: &CancellationToken,
    ) -> Result<(CollectionReport, Option<Warm>), CollectError> {
        let id = claim.account;
        let stop = stop.child_token();
        self.stops.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).insert(id, stop.clone());
        self.board.change(id, |_| ());
        let outcome = self.run_with_heartbeat(claim, warm, &stop).await;
        self.stops.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).remove(&id);
        let result = self.close(claim, outcome).await;
        self.board.finish(id);
        result
    }

    async fn run_with_heartbeat(&self, claim: &Claim, warm: Option<Warm>, stop: &CancellationToken) -> Ran {
        let mut ran = Ran {
            started_at: self.clock.now(),
            schedule: Schedule::Usual,
            failed_before: false,
            hands_off: HandsOff::default(),
            filed: 0,
            reader: None,
            error: None,
        };
        tokio::select! {
            error = self.run(claim, warm, stop, &mut ran) => { ran.error = error.err(); }
            error = self.heartbeat(claim) => { ran.error = Some(error); ran.reader = None; }
        }
        ran
    }

    /// Prolongs the lease until it is lost. A store that is busy for a moment is no reason to end a collection; a lease that ran out is.
    async fn heartbeat(&self, claim: &Claim) -> CollectError {
        let mut until = self.clock.now() + LEASE;
        loop {
            tokio::time::sleep(HEARTBEAT).await;
            let next = self.clock.now() + LEASE;
            match self.store().renew_claim(claim, next).await {
                Ok(true) => until = next,
                Ok(false) => return CollectError::LostLease,
                Err(error) if self.clock.now() >= until => return error.into(),
                Err(_) => {}
            }
        }
    }

    async fn run(&self, claim: &Claim, warm: Option<Warm>, stop: &CancellationToken, ran: &mut Ran) -> Result<(), CollectError> {
        let account = self.store().account(claim.account).await?;
        ran.failed_before = account.error_text.is_some();
        ran.schedule = account.schedule.clone();
        if account.settings.protocol == Protocol::Imap {
            return self.run_imap(&account, warm, stop, ran).await;
        }
        if let Some(cold) = warm {
            // The account spoke IMAP before.
            cold.reader.leave().await;
        }
        match account.settings.protocol {
            Protocol::Pop3 => crate::pop::run(self, &account, self.signed_connection(&account).await?, stop, ran).await,
            // Boxed: a large future that most runs do not need.
            Protocol::Graph => self.collect_graph(&account, stop, ran).boxed().await,
            Protocol::Imap | Protocol::Archive | Protocol::Smtp => Ok(()),
        }
    }

    async fn close(&self, claim: &Claim, mut ran: Ran) -> Result<(CollectionReport, Option<Warm>), CollectError> {
        if let Some(CollectError::LostLease) = ran.error {
            return Err(CollectError::LostLease);
        }
        let mut ledger = LedgerSums::default();
        for row in self.store().ledger(Some(claim.account)).await? {
            ledger.add(&row.sums);
        }
        let now = self.clock.now();
        let stopped = matches!(ran.error, Some(CollectError::Stopped));
        let error = ran.error.as_ref().map(|error| (error.text(), error.verdict()));
        let poll = self.next_run(&ran.schedule, now) - now;
        let asked = ran.error.as_ref().and_then(CollectError::asked_wait);
        let wait = if stopped { 0 } else { backoff::wait(error.as_ref().map(|(_, verdict)| *verdict), ran.failed_before, asked, poll) };
        let end = CollectionEnd {
            at: now,
            error: if stopped { None } else { error.clone() },
            next_at: now + wait,
            poll,
            hands_off: std::mem::take(&mut ran.hands_off),
            run: Run { started_at: ran.started_at, filed: ran.filed, missing: ledger.missing, stopped },
        };
        let state = self.store().end_collection(claim, &end).await?;
        self.index_wake.notify_one();
        self.wake_imports();
        self.pulse.count(error.as_ref().map(|(_, verdict)| *verdict), stopped, ran.filed, now - ran.started_at);
        let report = CollectionReport {
            ledger,
            filed: ran.filed,
            error: error.map(|(text, verdict)| (verdict, text)),
            disabled: state == AccountState::Disabled,
        };
        Ok((report, ran.reader))
    }
}

/// What a run leaves behind, whether it went well or not.
pub(crate) struct Ran {
    pub started_at: i64,
    pub schedule: Schedule,
    pub failed_before: bool,
    pub hands_off: HandsOff,
    pub filed: i64,
    pub reader: Option<Warm>,
    pub error: Option<CollectError>,
}
