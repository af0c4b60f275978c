//! What a session really said (S10), tapped from the octets on the wire, and a redacted transcript for the support file (IT-36).
//!
//! Must never: keep a password, an address, a folder's name, a subject or any part of a letter.

use crate::{Capabilities, error::one_line};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Lines kept for the support file.
const RING: usize = 200;

/// The commands of one session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// Verb and times, most used first.
    pub commands: Vec<(String, u64)>,
    /// SHA-256 over the redacted commands in their order, hexadecimal.
    pub digest: String,
    /// The last lines of the talk, redacted.
    pub transcript: Vec<String>,
    /// Octets received.
    pub received: u64,
    /// Octets sent.
    pub sent: u64,
}

impl Record {
    /// For the account's page: one session.
    pub fn hands_off(&self) -> model::HandsOff {
        let commands = self.commands.iter().map(|(verb, times)| (verb.clone(), i64::try_from(*times).unwrap_or(i64::MAX))).collect();
        model::HandsOff { sessions: 1, commands, ..model::HandsOff::default() }
    }
}

/// A status response: `A0001 NO [CODE] words`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Said {
    /// Upper case: OK, NO, BAD, BYE, PREAUTH.
    pub status: String,
    /// What follows, one line, secrets removed.
    pub text: String,
    /// The answer to a search that came before: sets as written; `None` when there was none.
    pub found: Option<Vec<String>>,
}

/// What the tap collects; shared by the wire and the reader above it.
#[derive(Default)]
pub(crate) struct Tap {
    verbs: BTreeMap<String, u64>,
    hash: Sha256,
    ring: VecDeque<String>,
    secrets: Vec<SecretString>,
    pub received: u64,
    pub sent: u64,
    /// Tagged answers that nobody has looked at yet, in their order.
    pub answered: VecDeque<Said>,
    /// The server said farewell.
    pub bye: Option<Said>,
    /// The last untagged NO, BAD or ALERT.
    pub warned: Option<Said>,
    /// The newest list of capabilities.
    pub capabilities: Option<Capabilities>,
    /// Answers to searches since the last tagged answer: sets as written.
    pub found: Option<Vec<String>>,
    /// What ID answered.
    pub server_name: Option<String>,
    /// A sign-in is going on: continuation lines are secret.
    pub secret_lines: bool,
}

/// The tap, shared.
#[derive(Clone, Default)]
pub(crate) struct SharedTap(Arc<Mutex<Tap>>);

impl std::fmt::Debug for SharedTap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SharedTap")
    }
}

impl SharedTap {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Tap> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn record(&self) -> Record {
        let tap = self.lock();
        let mut commands: Vec<_> = tap.verbs.iter().map(|(verb, times)| (verb.clone(), *times)).collect();
        commands.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Record {
            commands,
            digest: hex(&tap.hash.clone().finalize()),
            transcript: tap.ring.iter().cloned().collect(),
            received: tap.received,
            sent: tap.sent,
        }
    }
}

impl Tap {
    /// Words that must not be kept even if a server repeats them.
    pub(crate) fn hide(&mut self, secret: SecretString) {
        if secret.expose_secret().len() >= 3 {
            self.secrets.push(secret);
        }
    }

    /// A line that we sent, without its line end.
    pub(crate) fn sent_line(&mut self, line: &[u8]) {
        let text = String::from_utf8_lossy(line);
        let redacted = if self.secret_lines && !text.contains(' ') { "…".to_owned() } else { redact_command(&text) };
        if redacted != "…" {
            let words = redacted.split_once(' ').filter(|(tag, _)| is_tag(tag)).map_or(redacted.as_str(), |(_, rest)| rest);
            *self.verbs.entry(verb(words)).or_default() += 1;
            self.hash.update(words.as_bytes());
            self.hash.update(b"\n");
        }
        self.note('>', &redacted);
    }

    /// A command without a tag (POP3), as it may be shown; its octets on the wire.
    pub(crate) fn sent_words(&mut self, words: &str, octets: u64) {
        self.sent += octets;
        if words != "…" {
            let mut parts = words.split(' ');
            let first = parts.next().unwrap_or_default();
            let verb = if first == "AUTH" { words.to_owned() } else { first.to_owned() };
            *self.verbs.entry(verb).or_default() += 1;
            self.hash.update(words.as_bytes());
            self.hash.update(b"\n");
        }
        self.note('>', words);
    }

    /// A line of a server without tags (POP3).
    pub(crate) fn received_words(&mut self, line: &str) {
        let text = mask(&self.without_secrets(line), false);
        self.note('<', &text);
    }

    /// A line that the server sent, already free of literals.
    pub(crate) fn received_line(&mut self, line: &[u8]) {
        let text = redact_answer(&self.without_secrets(&String::from_utf8_lossy(line)));
        self.note('<', &text);
    }

    /// A FETCH answer: its numbers only; flags may be anybody's words.
    pub(crate) fn received_fetch(&mut self, line: &[u8]) {
        let start = String::from_utf8_lossy(&line[..line.len().min(60)]);
        let words: Vec<&str> = start.split(' ').take(5).collect();
        let uid = words.get(3).is_some_and(|word| word.eq_ignore_ascii_case("(UID"));
        let shown = if uid { words.len() } else { words.len().min(3) };
        let shown = words[..shown].join(" ");
        self.note('<', &format!("{shown} …"));
    }

    /// A remark of ours.
    pub(crate) fn remark(&mut self, words: &str) {
        self.note('-', words);
    }

    fn note(&mut self, direction: char, text: &str) {
        if self.ring.len() >= RING {
            self.ring.pop_front();
        }
        let text: String = one_line(text).chars().take(200).collect();
        self.ring.push_back(format!("{direction} {text}"));
    }

    /// The server's words as shown to people: one line, no secret.
    pub(crate) fn said(&self, status: &str, text: &str) -> Said {
        Said { status: status.to_ascii_uppercase(), text: one_line(&self.without_secrets(text)), found: None }
    }

    fn without_secrets(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret.expose_secret(), "…"))
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn is_tag(word: &str) -> bool {
    word.len() >= 2 && word.as_bytes()[0].is_ascii_uppercase() && word[1..].bytes().all(|b| b.is_ascii_digit())
}

/// The verb of a redacted command without its tag: `UID FETCH BODY.PEEK[]`.
fn verb(words: &str) -> String {
    let mut parts = words.split(' ');
    let first = parts.next().unwrap_or_default().to_ascii_uppercase();
    let second = parts.next().unwrap_or_default().to_ascii_uppercase();
    match first.as_str() {
        "UID" if second == "FETCH" => format!("UID FETCH {}", fetched(words)),
        "FETCH" => format!("FETCH {}", fetched(words)),
        "UID" => format!("UID {second}"),
        "AUTHENTICATE" => format!("AUTHENTICATE {second}"),
        _ => first,
    }
}

/// What a FETCH asks of the letter itself; everything about bodies is named, PEEK or not.
fn fetched(words: &str) -> String {
    let upper = words.to_ascii_uppercase();
    if let Some(at) = upper.find("BODY") {
        let rest = &upper[at..];
        let end = rest.find(']').map_or_else(|| rest.find([' ', ')']).unwrap_or(rest.len()), |end| end + 1);
        let section = rest[..end].split(' ').next().unwrap_or_default();
        let closed = if section.contains('[') && !section.ends_with(']') { format!("{section}]") } else { section.to_owned() };
        return if rest[end..].starts_with('<') { format!("{closed}<>") } else { closed };
    }
    for asked in ["RFC822.SIZE", "RFC822", "FLAGS", "INTERNALDATE"] {
        if upper.contains(asked) {
            return asked.to_owned();
        }
    }
    "UID".to_owned()
}

/// Arguments that may name people or folders, or are secret, are left out.
fn redact_command(text: &str) -> String {
    let mut parts = text.splitn(3, ' ');
    let (tag, name, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    match name.to_ascii_uppercase().as_str() {
        "LOGIN" => format!("{tag} LOGIN …"),
        "AUTHENTICATE" => format!("{tag} AUTHENTICATE {}", rest.split(' ').next().unwrap_or_default()),
        // A letter's name in the search for it is nobody's business; folders are masked as quoted strings.
        "" | "UID" | "LIST" | "CAPABILITY" | "NOOP" | "STARTTLS" | "LOGOUT" | "IDLE" | "COMPRESS" | "ID" => mask(text, false),
        _ => mask(text, true),
    }
}

fn redact_answer(text: &str) -> String {
    let upper = text.to_ascii_uppercase();
    if text.starts_with('+') {
        return "+ …".to_owned();
    }
    if upper.starts_with("* SEARCH") || upper.starts_with("* ESEARCH") {
        return format!("{} … ({} octets)", text.split(' ').take(2).collect::<Vec<_>>().join(" "), text.len());
    }
    let names = ["* LIST", "* LSUB", "* STATUS"].iter().any(|start| upper.starts_with(start));
    if names {
        return mask_name(text);
    }
    mask(text, false)
}

/// `* LIST (\Sent) "/" …` and `* STATUS … (MESSAGES 3)`: everything but the name.
fn mask_name(text: &str) -> String {
    let quoted = mask(text, false);
    if quoted.to_ascii_uppercase().starts_with("* STATUS") {
        let tail = quoted.rfind('(').map_or("", |at| &quoted[at..]);
        return format!("* STATUS … {tail}");
    }
    match (quoted.find('('), quoted.find(')')) {
        (Some(open), Some(close)) if open < close => format!("* LIST {} …", &quoted[open..=close]),
        _ => "* LIST …".to_owned(),
    }
}

/// Quoted strings and words with an `@` become `…`; with `bare`, the first plain argument too (a folder's name).
fn mask(text: &str, bare: bool) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('"') {
        out.push_str(&rest[..open]);
        out.push_str("\"…\"");
        let mut escaped = false;
        let close = rest[open + 1..].char_indices().find(|(_, c)| {
            let end = *c == '"' && !escaped;
            escaped = *c == '\\' && !escaped;
            end
        });
        match close {
            Some((at, _)) => rest = &rest[open + 1 + at + 1..],
            None => rest = "",
        }
    }
    out.push_str(rest);
    let words = out.split(' ').enumerate().map(|(at, word)| {
        let name = bare && at == 2 && !word.starts_with('"');
        if word.contains('@') || name { "…" } else { word }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(lines: &[&str]) -> Record {
        let tap = SharedTap::default();
        for line in lines {
            tap.lock().sent_line(line.as_bytes());
        }
        tap.record()
    }

    // S10
    #[test]
    fn every_verb_is_counted_by_what_it_asks_for() {
        let record = sent(&[
            "A0001 UID FETCH 1:5 (UID INTERNALDATE BODY.PEEK[])",
            "A0002 UID FETCH 6 (UID BODY.PEEK[]<0.1048576>)",
            "A0003 UID FETCH 6 (UID BODY[])",
            "A0004 UID FETCH 1:9 (UID BODY.PEEK[HEADER.FIELDS (FROM TO)])",
            "A0005 UID STORE 1 +FLAGS (\\Seen)",
            "A0006 UID FETCH 1:* (UID RFC822.SIZE FLAGS)",
            "A0007 EXAMINE \"Client Smith\"",
        ]);
        let verbs: Vec<&str> = record.commands.iter().map(|(verb, _)| verb.as_str()).collect();
        for verb in [
            "UID FETCH BODY.PEEK[]",
            "UID FETCH BODY.PEEK[]<>",
            "UID FETCH BODY[]",
            "UID FETCH BODY.PEEK[HEADER.FIELDS]",
            "UID STORE",
            "UID FETCH RFC822.SIZE",
            "EXAMINE",
        ] {
            assert!(verbs.contains(&verb), "{verb} in {verbs:?}");
        }
        assert_eq!(record.digest.len(), 64);
    }

    // IT-36, W5
    #[test]
    fn the_transcript_holds_no_secret_no_address_and_no_name() {
        let tap = SharedTap::default();
        tap.lock().hide(SecretString::from("hunter22"));
        for line in ["A0001 LOGIN \"ann@example.com\" \"hunter22\"", "A0002 EXAMINE \"Client Smith\"", "A0003 STATUS Smith (MESSAGES)"] {
            tap.lock().sent_line(line.as_bytes());
        }
        for line in [
            "* OK ann@example.com hello hunter22",
            "* LIST (\\HasNoChildren) \"/\" Smith",
            "* STATUS Smith (MESSAGES 3)",
            "* 1 FETCH (UID 1 BODY[HEADER.FIELDS (SUBJECT)] \"Subject: Smith\")",
        ] {
            tap.lock().received_line(line.as_bytes());
        }
        let text = tap.record().transcript.join("\n");
        for bad in ["hunter22", "ann@", "Smith"] {
            assert!(!text.contains(bad), "{bad} in {text}");
        }
        assert!(text.contains("MESSAGES 3") && text.contains("LOGIN"));
    }
}
