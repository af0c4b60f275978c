//! The one place that asks the machine for the time of day.
//!
//! Must never: be asked in the middle of a rule. Use cases take the moment from the office's clock once and pass it on,
//! so that tests move time instead of sleeping.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Tells the moment, ms since 1970-01-01T00:00:00Z.
pub trait Clock: Send + Sync {
    /// The moment, ms.
    fn now(&self) -> i64;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everything else asks")]
    fn now(&self) -> i64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A clock that stands still until it is moved: for tests.
#[derive(Debug, Clone, Default)]
pub struct StillClock(Arc<AtomicI64>);

impl StillClock {
    /// Stands at this moment, ms.
    pub fn at(moment: i64) -> Self {
        Self(Arc::new(AtomicI64::new(moment)))
    }

    /// Moves on by this many ms.
    pub fn advance(&self, by: i64) {
        self.0.fetch_add(by, Ordering::SeqCst);
    }
}

impl Clock for StillClock {
    fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}
