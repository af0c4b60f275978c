//! What the log warns of, kept for the status page and counted for metrics: the last of each kind, in memory.
//!
//! Must never: grow without bound, or hold more of a line than its sentence and the reference under which the log tells the rest.

use crate::clock::{Clock, SystemClock};
use std::collections::{BTreeMap, VecDeque};
use std::fmt::{self, Write};
use std::sync::{LazyLock, Mutex, PoisonError};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

/// Different sentences kept.
const KEPT: usize = 30;
/// Characters of a sentence.
const LONGEST: usize = 400;

/// A part of Postroom, as people know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// Collections, schedule, index.
    Collecting,
    /// Database and packs.
    Store,
    /// Pages, commands and what they do.
    Office,
    /// Connections of browsers.
    Web,
    /// Anything else, libraries among it.
    Other,
}

impl Area {
    fn of(target: &str) -> Self {
        let starts = |word: &str| target.starts_with(word);
        match target {
            _ if starts("postroom_sync") || starts("postroom_connect") || starts("postroom_mail") => Self::Collecting,
            _ if starts("postroom_store") || starts("sqlx") => Self::Store,
            _ if starts("postroom_server::http") || starts("hyper") || starts("tower") => Self::Web,
            _ if starts("postroom") || starts("app") => Self::Office,
            _ => Self::Other,
        }
    }

    /// As a label of metrics.
    pub fn key(self) -> &'static str {
        match self {
            Self::Collecting => "collecting",
            Self::Store => "store",
            Self::Office => "office",
            Self::Web => "web",
            Self::Other => "other",
        }
    }

    /// As a person reads it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Collecting => "Collecting",
            Self::Store => "The store",
            Self::Office => "Pages and chores",
            Self::Web => "Connections",
            Self::Other => "A library",
        }
    }

    /// What to do about trouble there.
    pub fn todo(self) -> &'static str {
        match self {
            Self::Collecting => "Postroom tries again by itself and loses nothing. If it comes back, look at the account it names.",
            Self::Store => "Look at the room on the disk and at the database. What was not saved is done again.",
            Self::Office => {
                "If somebody was shown this reference, the log tells the cause under it. If it comes back, send both to whoever helps."
            }
            Self::Web => "Usually a browser that went away. If it comes in heaps, look at the proxy in front.",
            Self::Other => "If it comes back, send it to whoever helps.",
        }
    }
}

/// One sentence of the log, and how often it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Where.
    pub area: Area,
    /// An error, not only a warning.
    pub error: bool,
    /// The sentence.
    pub words: String,
    /// How often.
    pub times: i64,
    /// The last time, ms.
    pub last: i64,
}

/// The notebook.
#[derive(Debug, Default)]
pub struct Notebook {
    notes: Mutex<VecDeque<Note>>,
    counts: Mutex<BTreeMap<(Area, bool), u64>>,
}

/// The notebook of this process: the log is the process's too.
pub fn notebook() -> &'static Notebook {
    static NOTEBOOK: LazyLock<Notebook> = LazyLock::new(Notebook::default);
    &NOTEBOOK
}

impl Notebook {
    /// The latest first.
    pub fn notes(&self) -> Vec<Note> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// How many lines came from where, errors and warnings apart.
    pub fn counts(&self) -> BTreeMap<(Area, bool), u64> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn write(&self, area: Area, error: bool, words: String, now: i64) {
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner).entry((area, error)).or_default() += 1;
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        let same = notes.iter().position(|note| (note.area, note.error, &note.words) == (area, error, &words));
        let times = same.and_then(|at| notes.remove(at)).map_or(0, |note| note.times);
        notes.push_front(Note { area, error, words, times: times + 1, last: now });
        notes.truncate(KEPT);
    }
}

/// Writes warnings and errors into the notebook as they pass.
pub struct Scribe;

impl<S: Subscriber> Layer<S> for Scribe {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let level = *event.metadata().level();
        if level > Level::WARN {
            return;
        }
        let mut line = Line::default();
        event.record(&mut line);
        notebook().write(Area::of(event.metadata().target()), level == Level::ERROR, line.told(), SystemClock.now());
    }
}

/// Of all fields: the sentence, and a reference if there is one.
#[derive(Default)]
struct Line {
    message: String,
    reference: String,
}

impl Line {
    fn told(self) -> String {
        let mut words: String = self.message.chars().take(LONGEST).collect();
        if !self.reference.is_empty() {
            words.push_str(&format!(" (reference {})", self.reference));
        }
        words
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        match field.name() {
            "message" => drop(write!(self.message, "{value:?}")),
            "reference" => drop(write!(self.reference, "{value:?}")),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing_subscriber::prelude::*;

    #[test]
    fn warnings_are_noted_by_their_sentence_and_nothing_else_of_the_line() {
        tracing::subscriber::with_default(tracing_subscriber::registry().with(Scribe), || {
            tracing::info!("nobody needs to know");
            for _ in 0..3 {
                tracing::warn!(target: "postroom_sync::schedule", secret = "jo@example.com", "Collecting account {} ended early", 7);
            }
            tracing::error!(reference = %"K7-22", error = %"jo@example.com", "A use case failed");
        });
        let notes = notebook().notes();
        let told: Vec<_> = notes.iter().map(|note| (note.area, note.error, note.words.as_str(), note.times)).collect();
        assert_eq!(
            told,
            [
                (Area::Office, true, "A use case failed (reference K7-22)", 1),
                (Area::Collecting, false, "Collecting account 7 ended early", 3)
            ]
        );
        assert_eq!(notebook().counts()[&(Area::Collecting, false)], 3);
    }

    #[test]
    fn it_never_grows_beyond_its_pages() {
        let book = Notebook::default();
        for n in 0..1000 {
            book.write(Area::Web, false, format!("line {n}"), n);
        }
        assert_eq!((book.notes().len(), book.notes()[0].last, book.counts()[&(Area::Web, false)]), (KEPT, 999, 1000));
    }
}
