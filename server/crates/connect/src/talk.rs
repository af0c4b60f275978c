//! The few lines before sign-in: greeting, CAPABILITY, STARTTLS. Kept apart from the session so that nothing said before
//! encryption can reach it. Must never: carry a password; read more than a few short lines.

use crate::{
    Capabilities, ConnectError, Later,
    record::{Said, SharedTap},
    wire::Transport,
};
use std::io;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Longest line and most lines before sign-in: greetings are short.
const LONGEST_LINE: usize = 8 * 1024;
pub(crate) const MOST_LINES: usize = 50;

/// How the server greets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Greeting {
    /// `* OK`.
    Welcome,
    /// `* PREAUTH`: signed in already, which nobody asked for.
    SignedIn,
    /// Another protocol than asked for. What it is, is told by its first octets alone and never shown.
    Foreign(Foreign),
}

/// Other protocols, known by their greeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Foreign {
    /// `220 …`.
    Smtp,
    /// `* OK …`.
    Imap,
    /// `+OK …`.
    Pop3,
    /// `HTTP/…` or `<html`.
    Web,
    /// Something else.
    Unknown,
}

/// A connection before sign-in.
#[derive(Debug)]
pub(crate) struct Talk {
    stream: Box<dyn Transport>,
    unread: Vec<u8>,
    pub(crate) tap: SharedTap,
    commands: u32,
    speech: Speech,
}

/// What is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Speech {
    Imap,
    Pop3,
    Smtp,
}

impl Talk {
    pub(crate) fn new(stream: Box<dyn Transport>, tap: SharedTap, speech: Speech) -> Self {
        Self { stream, unread: Vec::new(), tap, commands: 0, speech }
    }

    /// The connection and whatever was sent beyond the last answer (must be nothing).
    pub(crate) fn into_parts(self) -> (Box<dyn Transport>, Vec<u8>) {
        (self.stream, self.unread)
    }

    /// Something was sent that nobody asked for yet.
    pub(crate) fn has_unread(&self) -> bool {
        !self.unread.is_empty()
    }

    /// Reads the greeting.
    ///
    /// # Errors
    /// `Later` when the server is silent, closes, or says BYE.
    pub(crate) async fn greeting(&mut self) -> Result<Greeting, ConnectError> {
        match self.speech {
            Speech::Pop3 => return self.pop_greeting().await,
            Speech::Smtp => return self.smtp_greeting().await,
            Speech::Imap => {}
        }
        let line = self.line().await?;
        let upper = line.to_ascii_uppercase();
        let status = upper.strip_prefix("* ").and_then(|rest| rest.split(' ').next());
        match status {
            Some("OK") | Some("PREAUTH") => {}
            Some("BYE") => {
                self.tap.lock().received_line(line.as_bytes());
                let said = self.said(&line);
                return Err(crate::lore::farewell(&said.text));
            }
            _ => {
                self.tap.lock().remark("the greeting is not IMAP");
                return Ok(Greeting::Foreign(foreign(&upper)));
            }
        }
        self.tap.lock().received_line(line.as_bytes());
        self.keep_capabilities(&upper);
        Ok(if status == Some("PREAUTH") { Greeting::SignedIn } else { Greeting::Welcome })
    }

    /// Whether the server can be asked to encrypt; a POP3 server that tells nothing of itself is asked all the same.
    pub(crate) async fn offers_encryption(&mut self) -> Result<bool, ConnectError> {
        match self.speech {
            Speech::Imap => Ok(self.capabilities().await?.starttls),
            Speech::Pop3 => Ok(self.pop_capabilities().await?.is_none_or(|can| can.stls)),
            // What is said before encryption tells nothing of us.
            Speech::Smtp => Ok(self.smtp_hello("localhost").await?.starttls),
        }
    }

    /// Asks the server to encrypt.
    pub(crate) async fn ask_for_encryption(&mut self) -> Result<Said, ConnectError> {
        match self.speech {
            Speech::Imap => self.command("STARTTLS").await,
            Speech::Pop3 => self.pop_command("STLS").await,
            Speech::Smtp => self.smtp_starttls().await,
        }
    }

    /// What the server can do; asks if it did not say so by itself since `forget`.
    pub(crate) async fn capabilities(&mut self) -> Result<Capabilities, ConnectError> {
        let known = self.tap.lock().capabilities.clone();
        if let Some(known) = known {
            return Ok(known);
        }
        self.command("CAPABILITY").await?;
        Ok(self.tap.lock().capabilities.clone().unwrap_or_default())
    }

    /// Sends a command without arguments that matter and waits for its answer.
    pub(crate) async fn command(&mut self, command: &str) -> Result<Said, ConnectError> {
        self.commands += 1;
        let tag = format!("P{:03}", self.commands);
        let line = format!("{tag} {command}");
        {
            let mut tap = self.tap.lock();
            tap.sent_line(line.as_bytes());
            tap.sent += line.len() as u64 + 2;
        }
        self.write(&line).await?;
        for _ in 0..MOST_LINES {
            let line = self.line().await?;
            self.tap.lock().received_line(line.as_bytes());
            let upper = line.to_ascii_uppercase();
            self.keep_capabilities(&upper);
            if upper.starts_with("* BYE") {
                return Err(crate::lore::farewell(&self.said(&line).text));
            }
            if upper.starts_with(&format!("{tag} ")) {
                return Ok(self.said(&line));
            }
            if !line.starts_with("* ") {
                break;
            }
        }
        Err(ConnectError::Protocol {
            said: "an answer before sign-in that is not IMAP".to_owned(),
            transcript: self.tap.record().transcript,
        })
    }

    pub(crate) async fn write(&mut self, line: &str) -> Result<(), ConnectError> {
        self.stream.write_all(format!("{line}\r\n").as_bytes()).await.map_err(io_error)?;
        self.stream.flush().await.map_err(io_error)
    }

    fn keep_capabilities(&self, upper: &str) {
        let words = upper
            .strip_prefix("* CAPABILITY ")
            .or_else(|| upper.split_once("[CAPABILITY ").map(|(_, rest)| rest.split(']').next().unwrap_or_default()));
        if let Some(words) = words {
            self.tap.lock().capabilities = Some(Capabilities::read(words));
        }
    }

    fn said(&self, line: &str) -> Said {
        let mut parts = line.splitn(3, ' ');
        let (_, status, text) = (parts.next(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        self.tap.lock().said(status, text)
    }

    /// One line without its end, lossy.
    pub(crate) async fn line(&mut self) -> Result<String, ConnectError> {
        loop {
            if let Some(end) = self.unread.iter().position(|b| *b == b'\n') {
                let line: Vec<u8> = self.unread.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned());
            }
            if self.unread.len() > LONGEST_LINE {
                // Too long for IMAP: judged by its beginning.
                return Ok(String::from_utf8_lossy(&std::mem::take(&mut self.unread)[..16]).into_owned());
            }
            let mut part = [0; 2048];
            let got = self.stream.read(&mut part).await.map_err(io_error)?;
            if got == 0 {
                return Err(ConnectError::later(Later::Closed));
            }
            self.tap.lock().received += got as u64;
            self.unread.extend_from_slice(&part[..got]);
        }
    }
}

pub(crate) fn foreign(upper: &str) -> Foreign {
    if upper.starts_with("220") || upper.starts_with("554") || upper.starts_with("421") {
        Foreign::Smtp
    } else if upper.starts_with("+OK") || upper.starts_with("-ERR") {
        Foreign::Pop3
    } else if ["* OK", "* PREAUTH", "* BYE"].iter().any(|start| upper.starts_with(start)) {
        Foreign::Imap
    } else if upper.starts_with("HTTP/") || upper.trim_start().starts_with('<') {
        Foreign::Web
    } else {
        Foreign::Unknown
    }
}

/// Network trouble as the caller's next step.
pub(crate) fn io_error(error: io::Error) -> ConnectError {
    use io::ErrorKind::*;
    ConnectError::later(match error.kind() {
        TimedOut => Later::TimedOut,
        ConnectionRefused => Later::PortClosed,
        HostUnreachable | NetworkUnreachable | AddrNotAvailable | PermissionDenied => Later::Unreachable,
        _ => Later::Closed,
    })
}
