//! Collecting: from a real Dovecot and from a server with faults, on SQLite and (where `POSTROOM_TEST_POSTGRES` names a server)
//! PostgreSQL.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a failed unwrap is a failed test; a skipped part says why")]

mod bounces;
mod dovecot;
mod far;
mod faults;
mod forwarding;
mod graph;
mod graph_first;
mod imports;
mod injection;
mod labels;
mod matrix;
mod office;
mod outbox;
mod outbox_copies;
mod outbox_graph;
mod outbox_tokens;
mod pop3;
mod pop3_deletion;
mod pop3_dovecot;
mod pop3_matrix;
mod rereading;
mod round_trip;
mod seals;
mod tokens;
mod waiting;
mod webhooks;
mod whole;
