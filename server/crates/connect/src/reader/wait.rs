//! Waiting for new letters with IDLE (RFC 2177), re-issued before any server loses patience (FP-01).

use super::Reader;
use crate::{ConnectError, Later};
use async_imap::{
    error::Error,
    extensions::idle::{Handle, IdleResponse},
    imap_proto::{MailboxDatum, Response, Status},
    types::UnsolicitedResponse,
};
use std::{future::Future, time::Duration};
use tokio::time::{Instant, timeout};

/// Servers may log an idle client out after 30 minutes.
const REISSUE: Duration = Duration::from_secs(25 * 60);

/// Why waiting ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Woken {
    /// Something came or went in the folder.
    Changed,
    /// The time is over.
    Limit,
    /// The caller asked to stop.
    Stopped,
    /// The server has no IDLE: ask again later instead.
    NotOffered,
}

impl Reader {
    /// Waits on the opened folder until something changes, `limit` is over, or `stop` is ready.
    ///
    /// # Errors
    /// `Later` when the connection ends; the reader is gone then.
    pub async fn wait(mut self, limit: Duration, stop: impl Future) -> Result<(Self, Woken), ConnectError> {
        if !self.can.idle {
            return Ok((self, Woken::NotOffered));
        }
        self.forget();
        let end = Instant::now() + limit;
        tokio::pin!(stop);
        loop {
            let left = end.saturating_duration_since(Instant::now()).min(REISSUE);
            let (reader, woken) = self.idle_once(left, stop.as_mut()).await?;
            self = reader;
            match woken {
                Woken::Limit if Instant::now() < end => {}
                woken => return Ok((self, woken)),
            }
        }
    }

    async fn idle_once(self, limit: Duration, mut stop: std::pin::Pin<&mut impl Future>) -> Result<(Self, Woken), ConnectError> {
        let Self { session, tap, can, patience, listed, exists, usable, flight, near } = self;
        let lost = |error: Error| {
            if let Some(bye) = tap.lock().bye.take() {
                return crate::lore::farewell(&bye.text);
            }
            match error {
                Error::No(_) | Error::Bad(_) => {
                    ConnectError::Refused { said: tap.lock().answered.pop_back().map(|said| said.text).unwrap_or_default() }
                }
                _ => ConnectError::later(Later::Closed),
            }
        };
        let before = session.unsolicited_responses.clone();
        let mut handle = session.idle();
        match timeout(patience, handle.init()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(lost(error)),
            Err(_) => return Err(ConnectError::later(Later::TimedOut)),
        }
        handle.as_mut().set_patience(None);
        // Servers may tell what came since the last command before they begin to wait.
        let already = tells_a_change(exists, || before.try_recv().ok());
        let woken = tokio::select! {
            woken = changed(&mut handle, exists, limit), if !already => woken.map_err(&lost)?,
            _ = &mut stop, if !already => Woken::Stopped,
            else => Woken::Changed,
        };
        handle.as_mut().set_patience(Some(patience));
        let session = match timeout(patience, handle.done()).await {
            Ok(Ok(session)) => session,
            Ok(Err(error)) => return Err(lost(error)),
            Err(_) => return Err(ConnectError::later(Later::TimedOut)),
        };
        // And what came while the waiting was being ended.
        let late = tells_a_change(exists, || session.unsolicited_responses.try_recv().ok());
        let woken = if late && woken == Woken::Limit { Woken::Changed } else { woken };
        tap.lock().answered.clear();
        Ok((Self { session, tap, can, patience, listed, exists, usable, flight, near }, woken))
    }
}

/// Whether one of the remarks that nobody asked for says that a letter came or went; all are taken, so that they do not pile up. A count
/// that is the one we know is no news: some servers tell it whenever somebody begins to wait.
fn tells_a_change(exists: u32, next: impl FnMut() -> Option<UnsolicitedResponse>) -> bool {
    std::iter::from_fn(next).fold(false, |told, said| {
        told | match said {
            UnsolicitedResponse::Exists(count) => count != exists,
            UnsolicitedResponse::Expunge(_) => true,
            UnsolicitedResponse::Other(answer) => matches!(answer.parsed(), Response::Vanished { .. }),
            _ => false,
        }
    })
}

/// Waits for an answer that says more than "still here".
async fn changed(handle: &mut Handle<crate::wire::Wire>, exists: u32, limit: Duration) -> Result<Woken, Error> {
    let end = Instant::now() + limit;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(Woken::Limit);
        }
        let (answer, _interrupt) = handle.wait_with_timeout(left);
        match timeout(left, answer).await {
            Err(_) | Ok(Ok(IdleResponse::Timeout)) => return Ok(Woken::Limit),
            // Nobody interrupts by hand here: the stream ended.
            Ok(Ok(IdleResponse::ManualInterrupt)) => return Err(Error::ConnectionLost),
            Ok(Ok(IdleResponse::NewData(data))) => match data.parsed() {
                Response::MailboxData(MailboxDatum::Exists(count)) if *count == exists => {}
                Response::MailboxData(MailboxDatum::Exists(_)) | Response::Expunge(_) | Response::Vanished { .. } => {
                    return Ok(Woken::Changed);
                }
                Response::Data { status: Status::Bye, .. } => return Err(Error::ConnectionLost),
                _ => {} // flags and the like
            },
            Ok(Err(error)) => return Err(error),
        }
    }
}
