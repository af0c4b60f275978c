//! The loops: due accounts are claimed and collected, new letters are waited for, the index follows. All end with the token.

use crate::Engine;
use crate::imap::Warm;
use crate::pulse::{INDEX, SCHEDULE};
use model::{AccountId, FolderRole};
use postroom_connect::{Examined, Woken};
use postroom_store::{AccountState, Claim, FolderRecord};
use std::{sync::Arc, time::Duration};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// How often the schedule is looked at, when nobody wakes it.
pub(crate) const TICK: Duration = Duration::from_secs(5);
/// Waiting for new letters is given up after this long; the next collection comes anyway.
const WAIT: Duration = Duration::from_secs(60 * 60);
const LEASE: i64 = 60_000;

impl Engine {
    /// Starts every loop and runs until `stop`; then waits until the collections at hand have saved their window.
    pub async fn start(self: Arc<Self>, stop: CancellationToken) {
        let index = tokio::spawn(Arc::clone(&self).index_loop(stop.clone()));
        let outbox = tokio::spawn(Arc::clone(&self).outbox_loop(stop.clone()));
        let webhooks = tokio::spawn(Arc::clone(&self).webhook_loop(stop.clone()));
        let removal = tokio::spawn(Arc::clone(&self).removal_loop(stop.clone()));
        let imports = tokio::spawn(Arc::clone(&self).imports_loop(stop.clone()));
        let reread = tokio::spawn(Arc::clone(&self).reread_loop(stop.clone()));
        Arc::clone(&self).collect_loop(stop).await;
        let _ = imports.await;
        let _ = reread.await;
        let _ = outbox.await;
        // The loop only ends by its token; a panic in it has been logged by its task.
        let _ = index.await;
        let _ = removal.await;
        let _ = webhooks.await;
    }

    async fn index_loop(self: Arc<Self>, stop: CancellationToken) {
        let mut last = None;
        loop {
            let began = self.clock.now();
            let followed = self.index_waiting(&stop).await;
            if let Err(error) = &followed {
                warn!(%error, "The index could not follow: {error}");
            }
            self.beat(INDEX, began, followed.err().map(|error| error.to_string()));
            tokio::select! {
                () = stop.cancelled() => return,
                turn = self.index_turn(last) => last = Some(turn),
                () = tokio::time::sleep(TICK) => {}
            }
        }
    }

    async fn collect_loop(self: Arc<Self>, stop: CancellationToken) {
        let mut running = JoinSet::new();
        while !stop.is_cancelled() {
            match self.next_due(&stop).await {
                Some((claim, place)) => {
                    let (engine, stop) = (Arc::clone(&self), stop.clone());
                    running.spawn(async move {
                        engine.collect_and_watch(claim, &stop).await;
                        drop(place);
                    });
                }
                None => tokio::select! {
                    () = stop.cancelled() => {}
                    () = self.wake.notified() => {}
                    () = tokio::time::sleep(TICK) => {}
                },
            }
            while running.try_join_next().is_some() {}
        }
        while running.join_next().await.is_some() {}
        self.end_watches().await;
    }

    /// A due account and a place to collect it in; `None` when nothing is due or all places are taken.
    async fn next_due(&self, stop: &CancellationToken) -> Option<(Claim, tokio::sync::OwnedSemaphorePermit)> {
        let place = tokio::select! {
            () = stop.cancelled() => return None,
            place = Arc::clone(&self.places).acquire_owned() => place.ok()?,
        };
        self.break_dead_leases().await;
        let now = self.clock.now();
        let claimed = self.store().claim_due_account(&self.holder, now, now + LEASE).await;
        self.beat(SCHEDULE, now, claimed.as_ref().err().map(ToString::to_string));
        match claimed {
            Ok(claim) => claim.map(|claim| (claim, place)),
            Err(error) => {
                warn!(%error, "The schedule could not be read: {error}");
                None
            }
        }
    }

    pub(crate) fn beat(&self, name: &'static str, began: i64, error: Option<String>) {
        let ended = self.clock.now();
        self.pulse.beat(name, began, ended, ended + TICK.as_millis() as i64, error);
    }

    async fn break_dead_leases(&self) {
        for account in self.store().accounts().await.unwrap_or_default() {
            if account.claimed_until > 0
                && let Err(error) = self.break_dead_lease(account.id).await
            {
                warn!(%error, "A lease could not be looked at: {error}");
            }
        }
    }

    async fn collect_and_watch(self: &Arc<Self>, claim: Claim, stop: &CancellationToken) {
        let id = claim.account;
        let warm = self.end_watch(id).await;
        match self.collect_claimed(&claim, warm, stop).await {
            Ok((report, reader)) => {
                match &report.error {
                    None => info!(account.id = %id, report.filed, "Collected {} new letters for account {id}", report.filed),
                    Some((verdict, _)) => warn!(account.id = %id, verdict = verdict.as_str(), "Collecting account {id} ended early"),
                }
                if let Some(warm) = reader {
                    self.watch(id, warm, stop).await;
                }
            }
            Err(error) => warn!(account.id = %id, %error, "Collecting account {id} failed: {error}"),
        }
    }

    /// Waits for new letters on the session that has just collected.
    async fn watch(self: &Arc<Self>, id: AccountId, warm: Warm, stop: &CancellationToken) {
        let Warm { mut reader, key } = warm;
        // Whoever names times wants nothing in between.
        if self.store().account(id).await.is_ok_and(|account| account.schedule != model::Schedule::Usual) {
            reader.leave().await;
            return;
        }
        let Some(inbox) = self.inbox_of(id).await else {
            reader.leave().await;
            return;
        };
        let opened = if reader.can().idle { reader.examine(&inbox.raw_name).await.ok() } else { None };
        let Some(opened) = opened else {
            reader.leave().await;
            return;
        };
        let token = stop.child_token();
        // What came while other folders were collected is told by no server that is only asked for news: it is collected now. Once for
        // the same counts, so that a server whose counts never agree is not asked without end.
        let chase = self.note_chase(id, changed_since_census(&inbox, &opened).then_some((opened.exists, opened.uid_next)));
        let (engine, stopped) = (Arc::clone(self), token.clone());
        let task = tokio::spawn(async move {
            if chase {
                return Some(Warm { reader, key });
            }
            match reader.wait(WAIT, stopped.cancelled()).await {
                Ok((reader, woken)) => {
                    if woken == Woken::Changed {
                        engine.collect_at_once(id).await;
                    }
                    Some(Warm { reader, key })
                }
                // The connection ended: the next collection makes a new one, at its time.
                Err(_) => None,
            }
        });
        let watch = crate::engine::Watch { stop: token, task };
        let other = self.watches.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).insert(id, watch);
        // Another collection began in the moment between this one's end and now, and waits already.
        if let Some(other) = other {
            other.stop.cancel();
            if let Ok(Some(warm)) = other.task.await {
                warm.reader.leave().await;
            }
        }
        if chase {
            self.collect_at_once(id).await;
        }
        // Paused or changed in this very moment: whoever did that found no session to end.
        let enabled = self.store().account(id).await.is_ok_and(|account| account.state == AccountState::Enabled);
        if !enabled {
            self.forget_session(id).await;
        }
    }

    async fn collect_at_once(&self, id: AccountId) {
        if self.store().collect_soon(id).await.is_ok() {
            self.wake();
        }
    }

    /// Whether what came is to be collected at once: not twice in a row for the same counts of the server.
    fn note_chase(&self, id: AccountId, came: Option<(u32, Option<u32>)>) -> bool {
        let mut chased = self.chased.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        match came {
            Some(counts) => chased.insert(id, counts) != Some(counts),
            None => {
                chased.remove(&id);
                false
            }
        }
    }

    async fn inbox_of(&self, id: AccountId) -> Option<FolderRecord> {
        let folders = self.store().folders(id).await.ok()?;
        let wanted = |role| folders.iter().find(|folder| folder.role == Some(role) && folder.selected && !folder.gone);
        wanted(FolderRole::Inbox).or_else(|| wanted(FolderRole::All)).cloned()
    }

    /// Ends waiting and gives the session back, if it still lives.
    async fn end_watch(&self, id: AccountId) -> Option<Warm> {
        let watch = self.watches.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).remove(&id)?;
        watch.stop.cancel();
        watch.task.await.ok().flatten()
    }

    /// Ends every waiting session politely.
    async fn end_watches(&self) {
        let ids: Vec<AccountId> = self.watches.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).keys().copied().collect();
        for id in ids {
            if let Some(warm) = self.end_watch(id).await {
                warm.reader.leave().await;
            }
        }
    }

    /// Stops waiting for an account that is paused or changed.
    pub async fn forget_session(&self, id: AccountId) {
        if let Some(warm) = self.end_watch(id).await {
            warm.reader.leave().await;
        }
    }
}

/// Whether a folder as opened is another than that of its last census.
fn changed_since_census(folder: &FolderRecord, opened: &Examined) -> bool {
    let next = opened.uid_next.map(i64::from);
    folder.counted != Some(i64::from(opened.exists)) || (next.is_some() && next != folder.uid_next)
}
