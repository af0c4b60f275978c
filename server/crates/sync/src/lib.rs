//! The only loops, and the place where mail servers, reading and store meet: collections, indexing, schedule, leases.
//!
//! Must never: write to a mail server, speak SQL, or start something that nobody stops. Every loop belongs to
//! [`Engine::start`], is woken without data, and ends when its token is cancelled.

mod actions;
mod archive;
mod aside;
mod backoff;
mod clock;
mod engine;
mod folder;
mod graph;
mod holder;
mod imap;
mod imports;
mod index;
mod labels;
mod large;
mod outbox;
mod pop;
mod prepare;
mod progress;
pub mod pulse;
mod quiet;
mod readers;
mod rehearsal;
mod removal;
mod reread;
mod run;
mod schedule;
mod seals;
mod threads;
mod timetable;
mod tokens;
mod webhooks;
mod window;

pub use actions::{ACTIONS_A_DAY, ACTIONS_AN_HOUR, ActionLetter, ActionWriter, Series, bounds as action_bounds, day_of};
pub use archive::{ArchiveError, ArchiveFile, ArchiveReport, glance_at_archive};
pub use aside::Aside;
pub use clock::{Clock, StillClock, SystemClock};
pub use engine::{Engine, EngineSettings};
pub use index::{folded, search_query};
pub use outbox::with_blind;
pub use prepare::message_key;
pub use run::{CollectError, CollectionReport};
pub use webhooks::written_time;
