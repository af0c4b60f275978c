//! One letter: who writes to whom, in which thread, in which shape.

use std::collections::VecDeque;

use super::charset::Writing;
use super::words::{Language, paragraphs, phrase};
use super::{AttachmentTruth, CorpusLetter, FOLDERS, OFFICE_ADDRESS, Oddity, PEOPLE, Truth, attachment, date, oddity, people};
use crate::random::Dice;

/// 1 January 2021; letters follow about every 90 minutes.
const FIRST: i64 = 1_609_459_200;
const OFFSETS: [i64; 6] = [0, 60, 120, -300, 330, 540];
const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// What later letters may refer to.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    message_id: Option<String>,
    references: Vec<String>,
    subject: Option<String>,
    person: usize,
}

impl Seen {
    /// `<a> <b>`: how an answer to this letter refers to its thread; no longer than ten letters.
    fn chain(&self) -> Vec<String> {
        let all: Vec<String> = self.references.iter().chain(&self.message_id).cloned().collect();
        all[all.len().saturating_sub(10)..].to_vec()
    }
}

/// One side of a letter: a person and which address they use.
#[derive(Debug, Clone, Copy)]
struct Party {
    person: usize,
    second: bool,
}

impl Party {
    fn choose(dice: &mut Dice) -> Self {
        // A few write often, most seldom: the first clients' histories fill.
        let share = dice.unit();
        Self { person: (PEOPLE as f64 * share * share * share) as usize, second: dice.chance(150) }
    }

    fn address(self) -> String {
        let person = people::person(self.person);
        if self.second { person.second } else { person.address }
    }

    fn mailbox(self, dice: &mut Dice, writing: Writing) -> String {
        let name = people::person(self.person).name;
        let address = if dice.chance(50) { self.address().to_uppercase() } else { self.address() };
        match dice.below(10) {
            0 => address,
            1 if name.is_ascii() => format!("{address} ({name})"),
            _ if name.is_ascii() => format!("\"{name}\" <{address}>"),
            _ => format!("{} <{address}>", writing.header(&name)),
        }
    }
}

/// Everything decided about a letter before it is written down.
struct Plan {
    number: u64,
    sent: bool,
    main: Party,
    cc: Vec<Party>,
    language: Language,
    writing: Writing,
    subject: String,
    message_id: Option<String>,
    parent: Option<Seen>,
    seconds: i64,
    marker: String,
    oddity: Option<Oddity>,
}

pub(super) fn write(dice: &mut Dice, seed: u64, number: u64, target: usize, large: bool, recent: &VecDeque<Seen>) -> (CorpusLetter, Seen) {
    let plan = plan(dice, seed, number, large, recent);
    let date_ms = date_truth(&plan);
    let (entity, attachments) = entity(dice, &plan, target);
    let mut raw = headers(dice, &plan);
    raw.extend_from_slice(&entity);
    match plan.oddity {
        Some(Oddity::NoHeaders) => raw = format!("\r\n{} no headers at all\r\n", plan.marker).into_bytes(),
        Some(Oddity::BareLineFeeds) => raw.retain(|&octet| octet != b'\r'),
        _ => {}
    }
    let seen = Seen {
        message_id: plan.message_id.clone(),
        references: plan.parent.as_ref().map(Seen::chain).unwrap_or_default(),
        subject: Some(plan.subject.clone()),
        person: plan.main.person,
    };
    (CorpusLetter { folder: folder(dice, &plan), raw, flags: flags(dice), truth: truth(plan, date_ms, attachments) }, seen)
}

fn plan(dice: &mut Dice, seed: u64, number: u64, large: bool, recent: &VecDeque<Seen>) -> Plan {
    let language = Language::choose(dice);
    let writing = Writing::choose(dice, language);
    let odd = if large { Some(Oddity::Large) } else { oddity::choose(dice) };
    let parent = if !recent.is_empty() && dice.chance(400) { Some(dice.pick(recent.as_slices().0).clone()) } else { None };
    let parent = parent.filter(|parent| parent.message_id.is_some() && parent.subject.is_some());
    let mut message_id =
        Some(format!("{number}.{:x}@{}", dice.next_u64(), dice.pick(&["mail.kontor.example", "mx.example", "post.example"])));
    match odd {
        Some(Oddity::NoMessageId | Oddity::NoHeaders) => message_id = None,
        Some(Oddity::RepeatedMessageId) => {
            if let Some(earlier) = recent.iter().find_map(|seen| seen.message_id.clone()) {
                message_id = Some(earlier);
            }
        }
        _ => {}
    }
    let words = 2 + dice.below(8);
    let subject = match &parent {
        Some(parent) => format!("Re: {}", parent.subject.as_deref().unwrap_or_default().trim_start_matches("Re: ")),
        None => phrase(dice, language, words),
    };
    let copies = if dice.chance(250) { 1 + dice.below(3) } else { 0 };
    let main = match &parent {
        Some(parent) => Party { person: parent.person, second: false },
        None => Party::choose(dice),
    };
    Plan {
        number,
        sent: dice.chance(250),
        main,
        cc: (0..copies).map(|_| Party::choose(dice)).collect(),
        language,
        writing,
        subject,
        message_id,
        parent,
        seconds: FIRST + number as i64 * 5_400 + dice.below(5_000) as i64,
        marker: format!("marke{:x}n{number}z", seed & 0xFFFF),
        oddity: odd,
    }
}

fn date_truth(plan: &Plan) -> Option<i64> {
    match plan.oddity {
        Some(Oddity::NoDate | Oddity::BadDate | Oddity::NoHeaders) => None,
        Some(Oddity::FutureDate) => Some((plan.seconds + 75 * 31_557_600) * 1000),
        _ => Some(plan.seconds * 1000),
    }
}

fn headers(dice: &mut Dice, plan: &Plan) -> Vec<u8> {
    let office = format!("\"Kontor Office\" <{OFFICE_ADDRESS}>");
    let other = plan.main.mailbox(dice, plan.writing);
    let (from, to) = if plan.sent { (office, other) } else { (other, office) };
    let mut head = String::new();
    if !plan.sent {
        let address = plan.main.address();
        let when = date::header_date(plan.seconds + 3, 0);
        head.push_str(&format!("Return-Path: <{address}>\r\n"));
        for hop in 0..1 + dice.below(3) {
            let id = dice.next_u64();
            head.push_str(&format!(
                "Received: from hop{hop}.example ([192.0.2.{}])\r\n\tby mx{hop}.kontor.example with ESMTPS id {id:x};\r\n\t{when}\r\n",
                hop + 1
            ));
        }
    }
    if let Some(id) = &plan.message_id {
        head.push_str(&format!("Message-ID: <{id}>\r\n"));
    }
    let offset = *dice.pick(&OFFSETS);
    match (plan.oddity, date_truth(plan)) {
        (Some(Oddity::BadDate), _) => head.push_str("Date: next Tuesday, after tea\r\n"),
        (_, Some(ms)) => head.push_str(&format!("Date: {}\r\n", date::header_date(ms / 1000, offset))),
        _ => {}
    }
    head.push_str(&format!("From: {from}\r\nTo: {to}\r\n"));
    if !plan.cc.is_empty() {
        let list: Vec<String> = plan.cc.iter().map(|party| party.mailbox(dice, plan.writing)).collect();
        head.push_str(&format!("Cc: {}\r\n", list.join(",\r\n\t")));
    }
    let mut head = head.into_bytes();
    head.extend_from_slice(&subject_line(plan));
    if let Some(parent) = &plan.parent {
        let id = parent.message_id.as_deref().unwrap_or_default();
        let chain: Vec<String> = parent.chain().iter().map(|id| format!("<{id}>")).collect();
        head.extend_from_slice(format!("In-Reply-To: <{id}>\r\nReferences: {}\r\n", chain.join("\r\n ")).as_bytes());
    }
    if plan.oddity == Some(Oddity::HeaderWithoutColon) {
        head.extend_from_slice(b"This line is no header\r\n");
    }
    head.extend_from_slice(b"X-Mailer: Corpus 1.0\r\nMIME-Version: 1.0\r\n");
    head
}

fn subject_line(plan: &Plan) -> Vec<u8> {
    match plan.oddity {
        Some(Oddity::RawHighHeader) => b"Subject: Gr\xFC\xDFe \xA4\r\n".to_vec(),
        Some(Oddity::CutEncodedWord) => b"Subject: =?utf-8?B?R3LDvMOfZQ\r\n".to_vec(),
        _ => format!("Subject: {}\r\n", plan.writing.header(&plan.subject)).into_bytes(),
    }
}

/// The Content- headers, an empty line and the body, `target` octets or so, with what is attached.
fn entity(dice: &mut Dice, plan: &Plan, target: usize) -> (Vec<u8>, Vec<AttachmentTruth>) {
    let attached = target > 25_000 || dice.chance(120);
    let alternative = dice.chance(450);
    let text_target = if attached { (target / 10).min(6_000) } else { target.saturating_sub(900) };
    let share = if alternative { text_target / 3 } else { text_target };
    let text = text(dice, plan, share.min(60_000));
    if let Some(broken) = plan.oddity.and_then(|odd| oddity::entity(odd, &text)) {
        return (broken, Vec::new());
    }
    let boundary = format!("=_{}_{:x}", plan.number, dice.next_u64());
    let core = if alternative { alternative_part(dice, plan, &text, &boundary) } else { text_part(plan, "plain", &text) };
    if !attached {
        return (core, Vec::new());
    }
    let parts = 1 + dice.below(3);
    let size = (target.saturating_sub(text_target + 1_500) * 3 / 4 / parts).max(300);
    let mut truths = Vec::new();
    let mut whole = format!("Content-Type: multipart/mixed; boundary=\"{boundary}m\"\r\n\r\n--{boundary}m\r\n").into_bytes();
    whole.extend_from_slice(&core);
    for _ in 0..parts {
        let (part, truth) = attachment::part(dice, size);
        whole.extend_from_slice(format!("\r\n--{boundary}m\r\n").as_bytes());
        whole.extend_from_slice(&part);
        truths.push(truth);
    }
    whole.extend_from_slice(format!("\r\n--{boundary}m--\r\n").as_bytes());
    (whole, truths)
}

fn text(dice: &mut Dice, plan: &Plan, length: usize) -> String {
    format!("{}\r\n{}\r\n-- \r\n{}\r\n", plan.marker, paragraphs(dice, plan.language, length), people::person(plan.main.person).name)
        .replace(|c: char| !plan_can_say(plan, c), "?")
}

/// Signatures may hold letters outside the charset of the text.
fn plan_can_say(plan: &Plan, c: char) -> bool {
    c.is_ascii() || plan.writing.says(c)
}

fn text_part(plan: &Plan, subtype: &str, text: &str) -> Vec<u8> {
    let writing = plan.writing;
    let (label, transfer) = (writing.label, writing.transfer_label());
    let mut part = format!("Content-Type: text/{subtype}; charset={label}\r\nContent-Transfer-Encoding: {transfer}\r\n\r\n").into_bytes();
    part.extend_from_slice(&writing.body(text));
    part
}

fn alternative_part(dice: &mut Dice, plan: &Plan, text: &str, boundary: &str) -> Vec<u8> {
    let paragraphs: Vec<String> =
        text.split("\r\n\r\n").map(|p| format!("<p style=\"margin:0 0 1em;font-family:Calibri,sans-serif\">\r\n{p}\r\n</p>")).collect();
    let inline = dice.chance(100);
    let image = if inline { "<img src=\"cid:logo@corpus\" alt=\"logo\">" } else { "" };
    let html = format!("<html><head><title>x</title></head><body>\r\n{}\r\n{image}</body></html>\r\n", paragraphs.join("\r\n"));
    let html_part = text_part(plan, "html", &html);
    let mut part = format!("Content-Type: multipart/alternative; boundary=\"{boundary}a\"\r\n\r\n--{boundary}a\r\n").into_bytes();
    part.extend_from_slice(&text_part(plan, "plain", text));
    part.extend_from_slice(format!("\r\n--{boundary}a\r\n").as_bytes());
    if inline {
        part.extend_from_slice(format!("Content-Type: multipart/related; boundary=\"{boundary}r\"\r\n\r\n--{boundary}r\r\n").as_bytes());
        part.extend_from_slice(&html_part);
        let image = format!(
            "Content-Type: image/png; name=logo.png\r\nContent-ID: <logo@corpus>\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\n{PIXEL}\r\n"
        );
        part.extend_from_slice(format!("\r\n--{boundary}r\r\n{image}--{boundary}r--\r\n").as_bytes());
    } else {
        part.extend_from_slice(&html_part);
    }
    part.extend_from_slice(format!("\r\n--{boundary}a--\r\n").as_bytes());
    part
}

fn folder(dice: &mut Dice, plan: &Plan) -> String {
    if plan.sent {
        return if dice.chance(750) { "Sent" } else { "Отправленные" }.to_owned();
    }
    let received = &FOLDERS[..5];
    let mut at = dice.below(received.iter().map(|(_, share)| share).sum());
    for (name, share) in received {
        if at < *share {
            return (*name).to_owned();
        }
        at -= share;
    }
    "INBOX".to_owned()
}

fn flags(dice: &mut Dice) -> Vec<&'static str> {
    let mut flags = Vec::new();
    for (flag, share) in [("\\Answered", 150), ("\\Draft", 3), ("\\Flagged", 40), ("\\Seen", 700)] {
        if dice.chance(share) {
            flags.push(flag);
        }
    }
    flags
}

fn truth(plan: Plan, date_ms: Option<i64>, attachments: Vec<AttachmentTruth>) -> Truth {
    let headless = plan.oddity == Some(Oddity::NoHeaders);
    let cc: Vec<String> = plan.cc.iter().map(|party| party.address()).collect();
    let mut clients: Vec<String> =
        std::iter::once(plan.main).chain(plan.cc).flat_map(|party| people::codes(party.person, party.second)).collect();
    clients.sort();
    clients.dedup();
    let (from, to) = match plan.sent {
        true => (OFFICE_ADDRESS.to_owned(), plan.main.address()),
        false => (plan.main.address(), OFFICE_ADDRESS.to_owned()),
    };
    let clear_subject = !matches!(plan.oddity, Some(Oddity::RawHighHeader | Oddity::CutEncodedWord | Oddity::NoHeaders));
    Truth {
        number: plan.number,
        message: plan.number,
        exact_copy: false,
        message_id: plan.message_id,
        subject: clear_subject.then_some(plan.subject),
        from: if headless { String::new() } else { from },
        to: if headless { Vec::new() } else { vec![to] },
        cc: if headless { Vec::new() } else { cc },
        date_ms,
        received_ms: (plan.seconds + 5) * 1000,
        clients: if headless { Vec::new() } else { clients },
        marker: plan.marker,
        charset: if plan.oddity.is_some_and(|odd| oddity::entity(odd, "").is_some()) { "utf-8" } else { plan.writing.label },
        attachments,
        oddity: plan.oddity,
    }
}
