//! The words that pages and server both speak: plain data, `serde` and the standard library only.
//!
//! Must never: name Leptos, a database, a mail library or a clock; carry a password towards the browser.
//! Times are milliseconds since 1970-01-01T00:00:00Z (`i64`); sizes are octets.

mod access;
mod account;
pub mod application;
mod archive;
mod audit;
mod client;
mod client_merge;
mod conversation;
mod delegated;
mod demo;
mod doctor;
mod escape;
mod filing;
mod health;
mod id;
mod join;
mod ledger;
mod letter;
mod office;
mod operation;
mod outbox;
mod page;
mod palette;
mod problem;
mod protocol;
mod reading;
mod removal;
mod schedule;
mod search;
mod start;
mod viewer;
mod why_not;

pub use access::*;
pub use account::*;
pub use archive::*;
pub use audit::*;
pub use client::*;
pub use client_merge::*;
pub use conversation::*;
pub use delegated::*;
pub use demo::*;
pub use doctor::*;
pub use escape::*;
pub use filing::*;
pub use health::*;
pub use id::*;
pub use join::*;
pub use ledger::*;
pub use letter::*;
pub use office::*;
pub use operation::*;
pub use outbox::*;
pub use page::*;
pub use palette::*;
pub use problem::*;
pub use protocol::*;
pub use reading::*;
pub use removal::*;
pub use schedule::*;
pub use search::*;
pub use start::*;
pub use viewer::*;
pub use why_not::*;
