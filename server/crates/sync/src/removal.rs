//! Accounts that go together with their letters: in short steps, so that everybody else's work goes on in between, by whoever holds the
//! job's lease, and from where it was after a kill.

use crate::{
    CollectError, Engine, holder,
    pulse::REMOVAL,
    run::{ANOTHER, LEASE},
    schedule::TICK,
};
use model::AccountId;
use postroom_store::{RemovalStep, StoreError};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tracing::warn;

/// Letters of a step: so many go in a fraction of a second.
const AT_ONCE: i64 = 200;

impl Engine {
    /// Carries a removal on by at most so many steps, unless somebody else is at it. Whether the account is gone.
    ///
    /// # Errors
    /// The store's.
    pub async fn carry_removal_on(&self, id: AccountId, steps: usize, stop: &CancellationToken) -> Result<bool, StoreError> {
        let store = self.store();
        let Some(job) = store.removals().await?.into_iter().find(|job| job.account == id) else { return Ok(true) };
        if let Some((holder, _)) = &job.holder
            && holder::is_gone(holder)
        {
            store.break_removal_claim(id, holder).await?;
        }
        let now = self.clock.now();
        if !store.claim_removal(id, &self.holder, now, now + LEASE).await? {
            return Ok(false);
        }
        let outcome = self.steps(id, job.letters, steps, stop).await;
        self.board.finish(id);
        store.break_removal_claim(id, &self.holder).await?;
        outcome
    }

    async fn steps(&self, id: AccountId, letters: i64, steps: usize, stop: &CancellationToken) -> Result<bool, StoreError> {
        for _ in 0..steps {
            if stop.is_cancelled() {
                return Ok(false);
            }
            let now = self.clock.now();
            match self.store().remove_some(id, &self.holder, now, now + LEASE, AT_ONCE).await? {
                RemovalStep::More(done) => {
                    self.beat(REMOVAL, now, None);
                    self.board.change(id, |progress| {
                        progress.doing = "Removing".to_owned();
                        (progress.done, progress.total) = (done, letters);
                    });
                }
                RemovalStep::Done(_) => return Ok(true),
                RemovalStep::Lost => return Ok(false),
            }
            // On one thread, too, others have their turn.
            tokio::task::yield_now().await;
        }
        Ok(false)
    }

    /// Waits until an account that is being removed is gone, and does what nobody else does about it.
    ///
    /// # Errors
    /// [`CollectError::Stopped`]; the store's.
    pub async fn finish_removal(&self, id: AccountId, stop: &CancellationToken) -> Result<(), CollectError> {
        while !self.carry_removal_on(id, usize::MAX, stop).await? {
            tokio::select! {
                () = stop.cancelled() => return Err(CollectError::Stopped),
                () = tokio::time::sleep(ANOTHER) => {}
            }
        }
        Ok(())
    }

    /// A removal has begun: the loop looks at once.
    pub fn wake_removal(&self) {
        self.removal_wake.notify_one();
    }

    pub(crate) async fn removal_loop(self: Arc<Self>, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let began = self.clock.now();
            let looked = self.carry_all_removals_on(&stop).await;
            if let Err(error) = &looked {
                warn!(%error, "The removal of an account could not go on: {error}");
            }
            self.beat(REMOVAL, began, looked.err().map(|error| error.to_string()));
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.removal_wake.notified() => {}
                () = tokio::time::sleep(TICK) => {}
            }
        }
    }

    async fn carry_all_removals_on(&self, stop: &CancellationToken) -> Result<(), StoreError> {
        for job in self.store().removals().await? {
            self.carry_removal_on(job.account, usize::MAX, stop).await?;
        }
        Ok(())
    }
}
