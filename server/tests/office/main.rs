//! The server without a socket: requests go straight into the router, on SQLite and (where there is one) PostgreSQL.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a failed unwrap is a failed test; a skipped part says why")]

mod accounts;
mod browser;
mod clients;
mod compose;
mod compressed;
mod delegated;
mod delegated_google;
mod demo;
mod doors;
mod exports;
mod find;
mod forwards;
mod health;
mod history;
mod history_views;
mod invitations;
mod join;
mod letter_page;
mod letters;
mod life;
mod logs;
mod merge;
mod microsoft;
mod newcomer;
mod operation;
mod pages;
mod plans;
mod pop3;
mod rates;
mod scopes;
mod search;
mod sending;
mod sessions;
mod streams;
mod zones;
