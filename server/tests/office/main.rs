//! The server without a socket: requests go straight into the router, on SQLite and (where there is one) PostgreSQL.

mod accounts;
mod browser;
mod clients;
mod doors;
mod letters;
mod pages;
mod sessions;
