//! Which letters a letter answers: by Message-IDs alone, never by subject.

use crate::{Letter, field, letter, mime};

/// Message-IDs of References followed at most: the oldest, which began it all, and the newest.
const REFERENCES: usize = 100;
/// Message-IDs of In-Reply-To followed at most.
const REPLIES: usize = 5;

/// The Message-IDs a letter refers to, each once: as many as are followed.
pub fn refers(letter: &Letter) -> Vec<String> {
    chosen(&letter.references, &letter.in_reply_to)
}

/// The same from a letter's octets, of which its head is enough.
pub fn refers_of(raw: &[u8]) -> Vec<String> {
    std::panic::catch_unwind(|| {
        let raw = mime::with_line_feeds(raw);
        let fields = field::split(&raw).fields;
        chosen(&letter::message_ids(&fields, "references"), &letter::message_ids(&fields, "in-reply-to"))
    })
    .unwrap_or_default()
}

fn chosen(references: &[String], in_reply_to: &[String]) -> Vec<String> {
    let newest = references.iter().rev().take(REFERENCES - 1);
    let mut ids: Vec<String> = references.first().into_iter().chain(newest).chain(in_reply_to.iter().take(REPLIES)).cloned().collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_alone_tells_what_the_whole_letter_tells() {
        let raw = b"Message-ID: <c@x>\r\nReferences: <a@x>\r\n <b@x>\r\nIn-Reply-To: <b@x> <z@x>\r\nSubject: Re: x\r\n\r\nReferences: <not@x>\r\n";
        assert_eq!(refers_of(raw), ["a@x", "b@x", "z@x"]);
        assert_eq!(refers(&crate::read(raw).letter.unwrap_or_default()), refers_of(raw));
        assert!(refers_of(b"").is_empty());
    }

    #[test]
    fn of_very_many_the_first_and_the_newest_are_followed() {
        let references: Vec<String> = (0..500).map(|n| format!("{n:03}@x")).collect();
        let ids = chosen(&references, &[]);
        assert_eq!((ids.len(), ids[0].as_str(), ids[1].as_str()), (100, "000@x", "401@x"));
    }
}
