//! Actions whose day comes: raised, written by the office, handed to the outbox (FC-29).
//!
//! A day is raised once, claimed by lease, and settled in the transaction that makes the outbox row, so nothing leaves twice. Days missed
//! while no server ran are one day, the last. Must never: write a letter itself; the office knows the rules.

mod series;

pub use series::{Series, day_of};

use crate::{Engine, pulse::ACTIONS};
use postroom_store::{ActionBounds, ActionToRaise, DueAction, NewEvent, Outgoing, StoreError};
use std::{future::Future, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;
use tracing::warn;

/// How often it is looked whether a day has come, when nobody wakes the loop.
const TICK: Duration = Duration::from_secs(5);
/// Writing a letter takes less, ms.
const LEASE: i64 = 60_000;
/// Done in one go, before it is looked again.
const AT_ONCE: usize = 50;
/// A letter that cannot be written for no reason of the office's is given to a person after so many tries.
const TRIES: i64 = 5;
const HOUR: i64 = 3_600_000;
/// Letters that leave by themselves in an hour, at most (P31); the rest waits.
pub const ACTIONS_AN_HOUR: i64 = 60;
/// Letters that leave by themselves to one party in a day, at most (P31); the rest waits for a person.
pub const ACTIONS_A_DAY: i64 = 3;

/// What comes of a letter that is to leave by itself.
#[derive(Debug, Clone)]
pub enum ActionLetter {
    /// It leaves.
    Leaves(Box<Outgoing>),
    /// It waits for a person, and why.
    Waits(String),
}

/// Who writes the letters: the office.
pub trait ActionWriter: Send + Sync {
    /// Writes the letter of a day. An error is nobody's fault: it is tried again; what it says stands in the log too.
    fn write_action(&self, due: &DueAction) -> impl Future<Output = Result<ActionLetter, String>> + Send;
}

impl Engine {
    /// A day may have come: look at once.
    pub fn wake_actions(&self) {
        self.actions_wake.notify_one();
    }

    /// Looks whether days have come, until `stop`. Whoever starts the engine starts this beside it, with the office that writes.
    pub async fn action_loop<W: ActionWriter>(self: Arc<Self>, writer: Arc<W>, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let began = self.clock.now();
            let done = tokio::select! {
                done = self.do_actions(&*writer) => done,
                () = stop.cancelled() => break,
            };
            if let Err(error) = &done {
                warn!(%error, "Actions could not be looked at: {error}");
            }
            self.beat(ACTIONS, began, done.err().map(|error| error.to_string()));
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.actions_wake.notified() => {}
                () = tokio::time::sleep(TICK) => {}
            }
        }
    }

    /// Raises what is due, and has its letters written. Answers how many letters were handed to the outbox.
    ///
    /// # Errors
    /// The store's.
    pub async fn do_actions<W: ActionWriter>(&self, writer: &W) -> Result<usize, StoreError> {
        let now = self.clock.now();
        for raised in self.store().actions_to_raise(now, AT_ONCE as i64).await? {
            let (due, next) = self.days_of(&raised, now);
            self.store().raise_action(&raised, &due, next.as_ref()).await?;
        }
        let mut letters = 0;
        for _ in 0..AT_ONCE {
            let now = self.clock.now();
            let Some(due) = self.store().claim_action(&self.holder, now, now + LEASE, bounds(now)).await? else { break };
            letters += usize::from(self.do_action(writer, &due).await?);
        }
        if letters > 0 {
            self.wake_outbox();
        }
        Ok(letters)
    }

    /// The day that counts, of those that have come, and the next one.
    fn days_of(&self, raised: &ActionToRaise, now: i64) -> ((String, i64), Option<(String, i64)>) {
        let series = Series::new(&raised.first_day, raised.every, raised.minute, &self.settings.time_zone);
        let series = series.and_then(|series| series.until(raised.last_day.as_deref()));
        let last = series.as_ref().and_then(|series| series.last_until(now)).filter(|last| *last.0 >= *raised.next.0);
        let next = series.and_then(|series| series.after(now));
        (last.unwrap_or_else(|| raised.next.clone()), next)
    }

    async fn do_action<W: ActionWriter>(&self, writer: &W, due: &DueAction) -> Result<bool, StoreError> {
        let reason = match writer.write_action(due).await {
            Ok(ActionLetter::Leaves(letter)) => {
                let event = self.action_event("letter.queued", String::new(), String::new());
                match self.store().send_action(due, &letter, bounds(event.at), &event).await {
                    Ok(_) => return Ok(true),
                    // Given up in this very moment.
                    Err(StoreError::Conflict("action_is_dealt_with")) => return Ok(false),
                    Err(StoreError::Conflict("action_too_many")) => format!(
                        "{ACTIONS_A_DAY} letters have left for this party by themselves within a day. No more do, so that nothing goes round."
                    ),
                    Err(StoreError::Conflict("account_does_not_send")) => {
                        "The account that was to send it does not send any more.".to_owned()
                    }
                    Err(error) if due.tries < TRIES => return Err(error),
                    Err(error) => {
                        warn!(%error, "The letter of action {} could not be handed to the outbox: {error}", due.action);
                        format!("Postroom could not hand it to the outbox, {TRIES} times. Tell your administrator.")
                    }
                }
            }
            Ok(ActionLetter::Waits(reason)) => reason,
            Err(_) if due.tries < TRIES => return Ok(false),
            Err(why) => format!("Postroom could not write it, {TRIES} times. Tell your administrator: {why}."),
        };
        let event = self.action_event("action.failed", format!("action:{}", due.action), format!("{}: {reason}", due.day));
        self.store().fail_action(due, &reason, &event).await?;
        Ok(false)
    }

    fn action_event(&self, action: &str, subject: String, detail: String) -> NewEvent {
        NewEvent { at: self.clock.now(), principal: "scheduler".into(), action: action.into(), subject, detail }
    }
}

/// How much may leave by itself at this moment.
pub fn bounds(now: i64) -> ActionBounds {
    ActionBounds { office: (now - HOUR, ACTIONS_AN_HOUR), party: (now - 24 * HOUR, ACTIONS_A_DAY) }
}
