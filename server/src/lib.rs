//! The server: command line, settings, HTTP, sign-in, and the office (use cases: authorise → do → answer).
//!
//! Must never: speak SQL or IMAP (the crates below do), or decide in a handler or a command what belongs to a use case.
//!
//! The way of a request: [`http`] (gate: who may) → `desk` or a handler → [`office`] (may this person, this thing?) → store, engine.

pub mod cli;
pub mod client_list;
pub mod clock;
pub mod contact_list;
pub mod demo;
mod desk;
pub mod http;
pub mod meters;
pub mod notebook;
pub mod office;
pub mod old_settings;
pub mod passwords;
pub mod permissions;
pub mod preview;
pub mod rates;
pub mod serve;
pub mod settings;
pub mod throttle;
pub mod tokens;
pub mod totp;
