//! The gate before the service: four at once, and nobody before the wait that was asked for is over.
//! <https://learn.microsoft.com/en-us/graph/throttling>: retrying earlier counts against the limit and makes the wait longer.

use super::{AT_ONCE, PATIENCE};
use crate::{ConnectError, Later};
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::{Instant, sleep_until},
};

#[derive(Debug)]
pub(super) struct Gate {
    places: Semaphore,
    closed_until: Mutex<Option<Instant>>,
}

impl Default for Gate {
    fn default() -> Self {
        Self { places: Semaphore::new(AT_ONCE), closed_until: Mutex::default() }
    }
}

impl Gate {
    /// One of the places; `None` cannot happen, since nobody closes the semaphore.
    pub(super) async fn place(&self) -> Option<SemaphorePermit<'_>> {
        self.places.acquire().await.ok()
    }

    /// Waits until the gate is open.
    ///
    /// # Errors
    /// `Later` with the wait that is left when that is too long for one run.
    pub(super) async fn pass(&self) -> Result<(), ConnectError> {
        while let Some(until) = self.closed() {
            let left = until.saturating_duration_since(Instant::now());
            if left > PATIENCE {
                return Err(ConnectError::Later { why: Later::Throttled, said: String::new(), wait: Some(left) });
            }
            sleep_until(until).await;
        }
        Ok(())
    }

    fn closed(&self) -> Option<Instant> {
        self.closed_until.lock().unwrap_or_else(PoisonError::into_inner).filter(|until| *until > Instant::now())
    }

    /// Closes the gate for as long as was asked for; else for a moment that doubles.
    pub(super) fn close(&self, asked: Option<Duration>, times: u32) {
        let wait = asked.unwrap_or_else(|| Duration::from_millis(250) * 2_u32.pow(times.min(8)));
        let until = Instant::now() + wait;
        let mut closed = self.closed_until.lock().unwrap_or_else(PoisonError::into_inner);
        *closed = Some(closed.map_or(until, |before| before.max(until)));
    }
}
