//! What the office sees: pages, the kit they are made of, and the thin server functions between page and office.
//!
//! Must never name sqlx, lettre, async-imap or tokio; holds no rule of the office (those live behind `Desk` and in `model`).
//!
//! To add a page: 1. its question in `desk.rs`, 2. a server function of three lines in `api/`, 3. the page in `pages/`,
//! 4. its route in `routes.rs`. Every page must read well and every form must work without JavaScript.
#![recursion_limit = "512"]

mod api;
#[cfg(feature = "ssr")]
pub mod desk;
mod pages;
mod routes;
mod shell;
mod text;
mod trouble;
mod ui;

#[cfg(feature = "ssr")]
pub use pages::history_filter::Chosen as HistoryAddress;
pub use routes::App;
#[cfg(feature = "ssr")]
pub use shell::{Assets, Refusal, Typed, shell};
pub use trouble::Trouble;
