//! What may stand in a header. Refused by the field's name, so that the page can say it beside the field.

use super::{Draft, Person};
use crate::{address::canonical, clean};
use model::{AddressRole, Mailbox};
use std::collections::HashSet;

/// A field of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// From.
    From,
    /// Reply-To.
    ReplyTo,
    /// To.
    To,
    /// Cc.
    Cc,
    /// Bcc.
    Bcc,
    /// Subject.
    Subject,
    /// Name or type of a file.
    Attachment,
    /// Message-ID.
    MessageId,
    /// In-Reply-To.
    InReplyTo,
    /// References.
    References,
    /// Date.
    Date,
}

impl Place {
    /// As the header is called.
    pub fn name(self) -> &'static str {
        match self {
            Place::From => "From",
            Place::ReplyTo => "Reply-To",
            Place::To => "To",
            Place::Cc => "Cc",
            Place::Bcc => "Bcc",
            Place::Subject => "Subject",
            Place::Attachment => "Attachment",
            Place::MessageId => "Message-ID",
            Place::InReplyTo => "In-Reply-To",
            Place::References => "References",
            Place::Date => "Date",
        }
    }
}

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// A line end, a NUL or another control.
    Control,
    /// No address.
    NoAddress,
    /// Letters before the `@` that only few servers take (RFC 6531).
    Foreign,
    /// Nothing there.
    Missing,
    /// Longer than any mail program takes.
    TooLong,
    /// No such thing.
    Malformed,
}

/// Why a draft cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComposeError {
    /// The field.
    pub place: Place,
    /// What is wrong with it.
    pub why: Why,
}

impl std::fmt::Display for ComposeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let why = match self.why {
            Why::Control => "holds a line end or a control character",
            Why::NoAddress => "holds what is no e-mail address",
            Why::Foreign => "holds an address with letters before the @ that mail servers do not take",
            Why::Missing => "is empty",
            Why::TooLong => "is too long",
            Why::Malformed => "is not well formed",
        };
        write!(f, "{} {why}.", self.place.name())
    }
}

impl std::error::Error for ComposeError {}

/// A draft's addresses, judged.
pub(super) struct Checked {
    pub from: Mailbox,
    pub reply_to: Option<Mailbox>,
    pub recipients: Vec<(AddressRole, Mailbox)>,
}

pub(super) const LONGEST_SUBJECT: usize = 2_000;
const LONGEST_NAME: usize = 300;

pub(super) fn check(letter: &Draft) -> Result<Checked, ComposeError> {
    let from = mailbox(Place::From, &letter.from)?;
    let reply_to = letter.reply_to.as_ref().map(|person| mailbox(Place::ReplyTo, person)).transpose()?;
    let mut recipients = Vec::new();
    let mut seen = HashSet::new();
    let roles =
        [(Place::To, AddressRole::To, &letter.to), (Place::Cc, AddressRole::Cc, &letter.cc), (Place::Bcc, AddressRole::Bcc, &letter.bcc)];
    for (place, role, people) in roles {
        for person in people {
            let one = mailbox(place, person)?;
            if seen.insert(one.address.clone()) {
                recipients.push((role, one));
            }
        }
    }
    if recipients.is_empty() {
        return refuse(Place::To, Why::Missing);
    }
    plain(Place::Subject, &letter.subject)?;
    if letter.subject.len() > LONGEST_SUBJECT {
        return refuse(Place::Subject, Why::TooLong);
    }
    for file in &letter.attachments {
        plain(Place::Attachment, &file.name)?;
        plain(Place::Attachment, &file.kind)?;
        if let Some(cid) = &file.content_id {
            plain(Place::Attachment, cid)?;
            if !is_message_id(cid) {
                return refuse(Place::Attachment, Why::Malformed);
            }
        }
    }
    plain(Place::MessageId, &letter.message_id)?;
    if !is_message_id(&letter.message_id) || !letter.message_id.contains('@') {
        return refuse(Place::MessageId, Why::Malformed);
    }
    if let Some(id) = &letter.in_reply_to {
        plain(Place::InReplyTo, id)?;
    }
    for id in &letter.references {
        plain(Place::References, id)?;
    }
    if jiff::Timestamp::from_millisecond(letter.date).is_err() {
        return refuse(Place::Date, Why::Malformed);
    }
    Ok(Checked { from, reply_to, recipients })
}

/// An address as it is written to the server, or what is wrong with it.
pub fn address(typed: &str) -> Result<String, Why> {
    if typed.trim().is_empty() {
        return Err(Why::Missing);
    }
    if typed.chars().any(is_control) {
        return Err(Why::Control);
    }
    match canonical(typed) {
        Some(one) if !one.is_ascii() => Err(Why::Foreign),

        Some(one) if one.len() <= 254 && one.bytes().all(|b| b == b' ' || b.is_ascii_graphic()) => Ok(one),
        Some(_) => Err(Why::TooLong),
        None => Err(Why::NoAddress),
    }
}

fn mailbox(place: Place, person: &Person) -> Result<Mailbox, ComposeError> {
    plain(place, &person.name)?;
    if person.name.len() > LONGEST_NAME {
        return refuse(place, Why::TooLong);
    }
    let address = address(&person.address).map_err(|why| ComposeError { place, why })?;
    // Some readers decode a name twice: what looks encoded within one is taken apart.
    Ok(Mailbox { name: clean::line(&person.name).replace("=?", "= ?"), address })
}

fn plain(place: Place, text: &str) -> Result<(), ComposeError> {
    if text.chars().any(is_control) { refuse(place, Why::Control) } else { Ok(()) }
}

/// Controls of every kind, and the two separators that some programs take for line ends.
fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Whether a Message-ID can be written on a line: visible ASCII, no brackets of its own, of a bearable length.
pub(super) fn is_message_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= 250 && id.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>'))
}

fn refuse<T>(place: Place, why: Why) -> Result<T, ComposeError> {
    Err(ComposeError { place, why })
}
