//! Stored letters are read again (S16), a few at a time, from where the last step ended: by a command, or by a loop that a page wakes.
//!
//! Must never: change a letter's bytes; change anything before somebody has accepted it.

use crate::{
    Engine,
    prepare::{Raw, read_again},
};
use model::{MessageId, RereadChange, RereadObstacle, RereadState, RereadTrouble};
use postroom_store::{NewLetter, Scope, StoreError, StoredReading, refers_digest};
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// Letters of a step.
const AT_ONCE: i64 = 50;
/// What failed is tried again after this long.
const AGAIN: Duration = Duration::from_secs(60);

impl Engine {
    /// There is something to read again, or to write: at once.
    pub fn wake_reread(&self) {
        self.reread_wake.notify_one();
    }

    /// Carries on what was begun, also by a process that has ended since.
    pub(crate) async fn reread_loop(self: Arc<Self>, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.carry_reread_on(&stop).await {
                tracing::warn!(%error, "Reading letters again could not go on: {error}");
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.reread_wake.notified() => {}
                () = tokio::time::sleep(AGAIN) => {}
            }
        }
    }

    /// Goes on with the reading under way until it is through, stopped, or a letter is to be tried again later. Whether it is through.
    ///
    /// A letter that fails is tried [`RereadTrouble::TRIES`] times and then left as it is: it must not keep the others waiting for ever.
    ///
    /// # Errors
    /// The store's.
    pub async fn carry_reread_on(&self, stop: &CancellationToken) -> Result<bool, StoreError> {
        while !stop.is_cancelled() {
            let Some(job) = self.store().reread_job().await? else { return Ok(true) };
            match job.state {
                RereadState::Looking => {
                    if !self.look_again(job.next, job.last).await? {
                        return Ok(false);
                    }
                }
                RereadState::Accepting => {
                    let letters = self.store().to_write_anew(AT_ONCE).await?;
                    if letters.is_empty() {
                        self.store().end_reread().await?;
                    }
                    for (id, date) in letters {
                        if let Err(trouble) = self.write_again(id, date).await
                            && self.is_tried_again(id, trouble).await?
                        {
                            return Ok(false);
                        }
                    }
                    self.index_wake.notify_one();
                }
                RereadState::Ready | RereadState::Done => return Ok(true),
            }
            tokio::task::yield_now().await;
        }
        Ok(false)
    }

    /// Reads the next letters; whether that is done, or one of them is to be tried again later.
    async fn look_again(&self, after: i64, last: i64) -> Result<bool, StoreError> {
        let stored = self.store().stored_readings(after, last, AT_ONCE).await?;
        let next = if (stored.len() as i64) < AT_ONCE { last } else { stored.last().map_or(last, |one| one.id.0) };
        let (mut found, mut again) = (Vec::new(), false);
        for one in stored.iter().filter(|one| one.tries < RereadTrouble::TRIES) {
            let read = match self.read_stored(one.id, one.date).await {
                Ok(read) => read,
                Err(trouble) => {
                    again |= self.is_tried_again(one.id, trouble).await?;
                    continue;
                }
            };
            if one.tries > 0 {
                self.store().forget_reread_trouble(one.id).await?;
            }
            if let Some(letter) = read {
                let mut changes = difference(one, &letter);
                if one.refers.is_none() && !self.store().is_threaded_with(one.id, &letter.refers).await? {
                    changes.0.push("conversation");
                }
                found.extend(changes.told(one.id));
            }
        }
        if !again {
            // Somebody else may have made the step meanwhile: theirs counts.
            self.store().keep_look(after, next, stored.len() as i64, &found).await?;
        }
        Ok(!again)
    }

    async fn write_again(&self, id: MessageId, date: i64) -> Result<(), Trouble> {
        let written = match self.read_stored(id, date).await? {
            Some(letter) => self.store().write_anew(id, &letter).await,
            None => self.store().leave_as_it_is(id).await,
        };
        written.map_err(|error| Trouble(RereadObstacle::Writing, error))
    }

    /// Notes that a letter failed, and whether it is to be tried again; if not, what is being written goes on after it.
    async fn is_tried_again(&self, id: MessageId, Trouble(why, error): Trouble) -> Result<bool, StoreError> {
        // A database that does not answer while a letter is only read is no fault of the letter.
        if why != RereadObstacle::Writing && matches!(error, StoreError::Driver(_)) {
            return Err(error);
        }
        let tries = self.store().note_reread_trouble(id, why).await?;
        tracing::warn!(letter.id = %id, tries, %error, "Letter {id} could not be read again ({}): {error}", why.as_str());
        let again = (1..RereadTrouble::TRIES).contains(&tries);
        if !again {
            self.store().leave_as_it_is(id).await?;
        }
        Ok(again)
    }

    /// A stored letter as it reads now; `None` when its bytes are not here.
    async fn read_stored(&self, id: MessageId, date: i64) -> Result<Option<NewLetter>, Trouble> {
        let octets = match self.store().octets(Scope::Everything, id).await {
            Ok(octets) => octets,
            Err(StoreError::NotFound) => return Ok(None),
            Err(other) => return Err(Trouble(RereadObstacle::Octets, other)),
        };
        // When it arrived is known by its date at that time.
        let raw = Raw { uid: 0, octets, arrival: Some(date) };
        read_again(raw, date).await.map(Some).map_err(|error| Trouble(RereadObstacle::Reader, error))
    }
}

/// Why a letter could not be read again, for the page and for the log.
struct Trouble(RereadObstacle, StoreError);

/// What reads otherwise now, in kinds and figures: no words of the letter.
#[derive(Default)]
struct Changes(Vec<&'static str>, Vec<String>);

impl Changes {
    fn told(self, letter: MessageId) -> Option<RereadChange> {
        (!self.0.is_empty()).then(|| RereadChange { letter, what: self.0.join(", "), figures: self.1.join(", ") })
    }
}

fn difference(was: &StoredReading, is: &NewLetter) -> Changes {
    let Changes(mut kinds, mut figures) = Changes::default();
    if was.date != is.date {
        kinds.push("date");
        let (days, hours) = ((is.date - was.date) / 86_400_000, (is.date - was.date) / 3_600_000);
        figures.push(if days == 0 { format!("{hours:+} hours") } else { format!("{days:+} days") });
    }
    let mut people: Vec<_> = is.people.clone();
    people.sort_by(|one, other| (one.0.code(), &one.1).cmp(&(other.0.code(), &other.1)));
    people.dedup_by(|one, other| (one.0, &one.1) == (other.0, &other.1));
    if was.people != people {
        kinds.push("people");
        figures.push(format!("{} names instead of {}", people.len(), was.people.len()));
    }
    if was.subject != is.subject {
        kinds.push("subject");
    }
    if was.attachments != is.attachments {
        kinds.push("files");
        figures.push(format!("{} files instead of {}", is.attachments, was.attachments));
    }
    if was.is_automatic != (is.is_automatic || is.is_bounce) {
        kinds.push("written by a machine");
    }
    if was.has_html != is.has_html {
        kinds.push("form");
    }
    if was.is_unreadable != is.unreadable.is_some() {
        kinds.push("readable");
    }
    if was.refers.is_some_and(|was| was != refers_digest(&is.refers)) {
        kinds.push("conversation");
    }
    Changes(kinds, figures)
}
