//! Where collections stand, for the pages: the latest state per account, and a stream of changes.

use model::{AccountId, Progress};
use std::{
    collections::{HashMap, VecDeque},
    sync::Mutex,
    time::{Duration, Instant},
};
use tokio::sync::broadcast;

/// The rate is that of this long.
const WHILE: Duration = Duration::from_secs(20);
/// Time left is told when this much was measured.
const STABLE: Duration = Duration::from_secs(3);

/// All running collections.
pub(crate) struct Board {
    running: Mutex<HashMap<AccountId, Running>>,
    changes: broadcast::Sender<Progress>,
}

struct Running {
    progress: Progress,
    marks: VecDeque<(Instant, i64)>,
}

impl Board {
    pub(crate) fn new() -> Self {
        Self { running: Mutex::new(HashMap::new()), changes: broadcast::channel(256).0 }
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Progress> {
        self.changes.subscribe()
    }

    pub(crate) fn of(&self, account: AccountId) -> Option<Progress> {
        self.lock().get(&account).map(|running| running.progress.clone())
    }

    /// Changes what is shown of an account's collection, which starts with the first change.
    pub(crate) fn change(&self, account: AccountId, change: impl FnOnce(&mut Progress)) {
        let now = Instant::now();
        let mut all = self.lock();
        let running = all.entry(account).or_insert_with(|| Running { progress: fresh(account), marks: VecDeque::from([(now, 0)]) });
        change(&mut running.progress);
        let done = running.progress.done;
        running.marks.push_back((now, done));
        while running.marks.len() > 2 && running.marks.front().is_some_and(|(at, _)| now - *at > WHILE) {
            running.marks.pop_front();
        }
        if let Some((at, before)) = running.marks.front() {
            let (seconds, more) = ((now - *at).as_secs_f64(), (done - before) as f64);
            if seconds > 0.2 {
                running.progress.rate = (more / seconds).round() as i64;
            }
            let left = (running.progress.total - done).max(0) as f64;
            // A server that hands out one letter in ten seconds has no end that could be told.
            let stable = now - *at >= STABLE && more > seconds * 0.1;
            running.progress.seconds_left = stable.then(|| (left * seconds / more).ceil() as i64);
        }
        // Nobody listening is no error.
        let _ = self.changes.send(running.progress.clone());
    }

    pub(crate) fn finish(&self, account: AccountId) {
        if let Some(running) = self.lock().remove(&account) {
            let _ = self.changes.send(Progress { finished: true, ..running.progress });
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<AccountId, Running>> {
        self.running.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

fn fresh(account_id: AccountId) -> Progress {
    Progress {
        account_id,
        doing: "Connecting".into(),
        done: 0,
        total: 0,
        bytes: 0,
        rate: 0,
        seconds_left: None,
        folders: Vec::new(),
        finished: false,
    }
}
