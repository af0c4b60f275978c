//! Which letters are passed on to nobody, so that no two machines send one to and fro (RELIABILITY §2, Q7).

use crate::{compose::FORWARDED_BY, field, mime};

/// Servers on the way of an honest letter, with room to spare.
pub const MOST_RECEIVED: usize = 30;

/// Why a letter is not passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotPassedOn {
    /// A Postroom passed it on already.
    Forwarded,
    /// Too many servers have had it.
    TooManyServers,
    /// It says that another letter came back.
    Bounce,
    /// A machine wrote it, or it went to a list.
    Automatic,
}

/// Why this letter is not passed on, if so; by its own headers alone.
pub fn not_passed_on(raw: &[u8]) -> Option<NotPassedOn> {
    let lines = mime::with_line_feeds(raw);
    let head = field::split(&lines);
    if head.fields.iter().any(|field| field.is(FORWARDED_BY)) {
        return Some(NotPassedOn::Forwarded);
    }
    if head.fields.iter().filter(|field| field.is("received")).count() >= MOST_RECEIVED {
        return Some(NotPassedOn::TooManyServers);
    }
    match crate::read(raw).letter {
        Ok(letter) if letter.is_bounce => Some(NotPassedOn::Bounce),
        Ok(letter) if letter.is_automatic => Some(NotPassedOn::Automatic),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_could_go_round_are_passed_on_to_nobody() {
        let many = "Received: from a by b; x\r\n".repeat(MOST_RECEIVED);
        let few = "Received: from a by b; x\r\n".repeat(MOST_RECEIVED - 1);
        for (head, why) in [
            ("Subject: x", None),
            (few.trim_end(), None),
            ("Auto-Submitted: no", None),
            ("postroom-FORWARDED: 99", Some(NotPassedOn::Forwarded)),
            ("Postroom-Forwarded:", Some(NotPassedOn::Forwarded)),
            (many.trim_end(), Some(NotPassedOn::TooManyServers)),
            ("Auto-Submitted: auto-replied", Some(NotPassedOn::Automatic)),
            ("Auto-Submitted: auto-generated", Some(NotPassedOn::Automatic)),
            ("Precedence: bulk", Some(NotPassedOn::Automatic)),
            ("List-Id: <x.example>", Some(NotPassedOn::Automatic)),
            ("Return-Path: <>\r\nFrom: Mail Delivery System <x@example.com>", Some(NotPassedOn::Bounce)),
        ] {
            let from = if head.contains("From:") { "" } else { "From: cy@agent.example\r\n" };
            assert_eq!(not_passed_on(format!("{from}{head}\r\n\r\nbody\r\n").as_bytes()), why, "{head}");
        }
        // In the words or in an attached letter it says nothing of this one.
        assert_eq!(not_passed_on(b"From: a@b.example\r\n\r\nPostroom-Forwarded: 1\r\n"), None);
    }
}
