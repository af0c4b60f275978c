//! The stream under the IMAP session: counts and records what is sent, frames what is received, and never waits without a limit.
//!
//! Must never: hand an octet to the server that is not in the record.

use crate::{frame::Framer, record::SharedTap};
use std::{
    fmt, io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep},
};

/// A connection, encrypted or not.
pub(crate) trait Transport: AsyncRead + AsyncWrite + Unpin + Send + Sync + fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + Sync + fmt::Debug> Transport for T {}

/// Read from the network at once, and while nothing much is expected: of sessions that wait there may be hundreds.
const READ: usize = 64 * 1024;
const READ_AT_REST: usize = 1024;

/// See the module.
pub(crate) struct Wire {
    inner: Box<dyn Transport>,
    framer: Option<Framer>,
    tap: SharedTap,
    scratch: Vec<u8>,
    outgoing: Vec<u8>,
    written: usize,
    recorded: bool,
    /// What leaves next is a letter: its octets are counted, and none is written down.
    letter: bool,
    /// Longest silence; `None` while waiting for new letters.
    patience: Option<Duration>,
    clock: Pin<Box<Sleep>>,
    running: bool,
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").finish_non_exhaustive()
    }
}

impl Wire {
    pub(crate) fn new(inner: Box<dyn Transport>, tap: SharedTap, patience: Duration, literal_limit: u64) -> Self {
        Self {
            inner,
            framer: Some(Framer::new(tap.clone(), literal_limit)),
            tap,
            scratch: Vec::new(),
            outgoing: Vec::new(),
            written: 0,
            recorded: false,
            letter: false,
            patience: Some(patience),
            clock: Box::pin(sleep(patience)),
            running: false,
        }
    }

    /// Sets the longest silence.
    pub(crate) fn set_patience(&mut self, patience: Option<Duration>) {
        self.patience = patience;
        self.running = false;
        self.scratch = Vec::new();
        if let (None, Some(framer)) = (patience, self.framer.as_mut()) {
            framer.rest();
        }
    }

    /// What leaves at the next flush is a letter, which no record may hold.
    pub(crate) fn letter_follows(&mut self) {
        self.letter = true;
    }

    /// From now on octets pass through as they are: another wire lies above, over compression.
    pub(crate) fn become_plain(&mut self) {
        self.framer = None;
    }

    fn check_clock(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        let Some(patience) = self.patience else { return Poll::Pending };
        if !self.running {
            self.clock.as_mut().reset(Instant::now() + patience);
            self.running = true;
        }
        ready!(self.clock.as_mut().poll(cx));
        self.running = false;
        Poll::Ready(io::Error::from(io::ErrorKind::TimedOut))
    }

    /// Writes down every whole line of what is about to leave.
    fn record_outgoing(&mut self) {
        let mut tap = self.tap.lock();
        tap.sent += self.outgoing.len() as u64;
        if std::mem::take(&mut self.letter) {
            tap.remark(&format!("a letter of {} octets", self.outgoing.len()));
            return;
        }
        for line in self.outgoing.split(|b| *b == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if !line.is_empty() {
                tap.sent_line(line);
            }
        }
    }

    fn drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.written < self.outgoing.len() {
            match Pin::new(&mut self.inner).poll_write(cx, &self.outgoing[self.written..]) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(written)) => {
                    self.written += written;
                    self.running = false;
                }
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => return self.check_clock(cx).map(Err),
            }
        }
        self.outgoing.clear();
        self.written = 0;
        self.recorded = false;
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let Some(framer) = this.framer.as_mut() else {
            return Pin::new(&mut this.inner).poll_read(cx, buf);
        };
        if framer.pull(buf) > 0 || buf.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        if this.scratch.is_empty() {
            this.scratch = vec![0; if this.patience.is_some() { READ } else { READ_AT_REST }];
        }
        loop {
            let mut scratch = ReadBuf::new(&mut this.scratch);
            match Pin::new(&mut this.inner).poll_read(cx, &mut scratch) {
                Poll::Ready(Ok(())) => {
                    this.running = false;
                    let got = scratch.filled().len();
                    if got == 0 {
                        return Poll::Ready(Ok(()));
                    }
                    this.tap.lock().received += got as u64;
                    let framer = this.framer.as_mut().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
                    framer.push(&this.scratch[..got])?;
                    if framer.pull(buf) > 0 {
                        return Poll::Ready(Ok(()));
                    }
                }
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => return this.check_clock(cx).map(Err),
            }
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.framer.is_none() {
            return Pin::new(&mut this.inner).poll_write(cx, buf);
        }
        // A command is gathered and leaves in one piece at the flush that follows it.
        if this.recorded {
            ready!(this.drain(cx))?;
        }
        this.outgoing.extend_from_slice(buf);
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.framer.is_some() {
            if !this.recorded {
                this.recorded = true;
                this.record_outgoing();
            }
            ready!(this.drain(cx))?;
        }
        match Pin::new(&mut this.inner).poll_flush(cx) {
            Poll::Pending => this.check_clock(cx).map(Err),
            Poll::Ready(result) => {
                this.running = false;
                Poll::Ready(result)
            }
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}
