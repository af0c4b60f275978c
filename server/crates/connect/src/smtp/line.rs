//! The line after the hello: commands out, replies in. Must never: wait without a limit, or keep more than a reply.

use super::reply::{SmtpReply, read_line};
use crate::{ConnectError, Later, record::SharedTap, talk::io_error, wire::Transport};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

const LONGEST_LINE: usize = 8 * 1024;
const MOST_LINES: usize = 100;
/// Octets written at once: each portion has its own time.
const PORTION: usize = 64 * 1024;

/// See the module.
#[derive(Debug)]
pub(super) struct Line {
    stream: Box<dyn Transport>,
    pub tap: SharedTap,
    pub patience: Duration,
    unread: Vec<u8>,
}

impl Line {
    pub(super) fn new(stream: Box<dyn Transport>, tap: SharedTap, patience: Duration) -> Self {
        Self { stream, tap, patience, unread: Vec::new() }
    }

    /// Says one command and waits for its reply; `shown` stands in the record in its place.
    pub(super) async fn ask(&mut self, shown: &str, command: &str) -> Result<SmtpReply, ConnectError> {
        // Replies that come before their question belong to nobody.
        if !self.unread.is_empty() {
            return Err(self.odd("an answer that nobody asked for"));
        }
        self.tap.lock().sent_words(shown, command.len() as u64 + 2);
        self.write(format!("{command}\r\n").as_bytes()).await?;
        self.reply(self.patience).await
    }

    /// Writes octets, portion by portion.
    pub(super) async fn write(&mut self, octets: &[u8]) -> Result<(), ConnectError> {
        for portion in octets.chunks(PORTION) {
            let writing = async {
                self.stream.write_all(portion).await?;
                self.stream.flush().await
            };
            match timeout(self.patience, writing).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => return Err(io_error(error)),
                Err(_) => return Err(ConnectError::later(Later::TimedOut)),
            }
        }
        Ok(())
    }

    /// One whole reply.
    pub(super) async fn reply(&mut self, patience: Duration) -> Result<SmtpReply, ConnectError> {
        let (mut code, mut lines) = (None, Vec::new());
        loop {
            let line = self.line(patience).await?;
            let Some((this, last, words)) = read_line(&line) else { return Err(self.odd("an answer that is no SMTP")) };
            if code.is_some_and(|code| code != this) || lines.len() >= MOST_LINES {
                return Err(self.odd("an answer of several codes"));
            }
            code = Some(this);
            lines.push(words.to_owned());
            if last {
                let reply = SmtpReply { code: this, lines };
                self.tap.lock().received_words(&reply.text());
                return Ok(reply);
            }
        }
    }

    async fn line(&mut self, patience: Duration) -> Result<String, ConnectError> {
        loop {
            if let Some(end) = self.unread.iter().position(|b| *b == b'\n') {
                let line: Vec<u8> = self.unread.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned());
            }
            if self.unread.len() > LONGEST_LINE {
                return Err(self.odd("a line without an end"));
            }
            let mut part = [0; 2048];
            match timeout(patience, self.stream.read(&mut part)).await {
                Ok(Ok(0)) => return Err(ConnectError::later(Later::Closed)),
                Ok(Ok(got)) => {
                    self.tap.lock().received += got as u64;
                    self.unread.extend_from_slice(&part[..got]);
                }
                Ok(Err(error)) => return Err(io_error(error)),
                Err(_) => return Err(ConnectError::later(Later::TimedOut)),
            }
        }
    }

    pub(super) fn odd(&self, said: &str) -> ConnectError {
        ConnectError::Protocol { said: said.to_owned(), transcript: self.tap.record().transcript }
    }
}
