//! Letters as bytes, read: who wrote to whom, when, about what, with which files; how it looks; which words it holds.
//!
//! Pure: no input or output, no clock, no waiting. Must never: panic, overflow the stack, or lose a letter because it is
//! broken. Every answer is made under [`limits`], and every text returned went through [`clean`], so that it may be
//! stored in any database and shown on any page after the usual escaping.
//!
//! Raw letters go in; [`read`], [`show`], [`attachment`] and [`headers`] answer. Two copies of one letter have one
//! [`Identity`]. A letter too large to be held goes through [`large`]. [`words`] and [`query`] give letters and questions the same words.

pub mod address;
pub mod attachment;
pub mod authentication;
mod body;
pub mod bounce;
mod charset;
pub mod clean;
pub mod compare;
pub mod compose;
mod dates;
mod field;
pub mod forwarded;
pub mod headers;
mod html;
mod identity;
pub mod import_head;
pub mod import_rules;
pub mod invitation;
pub mod large;
mod letter;
pub mod limits;
pub mod mbox;
pub mod mbox_split;
mod mime;
mod passing;
mod people;
mod preview;
pub mod query;
mod rtf;
pub mod show;
mod stream;
pub mod thread;
mod tnef;
mod transfer;
mod undelivered;
pub mod words;

pub use dates::sort_date;
pub use identity::{IDENTITY_VERSION, Identity};
pub use letter::{Letter, PARSER_VERSION, Reading, Unreadable, read};
pub use passing::{MOST_RECEIVED, NotPassedOn, not_passed_on};
