//! The reader of a mailbox. It can say EXAMINE, LIST, STATUS, SEARCH, FETCH with PEEK, IDLE and LOGOUT, and nothing else: a write
//! cannot be expressed outside of this crate (S10; the one in `append` is for [`crate::Appender`] alone), and every command really sent is on the record.

mod ahead;
mod append;
mod fetch;
mod flight;
mod folders;
mod wait;

pub use fetch::{Fetched, LARGE_LETTER, Labelled, LetterFlags, LetterLabels, RemoteHeaders, RemoteLetter, WINDOW};
pub use folders::{Examined, Opened};
pub use wait::Woken;

use crate::{Capabilities, ConnectError, Later, Record, lore, open::LITERAL_LIMIT, record::SharedTap, wire::Wire};
use async_imap::{DeflateStream, Session, error::Error, imap_proto::Response};
use flight::Flight;
use std::time::Duration;
use tokio::time::timeout;

/// A server that keeps dripping octets is given up after this many time-outs for one answer, but a slow line gets five minutes.
const DRIP: u32 = 10;
const SLOW: Duration = Duration::from_secs(300);
const FAREWELL: Duration = Duration::from_secs(5);

/// A signed-in session that only reads.
#[derive(Debug)]
pub struct Reader {
    session: Session<Wire>,
    tap: SharedTap,
    can: Capabilities,
    patience: Duration,
    /// UIDs as last listed in the opened folder, sorted.
    listed: Vec<u32>,
    /// The server's count in the opened folder.
    exists: u32,
    /// The connection still holds.
    usable: bool,
    /// Commands sent and not answered yet.
    flight: Flight,
    /// Compression would cost more than it saves: the server is near, or it is on already.
    near: bool,
}

impl Reader {
    /// Takes over after sign-in. What the server can do now, if it did not say, and our name go out together with the first command.
    pub(crate) fn start(session: Session<Wire>, tap: SharedTap, patience: Duration, before: Capabilities, near: bool) -> Self {
        let told = {
            let mut tap = tap.lock();
            tap.answered.clear();
            tap.capabilities.clone()
        };
        let mut flight = Flight::default();
        if told.is_none() {
            flight.unsaid.push("CAPABILITY");
        }
        let can = told.unwrap_or(before);
        if can.id {
            // Some providers let nobody read who did not say a name; a refusal is of no account.
            flight.unsaid.push("ID (\"name\" \"Postroom\")");
        }
        Self { session, tap, can, patience, listed: Vec::new(), exists: 0, usable: true, flight, near }
    }

    /// Whether [`Reader::compress`] is offered and would save time.
    pub fn worth_compressing(&self) -> bool {
        self.can.compress && !self.near
    }

    /// Compression is not tried again.
    pub(crate) fn uncompressed(self) -> Self {
        Self { near: true, ..self }
    }

    /// Compresses the connection from now on (RFC 4978); letters shrink to a half on a slow line.
    ///
    /// # Errors
    /// `Refused` when the server will not although it offered; the reader is gone then.
    pub async fn compress(mut self) -> Result<Self, ConnectError> {
        // Nothing may be under way: from the answer on, every octet is compressed (RFC 4978 §3).
        if !self.is_still() {
            self.run("NOOP", &mut |_| ()).await?;
        }
        let Self { session, tap, can, patience, listed, exists, usable, flight, .. } = self;
        tap.lock().answered.clear();
        let above = tap.clone();
        let wrap = move |mut deflate: DeflateStream<Wire>| {
            deflate.get_mut().become_plain();
            Wire::new(Box::new(deflate), above, patience, LITERAL_LIMIT)
        };
        let session = match timeout(patience, session.compress(wrap)).await {
            Ok(Ok(session)) => session,
            Ok(Err(Error::No(_) | Error::Bad(_))) => {
                let said = tap.lock().answered.pop_back().map(|said| said.text).unwrap_or_default();
                return Err(ConnectError::Refused { said });
            }
            Ok(Err(_)) => return Err(ConnectError::later(Later::Closed)),
            Err(_) => return Err(ConnectError::later(Later::TimedOut)),
        };
        tap.lock().answered.clear();
        Ok(Self { session, tap, can, patience, listed, exists, usable, flight, near: true })
    }

    /// What the server can do.
    pub fn can(&self) -> &Capabilities {
        &self.can
    }

    /// What was said so far (S10, IT-36).
    pub fn record(&self) -> Record {
        self.tap.record()
    }

    /// Whether the connection still holds: a refusal leaves it so, everything else ends it.
    pub fn usable(&self) -> bool {
        self.usable
    }

    /// The server's own name, if it told one.
    pub fn server_name(&self) -> Option<String> {
        self.tap.lock().server_name.clone()
    }

    /// Says farewell, within five seconds, and hands back the record.
    pub async fn leave(mut self) -> Record {
        // A server that does not answer is left all the same.
        let _ = timeout(FAREWELL, async {
            self.session.run_command("LOGOUT").await.ok()?;
            while let Ok(Some(response)) = self.session.read_response().await {
                if matches!(response.parsed(), Response::Done { .. }) {
                    break;
                }
            }
            Some(())
        })
        .await;
        self.tap.record()
    }

    /// Says farewell and goes: nothing that the server could answer changes anything, and not to wait for it saves a round trip.
    pub async fn go(mut self) {
        let _ = timeout(FAREWELL, self.session.run_command("LOGOUT")).await;
    }

    fn gave_up(&mut self) -> ConnectError {
        self.usable = false;
        ConnectError::later(Later::TimedOut)
    }

    /// Trouble of the connection as the next step. The parser's own words are never passed on: they quote letters.
    fn failed(&mut self, error: Error) -> ConnectError {
        self.usable = false;
        if let Some(bye) = self.tap.lock().bye.take() {
            return lore::farewell(&bye.text);
        }
        let said = match error {
            Error::ConnectionLost => return ConnectError::later(Later::Closed),
            Error::Io(error) => match error.kind() {
                std::io::ErrorKind::TimedOut => return ConnectError::later(Later::TimedOut),
                std::io::ErrorKind::InvalidData => error.to_string(),
                std::io::ErrorKind::Other => "an answer that cannot be read".to_owned(),
                _ => return ConnectError::later(Later::Closed),
            },
            _ => "an answer that cannot be read".to_owned(),
        };
        ConnectError::Protocol { said, transcript: self.tap.record().transcript }
    }
}
