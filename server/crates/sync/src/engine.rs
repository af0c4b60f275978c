//! What all loops share: the store, the clock, the board of progress, and the sessions that wait for new letters.

use crate::{Clock, holder, imap::Warm, progress::Board, pulse::Pulse};
use model::{AccountId, FolderId, Progress};
use postroom_connect::{CertificateDer, ImapSettings, Reach, SecretString, graph::Outlet, oauth::Keeper};
use postroom_store::{AccountRecord, Store, StoreError};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    sync::{Notify, Semaphore, broadcast},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

/// What can be set about collecting.
#[derive(Debug, Clone)]
pub struct EngineSettings {
    /// From one collection to the next (FP-01: 15 minutes).
    pub poll: Duration,
    /// Collections at once.
    pub at_once: usize,
    /// Longest wait for a server's answer to a whole letter (RFC 5321 §4.5.3.2.6: ten minutes).
    pub last_reply: Duration,
    /// Where times of day are.
    pub time_zone: jiff::tz::TimeZone,
    /// Roots trusted besides those that browsers trust (an office's own authority).
    pub extra_roots: Vec<CertificateDer<'static>>,
    /// Webhooks may lie at private and loopback addresses: for tests alone.
    pub hooks_anywhere: bool,
}

impl Default for EngineSettings {
    fn default() -> Self {
        Self {
            poll: Duration::from_secs(15 * 60),
            at_once: 4,
            last_reply: Duration::from_secs(600),
            time_zone: jiff::tz::TimeZone::UTC,
            extra_roots: Vec::new(),
            hooks_anywhere: false,
        }
    }
}

/// The engine: collects, indexes, waits for new letters.
pub struct Engine {
    store: Arc<Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) settings: EngineSettings,
    pub(crate) holder: String,
    pub(crate) board: Board,
    pub(crate) wake: Notify,
    pub(crate) pulse: Pulse,
    pub(crate) index_wake: Notify,
    /// Letters are to be read again.
    pub(crate) reread_wake: Notify,
    pub(crate) outbox_wake: Notify,
    pub(crate) removal_wake: Notify,
    pub(crate) imports_wake: Notify,
    pub(crate) webhook_wake: Notify,
    pub(crate) actions_wake: Notify,
    pub(crate) places: Arc<Semaphore>,
    pub(crate) watches: Mutex<HashMap<AccountId, Watch>>,
    /// Accounts that were collected again at once, because something came before the waiting began; by which counts of the server.
    pub(crate) chased: Mutex<HashMap<AccountId, (u32, Option<u32>)>>,
    /// Turns to connect beside the collection.
    pub(crate) asides: Mutex<HashMap<AccountId, Arc<tokio::sync::Mutex<()>>>>,
    /// Who holds the tokens of accounts that sign in by one, and by what.
    pub(crate) keepers: Mutex<HashMap<AccountId, KeptKeeper>>,
    /// Where accounts at Microsoft 365 hand letters in.
    pub(crate) outlets: Mutex<HashMap<AccountId, Arc<Outlet>>>,
    /// What the last census of each folder at a POP3 server leaves for the next one.
    pub(crate) listed: Mutex<HashMap<FolderId, crate::pop::Remembered>>,
    /// Collections that a person asked to end.
    pub(crate) stops: Mutex<HashMap<AccountId, CancellationToken>>,
}

/// Who holds an account's token, and a digest of what it is held for.
pub(crate) type KeptKeeper = ([u8; 32], Arc<Keeper>);

/// A session that waits for new letters; ends with its reader, warm, unless the connection was lost.
pub(crate) struct Watch {
    pub stop: CancellationToken,
    pub task: JoinHandle<Option<Warm>>,
}

impl Engine {
    /// An engine at rest; [`Engine::start`] sets it going.
    pub fn new(store: Arc<Store>, clock: Arc<dyn Clock>, settings: EngineSettings) -> Self {
        let places = Arc::new(Semaphore::new(settings.at_once));
        Self {
            store,
            clock,
            settings,
            holder: holder::this_process(),
            board: Board::new(),
            wake: Notify::new(),
            pulse: Pulse::default(),
            index_wake: Notify::new(),
            reread_wake: Notify::new(),
            outbox_wake: Notify::new(),
            removal_wake: Notify::new(),
            imports_wake: Notify::new(),
            webhook_wake: Notify::new(),
            actions_wake: Notify::new(),
            places,
            watches: Mutex::default(),
            chased: Mutex::default(),
            asides: Mutex::default(),
            keepers: Mutex::default(),
            listed: Mutex::default(),
            outlets: Mutex::default(),
            stops: Mutex::default(),
        }
    }

    /// The store it works on.
    pub fn store(&self) -> &Arc<Store> {
        &self.store
    }

    /// How the loops fare, and what collections did.
    pub fn pulse(&self) -> &Pulse {
        &self.pulse
    }

    /// Whether this very process is a holder of leases by this name.
    pub fn is_holder(&self, name: &str) -> bool {
        self.holder == name
    }

    /// Gives back every lease that this process holds: it ends, and nobody else should wait for them.
    ///
    /// # Errors
    /// The store's.
    pub async fn give_back_leases(&self) -> Result<(), StoreError> {
        self.store.give_back_claims(&self.holder).await
    }

    /// How many collections may run at once, and how many more could begin now.
    pub fn places(&self) -> (usize, usize) {
        (self.settings.at_once, self.places.available_permits())
    }

    /// Progress of every running collection, as it changes.
    pub fn progress(&self) -> broadcast::Receiver<Progress> {
        self.board.subscribe()
    }

    /// Progress of one account's collection, if one runs.
    pub fn progress_of(&self, account: AccountId) -> Option<Progress> {
        self.board.of(account)
    }

    /// Something is due: look at once.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Ends a running collection of this account after the window at hand (for pausing); nothing is lost.
    pub fn stop_collection(&self, account: AccountId) {
        if let Some(stop) = self.stops.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).get(&account) {
            stop.cancel();
        }
    }

    /// How to connect to an account's server.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when no password is stored, [`StoreError::Secret`] when it cannot be opened.
    pub async fn connection(&self, account: &AccountRecord) -> Result<ImapSettings, StoreError> {
        let password = self.store.account_secret(account.id).await?;
        Ok(self.connection_with(account, password))
    }

    /// The same with a password at hand.
    pub fn connection_with(&self, account: &AccountRecord, password: SecretString) -> ImapSettings {
        let settings = &account.settings;
        ImapSettings {
            protocol: settings.protocol,
            server: settings.server.clone(),
            port: settings.port,
            security: settings.security,
            user_name: settings.user_name.clone(),
            password,
            bearer: false,
            timeout: Duration::from_secs(u64::from(settings.timeout_seconds)),
            pinned_fingerprint: settings.pinned_fingerprint.clone(),
            allow_clear_text: settings.allow_clear_text,
            reach: if settings.reach_anywhere { Reach::Anywhere } else { Reach::PublicMailPorts },
            extra_roots: self.settings.extra_roots.clone(),
        }
    }
}
