//! A made-up office for `--demo`: its people, its clients, and some three thousand letters between them.
//!
//! Seeded: the same seed and day give the same letters. Must never hold a word of a real letter, or an address outside the domains that are
//! kept for examples. To add a sort of letter: a conversation in `scripts/`, or a writer in `specials.rs`.

mod cast;
mod files;
mod fill;
mod letter;
mod mailroom;
mod scripts;
mod specials;
#[cfg(test)]
mod tests;

pub use cast::{CENTRES, Clerk, DemoAddress, DemoClient, FIRM, clients, staff};
pub use mailroom::{DemoLetter, MAILBOXES, Mailbox, Mailroom};
