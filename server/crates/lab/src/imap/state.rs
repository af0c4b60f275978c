//! What all sessions of one server share: mail, faults, and the record of what was heard.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::{Fault, Faults, LabMailbox};

/// One command as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The connection, counted from 1.
    pub connection: usize,
    /// Whether it came inside TLS.
    pub encrypted: bool,
    /// The whole line with its tag; short literals follow their `{n}`, long ones are left out.
    pub line: String,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) passwords: HashMap<String, String>,
    pub(super) first_user: String,
    pub(super) mail: HashMap<String, Vec<LabMailbox>>,
    pub(super) faults: Faults,
    pub(super) heard: Vec<Heard>,
    pub(super) clear_text: Vec<u8>,
    pub(super) connections: usize,
    pub(super) open: usize,
    pub(super) logins: usize,
    pub(super) refused_logins: usize,
    pub(super) body_bytes: u64,
    pub(super) epoch_counter: u32,
}

impl State {
    pub(super) fn mailbox(&mut self, user: &str, folder: &str) -> Option<&mut LabMailbox> {
        let inbox = folder.eq_ignore_ascii_case("INBOX");
        let folders = self.mail.get_mut(user)?;
        folders.iter_mut().find(|mailbox| mailbox.name == folder || (inbox && mailbox.name.eq_ignore_ascii_case("INBOX")))
    }
}

/// The state behind its lock, with a bell that rings at each change.
pub(super) struct Shared {
    state: Mutex<State>,
    bell: watch::Sender<u64>,
    eviction: watch::Sender<u64>,
}

impl Shared {
    pub(super) fn new(state: State) -> Arc<Self> {
        Arc::new(Self { state: Mutex::new(state), bell: watch::channel(0).0, eviction: watch::channel(0).0 })
    }

    /// The lock is never held over a wait. A test that panicked while holding it does not matter here.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn strike<T>(&self, choose: impl Fn(&Fault) -> Option<T>) -> Option<T> {
        self.lock().faults.strike(choose)
    }

    /// Whether a fault without particulars is on.
    pub(super) fn on(&self, fault: &Fault) -> bool {
        self.strike(|active| (active == fault).then_some(())).is_some()
    }

    pub(super) fn ring(&self) {
        self.bell.send_modify(|count| *count += 1);
    }

    /// Ends every connection there is.
    pub(super) fn evict(&self) {
        self.eviction.send_modify(|count| *count += 1);
    }

    pub(super) fn evictions(&self) -> watch::Receiver<u64> {
        self.eviction.subscribe()
    }

    pub(super) fn listen(&self) -> watch::Receiver<u64> {
        self.bell.subscribe()
    }
}
