//! The stream below TLS: reads much at once, since TLS asks for four kilobytes at a time and each would be a call of its own to the system.
//!
//! Must never: hold room while nothing comes; of connections that wait there may be hundreds.

use crate::wire::Transport;
use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Read from the network at once.
const READ: usize = 32 * 1024;

/// See the module.
#[derive(Debug)]
pub(crate) struct Gathered {
    inner: Box<dyn Transport>,
    room: Vec<u8>,
    /// Octets in the room that came, and how many of them were handed on.
    filled: usize,
    taken: usize,
}

impl Gathered {
    pub(crate) fn new(inner: Box<dyn Transport>) -> Self {
        Self { inner, room: Vec::new(), filled: 0, taken: 0 }
    }
}

impl AsyncRead for Gathered {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.taken == this.filled {
            this.room.resize(READ, 0);
            let mut room = ReadBuf::new(&mut this.room);
            let read = Pin::new(&mut this.inner).poll_read(cx, &mut room);
            (this.filled, this.taken) = (room.filled().len(), 0);
            if read.is_pending() {
                this.room = Vec::new();
            }
            ready!(read)?;
        }
        let part = (this.filled - this.taken).min(buf.remaining());
        buf.put_slice(&this.room[this.taken..this.taken + part]);
        this.taken += part;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Gathered {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(cx, buf)
    }

    fn poll_write_vectored(self: Pin<&mut Self>, cx: &mut Context<'_>, bufs: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}
