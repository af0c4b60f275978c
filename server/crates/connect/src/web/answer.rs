//! The head of an answer, and what it says about its body.

use crate::{ConnectError, error::one_line};
use std::time::Duration;

/// Octets of a body that is not what was asked for.
pub(super) const SMALL: usize = 64 * 1024;

/// How the end of a body is told (RFC 9112 §6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    Known(u64),
    Chunked,
    UntilClosed,
}

/// An answer: its head, and for anything but 200 the beginning of its body.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Nothing said how long the body is: its end was the line's, so nobody knows whether it is whole.
    pub unmeasured: bool,
}

impl Answer {
    /// Reads a head; `None` while there is more to come. Answers its length too.
    pub(super) fn read(octets: &[u8]) -> Result<Option<(Self, usize)>, ConnectError> {
        let mut room = [httparse::EMPTY_HEADER; 100];
        let mut response = httparse::Response::new(&mut room);
        match response.parse(octets) {
            Ok(httparse::Status::Complete(length)) => {
                let headers = response
                    .headers
                    .iter()
                    .map(|header| (header.name.to_ascii_lowercase(), one_line(&String::from_utf8_lossy(header.value))))
                    .collect();
                Ok(Some((Self { status: response.code.unwrap_or(0), headers, body: Vec::new(), unmeasured: false }, length)))
            }
            Ok(httparse::Status::Partial) if octets.len() <= SMALL => Ok(None),
            _ => Err(odd("an answer that is not HTTP")),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn length(&self) -> Result<Length, ConnectError> {
        if self.status == 204 || self.status == 304 {
            return Ok(Length::Known(0));
        }
        if let Some(coding) = self.header("transfer-encoding") {
            return if coding.eq_ignore_ascii_case("chunked") { Ok(Length::Chunked) } else { Err(odd("an unknown transfer coding")) };
        }
        match self.header("content-length") {
            Some(length) => length.parse().map(Length::Known).map_err(|_| odd("a length that is no number")),
            None => Ok(Length::UntilClosed),
        }
    }

    pub(super) fn closes(&self) -> bool {
        self.header("connection").is_some_and(|value| value.to_ascii_lowercase().contains("close"))
    }

    /// How long the server asks to wait (RFC 9110 §10.2.3); a date is answered as a minute, which is what it means with services that
    /// count in seconds.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        let text = self.header("retry-after")?.trim();
        let seconds = text.parse::<f64>().ok().filter(|seconds| *seconds >= 0.0).unwrap_or(60.0).min(86_400.0);
        Some(Duration::from_secs_f64(seconds))
    }
}

pub(super) fn odd(said: &str) -> ConnectError {
    ConnectError::Protocol { said: said.to_owned(), transcript: Vec::new() }
}
