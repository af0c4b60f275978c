//! Whether the loops live: when each last ran, for how long, what came of it, when it runs again; and what collections did so far.
//!
//! Must never: hold an address, a name or a word of a letter. It is read by the status page and by metrics.

use model::Verdict;
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// The schedule is looked at.
pub const SCHEDULE: &str = "schedule";
/// Index and conversations follow the letters.
pub const INDEX: &str = "index";
/// The loop that sends.
pub const OUTBOX: &str = "outbox";
/// The import rules look at new letters.
pub const IMPORTS: &str = "imports";
/// Other systems are told what happens.
pub const WEBHOOKS: &str = "webhooks";
/// Letters of actions leave.
pub const ACTIONS: &str = "actions";
/// Accounts are removed.
pub const REMOVAL: &str = "removal";

/// How a loop fares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beat {
    /// When it last began, ms.
    pub began: i64,
    /// How long that took, ms.
    pub took: i64,
    /// When it runs again, if nothing wakes it before, ms.
    pub next: i64,
    /// How often it ran since the start.
    pub times: u64,
    /// How often that failed.
    pub failed: u64,
    /// Why it last failed; `None` = the last time went well.
    pub error: Option<String>,
}

/// What collections of this process did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Collections that ended, by outcome: `well`, `stopped`, or the word of a verdict.
    pub ended: BTreeMap<&'static str, u64>,
    /// New letters.
    pub letters: u64,
    /// How long collections took together, ms.
    pub took: u64,
}

/// All loops of a process.
#[derive(Debug, Default)]
pub struct Pulse {
    beats: Mutex<BTreeMap<&'static str, Beat>>,
    tally: Mutex<Tally>,
}

impl Pulse {
    /// A loop has run from `began` to `ended` and runs again at `next`.
    pub fn beat(&self, name: &'static str, began: i64, ended: i64, next: i64, error: Option<String>) {
        let mut beats = self.beats.lock().unwrap_or_else(PoisonError::into_inner);
        let beat = beats.entry(name).or_default();
        let failed = beat.failed + u64::from(error.is_some());
        *beat = Beat { began, took: (ended - began).max(0), next, times: beat.times + 1, failed, error };
    }

    /// Every loop that has run, by name.
    pub fn beats(&self) -> BTreeMap<&'static str, Beat> {
        self.beats.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What collections did so far.
    pub fn tally(&self) -> Tally {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn count(&self, verdict: Option<Verdict>, stopped: bool, letters: i64, took: i64) {
        let outcome = if stopped { "stopped" } else { verdict.map_or("well", |verdict| verdict.as_str()) };
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        *tally.ended.entry(outcome).or_default() += 1;
        tally.letters += u64::try_from(letters).unwrap_or(0);
        tally.took += u64::try_from(took).unwrap_or(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_told_until_the_loop_runs_well_again() {
        let pulse = Pulse::default();
        pulse.beat(INDEX, 100, 130, 5130, Some("the disk is full".into()));
        let beat = &pulse.beats()[INDEX];
        assert_eq!((beat.took, beat.failed, beat.error.as_deref()), (30, 1, Some("the disk is full")));
        pulse.beat(INDEX, 200, 190, 5190, None);
        let beat = &pulse.beats()[INDEX];
        assert_eq!((beat.took, beat.times, beat.failed, &beat.error), (0, 2, 1, &None));
    }

    #[test]
    fn collections_are_counted_by_what_came_of_them() {
        let pulse = Pulse::default();
        pulse.count(None, false, 3, 200);
        pulse.count(Some(Verdict::Throttled), false, 1, 100);
        pulse.count(None, true, 0, 50);
        let tally = pulse.tally();
        assert_eq!((tally.letters, tally.took), (4, 350));
        assert_eq!(tally.ended.into_iter().collect::<Vec<_>>(), [("stopped", 1), ("throttled", 1), ("well", 1)]);
    }
}
