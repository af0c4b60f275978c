//! SEARCH and UID SEARCH with RETURN (RFC 3501 §6.4.4, RFC 4731): the keys that collectors use.

use super::command::{Argument, Command, NumberSet};
use super::fault::Fault;
use super::mailbox::{LabLetter, LabMailbox};
use super::session::Session;
use super::wire::Outcome;

impl Session {
    pub(super) async fn search(&mut self, command: &Command) -> Outcome {
        self.refresh().await?;
        let mut keys = command.arguments.as_slice();
        let mut returns = None;
        if keys.first().is_some_and(|key| key.upper() == "RETURN") {
            returns = keys.get(1).map(|options| options.members().iter().map(Argument::upper).collect::<Vec<_>>());
            keys = keys.get(2..).unwrap_or_default();
        }
        if keys.first().is_some_and(|key| key.upper() == "CHARSET") {
            keys = keys.get(2..).unwrap_or_default();
        }
        let (Some(mailbox), Some(selected)) = (self.current(), &self.selected) else {
            return self.tagged(command, "NO The folder is gone").await;
        };
        let Some(mut found) = found(&mailbox, &selected.view, keys) else {
            return self.tagged(command, "BAD Unknown search key").await;
        };
        found.retain(|(_, uid)| !self.shared.on(&Fault::SearchOmits(*uid)));
        let by_uid = command.name.starts_with("UID");
        let numbers: Vec<u32> = found.iter().map(|&(number, uid)| if by_uid { uid } else { number }).collect();
        let line = match returns {
            Some(options) => extended(&command.tag, by_uid, &options, &numbers),
            None => numbers.iter().fold(String::from("* SEARCH"), |line, number| format!("{line} {number}")),
        };
        self.line(&line).await?;
        self.ok(command).await
    }
}

/// `(message number, uid)` of what every key agrees to; none when a key is unknown.
fn found(mailbox: &LabMailbox, view: &[u32], keys: &[Argument]) -> Option<Vec<(u32, u32)>> {
    if keys.is_empty() {
        return None;
    }
    let numbers: Vec<u32> = (1..=view.len() as u32).collect();
    let mut found = Vec::new();
    for (number, uid) in numbers.iter().copied().zip(view.iter().copied()) {
        let Some(letter) = mailbox.find(uid) else { continue };
        let place = Place { number, letter, numbers: &numbers, uids: view };
        let mut rest = keys;
        let mut agreed = true;
        while !rest.is_empty() {
            agreed &= place.agrees(&mut rest)?;
        }
        if agreed {
            found.push((number, uid));
        }
    }
    Some(found)
}

struct Place<'a> {
    number: u32,
    letter: &'a LabLetter,
    numbers: &'a [u32],
    uids: &'a [u32],
}

impl Place<'_> {
    /// Takes one key off and judges by it.
    fn agrees(&self, keys: &mut &[Argument]) -> Option<bool> {
        let key = take(keys)?;
        if let Argument::List(inner) = key {
            let mut rest = inner.as_slice();
            let mut agreed = true;
            while !rest.is_empty() {
                agreed &= self.agrees(&mut rest)?;
            }
            return Some(agreed);
        }
        let flagged = |flag: &str| self.letter.flags.contains(flag);
        Some(match key.upper().as_str() {
            "ALL" | "OLD" => true,
            "NEW" | "RECENT" => false,
            "SEEN" => flagged("\\Seen"),
            "UNSEEN" => !flagged("\\Seen"),
            "ANSWERED" => flagged("\\Answered"),
            "UNANSWERED" => !flagged("\\Answered"),
            "FLAGGED" => flagged("\\Flagged"),
            "UNFLAGGED" => !flagged("\\Flagged"),
            "DELETED" => flagged("\\Deleted"),
            "UNDELETED" => !flagged("\\Deleted"),
            "DRAFT" => flagged("\\Draft"),
            "UNDRAFT" => !flagged("\\Draft"),
            "KEYWORD" => flagged(&take(keys)?.text()),
            "UNKEYWORD" => !flagged(&take(keys)?.text()),
            "LARGER" => self.letter.raw.len() > take(keys)?.text().parse().ok()?,
            "SMALLER" => self.letter.raw.len() < take(keys)?.text().parse().ok()?,
            "MODSEQ" => self.letter.modseq >= take(keys)?.text().parse().ok()?,
            "UID" => NumberSet::parse(&take(keys)?.text(), self.uids)?.contains(self.letter.uid),
            "NOT" => !self.agrees(keys)?,
            "OR" => {
                let (one, other) = (self.agrees(keys)?, self.agrees(keys)?);
                one || other
            }
            "HEADER" => {
                let (name, value) = (take(keys)?.text(), take(keys)?.text());
                self.header_has(&name, &value)
            }
            set if set.starts_with(|c: char| c.is_ascii_digit() || c == '*') => NumberSet::parse(set, self.numbers)?.contains(self.number),
            _ => return None,
        })
    }

    fn header_has(&self, name: &str, value: &str) -> bool {
        let (head, _) = super::fetch::split_head(&self.letter.raw);
        let fields = super::fetch::header_fields(head, &[name.to_owned()], true);
        let text = String::from_utf8_lossy(&fields).to_lowercase();
        !text.trim().is_empty() && text.contains(&value.to_lowercase())
    }
}

fn take<'a>(keys: &mut &'a [Argument]) -> Option<&'a Argument> {
    let (first, rest) = keys.split_first()?;
    *keys = rest;
    Some(first)
}

/// `* ESEARCH (TAG "a") UID MIN 1 MAX 9 ALL 1:5,9 COUNT 6`.
fn extended(tag: &str, by_uid: bool, options: &[String], numbers: &[u32]) -> String {
    let wants = |name: &str| options.iter().any(|option| option == name) || (name == "ALL" && options.is_empty());
    let mut line = format!("* ESEARCH (TAG \"{tag}\"){}", if by_uid { " UID" } else { "" });
    if let (Some(least), Some(most)) = (numbers.first(), numbers.last()) {
        if wants("MIN") {
            line.push_str(&format!(" MIN {least}"));
        }
        if wants("MAX") {
            line.push_str(&format!(" MAX {most}"));
        }
        if wants("ALL") {
            line.push_str(&format!(" ALL {}", ranges(numbers)));
        }
    }
    if wants("COUNT") {
        line.push_str(&format!(" COUNT {}", numbers.len()));
    }
    line
}

fn ranges(numbers: &[u32]) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for &number in numbers {
        match ranges.last_mut() {
            Some((_, end)) if *end + 1 == number => *end = number,
            _ => ranges.push((number, number)),
        }
    }
    let shown: Vec<String> = ranges.iter().map(|(from, to)| if from == to { from.to_string() } else { format!("{from}:{to}") }).collect();
    shown.join(",")
}
