//! One letter after another on one connection, each in two steps: offered, then sent.

use super::{SmtpCan, SmtpReply, line::Line};
use crate::{ConnectError, Later, Record};
use std::time::Duration;
use tokio::time::timeout;

/// A farewell is not waited for longer.
const FAREWELL: Duration = Duration::from_secs(5);

/// Where in the conversation something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpStage {
    /// MAIL FROM.
    Sender,
    /// RCPT TO.
    Recipients,
    /// DATA.
    Data,
    /// The letter, and the answer to it.
    Letter,
}

impl SmtpStage {
    /// As kept with an attempt.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sender => "sender",
            Self::Recipients => "recipients",
            Self::Data => "data",
            Self::Letter => "letter",
        }
    }
}

/// Who sends to whom.
#[derive(Debug, Clone)]
pub struct Envelope<'e> {
    /// The return path; empty = nobody's.
    pub sender: &'e str,
    /// Recipients.
    pub recipients: &'e [String],
    /// Octets of the letter.
    pub size: u64,
    /// It has octets above 127.
    pub eight_bit: bool,
}

/// How an offer or a letter ended, when it was not taken.
#[derive(Debug, Clone)]
pub enum SmtpEnd {
    /// The server said so: its code decides.
    Said(SmtpReply),
    /// No recipient was taken; see their replies.
    NoRecipient,
    /// The server could never take it, by what it says of itself; nothing was asked. Our words.
    Unable(String),
    /// The connection was lost.
    Lost(ConnectError),
}

/// What came of an offer.
#[derive(Debug)]
pub enum Offered {
    /// The server waits for the letter: 354.
    Ready(ReadyForLetter),
    /// It ended before: where, how, and what was said about recipients by then.
    Ended(SmtpStage, SmtpEnd, Vec<SmtpReply>),
}

/// A session that may send.
#[derive(Debug)]
pub struct SmtpSession {
    line: Line,
    can: SmtpCan,
    last_reply: Duration,
}

/// The server waits for the letter. Dropping this ends the connection, and no letter was sent.
#[derive(Debug)]
pub struct ReadyForLetter {
    line: Line,
    can: SmtpCan,
    last_reply: Duration,
    /// What the server said about each recipient, in the order of the envelope.
    pub recipients: Vec<SmtpReply>,
}

impl SmtpSession {
    pub(super) fn start(line: Line, can: SmtpCan, last_reply: Duration) -> Self {
        Self { line, can, last_reply }
    }

    /// What the server can do.
    pub fn can(&self) -> &SmtpCan {
        &self.can
    }

    /// What this session said so far.
    pub fn record(&self) -> Record {
        self.line.tap.record()
    }

    /// Offers a letter: sender, recipients, DATA.
    pub async fn offer(mut self, envelope: &Envelope<'_>) -> Offered {
        if let Some(why) = self.unable(envelope) {
            self.quit().await;
            return Offered::Ended(SmtpStage::Sender, SmtpEnd::Unable(why), Vec::new());
        }
        let mut words = format!("MAIL FROM:<{}>", envelope.sender);
        if self.can.size.is_some() {
            words.push_str(&format!(" SIZE={}", envelope.size));
        }
        if envelope.eight_bit && self.can.eight_bit {
            words.push_str(" BODY=8BITMIME");
        }
        if self.can.utf8 && !(envelope.sender.is_ascii() && envelope.recipients.iter().all(|one| one.is_ascii())) {
            words.push_str(" SMTPUTF8");
        }
        match self.line.ask("MAIL FROM:…", &words).await {
            Ok(reply) if reply.is_yes() => {}
            Ok(reply) => return self.ended(SmtpStage::Sender, reply, Vec::new()).await,
            Err(error) => return Offered::Ended(SmtpStage::Sender, SmtpEnd::Lost(error), Vec::new()),
        }
        let mut replies = Vec::with_capacity(envelope.recipients.len());
        for recipient in envelope.recipients {
            match self.line.ask("RCPT TO:…", &format!("RCPT TO:<{recipient}>")).await {
                // 421: the server ends the session, whatever it was asked.
                Ok(reply) if reply.code == 421 => return self.ended(SmtpStage::Recipients, reply, replies).await,
                Ok(reply) if reply.code / 100 == 3 => {
                    let error = self.line.odd("a question where an answer was due");
                    return Offered::Ended(SmtpStage::Recipients, SmtpEnd::Lost(error), replies);
                }
                Ok(reply) => replies.push(reply),
                Err(error) => return Offered::Ended(SmtpStage::Recipients, SmtpEnd::Lost(error), replies),
            }
        }
        if !replies.iter().any(SmtpReply::is_yes) {
            self.quit().await;
            return Offered::Ended(SmtpStage::Recipients, SmtpEnd::NoRecipient, replies);
        }
        match self.line.ask("DATA", "DATA").await {
            Ok(reply) if reply.code == 354 => {
                Offered::Ready(ReadyForLetter { line: self.line, can: self.can, last_reply: self.last_reply, recipients: replies })
            }
            Ok(reply) if reply.is_later() || reply.is_no() => self.ended(SmtpStage::Data, reply, replies).await,
            Ok(_) => {
                let error = self.line.odd("an answer to DATA that is none");
                Offered::Ended(SmtpStage::Data, SmtpEnd::Lost(error), replies)
            }
            Err(error) => Offered::Ended(SmtpStage::Data, SmtpEnd::Lost(error), replies),
        }
    }

    /// What the server could never take, in words.
    fn unable(&self, envelope: &Envelope<'_>) -> Option<String> {
        let all = || std::iter::once(envelope.sender).chain(envelope.recipients.iter().map(String::as_str));
        let odd =
            |address: &str| address.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>')) || address.len() > 320;
        if all().any(odd) || envelope.recipients.iter().any(|one| one.is_empty()) {
            return Some("An address on the letter cannot be written in a mail server's language.".to_owned());
        }
        if !self.can.utf8 && all().any(|address| !address.is_ascii()) {
            return Some("An address has letters beyond a to z, and this mail server does not carry such addresses.".to_owned());
        }
        if envelope.eight_bit && !self.can.eight_bit {
            return Some("The letter has characters that this mail server does not carry unencoded.".to_owned());
        }
        match self.can.size {
            Some(most) if most > 0 && envelope.size > most => {
                Some(format!("The letter has {} octets; this mail server takes {most} at most.", envelope.size))
            }
            _ => None,
        }
    }

    async fn ended(self, stage: SmtpStage, reply: SmtpReply, replies: Vec<SmtpReply>) -> Offered {
        let end =
            if reply.is_later() || reply.is_no() { SmtpEnd::Said(reply) } else { SmtpEnd::Lost(self.line.odd("an answer that is none")) };
        self.quit().await;
        Offered::Ended(stage, end, replies)
    }

    /// Leaves politely; a server that does not answer is left all the same.
    pub async fn quit(mut self) -> Record {
        let _ = timeout(FAREWELL, self.line.ask("QUIT", "QUIT")).await.unwrap_or(Err(ConnectError::later(Later::TimedOut)));
        self.record()
    }
}

impl ReadyForLetter {
    /// Sends the letter, as [`super::on_the_wire`] wrote it, and waits for the answer. The session goes on when the server took it.
    ///
    /// # Errors
    /// [`SmtpEnd::Said`]: refused, or later, after the whole letter. [`SmtpEnd::Lost`]: nobody knows whether the server took it.
    pub async fn send(mut self, letter: &[u8]) -> Result<(SmtpReply, SmtpSession), SmtpEnd> {
        {
            let mut tap = self.line.tap.lock();
            tap.sent += letter.len() as u64;
            tap.remark(&format!("a letter of {} octets", letter.len()));
        }
        postroom_brink::pass("letter");
        self.line.write(letter).await.map_err(SmtpEnd::Lost)?;
        postroom_brink::pass("dot");
        let reply = self.line.reply(self.last_reply).await.map_err(SmtpEnd::Lost)?;
        postroom_brink::pass("answer");
        let session = SmtpSession { line: self.line, can: self.can, last_reply: self.last_reply };
        if reply.is_yes() {
            return Ok((reply, session));
        }
        let end = if reply.is_later() || reply.is_no() {
            SmtpEnd::Said(reply)
        } else {
            SmtpEnd::Lost(session.line.odd("an answer to a letter that is none"))
        };
        session.quit().await;
        Err(end)
    }
}
