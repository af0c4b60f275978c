//! The only speaker to mail servers (DESIGN §7, §8): dials, checks certificates, signs in, reads; and the connection doctor.
//!
//! Must never: write to a mailbox (the type that reads cannot express it; the one that appends can do that and nothing else), send a password over a connection that is not what
//! was asked for, connect to an address before checking that very address, wait without a limit, or let a letter, a password or
//! a person's address into a transcript.
//!
//! Whoever sets up logging must keep the target `async_imap` at `info` or quieter: at `trace` that crate writes every octet of the
//! talk, passwords and letters included.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test"))]

mod appender;
mod capabilities;
mod certificate;
mod date;
mod der;
mod dial;
pub mod discover;
mod doctor;
mod error;
mod frame;
mod gathered;
mod google;
pub mod graph;
#[cfg(test)]
mod hostile;
mod labels;
mod list;
mod lore;
pub mod oauth;
mod open;
mod pop3;
mod reach;
mod reader;
mod record;
mod repair;
mod secure;
mod settings;
mod shield;
pub mod smtp;
mod talk;
mod uidset;
pub mod utf7;
mod web;
mod wire;

pub use appender::{Appended, Appender, Place, connect_appender};
pub use capabilities::Capabilities;
pub use certificate::CertificateFacts;
pub use doctor::{Sibling, USUAL_PORTS, diagnose, diagnose_among, diagnose_smtp, diagnose_smtp_among};
pub use error::{CertificateProblem, ConnectError, Later};
pub use google::hidden_letters;
pub use list::{FolderStatus, RemoteFolder};
pub use open::{compressed, connect};
pub use pop3::{PopCapabilities, PopLetter, PopReader, Retrieved, connect_pop3};
pub use reach::Reach;
pub use reader::{
    Examined, Fetched, LARGE_LETTER, Labelled, LetterFlags, LetterLabels, Opened, Reader, RemoteHeaders, RemoteLetter, WINDOW, Woken,
};
pub use record::Record;
pub use rustls::pki_types::CertificateDer;
pub use secrecy::{ExposeSecret, SecretString};
pub use settings::ImapSettings;
pub use web::WebSettings;

/// Systems that want to be told what happens.
pub mod hook {
    pub use crate::web::hook::{HookAddress, HookPolicy, tell};
}
