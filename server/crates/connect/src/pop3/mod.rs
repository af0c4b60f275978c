//! POP3 (RFC 1939, 2449, 2595, 5034): a small client over the same connection, encryption and record as IMAP's.
//!
//! Must never: take a letter's number for its identity (P35), delete by itself, believe that a line ends a letter unless it is one, or
//! send a password before the connection is what was asked for.
//!
//! RELIABILITY §1.2: whatever a server sends, memory is bounded by what was asked for, and no wait is without a limit.

mod capabilities;
mod dots;
mod line;
mod open;
mod reader;
mod talk;

pub use capabilities::PopCapabilities;
pub use open::connect_pop3;
pub use reader::{PopLetter, PopReader, Retrieved};

pub(crate) use open::sign_in;
