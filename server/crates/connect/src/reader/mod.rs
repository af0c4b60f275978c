//! The reader of a mailbox. It can say EXAMINE, LIST, STATUS, SEARCH, FETCH with PEEK, IDLE and LOGOUT, and nothing else: a write
//! cannot be expressed (S10), and every command really sent is on the record.

mod fetch;
mod folders;
mod wait;

pub use fetch::{Fetched, LARGE_LETTER, LetterFlags, RemoteHeaders, RemoteLetter, WINDOW};
pub use folders::Examined;
pub use wait::Woken;

use crate::{Capabilities, ConnectError, Later, Record, lore, open::LITERAL_LIMIT, record::SharedTap, wire::Wire};
use async_imap::{
    DeflateStream, Session,
    error::Error,
    imap_proto::{Response, Status},
};
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
}

impl Reader {
    /// Takes over after sign-in: learns what the server can do now, and introduces itself.
    pub(crate) async fn start(session: Session<Wire>, tap: SharedTap, patience: Duration) -> Result<Self, ConnectError> {
        let mut reader = Self { session, tap, can: Capabilities::default(), patience, listed: Vec::new(), exists: 0, usable: true };
        if reader.tap.lock().capabilities.is_none() {
            reader.run("CAPABILITY", &mut |_| ()).await?;
        }
        reader.can = reader.tap.lock().capabilities.clone().unwrap_or_default();
        if reader.can.id {
            // Some providers let nobody read who did not say a name; a refusal is of no account.
            match reader.run("ID (\"name\" \"Postroom\")", &mut |_| ()).await {
                Err(error) if !reader.usable => return Err(error),
                _ => {}
            }
        }
        Ok(reader)
    }

    /// Compresses the connection from now on (RFC 4978); letters shrink to a half on a slow line.
    ///
    /// # Errors
    /// `Refused` when the server will not although it offered; the reader is gone then.
    pub async fn compress(self) -> Result<Self, ConnectError> {
        let Self { session, tap, can, patience, listed, exists, usable } = self;
        tap.lock().answered = None;
        let above = tap.clone();
        let wrap = move |mut deflate: DeflateStream<Wire>| {
            deflate.get_mut().become_plain();
            Wire::new(Box::new(deflate), above, patience, LITERAL_LIMIT)
        };
        let session = match timeout(patience, session.compress(wrap)).await {
            Ok(Ok(session)) => session,
            Ok(Err(Error::No(_) | Error::Bad(_))) => {
                let said = tap.lock().answered.take().map(|said| said.text).unwrap_or_default();
                return Err(ConnectError::Refused { said });
            }
            Ok(Err(_)) => return Err(ConnectError::later(Later::Closed)),
            Err(_) => return Err(ConnectError::later(Later::TimedOut)),
        };
        Ok(Self { session, tap, can, patience, listed, exists, usable })
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

    /// Runs one command; every untagged answer goes to `each`.
    async fn run(&mut self, command: &str, each: &mut (dyn FnMut(&Response<'_>) + Send)) -> Result<(), ConnectError> {
        self.tap.lock().answered = None;
        let limit = (self.patience * DRIP).max(SLOW);
        let id = match timeout(limit, self.session.run_command(command)).await {
            Ok(Ok(id)) => id,
            Ok(Err(error)) => return Err(self.failed(error)),
            Err(_) => return Err(self.gave_up()),
        };
        loop {
            let data = match timeout(limit, self.session.read_response()).await {
                Ok(Ok(Some(data))) => data,
                Ok(Ok(None)) => return Err(self.failed(Error::ConnectionLost)),
                Ok(Err(error)) => return Err(self.failed(Error::Io(error))),
                Err(_) => return Err(self.gave_up()),
            };
            match data.parsed() {
                Response::Done { tag, status, .. } if *tag == id => return self.outcome(status),
                Response::Done { .. } => {}
                Response::Data { status: Status::Bye, .. } => return Err(self.failed(Error::ConnectionLost)),
                answer => each(answer),
            }
        }
    }

    fn gave_up(&mut self) -> ConnectError {
        self.usable = false;
        ConnectError::later(Later::TimedOut)
    }

    fn outcome(&self, status: &Status) -> Result<(), ConnectError> {
        let said = self.tap.lock().answered.take().map(|said| said.text).unwrap_or_default();
        match status {
            Status::Ok => Ok(()),
            Status::No => Err(lore::refusal(&said)),
            _ => Err(match lore::refusal(&said) {
                ConnectError::Refused { said } => ConnectError::Protocol { said, transcript: self.tap.record().transcript },
                later => later,
            }),
        }
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
