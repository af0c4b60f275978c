//! A letter on its way to octets: headers as mail programs write them, text, HTML, files.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::cast::Correspondent;
use super::files;
use super::scripts::Invitation;
use crate::corpus::{base64_lines, calendar_moment, header_date, quoted_printable};
use crate::random::Dice;

/// Where the office's mail server stands.
const HOST: &str = "mx.bellcarter.example";

/// Everything about a letter.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub from: Correspondent,
    pub to: Vec<Correspondent>,
    pub cc: Vec<Correspondent>,
    pub subject: String,
    pub seconds: i64,
    /// Without angle brackets; empty = none.
    pub message_id: String,
    /// Oldest first.
    pub references: Vec<String>,
    /// Further header lines, each with its line end.
    pub extra: String,
    pub text: String,
    pub html: Option<String>,
    pub files: Vec<String>,
    pub invitation: Option<(Invitation, i64)>,
    pub clothing: Clothing,
}

/// How the text travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clothing {
    /// UTF-8, quoted-printable.
    Usual,
    /// UTF-8, base64: telephones.
    Base64,
    /// ISO-8859-1 where the text can be written in it: old programs.
    Latin1,
}

impl Draft {
    /// A plain letter of one to one.
    pub fn plain(from: Correspondent, to: Correspondent, subject: &str, text: &str, seconds: i64, message_id: String) -> Self {
        Self {
            from,
            to: vec![to],
            cc: Vec::new(),
            subject: subject.to_owned(),
            seconds,
            message_id,
            references: Vec::new(),
            extra: String::new(),
            text: text.to_owned(),
            html: None,
            files: Vec::new(),
            invitation: None,
            clothing: Clothing::Usual,
        }
    }

    /// The letter as it left.
    pub fn octets(&self, dice: &mut Dice) -> Vec<u8> {
        let mut head = String::new();
        if !self.message_id.is_empty() {
            head.push_str(&format!("Message-ID: <{}>\r\n", self.message_id));
        }
        let summer = if (self.seconds / 86_400) % 365 > 90 && (self.seconds / 86_400) % 365 < 300 { 60 } else { 0 };
        head.push_str(&format!("Date: {}\r\nFrom: {}\r\n", header_date(self.seconds, summer), mailbox(&self.from)));
        for (name, people) in [("To", &self.to), ("Cc", &self.cc)] {
            if !people.is_empty() {
                let list: Vec<String> = people.iter().map(mailbox).collect();
                head.push_str(&format!("{name}: {}\r\n", list.join(",\r\n\t")));
            }
        }
        head.push_str(&format!("Subject: {}\r\n", words(&self.subject)));
        if let Some(parent) = self.references.last() {
            let chain: Vec<String> = self.references.iter().map(|id| format!("<{id}>")).collect();
            head.push_str(&format!("In-Reply-To: <{parent}>\r\nReferences: {}\r\n", chain.join("\r\n ")));
        }
        head.push_str(&self.extra);
        head.push_str("MIME-Version: 1.0\r\n");
        let mut raw = head.into_bytes();
        raw.extend_from_slice(&self.entity(dice));
        raw
    }

    fn entity(&self, dice: &mut Dice) -> Vec<u8> {
        let mark = format!("{:x}", dice.next_u64());
        let text = self.text_part("plain", &self.text);
        let body = match &self.html {
            Some(html) if self.text.is_empty() => self.text_part("html", html),
            Some(html) => multipart("alternative", &format!("a{mark}"), &[text, self.text_part("html", html)]),
            None => text,
        };
        let mut parts = vec![body];
        if let Some((what, moment)) = self.invitation {
            parts.push(self.calendar(what, moment));
        }
        parts.extend(self.files.iter().map(|name| file_part(dice, name)));
        if parts.len() == 1 { parts.remove(0) } else { multipart("mixed", &format!("m{mark}"), &parts) }
    }

    fn text_part(&self, kind: &str, text: &str) -> Vec<u8> {
        let text = text.replace("\r\n", "\n").replace('\n', "\r\n");
        let latin1: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
        let (label, transfer, octets) = match (self.clothing, latin1) {
            (Clothing::Latin1, Some(octets)) => ("iso-8859-1", "quoted-printable", quoted_printable(&octets)),
            (Clothing::Base64, _) => ("utf-8", "base64", base64_lines(text.as_bytes())),
            _ => ("utf-8", "quoted-printable", quoted_printable(text.as_bytes())),
        };
        let mut part = format!("Content-Type: text/{kind}; charset={label}\r\nContent-Transfer-Encoding: {transfer}\r\n\r\n").into_bytes();
        part.extend_from_slice(&octets);
        part
    }

    /// RFC 5546: an hour in the office.
    fn calendar(&self, what: Invitation, moment: i64) -> Vec<u8> {
        let (method, state) = if what == Invitation::Asks { ("REQUEST", "NEEDS-ACTION") } else { ("REPLY", "ACCEPTED") };
        let (host, guest) = if what == Invitation::Asks { (&self.from, &self.to[0]) } else { (&self.to[0], &self.from) };
        let text = format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Bell and Carter//Diary//EN\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:{}@bellcarter.example\r\n\
             DTSTAMP:{}\r\nDTSTART:{}\r\nDTEND:{}\r\nSUMMARY:Meeting: {}\r\nLOCATION:12 Harbour Street\\, Saltmouth\r\n\
             ORGANIZER;CN=\"{}\":mailto:{}\r\nATTENDEE;CN=\"{}\";PARTSTAT={state};RSVP=TRUE:mailto:{}\r\nSTATUS:CONFIRMED\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
            moment,
            calendar_moment(self.seconds),
            calendar_moment(moment),
            calendar_moment(moment + 3600),
            guest.name,
            host.name,
            host.address,
            guest.name,
            guest.address,
        );
        let mut part = format!(
            "Content-Type: text/calendar; charset=utf-8; method={method}; name=invite.ics\r\nContent-Transfer-Encoding: base64\r\n\
             Content-Disposition: attachment; filename=invite.ics\r\n\r\n"
        )
        .into_bytes();
        part.extend_from_slice(&base64_lines(text.as_bytes()));
        part
    }
}

/// A letter as it arrived: with the trace of its way (RFC 5321 §4.4) and what the receiving server made of it (RFC 8601).
pub(super) fn received(raw: &[u8], from: &str, at: i64, by: &str, verdict: &str) -> Vec<u8> {
    let domain = from.rsplit('@').next().unwrap_or("example.org");
    let mut whole = format!(
        "Return-Path: <{from}>\r\nReceived: from mail.{domain} (mail.{domain} [192.0.2.{}])\r\n\tby {HOST} with ESMTPS id {at:X}\r\n\tfor <{by}>; {}\r\n\
         Authentication-Results: {HOST};\r\n\tspf={verdict} smtp.mailfrom={domain};\r\n\tdkim={verdict} header.d={domain};\r\n\tdmarc={verdict} header.from={domain}\r\n",
        1 + at.unsigned_abs() % 250,
        header_date(at + 2, 0),
    )
    .into_bytes();
    whole.extend_from_slice(raw);
    whole
}

/// Parts under one roof.
pub(super) fn multipart(kind: &str, mark: &str, parts: &[Vec<u8>]) -> Vec<u8> {
    let mut whole = format!("Content-Type: multipart/{kind}; boundary=\"{mark}\"\r\n\r\n").into_bytes();
    for part in parts {
        whole.extend_from_slice(format!("\r\n--{mark}\r\n").as_bytes());
        whole.extend_from_slice(part);
    }
    whole.extend_from_slice(format!("\r\n--{mark}--\r\n").as_bytes());
    whole
}

fn file_part(dice: &mut Dice, name: &str) -> Vec<u8> {
    let (content, kind) = files::content(dice, name);
    let named = if name.is_ascii() { format!("filename=\"{name}\"") } else { format!("filename*=utf-8''{}", percent(name)) };
    let mut part =
        format!("Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment;\r\n {named}\r\n\r\n")
            .into_bytes();
    part.extend_from_slice(&base64_lines(&content));
    part
}

fn percent(text: &str) -> String {
    let mut out = String::new();
    for octet in text.bytes() {
        if octet.is_ascii_alphanumeric() || octet == b'.' || octet == b'-' {
            out.push(char::from(octet));
        } else {
            out.push_str(&format!("%{octet:02X}"));
        }
    }
    out
}

/// `"Ada Bell" <ada@bellcarter.example>`, the name encoded where it must be.
fn mailbox(who: &Correspondent) -> String {
    match who.name.as_str() {
        "" => who.address.clone(),
        name if name.is_ascii() => format!("\"{name}\" <{}>", who.address),
        name => format!("{} <{}>", words(name), who.address),
    }
}

/// Words of a header: RFC 2047 where they are not ASCII.
pub(super) fn words(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut encoded = Vec::new();
    let mut chunk = String::new();
    for c in text.chars() {
        chunk.push(c);
        if chunk.len() >= 36 {
            encoded.push(format!("=?utf-8?B?{}?=", STANDARD.encode(std::mem::take(&mut chunk))));
        }
    }
    if !chunk.is_empty() {
        encoded.push(format!("=?utf-8?B?{}?=", STANDARD.encode(chunk)));
    }
    encoded.join("\r\n ")
}

/// Text as HTML, as a mail program would make it.
pub(super) fn html_of(text: &str, signature: &str) -> String {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let mut out = String::from("<html><body style=\"font-family:Calibri,Helvetica,sans-serif;font-size:11pt\">\n");
    for paragraph in text.split("\n\n") {
        if paragraph.starts_with('>') {
            let inner: Vec<&str> = paragraph.lines().map(|line| line.trim_start_matches('>').trim_start()).collect();
            out.push_str(&format!(
                "<blockquote style=\"border-left:2px solid #99a;margin:0;padding-left:8px;color:#556\">{}</blockquote>\n",
                escape(&inner.join("\n")).replace('\n', "<br>\n")
            ));
        } else {
            out.push_str(&format!("<p>{}</p>\n", escape(paragraph).replace('\n', "<br>\n")));
        }
    }
    if !signature.is_empty() {
        out.push_str(&format!("<p style=\"color:#567\">--<br>\n{}</p>\n", escape(signature).replace('\n', "<br>\n")));
    }
    out + "</body></html>\n"
}
