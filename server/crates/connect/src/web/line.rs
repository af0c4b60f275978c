//! One line to a web service: a request goes out, its answer comes in. Must never: take the next answer for this one's; after any
//! trouble the line is not used again.

use super::{
    Sink,
    answer::{Answer, Length, SMALL, odd},
};
use crate::{ConnectError, Later, talk::io_error, wire::Transport};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

/// Octets written under one time limit.
const PORTION: usize = 64 * 1024;

pub(crate) struct Line {
    stream: Box<dyn Transport>,
    unread: Vec<u8>,
    patience: Duration,
    answered: bool,
    usable: bool,
}

impl Line {
    pub(super) fn new(stream: Box<dyn Transport>, patience: Duration) -> Self {
        Self { stream, unread: Vec::new(), patience, answered: false, usable: true }
    }

    /// Whether any octet of an answer came to the last request.
    pub(super) fn answered(&self) -> bool {
        self.answered
    }

    /// Whether the next request may go here.
    pub(super) fn usable(&self) -> bool {
        self.usable && self.unread.is_empty()
    }

    pub(super) async fn talk(&mut self, request: &[u8], limit: u64, sink: Sink<'_>) -> Result<Answer, ConnectError> {
        (self.answered, self.usable) = (false, false);
        if let Err(error) = self.say(request).await {
            // Who refuses a long request does so before its end, and closes.
            let mut early = self.head().await.map_err(|_| error)?;
            early.unmeasured = true;
            return Ok(early);
        }
        let mut answer = self.head().await?;
        // Accepted: whatever becomes of the rest of the answer, that much was said.
        if answer.status == 202 {
            answer.unmeasured = true;
            return Ok(answer);
        }
        let length = answer.length()?;
        if answer.status == 200 {
            self.body(length, limit, sink).await?;
        } else {
            let mut body = Vec::new();
            let kept: Sink<'_> = &mut |part| {
                body.extend_from_slice(&part[..part.len().min(SMALL.saturating_sub(body.len()))]);
                Ok(())
            };
            self.body(length, 1 << 20, kept).await?;
            answer.body = body;
        }
        answer.unmeasured = length == Length::UntilClosed;
        self.usable = !answer.closes() && length != Length::UntilClosed;
        Ok(answer)
    }

    /// Writes a request, each portion with its own time.
    async fn say(&mut self, request: &[u8]) -> Result<(), ConnectError> {
        for portion in request.chunks(PORTION) {
            let sent = async {
                self.stream.write_all(portion).await?;
                self.stream.flush().await
            };
            match timeout(self.patience, sent).await {
                Ok(result) => result.map_err(io_error)?,
                Err(_) => return Err(ConnectError::later(Later::TimedOut)),
            }
        }
        Ok(())
    }

    async fn head(&mut self) -> Result<Answer, ConnectError> {
        loop {
            if let Some((answer, length)) = Answer::read(&self.unread)? {
                self.unread.drain(..length);
                // "Continue" and its like come before the answer itself (RFC 9110 §15.2).
                if answer.status >= 200 {
                    return Ok(answer);
                }
            } else if !self.more().await? {
                return Err(ConnectError::later(Later::Closed));
            }
        }
    }

    /// Reads some more; `false` at the end.
    async fn more(&mut self) -> Result<bool, ConnectError> {
        let before = self.unread.len();
        self.unread.reserve(32 * 1024);
        let got = match timeout(self.patience, self.stream.read_buf(&mut self.unread)).await {
            Ok(got) => got.map_err(io_error)?,
            Err(_) => return Err(ConnectError::later(Later::TimedOut)),
        };
        self.answered |= got > 0;
        Ok(self.unread.len() > before)
    }

    async fn body(&mut self, length: Length, limit: u64, sink: Sink<'_>) -> Result<(), ConnectError> {
        let mut room = limit;
        match length {
            Length::Known(length) => self.hand_on(length, &mut room, sink).await,
            Length::Chunked => {
                loop {
                    let (head, size) = self.chunk().await?;
                    self.unread.drain(..head);
                    if size == 0 {
                        break;
                    }
                    self.hand_on(size, &mut room, sink).await?;
                    self.line_end().await?;
                }
                // Trailers are not used here; their end is the answer's.
                while self.trailer().await? {}
                Ok(())
            }
            Length::UntilClosed => loop {
                let part = self.unread.len() as u64;
                self.hand_on(part, &mut room, sink).await?;
                if !self.more().await? {
                    return Ok(());
                }
            },
        }
    }

    async fn chunk(&mut self) -> Result<(usize, u64), ConnectError> {
        loop {
            match httparse::parse_chunk_size(&self.unread) {
                Ok(httparse::Status::Complete(found)) => return Ok(found),
                Ok(httparse::Status::Partial) if self.unread.len() < 4_096 => {}
                _ => return Err(odd("a part whose length cannot be read")),
            }
            if !self.more().await? {
                return Err(ConnectError::later(Later::Closed));
            }
        }
    }

    /// The empty line behind a part.
    async fn line_end(&mut self) -> Result<(), ConnectError> {
        while self.unread.len() < 2 {
            if !self.more().await? {
                return Err(ConnectError::later(Later::Closed));
            }
        }
        if &self.unread[..2] != b"\r\n" {
            return Err(odd("a part that is longer than it says"));
        }
        self.unread.drain(..2);
        Ok(())
    }

    /// Passes one trailer; `false` when it was the empty line at the end.
    async fn trailer(&mut self) -> Result<bool, ConnectError> {
        loop {
            if let Some(end) = self.unread.iter().position(|octet| *octet == b'\n') {
                let empty = self.unread[..end].iter().all(|octet| *octet == b'\r');
                self.unread.drain(..=end);
                return Ok(!empty);
            }
            if self.unread.len() > 8_192 {
                return Err(odd("a trailer that never ends"));
            }
            if !self.more().await? {
                return Err(ConnectError::later(Later::Closed));
            }
        }
    }

    /// Hands on the next octets as they come.
    async fn hand_on(&mut self, mut left: u64, room: &mut u64, sink: Sink<'_>) -> Result<(), ConnectError> {
        if left > *room {
            return Err(ConnectError::Refused { said: "The answer is larger than Postroom takes.".to_owned() });
        }
        *room -= left;
        while left > 0 {
            if self.unread.is_empty() && !self.more().await? {
                return Err(ConnectError::later(Later::Closed));
            }
            let part = self.unread.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            sink(&self.unread[..part]).map_err(|error| ConnectError::Spool { said: error.to_string() })?;
            self.unread.drain(..part);
            left -= part as u64;
        }
        Ok(())
    }
}
