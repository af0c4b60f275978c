//! The connection against servers of its own: what they answer is data, so every odd server is a few lines.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod certificates;
mod doctor;
mod doctor_matrix;
mod dovecot;
mod finding;
mod graph_matrix;
mod graph_reading;
mod play;
mod pop3;
mod pop3_matrix;
mod reading;
mod sending;
mod sign_in;
mod smtp_matrix;
mod starttls;
