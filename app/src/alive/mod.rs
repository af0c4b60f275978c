//! What is alive in a page that the server has drawn: listeners, no views. Each file is one habit of the page; all of them look at
//! marks in the page (`data-…`), so pages name no script.
//!
//! Must never hold what a page needs to be read or a form to be sent: both work before this runs, and without it.

mod autosave;
mod copy;
pub mod dialogs;
pub mod dom;
mod drop;
mod fields;
mod forms;
mod guard;
mod held;
mod hold;
mod keys;
mod lists;
mod managed;
mod menu;
mod post;
mod preview;
mod refresh;
mod rich;
mod rows;
mod search;
mod times;
mod upload;

pub use fields::port_follows;
pub use refresh::again;

/// Begins to listen; called once for each page.
pub fn wake() {
    hold::watch();
    guard::watch();
    forms::watch();
    fields::watch();
    keys::watch();
    lists::watch();
    managed::watch();
    refresh::watch();
    preview::watch();
    rows::watch();
    menu::watch();
    copy::watch();
    dialogs::watch();
    search::watch();
    times::watch();
    upload::watch();
    autosave::watch();
    held::watch();
    rich::watch();
    drop::watch();
}
