//! The few lines before sign-in, in SMTP: greeting, EHLO, STARTTLS. The rules of [`Talk`] hold.

use super::reply::{SmtpReply, read_line};
use crate::{
    ConnectError, Later,
    record::Said,
    talk::{Greeting, MOST_LINES, Talk, foreign},
};

/// What a server can do, as named truths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SmtpCan {
    /// Encrypts on request.
    pub starttls: bool,
    /// Ways to sign in, upper case.
    pub auth: Vec<String>,
    /// Carries eight bits.
    pub eight_bit: bool,
    /// Carries addresses that are not ASCII.
    pub utf8: bool,
    /// It wants to be told the size, and the largest it takes; 0 = it does not say.
    pub size: Option<u64>,
    /// As the server wrote them, upper case.
    pub all: Vec<String>,
}

impl SmtpCan {
    pub(super) fn read(reply: &SmtpReply) -> Self {
        let mut can = Self::default();
        for line in reply.lines.iter().skip(1) {
            let upper = line.to_ascii_uppercase().replacen("AUTH=", "AUTH ", 1);
            let mut words = upper.split_ascii_whitespace();
            match words.next().unwrap_or_default() {
                "STARTTLS" => can.starttls = true,
                "8BITMIME" => can.eight_bit = true,
                "SMTPUTF8" => can.utf8 = true,
                "SIZE" => can.size = Some(words.next().and_then(|size| size.parse().ok()).unwrap_or(0)),
                "AUTH" => can.auth.extend(words.map(str::to_owned).take(30)),
                _ => {}
            }
            can.all.push(upper);
        }
        can
    }
}

impl Talk {
    pub(crate) async fn smtp_greeting(&mut self) -> Result<Greeting, ConnectError> {
        let line = self.line().await?;
        let Some((code, last, words)) = read_line(&line) else {
            self.tap.lock().remark("the greeting is not SMTP");
            return Ok(Greeting::Foreign(foreign(&line.to_ascii_uppercase())));
        };
        let reply = self.rest(code, last, words).await?;
        match code {
            220 => Ok(Greeting::Welcome),
            400..=499 => Err(ConnectError::Later { why: Later::Busy, said: reply.text(), wait: None }),
            _ => Err(ConnectError::Refused { said: reply.text() }),
        }
    }

    /// Says who we are; a server that does not know EHLO is asked the old way, and can do nothing then.
    pub(crate) async fn smtp_hello(&mut self, name: &str) -> Result<SmtpCan, ConnectError> {
        let reply = self.smtp_command(&format!("EHLO {name}")).await?;
        if reply.is_yes() {
            return Ok(SmtpCan::read(&reply));
        }
        if reply.is_later() {
            return Err(ConnectError::Later { why: Later::Busy, said: reply.text(), wait: None });
        }
        let reply = self.smtp_command(&format!("HELO {name}")).await?;
        match reply.code {
            200..=299 => Ok(SmtpCan::default()),
            400..=499 => Err(ConnectError::Later { why: Later::Busy, said: reply.text(), wait: None }),
            _ => Err(ConnectError::Refused { said: reply.text() }),
        }
    }

    pub(crate) async fn smtp_starttls(&mut self) -> Result<Said, ConnectError> {
        let reply = self.smtp_command("STARTTLS").await?;
        if reply.is_later() {
            return Err(ConnectError::Later { why: Later::Busy, said: reply.text(), wait: None });
        }
        Ok(Said { status: if reply.code == 220 { "OK".to_owned() } else { "NO".to_owned() }, text: reply.text(), found: None })
    }

    async fn smtp_command(&mut self, command: &str) -> Result<SmtpReply, ConnectError> {
        self.tap.lock().sent_words(command, command.len() as u64 + 2);
        self.write(command).await?;
        let line = self.line().await?;
        match read_line(&line) {
            Some((code, last, words)) => self.rest(code, last, words).await,
            None => Err(self.no_smtp()),
        }
    }

    async fn rest(&mut self, code: u16, mut last: bool, words: &str) -> Result<SmtpReply, ConnectError> {
        let mut lines = vec![words.to_owned()];
        while !last {
            let line = self.line().await?;
            match read_line(&line) {
                Some((same, end, words)) if same == code && lines.len() < MOST_LINES => {
                    lines.push(words.to_owned());
                    last = end;
                }
                _ => return Err(self.no_smtp()),
            }
        }
        let reply = SmtpReply { code, lines };
        self.tap.lock().received_words(&reply.text());
        Ok(reply)
    }

    fn no_smtp(&self) -> ConnectError {
        ConnectError::Protocol { said: "an answer that is no SMTP".to_owned(), transcript: self.tap.record().transcript }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_can_is_read_line_by_line() {
        let lines = ["hi", "size 1000", "STARTTLS", "AUTH=LOGIN", "auth PLAIN XOAUTH2", "8BITMIME", "X"].map(str::to_owned);
        let can = SmtpCan::read(&SmtpReply { code: 250, lines: lines.into() });
        assert!(can.starttls && can.eight_bit && !can.utf8);
        assert_eq!((can.size, can.auth), (Some(1000), vec!["LOGIN".to_owned(), "PLAIN".to_owned(), "XOAUTH2".to_owned()]));
    }
}
