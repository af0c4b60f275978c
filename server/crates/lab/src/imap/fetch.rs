//! FETCH and UID FETCH: flags, sizes, dates, bodies and their parts; and most of the faults.

use super::command::{Argument, Command, in_set};
use super::fault::Fault;
use super::mailbox::LabLetter;
use super::session::Session;
use super::wire::{Closed, Outcome};
use crate::corpus::internal_date;

/// One thing asked of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Item {
    Uid,
    Flags,
    InternalDate,
    Size,
    ModSeq,
    Labels,
    Body(BodyItem),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct BodyItem {
    /// As the answer names it: `BODY[HEADER]<0>`.
    shown: String,
    /// `HEADER`, `TEXT`, `HEADER.FIELDS (A B)` or nothing for all of it.
    section: String,
    partial: Option<(usize, usize)>,
    peek: bool,
}

impl Session {
    pub(super) async fn fetch(&mut self, command: &Command) -> Outcome {
        let by_uid = command.name.starts_with("UID");
        if by_uid {
            self.refresh().await?;
        }
        let view = self.selected.as_ref().map(|selected| selected.view.clone()).unwrap_or_default();
        let numbers: Vec<u32> = (1..=view.len() as u32).collect();
        let chosen = in_set(&command.text(0), if by_uid { &view } else { &numbers });
        let (Some(chosen), Some(asked)) = (chosen, command.arguments.get(1).and_then(items)) else {
            return self.tagged(command, "BAD What should be fetched?").await;
        };
        if asked.contains(&Item::Labels) && !self.can("X-GM-EXT-1") {
            return self.tagged(command, "BAD There are no labels here").await;
        }
        if asked.contains(&Item::Labels) {
            if self.shared.on(&Fault::LabelsClose) {
                return Err(Closed);
            }
            if let Some(text) = self.shared.strike(|fault| if let Fault::LabelsRefused(text) = fault { Some(text.clone()) } else { None }) {
                return self.tagged(command, &format!("NO {text}")).await;
            }
        }
        let since = changed_since(command);
        let items = self.items_to_answer(asked, by_uid, since.is_some());
        let mut uids: Vec<u32> = chosen.into_iter().map(|number| if by_uid { number } else { view[number as usize - 1] }).collect();
        if let Some(since) = since {
            uids.retain(|&uid| self.letter(uid).is_some_and(|letter| letter.modseq > since));
        }
        let refused = self.refused_among(&uids, &items);
        let withheld: Vec<u32> = refused.iter().map(|(uid, _)| *uid).collect();
        self.answer_each(&uids, &items, &withheld).await?;
        match refused.into_iter().next() {
            Some((_, text)) => self.tagged(command, &format!("NO {text}")).await,
            None => self.ok(command).await,
        }
    }

    /// What was asked, with the UID that UID FETCH always answers and the MODSEQ that CHANGEDSINCE implies; less or otherwise by fault.
    fn items_to_answer(&mut self, mut items: Vec<Item>, by_uid: bool, by_change: bool) -> Vec<Item> {
        if by_uid && !items.contains(&Item::Uid) {
            items.insert(0, Item::Uid);
        }
        if by_uid && self.shared.on(&Fault::UidMissingInFetch) {
            items.retain(|item| *item != Item::Uid);
        }
        if self.shared.on(&Fault::UidLast) {
            items.sort_by_key(|item| *item == Item::Uid);
        }
        if by_change && !items.contains(&Item::ModSeq) {
            items.push(Item::ModSeq);
        }
        self.condstore |= items.contains(&Item::ModSeq);
        items
    }

    fn refused_among(&self, uids: &[u32], items: &[Item]) -> Vec<(u32, String)> {
        if !items.iter().any(|item| matches!(item, Item::Body(body) if body.section.is_empty())) {
            return Vec::new();
        }
        let refused = |wanted: u32| {
            self.shared.strike(|fault| match fault {
                Fault::FetchRefused { uid, text } if *uid == wanted => Some((wanted, text.clone())),
                _ => None,
            })
        };
        uids.iter().filter_map(|uid| refused(*uid)).collect()
    }

    async fn answer_each(&mut self, uids: &[u32], items: &[Item], withheld: &[u32]) -> Outcome {
        for (index, &uid) in uids.iter().enumerate() {
            if withheld.contains(&uid) || self.shared.on(&Fault::FetchOmits(uid)) {
                continue;
            }
            if self.shared.on(&Fault::UnsolicitedFetch) {
                let number = if self.number_of(uid) == Some(1) { self.selected.as_ref().map_or(1, |s| s.view.len()) } else { 1 };
                self.line(&format!("* {number} FETCH (FLAGS (\\Answered \\Seen))")).await?;
            }
            if let Some(letter) = self.letter(uid) {
                self.answer_one(&letter, items).await?;
            }
            if index == 0 && self.shared.on(&Fault::ExpungeDuringFetch) {
                self.expunge_first().await?;
            }
        }
        let last = self.selected.as_ref().and_then(|selected| selected.view.last().copied());
        if let Some(last) = last.filter(|_| self.shared.on(&Fault::ForeignFetch)).and_then(|uid| self.letter(uid)) {
            self.answer_one(&last, items).await?;
        }
        Ok(())
    }

    /// A letter of the selected folder as it stands at this moment.
    fn letter(&self, uid: u32) -> Option<LabLetter> {
        let selected = self.selected.as_ref()?;
        self.shared.lock().mailbox(self.user.as_deref()?, &selected.folder)?.find(uid).cloned()
    }

    /// The number this session knows a letter by.
    fn number_of(&self, uid: u32) -> Option<usize> {
        self.selected.as_ref()?.view.binary_search(&uid).ok().map(|index| index + 1)
    }

    async fn expunge_first(&mut self) -> Outcome {
        let Some(first) = self.selected.as_mut().filter(|s| !s.view.is_empty()).map(|s| s.view.remove(0)) else { return Ok(()) };
        self.change(|mailbox| mailbox.expunge(first));
        self.line("* 1 EXPUNGE").await
    }

    async fn answer_one(&mut self, letter: &LabLetter, items: &[Item]) -> Outcome {
        // A letter that went during this very FETCH has no number any more and is passed over.
        let Some(number) = self.number_of(letter.uid) else { return Ok(()) };
        self.wire.send(format!("* {number} FETCH (").as_bytes()).await?;
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.wire.send(b" ").await?;
            }
            match item {
                Item::Body(body) => self.answer_body(letter, body).await?,
                other => {
                    let text = self.plain_item(letter, other);
                    self.wire.send(text.as_bytes()).await?;
                }
            }
        }
        self.wire.send(b")\r\n").await?;
        self.mark_seen(letter, items);
        Ok(())
    }

    fn plain_item(&self, letter: &LabLetter, item: &Item) -> String {
        match item {
            Item::Uid => format!("UID {}", letter.uid),
            Item::Flags => {
                let flags: Vec<&str> = letter.flags.iter().map(String::as_str).collect();
                format!("FLAGS ({})", flags.join(" "))
            }
            Item::InternalDate if self.shared.on(&Fault::BadInternalDate) => "INTERNALDATE \"yesterday\"".into(),
            Item::InternalDate => format!("INTERNALDATE \"{}\"", internal_date(letter.internal_date)),
            Item::Size => {
                let lie = self.shared.strike(|fault| if let Fault::SizeLies(by) = fault { Some(*by) } else { None });
                format!("RFC822.SIZE {}", (letter.raw.len() as i64 + lie.unwrap_or(0)).max(0))
            }
            Item::ModSeq => format!("MODSEQ ({})", letter.modseq),
            Item::Labels if self.shared.on(&Fault::OddLabels(letter.uid)) => "X-GM-LABELS ({4000000000}\r\n".into(),
            Item::Labels if self.shared.on(&Fault::LabelLiterals) => {
                let wire = letter.labels.iter().map(|label| crate::utf7::encode(label));
                let labels: Vec<String> = wire.map(|label| format!("{{{}}}\r\n{label}", label.len())).collect();
                format!("X-GM-LABELS ({})", labels.join(" "))
            }
            Item::Labels => {
                let labels: Vec<String> = letter.labels.iter().map(|label| label_shown(label)).collect();
                format!("X-GM-LABELS ({})", labels.join(" "))
            }
            Item::Body(body) => body.shown.clone(),
        }
    }

    async fn answer_body(&mut self, letter: &LabLetter, body: &BodyItem) -> Outcome {
        let mut octets = section(&letter.raw, &body.section);
        let partial = body.partial.filter(|_| !self.shared.on(&Fault::PartialIgnored));
        let shown = if partial.is_some() { body.shown.clone() } else { body.shown.split('<').next().unwrap_or_default().to_owned() };
        if let Some((offset, length)) = partial {
            let start = offset.min(octets.len());
            octets = octets[start..(start.saturating_add(length)).min(octets.len())].to_vec();
        }
        self.shared.lock().body_bytes += octets.len() as u64;
        if self.shared.on(&Fault::NilBody) {
            return self.wire.send(format!("{shown} NIL").as_bytes()).await;
        }
        if self.shared.on(&Fault::ZeroLiteral) {
            return self.wire.send(format!("{shown} {{0}}\r\n").as_bytes()).await;
        }
        let lie = self.shared.strike(|fault| if let Fault::WrongLiteralLength(by) = fault { Some(*by) } else { None });
        let announced = (octets.len() as i64 + lie.unwrap_or(0)).max(0);
        self.wire.send(format!("{shown} {{{announced}}}\r\n").as_bytes()).await?;
        if self.shared.on(&Fault::TruncateLiteral) || self.shared.on(&Fault::TruncateLetter(letter.uid)) {
            self.wire.send(&octets[..octets.len() / 2]).await?;
            self.wire.flush().await?;
            return Err(Closed);
        }
        for part in octets.chunks(1 << 16) {
            self.wire.send(part).await?;
        }
        Ok(())
    }

    /// A body fetched without PEEK in a folder that was SELECTed is read (RFC 3501 §6.4.5): what a collector must never cause.
    fn mark_seen(&mut self, letter: &LabLetter, items: &[Item]) {
        let reads = items.iter().any(|item| matches!(item, Item::Body(body) if !body.peek));
        let read_only = self.selected.as_ref().is_none_or(|selected| selected.read_only);
        if !reads || read_only || letter.flags.contains("\\Seen") {
            return;
        }
        self.change(|mailbox| {
            let modseq = mailbox.changed();
            if let Some(letter) = mailbox.find_mut(letter.uid) {
                letter.flags.insert("\\Seen".into());
                letter.modseq = modseq;
            }
        });
    }
}

/// As Google writes them: an atom where it can be one, else quoted, in modified UTF-7.
fn label_shown(label: &str) -> String {
    let wire = crate::utf7::encode(label);
    if !wire.is_empty() && wire.bytes().all(|b| b.is_ascii_alphanumeric()) {
        wire
    } else {
        format!("\"{}\"", super::folders::escaped(&wire))
    }
}

fn items(argument: &Argument) -> Option<Vec<Item>> {
    let mut items = Vec::new();
    for word in argument.members() {
        match word.upper().as_str() {
            "FAST" => items.extend([Item::Flags, Item::InternalDate, Item::Size]),
            "UID" => items.push(Item::Uid),
            "FLAGS" => items.push(Item::Flags),
            "INTERNALDATE" => items.push(Item::InternalDate),
            "RFC822.SIZE" => items.push(Item::Size),
            "MODSEQ" => items.push(Item::ModSeq),
            "X-GM-LABELS" => items.push(Item::Labels),
            "RFC822" => items.push(Item::Body(BodyItem { shown: "RFC822".into(), section: String::new(), partial: None, peek: false })),
            "RFC822.HEADER" => {
                items.push(Item::Body(BodyItem { shown: "RFC822.HEADER".into(), section: "HEADER".into(), partial: None, peek: true }));
            }
            upper => items.push(Item::Body(body_item(upper)?)),
        }
    }
    Some(items)
}

/// `BODY.PEEK[section]<offset.length>`.
fn body_item(word: &str) -> Option<BodyItem> {
    let (peek, rest) = match word.strip_prefix("BODY.PEEK[") {
        Some(rest) => (true, rest),
        None => (false, word.strip_prefix("BODY[")?),
    };
    let (section, after) = rest.split_once(']')?;
    let known = ["", "HEADER", "TEXT"].contains(&section) || section.starts_with("HEADER.FIELDS");
    if !known {
        return None;
    }
    let mut shown = format!("BODY[{section}]");
    let partial = match after.strip_prefix('<').and_then(|inner| inner.strip_suffix('>')) {
        Some(inner) => {
            let (offset, length) = inner.split_once('.')?;
            shown.push_str(&format!("<{offset}>"));
            Some((offset.parse().ok()?, length.parse().ok()?))
        }
        None => None,
    };
    Some(BodyItem { shown, section: section.to_owned(), partial, peek })
}

fn changed_since(command: &Command) -> Option<u64> {
    let modifiers = command.arguments.get(2)?.members();
    let at = modifiers.iter().position(|word| word.upper() == "CHANGEDSINCE")?;
    modifiers.get(at + 1)?.text().parse().ok()
}

fn section(raw: &[u8], section: &str) -> Vec<u8> {
    let (head, text) = split_head(raw);
    match section {
        "" => raw.to_vec(),
        "HEADER" => head.to_vec(),
        "TEXT" => text.to_vec(),
        fields => {
            let names: Vec<String> = fields
                .split_once('(')
                .map_or("", |(_, names)| names)
                .trim_end_matches(')')
                .split(' ')
                .map(|n| n.trim_matches('"').to_owned())
                .collect();
            header_fields(head, &names, !fields.starts_with("HEADER.FIELDS.NOT"))
        }
    }
}

/// The headers with their empty line, and the text.
pub(super) fn split_head(raw: &[u8]) -> (&[u8], &[u8]) {
    let mut at = 0;
    for line in raw.split_inclusive(|&octet| octet == b'\n') {
        at += line.len();
        if line == b"\r\n" || line == b"\n" {
            break;
        }
    }
    raw.split_at(at)
}

/// The fields so named (or all others) with an empty line.
pub(super) fn header_fields(head: &[u8], names: &[String], wanted: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let mut keep = false;
    for line in head.split_inclusive(|&octet| octet == b'\n') {
        if line == b"\r\n" || line == b"\n" {
            break;
        }
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            let name = String::from_utf8_lossy(line.split(|&octet| octet == b':').next().unwrap_or_default()).trim().to_owned();
            keep = names.iter().any(|known| known.eq_ignore_ascii_case(&name)) == wanted;
        }
        if keep {
            out.extend_from_slice(line);
        }
    }
    out.extend_from_slice(b"\r\n");
    out
}
