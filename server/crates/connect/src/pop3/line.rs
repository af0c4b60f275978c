//! The line after sign-in: commands out, statuses and letters in. Must never: wait without a limit, or keep more than it was asked for.

use super::{dots::Dots, talk};
use crate::{
    ConnectError, Later,
    record::{Said, SharedTap},
    talk::io_error,
    wire::Transport,
};
use std::{io, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

/// Longest status line.
const LONGEST_LINE: usize = 8 * 1024;
const READ: usize = 64 * 1024;

/// See the module.
#[derive(Debug)]
pub(super) struct Line {
    stream: Box<dyn Transport>,
    pub tap: SharedTap,
    /// Longest silence.
    patience: Duration,
    unread: Vec<u8>,
    at: usize,
    scratch: Vec<u8>,
    outgoing: Vec<u8>,
    /// The last status line ended by LF alone.
    bare: bool,
    /// Whether the next answer can be told from the one before.
    pub usable: bool,
}

impl Line {
    pub(super) fn new(stream: Box<dyn Transport>, tap: SharedTap, patience: Duration) -> Self {
        Self { stream, tap, patience, unread: Vec::new(), at: 0, scratch: Vec::new(), outgoing: Vec::new(), bare: false, usable: true }
    }

    /// Adds a command to what leaves at the next [`Line::flush`]; `shown` stands in the record in its place.
    pub(super) fn say(&mut self, shown: &str, command: &str) {
        self.tap.lock().sent_words(shown, command.len() as u64 + 2);
        self.outgoing.extend_from_slice(command.as_bytes());
        self.outgoing.extend_from_slice(b"\r\n");
    }

    pub(super) async fn flush(&mut self) -> Result<(), ConnectError> {
        let outgoing = std::mem::take(&mut self.outgoing);
        let sending = async {
            self.stream.write_all(&outgoing).await?;
            self.stream.flush().await
        };
        match timeout(self.patience, sending).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(self.broken(io_error(error))),
            Err(_) => Err(self.broken(ConnectError::later(Later::TimedOut))),
        }
    }

    /// Says one command and waits for its status.
    pub(super) async fn ask(&mut self, command: &str) -> Result<Said, ConnectError> {
        self.say(command, command);
        self.flush().await?;
        self.status().await
    }

    /// A status line, or the `+` of a sign-in in steps (status `+`).
    pub(super) async fn status(&mut self) -> Result<Said, ConnectError> {
        let line = self.line().await?;
        if talk::status(&line).is_none() && line.starts_with('+') {
            self.tap.lock().remark("asked for more");
            return Ok(Said { status: "+".to_owned(), ..Said::default() });
        }
        self.tap.lock().received_words(&line);
        if talk::status(&line).is_none() {
            return Err(self.odd("an answer that is no POP3"));
        }
        let tap = self.tap.lock();
        Ok(talk::said(&tap, &line))
    }

    /// The lines of a list, each at most as long as a status.
    pub(super) async fn list(&mut self, each: &mut (dyn FnMut(&str) + Send)) -> Result<(), ConnectError> {
        loop {
            let line = self.line().await?;
            if line == "." {
                return Ok(());
            }
            each(line.strip_prefix("..").map_or(line.as_str(), |rest| &line[line.len() - rest.len() - 1..]));
        }
    }

    /// The content of a letter, handed on part by part until its end.
    pub(super) async fn content(&mut self, into: &mut (dyn FnMut(&[u8]) -> io::Result<()> + Send)) -> Result<(), ConnectError> {
        let mut dots = Dots::new(self.bare);
        let mut part = Vec::with_capacity(READ);
        loop {
            if self.at >= self.unread.len() {
                self.fill().await?;
            }
            part.clear();
            let end = dots.feed(&self.unread[self.at..], &mut part);
            self.at = end.map_or(self.unread.len(), |end| self.at + end);
            if let Err(error) = into(&part) {
                // What is still to come cannot be told from the next answer.
                return Err(self.broken(ConnectError::Spool { said: crate::error::one_line(&error.to_string()) }));
            }
            if end.is_some() {
                return Ok(());
            }
        }
    }

    async fn line(&mut self) -> Result<String, ConnectError> {
        let mut searched = 0;
        loop {
            let waiting = &self.unread[self.at..];
            if let Some(end) = waiting[searched..].iter().position(|b| *b == b'\n') {
                if searched + end > LONGEST_LINE {
                    return Err(self.odd("a line without an end"));
                }
                let line = &waiting[..searched + end];
                self.bare = !line.ends_with(b"\r");
                let text = String::from_utf8_lossy(line).trim_end_matches('\r').to_owned();
                self.at += searched + end + 1;
                return Ok(text);
            }
            searched = waiting.len();
            if searched > LONGEST_LINE {
                return Err(self.odd("a line without an end"));
            }
            self.fill().await?;
        }
    }

    async fn fill(&mut self) -> Result<(), ConnectError> {
        self.unread.drain(..self.at);
        self.at = 0;
        if self.scratch.is_empty() {
            self.scratch = vec![0; READ];
        }
        match timeout(self.patience, self.stream.read(&mut self.scratch)).await {
            Ok(Ok(0)) => Err(self.broken(ConnectError::later(Later::Closed))),
            Ok(Ok(got)) => {
                self.tap.lock().received += got as u64;
                self.unread.extend_from_slice(&self.scratch[..got]);
                Ok(())
            }
            Ok(Err(error)) => Err(self.broken(io_error(error))),
            Err(_) => Err(self.broken(ConnectError::later(Later::TimedOut))),
        }
    }

    fn broken(&mut self, error: ConnectError) -> ConnectError {
        self.usable = false;
        error
    }

    pub(super) fn odd(&mut self, said: &str) -> ConnectError {
        self.usable = false;
        ConnectError::Protocol { said: said.to_owned(), transcript: self.tap.record().transcript }
    }
}
