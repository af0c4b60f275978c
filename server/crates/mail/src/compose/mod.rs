//! Letters as bytes, written: from a draft to what goes over the wire, and to whom.
//!
//! Must never: let a Bcc into the bytes; let a line end, a NUL or any other control through a header or an address; change the
//! Message-ID it is given. What is written is what [`crate::read`] reads again.

mod check;
mod enclosed;
mod headers;
mod parts;
mod quote;
mod rich;
mod words;

pub use check::{ComposeError, Place, Why, address};
pub use enclosed::{Enclosed, FORWARDED_BY, pass_on, travels_unchanged};
pub use quote::{forwarded, quoted, subject_of_answer, subject_of_forward};
pub use rich::{BLANK, as_rich, is_plain, rich};
pub use words::as_text;

use model::{AddressRole, Mailbox};

/// A letter to be written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// Who writes.
    pub from: Person,
    /// Where answers go, if not to `from`.
    pub reply_to: Option<Person>,
    /// To whom.
    pub to: Vec<Person>,
    /// Who gets a copy that all see.
    pub cc: Vec<Person>,
    /// Who gets a copy that nobody sees: in the envelope, never in the bytes.
    pub bcc: Vec<Person>,
    /// Subject; may be empty.
    pub subject: String,
    /// The words.
    pub text: String,
    /// The same with bold and lists; empty = plain text alone.
    pub html: String,
    /// Files, and pictures that `html` shows.
    pub attachments: Vec<Attachment>,
    /// Message-ID of the letter this answers, without `<>`.
    pub in_reply_to: Option<String>,
    /// Message-IDs of the conversation, oldest first, without `<>`.
    pub references: Vec<String>,
    /// This letter's own, without `<>`: made once, kept for ever.
    pub message_id: String,
    /// When it was written, ms.
    pub date: i64,
    /// Written by the machine (RFC 3834): nobody's machine shall answer it.
    pub automatic: bool,
}

/// A name and an address, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// May be empty.
    pub name: String,
    /// `ada@kontor.example`
    pub address: String,
}

impl Person {
    /// One with a name.
    pub fn new(name: impl Into<String>, address: impl Into<String>) -> Person {
        Person { name: name.into(), address: address.into() }
    }
}

/// A file of a draft.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attachment {
    /// File name.
    pub name: String,
    /// `application/pdf`; what is none becomes `application/octet-stream`.
    pub kind: String,
    /// The file itself.
    pub bytes: Vec<u8>,
    /// The name under which `html` shows it (`cid:…`); `None` = an attachment.
    pub content_id: Option<String>,
}

/// What a draft became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The letter: CRLF, no line over 998 octets, no Bcc.
    pub raw: Vec<u8>,
    /// Who sends it and who gets it.
    pub envelope: Envelope,
}

/// What the mail server is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The sender's address in its one spelling.
    pub sender: String,
    /// Everybody who gets it, each once, with the place they stand in: To before Cc before Bcc.
    pub recipients: Vec<(AddressRole, Mailbox)>,
}

/// Writes a letter, or says which field holds what cannot be written.
pub fn write(letter: &Draft) -> Result<Written, ComposeError> {
    let checked = check::check(letter)?;
    let mut raw = headers::write(letter, &checked);
    raw.extend_from_slice(&parts::write(letter));
    Ok(Written { raw, envelope: Envelope { sender: checked.from.address, recipients: checked.recipients } })
}
