//! What the office sees: pages, the kit they are made of, and the thin server functions between page and office.
//!
//! Must never name sqlx, lettre, async-imap or tokio; holds no rule of the office (those live behind `Desk` and in `model`).
//!
//! Pages are drawn by the server alone and every form is a plain form, so each page reads and works without JavaScript. What is alive in
//! the browser is little: `alive/` listens (keys, clocks, unsaved changes), `islands/` draws what moves (progress, palette). Only these
//! two are compiled for the browser, which keeps the page code small.
//!
//! To add a page: 1. its question in `desk/`, 2. a server function of three lines in `api/`, 3. the page in `pages/`,
//! 4. its route in `routes.rs`.
#![recursion_limit = "512"]

#[cfg(feature = "hydrate")]
mod alive;
#[cfg_attr(not(feature = "ssr"), allow(dead_code, reason = "the browser asks few of the questions that pages ask"))]
mod api;
#[cfg_attr(not(feature = "ssr"), allow(dead_code, reason = "the browser needs few of its words"))]
mod calendar;
#[cfg(feature = "ssr")]
pub mod desk;
mod islands;
#[cfg_attr(not(feature = "ssr"), allow(dead_code, reason = "islands draw few of the icons"))]
mod kit;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
mod routes;
#[cfg(feature = "ssr")]
mod shell;
#[cfg_attr(not(feature = "ssr"), allow(dead_code, reason = "islands say few of the sentences that pages say"))]
mod text;
mod trouble;
#[cfg(feature = "ssr")]
mod ui;

#[cfg(feature = "hydrate")]
pub use alive::wake;
#[cfg(feature = "ssr")]
pub use api::status_of;
#[cfg(feature = "ssr")]
pub use pages::history_filter::Chosen as HistoryAddress;
#[cfg(feature = "ssr")]
pub use routes::App;
#[cfg(feature = "ssr")]
pub use shell::{Assets, Origin, Refusal, Typed, shell};
pub use trouble::Trouble;
