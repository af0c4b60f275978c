//! What was said to a mail server (S10): commands and how often; the part that collects apart from the part that adds letters of ours.

use serde::{Deserialize, Serialize};

/// A command, and how often it was sent.
pub type Said = (String, i64);

/// What an account's sessions said to the server (S10).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandsOff {
    /// Sessions that collected.
    pub sessions: i64,
    /// Their verbs and times, most used first. No write can be among them.
    pub commands: Vec<Said>,
    /// Letters of our own that were added.
    #[serde(default)]
    pub added: Added,
}

/// What the one part said that may add a letter to a mailbox, and can change nothing there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    /// Its sessions.
    pub sessions: i64,
    /// Verbs and times, most used first.
    pub commands: Vec<Said>,
    /// Copies of sent letters that were handed to the server.
    pub copies: i64,
    /// Drafts that were.
    pub drafts: i64,
}

impl Added {
    /// Letters handed to the server.
    pub fn letters(&self) -> i64 {
        self.copies + self.drafts
    }
}

/// What opens for writing or writes; `SELECT` counts, since it marks letters as no longer new. The last line is POP3's and Graph's.
const WRITES: &[&str] = &[
    "SELECT",
    "STORE",
    "APPEND",
    "COPY",
    "MOVE",
    "EXPUNGE",
    "CREATE",
    "DELETE",
    "RENAME",
    "SUBSCRIBE",
    "UNSUBSCRIBE",
    "CLOSE",
    "REPLACE",
    "SETACL",
    "SETMETADATA",
    "DELE",
    "POST",
    "PUT",
    "PATCH",
];

/// Whether a command could change a mailbox.
pub fn is_write(verb: &str) -> bool {
    let mut words = verb.split_whitespace();
    let first = words.next().unwrap_or_default();
    let deed = if first == "UID" { words.next().unwrap_or_default() } else { first };
    WRITES.contains(&deed) || (deed == "FETCH" && (verb.contains("BODY[") || verb.ends_with("RFC822")))
}

/// Whether a command adds a letter and leaves the others alone: IMAP's, and Graph's for a draft.
pub fn only_adds(verb: &str) -> bool {
    matches!(verb, "APPEND" | "POST")
}

impl HandsOff {
    /// Commands that could change what a mailbox holds: any write while collecting, and of what adds letters any but the one that adds.
    pub fn writes(&self) -> i64 {
        let collecting = self.commands.iter().filter(|(verb, _)| is_write(verb));
        let adding = self.added.commands.iter().filter(|(verb, _)| is_write(verb) && !only_adds(verb));
        collecting.chain(adding).map(|(_, times)| times).sum()
    }

    /// Adds what other sessions said.
    pub fn add(&mut self, more: &Self) {
        self.sessions += more.sessions;
        add_up(&mut self.commands, &more.commands);
        self.added.sessions += more.added.sessions;
        self.added.copies += more.added.copies;
        self.added.drafts += more.added.drafts;
        add_up(&mut self.added.commands, &more.added.commands);
    }
}

fn add_up(all: &mut Vec<Said>, more: &[Said]) {
    for (verb, times) in more {
        match all.iter_mut().find(|(known, _)| known == verb) {
            Some((_, count)) => *count += times,
            None => all.push((verb.clone(), *times)),
        }
    }
    all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(verbs: &[(&str, i64)]) -> Vec<Said> {
        verbs.iter().map(|(verb, times)| ((*verb).to_owned(), *times)).collect()
    }

    fn collected(verbs: &[(&str, i64)]) -> HandsOff {
        HandsOff { sessions: 1, commands: said(verbs), added: Added::default() }
    }

    #[test]
    fn what_could_change_a_mailbox_is_counted_as_a_write() {
        // S10
        assert_eq!(collected(&[("EXAMINE", 5), ("UID FETCH BODY.PEEK[]", 9), ("LIST", 1), ("LOGOUT", 1), ("GET", 3)]).writes(), 0);
        assert_eq!(collected(&[("SELECT", 1), ("UID STORE", 2), ("UID FETCH BODY[]", 4), ("APPEND", 1)]).writes(), 8);
    }

    #[test]
    fn letters_of_our_own_are_counted_and_are_no_change_of_others() {
        // S10
        let added = Added { sessions: 1, commands: said(&[("EXAMINE", 1), ("APPEND", 1)]), copies: 1, drafts: 0 };
        let mut record = collected(&[("EXAMINE", 5)]);
        record.add(&HandsOff { added: added.clone(), ..HandsOff::default() });
        record.add(&HandsOff { added: Added { copies: 0, drafts: 1, ..added }, ..HandsOff::default() });
        assert_eq!((record.sessions, record.added.sessions, record.added.letters(), record.writes()), (1, 2, 2, 0));
        assert_eq!(record.added.commands, said(&[("APPEND", 2), ("EXAMINE", 2)]));
        record.added.commands.push(("UID STORE".into(), 1));
        assert_eq!(record.writes(), 1, "a command that only this part must not say either");
    }
}
