//! A letter, read in one go: everything lists, histories, search and the letter's page need.

use crate::{
    attachment, body, clean, dates, field::Field, identity, identity::Identity, large::Cuts, limits, mime, mime::Part, people, preview,
    undelivered,
};
use model::{AddressRole, AttachmentInfo, Mailbox};

/// Version of the reading; stored with what it read, so that letters can be read again (S16).
pub const PARSER_VERSION: i64 = 4;

/// Why a letter could not be read, as a plain sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(pub String);

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}

/// What reading a copy gives: always an identity, nearly always a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Decides which copies are one message.
    pub identity: Identity,
    /// The letter, or why there is none.
    pub letter: Result<Letter, Unreadable>,
}

/// A letter. All text is clean: no controls but `\n` and `\t`, and those only in [`Letter::text`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Letter {
    /// Subject, decoded; may be empty.
    pub subject: String,
    /// Who stands where: canonical addresses, decoded names; each address once a role.
    pub people: Vec<(AddressRole, Mailbox)>,
    /// Message-ID as written, without `<>`; may be empty, may be long.
    pub message_id: String,
    /// Message-IDs this answers.
    pub in_reply_to: Vec<String>,
    /// Message-IDs of the thread, oldest first.
    pub references: Vec<String>,
    /// The Date header as written, on one line.
    pub date_header: String,
    /// The Date header, ms.
    pub date: Option<i64>,
    /// The topmost Received header's moment, ms.
    pub received: Option<i64>,
    /// The words of the letter, at most [`limits::TEXT_OCTETS`].
    pub text: String,
    /// First words, on one line.
    pub preview: String,
    /// Files, at most [`limits::ATTACHMENTS`].
    pub attachments: Vec<AttachmentInfo>,
    /// There is an HTML part.
    pub has_html: bool,
    /// Its HTML asks for something from the network.
    pub remote_content: bool,
    /// A report that a letter could not be delivered (RFC 3464, or a mail server's own words).
    pub is_bounce: bool,
    /// Written by a machine or to a list: not to be answered automatically (RFC 3834).
    pub is_automatic: bool,
    /// What a reader should know: "the end mark is missing".
    pub remarks: Vec<String>,
}

/// Reads a copy. Never fails but by saying so, never panics, whatever the octets.
pub fn read(raw: &[u8]) -> Reading {
    match std::panic::catch_unwind(|| read_parts(raw, &Cuts::NONE)) {
        Ok(Ok(reading)) => reading,
        _ => Reading { identity: identity::of_raw(raw), letter: Err(not_understood()) },
    }
}

pub(crate) fn not_understood() -> Unreadable {
    Unreadable("The letter is built in a way that could not be understood; it is kept as it came.".to_owned())
}

/// Reads a letter of which `cuts` are missing. Fails only when those cannot be read.
pub(crate) fn read_parts(raw: &[u8], cuts: &Cuts<'_>) -> std::io::Result<Reading> {
    let raw = mime::with_line_feeds(raw);
    let tree = mime::parse(&raw, 0);
    let letter = Ok(letter(&tree.root, tree.remarks, cuts)?);
    Ok(Reading { identity: identity::of(&tree.root, cuts)?, letter })
}

fn letter(root: &Part<'_>, mut remarks: Vec<String>, cuts: &Cuts<'_>) -> std::io::Result<Letter> {
    let words = body::words(root);
    if let Some(charset) = words.unknown_charset {
        remarks.push(format!("The character set “{}” is unknown; some letters may look wrong.", clean::line(clean::start(&charset, 60))));
    }
    let (attachments, more) = attachment::list(root, &words.cids, cuts)?;
    if more {
        remarks.push("There are more than 500 files; only the first 500 are listed.".to_owned());
    }
    let text = |name: &str| root.field(name).map(Field::text).unwrap_or_default();
    let date = root.field("date");
    let subject = text("subject");
    let is_bounce = undelivered::is_bounce(root, &subject, &words.text);
    Ok(Letter {
        subject,
        people: people::of(&root.fields),
        message_id: root.field("message-id").map(message_id).unwrap_or_default(),
        in_reply_to: message_ids(&root.fields, "in-reply-to"),
        references: message_ids(&root.fields, "references"),
        date_header: date.map(Field::raw_text).unwrap_or_default(),
        date: date.and_then(dates::of),
        received: root.fields.iter().filter(|field| field.is("received")).find_map(dates::received),
        preview: preview::of(&words.text),
        text: words.text,
        attachments,
        has_html: words.has_html,
        remote_content: words.remote,
        is_automatic: is_bounce || is_automatic(root),
        is_bounce,
        remarks,
    })
}

fn message_id(field: &Field<'_>) -> String {
    let text = field.raw_text();
    match text.split_once('<').and_then(|(_, rest)| rest.split_once('>')) {
        Some((id, _)) => id.trim().to_owned(),
        None => text.trim_matches(['<', '>', ' ']).to_owned(),
    }
}

pub(crate) fn message_ids(fields: &[Field<'_>], name: &str) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for field in fields.iter().filter(|field| field.is(name)) {
        let text = field.raw_text();
        let mut rest = text.as_str();
        while let Some((id, after)) = rest.split_once('<').and_then(|(_, rest)| rest.split_once('>')) {
            if ids.len() >= limits::REFERENCES {
                return ids;
            }
            let id = id.trim();
            if !id.is_empty() && ids.last().is_none_or(|last| last != id) {
                ids.push(id.to_owned());
            }
            rest = after;
        }
        // Some programs forget the brackets.
        if ids.is_empty() && text.contains('@') && !text.contains([' ', '<', '>']) {
            ids.push(text);
        }
    }
    ids
}

fn is_automatic(root: &Part<'_>) -> bool {
    let says = |name: &str, words: &[&str]| {
        root.field(name).is_some_and(|field| {
            let value = field.plain().to_ascii_lowercase();
            let first = value.split([';', ' ']).next().unwrap_or_default();
            words.contains(&first)
        })
    };
    let submitted = root.field("auto-submitted").is_some() && !says("auto-submitted", &["no", ""]);
    submitted
        || says("precedence", &["bulk", "junk", "list", "auto_reply"])
        || ["list-id", "list-unsubscribe", "x-autoreply", "x-autorespond"].iter().any(|name| root.field(name).is_some())
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn threads_are_followed_with_and_without_brackets() {
        for (header, ids) in [
            ("References: <a@x> <b@x>\r\n <b@x><c@x>", vec!["a@x", "b@x", "c@x"]),
            ("References: a@x", vec!["a@x"]),
            ("References: your letter of Friday", vec![]),
            ("References: <", vec![]),
        ] {
            let letter = read(format!("{header}\r\n\r\n").as_bytes()).letter.expect("readable");
            assert_eq!(letter.references, ids, "{header}");
        }
    }

    // RFC 3834, RFC 3464
    #[test]
    fn machines_are_told_from_people() {
        for (header, automatic, bounce) in [
            ("Auto-Submitted: no", false, false),
            ("Auto-Submitted: auto-replied; x", true, false),
            ("Precedence: Bulk", true, false),
            ("Precedence: first-class", false, false),
            ("X-Auto-Response-Suppress: All", false, false),
            ("Return-Path: <>\r\nFrom: Mail Delivery System <x@example.com>", true, true),
            ("Return-Path: <>\r\nFrom: ada@example.com", false, false),
            ("From: postmaster@example.com\r\nSubject: Undeliverable mail", true, true),
            ("From: postmaster@example.com\r\nSubject: New mailboxes from Monday", false, false),
            ("From: ada@example.com\r\nSubject: My letter came back: returned mail", false, false),
        ] {
            let letter = read(format!("{header}\r\n\r\nx").as_bytes()).letter.expect("readable");
            assert_eq!((letter.is_automatic, letter.is_bounce), (automatic, bounce), "{header}");
        }
    }
}
