//! What a letter's head says that decides what becomes of a reply: whether a program wrote it, and which letters it answers.
//!
//! `X-Auto-Response-Suppress` alone tells nothing: it asks that no program answer, and desks where people write set it on every letter. It
//! counts beside another sign.

use crate::{field, field::Field, letter, mime};

/// Which program's letter it is, with the header that says so.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Machine {
    /// A person's.
    #[default]
    None,
    /// A report that a letter could not be delivered (RFC 3464).
    Bounce,
    /// An answer that a program gave to a letter (RFC 3834).
    Answer(String),
    /// Something that a program tells.
    Notice(String),
    /// Sent to a list, or to many.
    List(String),
}

/// What the head says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportHead {
    /// Who wrote it.
    pub machine: Machine,
    /// Message-IDs it answers, the likeliest first.
    pub answers: Vec<String>,
    /// Of a report: the Message-ID of the letter that did not arrive.
    pub reported: Option<String>,
}

/// Message-IDs looked for.
const MOST: usize = 20;

/// Reads the head of a letter, of which its beginning is enough.
pub fn of(raw: &[u8], is_bounce: bool) -> ImportHead {
    let reported = is_bounce.then(|| crate::bounce::of(raw)).flatten().map(|report| report.about).filter(|id| !id.is_empty());
    std::panic::catch_unwind(|| {
        let raw = mime::with_line_feeds(raw);
        let fields = field::split(&raw).fields;
        ImportHead { machine: if is_bounce { Machine::Bounce } else { machine(&fields) }, answers: answers(&fields), reported }
    })
    .unwrap_or_default()
}

fn answers(fields: &[Field<'_>]) -> Vec<String> {
    let mut ids = letter::message_ids(fields, "in-reply-to");
    ids.extend(letter::message_ids(fields, "references").into_iter().rev());
    let mut once: Vec<String> = Vec::new();
    for id in ids {
        if once.len() < MOST && !once.contains(&id) {
            once.push(id);
        }
    }
    once
}

fn machine(fields: &[Field<'_>]) -> Machine {
    let first = |name: &str| fields.iter().find(|field| field.is(name));
    let value = |name: &str| first(name).map(Field::raw_text);
    // "auto-replied; owner-email=…", "bulk": the first word counts.
    let word = |name: &str| {
        let value = value(name)?.to_ascii_lowercase();
        Some(value.split([';', ' ', ',']).next().unwrap_or_default().trim().to_owned())
    };
    let said = |name: &str, value: &str| format!("{name}: {}", crate::clean::start(value, 60));
    let submitted = word("auto-submitted").filter(|word| !word.is_empty() && word != "no");
    if let Some(submitted) = &submitted
        && submitted == "auto-replied"
    {
        return Machine::Answer(said("Auto-Submitted", submitted));
    }
    let precedence = word("precedence").unwrap_or_default();
    if precedence == "auto_reply" {
        return Machine::Answer(said("Precedence", &precedence));
    }
    for name in ["X-Autoreply", "X-Autorespond", "X-Autoresponder"] {
        if first(name).is_some() && word(name).as_deref() != Some("no") {
            return Machine::Answer(said(name, &value(name).unwrap_or_default()));
        }
    }
    let returns_nowhere = value("return-path").is_some_and(|path| path.split_whitespace().collect::<String>() == "<>");
    let suppress = value("x-auto-response-suppress").filter(|value| !value.is_empty() && !value.eq_ignore_ascii_case("none"));
    let subject = first("subject").map(Field::text).unwrap_or_default().to_lowercase();
    if answers_by_subject(&subject) {
        if let Some(suppress) = &suppress {
            return Machine::Answer(said("X-Auto-Response-Suppress", suppress));
        }
        if returns_nowhere {
            return Machine::Answer("Return-Path: <>".to_owned());
        }
    }
    for name in ["List-Id", "List-Unsubscribe", "List-Post"] {
        if let Some(value) = value(name) {
            return Machine::List(said(name, &value));
        }
    }
    if ["bulk", "list", "junk"].contains(&precedence.as_str()) {
        return Machine::List(said("Precedence", &precedence));
    }
    if let Some(submitted) = submitted {
        return Machine::Notice(said("Auto-Submitted", &submitted));
    }
    if returns_nowhere {
        return Machine::Notice("Return-Path: <>".to_owned());
    }
    Machine::None
}

/// Subjects that mail programs give their own answers.
fn answers_by_subject(subject: &str) -> bool {
    [
        "automatic reply",
        "auto reply",
        "autoreply",
        "out of office",
        "out of the office",
        "automatische antwort",
        "abwesenheit",
        "réponse automatique",
        "respuesta automática",
    ]
    .iter()
    .any(|words| subject.starts_with(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 3834 §5, RFC 2919, RFC 2369; P31
    #[test]
    fn programs_are_told_from_people_and_their_answers_from_their_notices() {
        use Machine::{Answer, List, None, Notice};
        let told = |text: &str| text.to_owned();
        for (header, machine) in [
            ("From: ada@example.com", None),
            ("Auto-Submitted: no", None),
            ("Auto-Submitted:", None),
            ("Auto-Submitted: auto-replied; owner-email=\"a@b\"", Answer(told("Auto-Submitted: auto-replied"))),
            ("Auto-Submitted: AUTO-REPLIED (vacation)", Answer(told("Auto-Submitted: auto-replied"))),
            ("Auto-Submitted: auto-generated", Notice(told("Auto-Submitted: auto-generated"))),
            ("Auto-Submitted: auto-notified", Notice(told("Auto-Submitted: auto-notified"))),
            ("Precedence: auto_reply", Answer(told("Precedence: auto_reply"))),
            ("Precedence: bulk", List(told("Precedence: bulk"))),
            ("Precedence: bulk\r\nAuto-Submitted: auto-replied", Answer(told("Auto-Submitted: auto-replied"))),
            ("Precedence: first-class", None),
            ("X-Autoreply: yes", Answer(told("X-Autoreply: yes"))),
            ("X-Autorespond: Re: you", Answer(told("X-Autorespond: Re: you"))),
            ("X-Autoreply: no", None),
            ("List-Id: News <news.example.com>", List(told("List-Id: News <news.example.com>"))),
            ("List-Unsubscribe: <https://example.com/u>", List(told("List-Unsubscribe: <https://example.com/u>"))),
            ("X-Auto-Response-Suppress: All", None),
            ("X-Auto-Response-Suppress: All\r\nSubject: Automatic reply: Your booking", Answer(told("X-Auto-Response-Suppress: All"))),
            ("X-Auto-Response-Suppress: None\r\nSubject: Automatic reply: x", None),
            ("Return-Path: <>\r\nSubject: Out of office: x", Answer(told("Return-Path: <>"))),
            ("Return-Path: < >\r\nSubject: Booking 12", Notice(told("Return-Path: <>"))),
            ("Return-Path: <ada@example.com>", None),
            ("Subject: Automatic reply to whom?", None),
        ] {
            assert_eq!(of(format!("{header}\r\n\r\nx").as_bytes(), false).machine, machine, "{header}");
        }
        assert_eq!(of(b"Auto-Submitted: auto-replied\r\n\r\n", true).machine, Machine::Bounce);
    }

    #[test]
    fn the_letter_answered_is_looked_for_first_and_then_those_before_it() {
        let raw = b"References: <a@x> <b@x>\r\n <c@x>\r\nIn-Reply-To: <c@x>\r\n\r\n";
        assert_eq!(of(raw, false).answers, ["c@x", "b@x", "a@x"]);
        assert!(of(b"", false).answers.is_empty());
        assert!(of(b"\xff\x00\r\n\r", false).answers.is_empty());
    }
}
