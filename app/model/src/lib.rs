//! The words that pages and server both speak: plain data, `serde` and the standard library only.
//!
//! Must never: name Leptos, a database, a mail library or a clock; carry a password towards the browser.
//! Times are milliseconds since 1970-01-01T00:00:00Z (`i64`); sizes are octets.

mod account;
mod audit;
mod client;
mod doctor;
mod health;
mod id;
mod ledger;
mod letter;
mod office;
mod page;
mod problem;
mod viewer;

pub use account::*;
pub use audit::*;
pub use client::*;
pub use doctor::*;
pub use health::*;
pub use id::*;
pub use ledger::*;
pub use letter::*;
pub use office::*;
pub use page::*;
pub use problem::*;
pub use viewer::*;
