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

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    #[tokio::test]
    async fn small_reads_hand_on_every_octet_in_order_and_then_the_end() {
        let (near, mut far) = duplex(100_000);
        let sent: Vec<u8> = (0..90_000_u32).map(|n| (n % 251) as u8).collect();
        far.write_all(&sent).await.unwrap();
        drop(far);
        let mut gathered = Gathered::new(Box::new(near));
        let (mut came, mut part) = (Vec::new(), [0; 777]);
        loop {
            let read = gathered.read(&mut part).await.unwrap();
            if read == 0 {
                break;
            }
            came.extend_from_slice(&part[..read]);
        }
        assert!(came == sent);
    }

    // A hundred idle accounts shall cost little.
    #[tokio::test]
    async fn no_room_is_held_while_nothing_comes() {
        let (near, mut far) = duplex(1000);
        let mut gathered = Gathered::new(Box::new(near));
        far.write_all(b"* OK\r\n").await.unwrap();
        let mut part = [0; 100];
        assert_eq!(gathered.read(&mut part).await.unwrap(), 6);
        tokio::select! {
            biased;
            _ = gathered.read(&mut part) => panic!("nothing was sent"),
            () = std::future::ready(()) => {}
        }
        assert_eq!(gathered.room.capacity(), 0);
        far.write_all(b"* 1 EXISTS\r\n").await.unwrap();
        assert_eq!(gathered.read(&mut part).await.unwrap(), 12);
    }
}
