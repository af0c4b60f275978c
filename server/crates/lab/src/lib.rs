//! The lab: mail servers and letters that exist only to be tested against.
//!
//! Used by the tests of the other crates, by `--demo` and by `postroom lab`. It holds certificates of every sort ([`certs`]), a real
//! Dovecot in a folder of its own ([`dovecot`]), an IMAP server of our own whose faults are switched on one by one ([`imap`]),
//! a Microsoft 365 (token server and Graph) of our own with faults of its kind ([`graph`]),
//! a line that makes any server distant and
//! counts round trips ([`far`]), seeded letters in realistic shapes ([`corpus`]), and a made-up office with people and conversations ([`demo`]).
//!
//! It must never listen on anything but loopback, never keep a file outside its temporary folders, and never be reached by the code
//! that serves an office.
//!
//! To add a fault of the IMAP server: 1. a variant with a sentence in [`imap::Fault`]; 2. honour it where the answer is written; 3. a test
//! named for what a client sees.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test"))]

pub mod certs;
pub mod corpus;
pub mod demo;
pub mod dovecot;
pub mod far;
pub mod graph;
pub mod imap;
pub mod imap_client;
pub mod pop3;
pub mod postfix;
pub mod postgres;
pub mod random;
pub mod smtp;
pub mod utf7;
