//! Server functions: one an intent, a file a noun. Thin: ask the desk, answer.
//!
//! Must never decide anything: permission, scope and rules are the desk's. All are POST, so no GET changes state.
//! After a change they redirect, so that every form also works without JavaScript.

pub mod access;
pub mod accounts;
pub mod actions;
pub mod archives;
pub mod audit;
pub mod clients;
pub mod compose;
pub mod contacts;
#[cfg(feature = "ssr")]
pub mod days;
pub mod delegated;
pub mod demo;
pub mod health;
pub mod history;
pub mod join;
pub mod letters;
pub mod life;
pub mod management;
pub mod merge;
pub mod operation;
pub mod outbox;
pub mod palette;
pub mod passing;
pub mod people;
pub mod reply_import;
pub mod reread;
pub mod search;
pub mod senders;
pub mod sending;
pub mod sending_side;
pub mod session;
pub mod start;
pub mod systems;
pub mod texts;

#[cfg(feature = "ssr")]
mod office;
#[cfg(feature = "ssr")]
pub use office::status_of;
