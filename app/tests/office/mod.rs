//! A made-up office for looking at pages: a few clients, letters and accounts, all in memory.

mod access;
mod accounts;
mod actions;
mod archives;
mod audit;
mod clients;
mod compose;
mod contacts;
mod days;
mod delegated;
mod demo;
mod facts;
mod health;
mod history;
mod join;
mod letters;
mod life;
mod management;
mod merge;
mod operation;
mod outbox;
mod palette;
mod passing;
mod people;
mod reply_import;
mod reread;
mod search;
mod senders;
mod sending;
mod sending_side;
mod session;
mod start;
mod systems;

use app::desk::*;
use async_trait::async_trait;
use facts::*;
use model::*;

/// Which office the pages are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scene {
    /// Nobody is set up.
    New,
    /// Set up, but nothing in it.
    Bare,
    /// Set up, nobody signed in.
    Door,
    /// In use.
    Busy,
}

/// The desk of the made-up office.
pub struct Office(pub Scene);

impl Office {
    fn busy(&self) -> Answer<()> {
        if self.0 == Scene::Busy || self.0 == Scene::Bare { Ok(()) } else { Err(Problem::SignIn) }
    }

    fn is_busy(&self) -> bool {
        self.0 == Scene::Busy
    }
}
