//! A collection or a restore that is ended at any moment and started again ends as if it had never been ended (I2, R1, R2): the real
//! program, real servers, both databases.
//!
//! Half of the kills come at random moments, half at a brink: just before or after a commit, a sync, a command, an answer. The seed is
//! printed; `POSTROOM_SEED` repeats it and `POSTROOM_KILLS` says how many (`cargo xtask torture` sets both).
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a failed unwrap is a failed test; a skipped part says why")]

mod graph;
mod harness;
mod imap;
mod imports;
mod outbox;
mod pop3;
mod removal;
