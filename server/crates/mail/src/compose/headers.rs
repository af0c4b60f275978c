//! The head of a letter: addresses, subject, thread. Every value is ASCII, folded at 76 columns where it can be, and cannot hold
//! a line end of its own (`check` saw to that; encoding would see to it again).

use super::{Draft, check, check::Checked};
use crate::clean;
use base64::{Engine, engine::general_purpose::STANDARD};
use model::{AddressRole, Mailbox};

/// Message-IDs of References that are written: the first, which began it all, and the newest.
const REFERENCES: usize = 40;
const COLUMNS: usize = 76;

/// Everything but what the body says of itself.
pub(super) fn write(letter: &Draft, checked: &Checked) -> Vec<u8> {
    let mut head = String::with_capacity(1_024);
    field(&mut head, "Date", &date(letter.date));
    field(&mut head, "From", &people("From", [&checked.from]));
    if let Some(reply_to) = &checked.reply_to {
        field(&mut head, "Reply-To", &people("Reply-To", [reply_to]));
    }
    for (name, role) in [("To", AddressRole::To), ("Cc", AddressRole::Cc)] {
        let list: Vec<&Mailbox> = checked.recipients.iter().filter(|(at, _)| *at == role).map(|(_, one)| one).collect();
        if !list.is_empty() {
            field(&mut head, name, &people(name, list));
        }
    }
    if !checked.recipients.iter().any(|(role, _)| matches!(role, AddressRole::To | AddressRole::Cc)) {
        // RFC 5322 §3.6.3 would allow none; filters take a letter without To for spam.
        field(&mut head, "To", "undisclosed-recipients:;");
    }
    let subject = clean::line(&letter.subject);
    if !subject.is_empty() {
        field(&mut head, "Subject", &text("Subject", &subject));
    }
    field(&mut head, "Message-ID", &format!("<{}>", letter.message_id));
    if let Some(id) = letter.in_reply_to.as_deref().filter(|id| check::is_message_id(id)) {
        field(&mut head, "In-Reply-To", &format!("<{id}>"));
    }
    let references = references(letter);
    if !references.is_empty() {
        let ids: Vec<String> = references.iter().map(|id| format!("<{id}>")).collect();
        field(&mut head, "References", &ids.join("\r\n "));
    }
    if letter.automatic {
        field(&mut head, "Auto-Submitted", "auto-generated");
        // Exchange and Outlook follow this one (RELIABILITY §2).
        field(&mut head, "X-Auto-Response-Suppress", "All");
    }
    field(&mut head, "MIME-Version", "1.0");
    head.into_bytes()
}

fn field(head: &mut String, name: &str, value: &str) {
    head.push_str(name);
    head.push_str(": ");
    head.push_str(value);
    head.push_str("\r\n");
}

fn date(ms: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(ms).unwrap_or_default().to_zoned(jiff::tz::TimeZone::UTC);
    jiff::fmt::rfc2822::to_string(&at).unwrap_or_else(|_| "Thu, 1 Jan 1970 00:00:00 +0000".to_owned())
}

/// What the letter answers stands last (RFC 5322 §3.6.4); what cannot be written on a line is left out.
fn references(letter: &Draft) -> Vec<&str> {
    let mut ids: Vec<&str> = Vec::new();
    for id in letter.references.iter().chain(&letter.in_reply_to).map(String::as_str).filter(|id| check::is_message_id(id)) {
        if letter.in_reply_to.as_deref() == Some(id) {
            ids.retain(|known| *known != id);
        }
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    if ids.len() > REFERENCES {
        ids.drain(1..=ids.len() - REFERENCES);
    }
    ids
}

/// Addresses, one a line where they would not fit.
fn people<'m>(name: &str, list: impl IntoIterator<Item = &'m Mailbox>) -> String {
    let mut value = String::new();
    let mut column = name.len() + 2;
    for one in list {
        let written = if one.name.is_empty() { one.address.clone() } else { format!("{} <{}>", phrase(&one.name), one.address) };
        if !value.is_empty() {
            value.push(',');
            if column + written.len() + 2 > COLUMNS {
                value.push_str("\r\n ");
                column = 1;
            } else {
                value.push(' ');
                column += 2;
            }
        }
        column += written.len();
        value.push_str(&written);
    }
    value
}

/// A name: between quotation marks where that says it all, else encoded.
fn phrase(name: &str) -> String {
    if is_plain(name) && name.len() <= 60 {
        let mut quoted = String::with_capacity(name.len() + 2);
        quoted.push('"');
        for c in name.chars() {
            if matches!(c, '"' | '\\') {
                quoted.push('\\');
            }
            quoted.push(c);
        }
        quoted.push('"');
        quoted
    } else {
        encoded(name)
    }
}

/// Text of a header: as it is where that is ASCII that folds well, else encoded.
fn text(name: &str, value: &str) -> String {
    if !is_plain(value) || value.split(' ').any(|word| word.len() > 60) {
        return encoded(value);
    }
    let mut out = String::with_capacity(value.len() + 16);
    let mut column = name.len() + 2;
    for (at, word) in value.split(' ').enumerate() {
        if at > 0 {
            if column + 1 + word.len() > COLUMNS {
                out.push_str("\r\n");
                column = 0;
            }
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += word.len();
    }
    out
}

/// Visible ASCII and blanks that no reader takes for something encoded.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| b == b' ' || b.is_ascii_graphic()) && !text.contains("=?")
}

/// Encoded words (RFC 2047), each a line, none splitting a character.
fn encoded(text: &str) -> String {
    // 75 columns a word at most: `=?utf-8?B?` and `?=` leave 63, so 45 octets.
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let start = clean::start(rest, 42);
        words.push(format!("=?utf-8?B?{}?=", STANDARD.encode(start)));
        rest = &rest[start.len()..];
    }
    words.join("\r\n ")
}
