//! SMTP (RFC 5321, 3207, 4954, 2034): a small client over the same dialling, encryption and record as IMAP's.
//!
//! In steps that the types enforce: [`connect_smtp`] → [`SmtpSession::offer`] → [`ReadyForLetter::send`]. Between the server's 354 and the
//! first octet of the letter the caller writes down that the letter has begun; whoever cannot write it down drops what he holds, and
//! nothing left. After an error there is nothing left to call: the connection is gone.
//!
//! Must never: send a letter's octet before that moment, a bare CR or LF, a line over 998 octets, or a password before the connection is
//! what was asked for; take words for more than the code before them.

mod letter;
mod line;
mod open;
mod reply;
mod session;
mod settings;
mod talk;

pub use letter::{Unsendable, on_the_wire};
pub use open::connect_smtp;
pub(crate) use open::enter;
pub use reply::SmtpReply;
pub use session::{Envelope, Offered, ReadyForLetter, SmtpEnd, SmtpSession, SmtpStage};
pub use settings::{SmtpSettings, SmtpSignIn};
pub use talk::SmtpCan;
