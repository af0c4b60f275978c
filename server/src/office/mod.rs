//! The office: every use case as authorise → do → answer, for pages and the command line alike.
//!
//! Must never: trust that somebody else asked for the permission, call the store without a scope, or do something that is
//! recorded nowhere. To add a use case: 1. its file by noun, 2. `principal.need(…)` first, 3. the event that goes with the deed.

mod about;
mod account_cards;
pub mod account_form;
mod account_parts;
mod account_save;
mod account_words;
pub mod accounts;
mod actions;
mod actions_write;
mod alarm_letters;
mod api_answer;
pub mod api_clients;
pub mod api_send;
pub mod api_tokens;
pub mod application;
pub mod archives;
mod audit;
mod audit_words;
pub mod centres;
pub mod checklist;
pub mod client_import;
pub mod client_merge;
pub mod clients;
pub mod compare;
pub mod compose;
mod compose_begin;
mod compose_mailbox;
mod compose_send;
mod contact_import;
mod contact_kinds;
pub mod contacts;
pub mod days;
pub mod delegated;
pub mod demo;
pub mod doctor;
pub mod document_texts;
pub mod drafts;
pub mod export;
pub mod factors;
pub mod find;
pub mod folders;
mod formatting;
mod forward;
pub mod fresh;
pub mod health;
pub mod history;
mod history_page;
mod imports;
pub mod join;
pub mod ladder;
pub mod letter_facts;
pub mod letters;
pub mod life;
pub mod links;
pub mod mailboxes;
pub mod management;
pub mod neighbours;
mod notices;
mod octets;
pub mod old_settings;
pub mod operation;
pub mod outbox;
pub mod palette;
pub mod people;
mod pop3;
pub mod preflight;
pub mod principal;
mod quoted;
pub mod rehearsal;
mod reply_import;
pub mod reread;
mod room;
pub mod search;
mod search_narrower;
mod search_steps;
mod send_as;
mod senders;
mod sending_doctor;
pub mod sending_rules;
mod sending_side;
mod sending_test;
mod services;
pub mod sessions;
pub mod sign_in;
mod silence;
pub mod start;
pub mod statements;
mod summary;
mod summary_mail;
pub mod support;
pub mod trouble;
mod typed;
mod unanswered;
pub mod views;
pub mod webhooks;
pub mod which_account;
pub mod why_not;

pub use principal::{Principal, Session};

use crate::clock::Clock;
use crate::meters::Meters;
use crate::passwords::Passwords;
use crate::rates::Rates;
use crate::throttle::Throttle;
use drafts::Drafts;
use model::Problem;
use postroom_connect::{CertificateDer, discover::Played};
use postroom_store::{NewEvent, Store};
use postroom_sync::Engine;
use secrecy::SecretString;
use sign_in::SetUpLink;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use trouble::problem_of;
use views::Views;

/// What the office is told when it opens.
#[derive(Debug, Clone, Default)]
pub struct OfficeSettings {
    /// A proxy in front speaks TLS.
    pub behind_tls: bool,
    /// Roots trusted besides those that browsers trust.
    pub extra_roots: Vec<CertificateDer<'static>>,
    /// Where days begin; `None` = as the machine says.
    pub time_zone: Option<jiff::tz::TimeZone>,
    /// A network that is played, for searches for settings.
    pub played: Option<Played>,
    /// How many times the usual bounds of costly requests; 0 = none, `None` = once.
    pub rate_limit: Option<f64>,
    /// Who knows this may read metrics; `None` = there are none.
    pub metrics_token: Option<SecretString>,
    /// This is a demo.
    pub demo: Option<demo::Demo>,
}

/// The office. One for a process.
pub struct Office {
    /// What is remembered.
    pub store: Arc<Store>,
    /// The time: the engine's own clock.
    pub clock: Arc<dyn Clock>,
    /// What it was told.
    pub settings: OfficeSettings,
    /// Collections and their progress.
    pub engine: Arc<Engine>,
    /// How often somebody may ask for what costs much.
    pub rates: Rates,
    /// What is counted for metrics.
    pub meters: Meters,
    /// When it opened, ms.
    pub started_at: i64,
    passwords: Passwords,
    throttle: Throttle,
    set_up_link: SetUpLink,
    is_set_up: AtomicBool,
    pub(crate) drafts: Drafts,
    pub(crate) views: Views,
    browser_key: tokio::sync::OnceCell<Vec<u8>>,
    sessions_changed: tokio::sync::watch::Sender<u64>,
    fresh: fresh::Fresh,
    silence: silence::Silence,
    imports: imports::Imports,
}

impl Office {
    /// Opens the office on an engine (that need not run) and its store.
    pub fn new(engine: Arc<Engine>, clock: Arc<dyn Clock>, settings: OfficeSettings) -> Self {
        Self {
            store: engine.store().clone(),
            started_at: clock.now(),
            meters: Meters::default(),
            rates: Rates::times(settings.rate_limit.unwrap_or(1.0)),
            clock,
            settings,
            engine,
            passwords: Passwords::default(),
            throttle: Throttle::default(),
            set_up_link: SetUpLink::default(),
            is_set_up: AtomicBool::new(false),
            drafts: Drafts::default(),
            views: Views::default(),
            browser_key: tokio::sync::OnceCell::new(),
            sessions_changed: tokio::sync::watch::Sender::new(0),
            fresh: fresh::Fresh::default(),
            silence: silence::Silence::default(),
            imports: imports::Imports::default(),
        }
    }

    /// Told whenever a session has ended or somebody may see less: streams look again whom they serve.
    pub fn when_sessions_change(&self) -> tokio::sync::watch::Receiver<u64> {
        self.sessions_changed.subscribe()
    }

    pub(crate) fn sessions_changed(&self) {
        self.sessions_changed.send_modify(|times| *times += 1);
    }

    /// The moment, ms.
    pub fn now(&self) -> i64 {
        self.clock.now()
    }

    /// Whether there is a user. Once there is one, it is not asked again.
    pub async fn is_set_up(&self) -> Result<bool, Problem> {
        if self.is_set_up.load(Ordering::Relaxed) {
            return Ok(true);
        }
        let set_up = self.store.user_count().await.map_err(problem_of)? > 0;
        self.is_set_up.store(set_up, Ordering::Relaxed);
        Ok(set_up)
    }

    /// An entry of the audit trail, about to be made.
    pub(crate) fn event(&self, principal: &Principal, action: &str, subject: impl Into<String>, detail: impl Into<String>) -> NewEvent {
        NewEvent { at: self.now(), principal: principal.name(), action: action.into(), subject: subject.into(), detail: detail.into() }
    }

    /// Records a deed that changes nothing in the store but the trail.
    pub(crate) async fn record(
        &self,
        principal: &Principal,
        action: &str,
        subject: impl Into<String>,
        detail: impl Into<String>,
    ) -> Result<(), Problem> {
        self.store.record(&self.event(principal, action, subject, detail)).await.map_err(problem_of)
    }

    /// Key under which cookies of known browsers are signed: made once, kept with the office's settings.
    async fn browser_key(&self) -> Result<&[u8], Problem> {
        let key = self.browser_key.get_or_try_init(|| async {
            if let Some(kept) = self.store.setting(BROWSER_KEY).await? {
                return Ok(kept.into_bytes());
            }
            self.store.set_setting(BROWSER_KEY, &crate::tokens::new_token()).await?;
            // Read back: of two nodes that start at the same moment, the later one's key counts for both.
            Ok(self.store.setting(BROWSER_KEY).await?.unwrap_or_default().into_bytes())
        });
        Ok(key.await.map_err(problem_of)?)
    }
}

const BROWSER_KEY: &str = "known_browser_key";
