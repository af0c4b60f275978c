//! The octets of one connection: lines and literals in, answers out, TLS put between when asked.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;

use super::command::literal_length;
use super::fault::Fault;
use super::state::Shared;

/// The connection is over.
#[derive(Debug)]
pub(super) struct Closed;

/// What a step of a session gives.
pub(super) type Outcome<T = ()> = Result<T, Closed>;

/// Longest line a client may send.
const LINE_LIMIT: usize = 1 << 20;
/// Answers are gathered to about this size before they leave.
const FLUSH_AT: usize = 1 << 16;

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

pub(super) struct Wire {
    stream: Option<Box<dyn Stream>>,
    shared: Arc<Shared>,
    incoming: Vec<u8>,
    outgoing: Vec<u8>,
    sent: u64,
    pub(super) encrypted: bool,
}

impl Wire {
    pub(super) fn new(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, shared: Arc<Shared>) -> Self {
        Self { stream: Some(Box::new(stream)), shared, incoming: Vec::new(), outgoing: Vec::new(), sent: 0, encrypted: false }
    }

    /// The handshake.
    pub(super) async fn encrypt(&mut self, acceptor: &TlsAcceptor) -> Outcome {
        let plain = self.stream.take().ok_or(Closed)?;
        // Handshake bytes may already have been read together with the command before.
        let replay = std::mem::take(&mut self.incoming);
        let tls = acceptor.accept(Replay { first: replay, rest: plain }).await.map_err(|_| Closed)?;
        self.stream = Some(Box::new(tls));
        self.encrypted = true;
        Ok(())
    }

    /// A whole command: its lines and literals, without the last line end.
    pub(super) async fn command(&mut self) -> Outcome<Vec<u8>> {
        let mut whole = Vec::new();
        loop {
            let line = self.line().await?;
            whole.extend_from_slice(&line);
            let Some(literal) = literal_length(&line) else {
                while whole.last().is_some_and(|octet| b"\r\n".contains(octet)) {
                    whole.pop();
                }
                return Ok(whole);
            };
            if !literal.at_once {
                self.send(b"+ go on\r\n").await?;
                self.flush().await?;
            }
            while self.incoming.len() < literal.octets {
                self.more().await?;
            }
            whole.extend(self.incoming.drain(..literal.octets));
        }
    }

    /// A line with its line end.
    pub(super) async fn line(&mut self) -> Outcome<Vec<u8>> {
        loop {
            if let Some(end) = self.incoming.iter().position(|&octet| octet == b'\n') {
                return Ok(self.incoming.drain(..=end).collect());
            }
            if self.incoming.len() > LINE_LIMIT {
                return Err(Closed);
            }
            self.more().await?;
        }
    }

    /// Reads what is there; safe to give up half-way.
    async fn more(&mut self) -> Outcome {
        let mut chunk = [0u8; 16 * 1024];
        let stream = self.stream.as_mut().ok_or(Closed)?;
        let count = stream.read(&mut chunk).await.map_err(|_| Closed)?;
        if count == 0 {
            return Err(Closed);
        }
        self.incoming.extend_from_slice(&chunk[..count]);
        if !self.encrypted {
            let mut state = self.shared.lock();
            if state.clear_text.len() < LINE_LIMIT {
                state.clear_text.extend_from_slice(&chunk[..count]);
            }
        }
        Ok(())
    }

    /// Waits until the other side goes, answering nothing.
    pub(super) async fn hang(&mut self) -> Closed {
        while self.more().await.is_ok() {
            self.incoming.clear();
        }
        Closed
    }

    /// Queues octets; they leave at the next flush or when many have gathered.
    pub(super) async fn send(&mut self, octets: &[u8]) -> Outcome {
        self.outgoing.extend_from_slice(octets);
        if self.outgoing.len() >= FLUSH_AT { self.flush().await } else { Ok(()) }
    }

    pub(super) async fn flush(&mut self) -> Outcome {
        let mut octets = std::mem::take(&mut self.outgoing);
        let after = self.sent + octets.len() as u64;
        let drop_at = self.shared.strike(|fault| match fault {
            Fault::DropConnectionAfterBytes(limit) if after >= *limit => Some(*limit),
            _ => None,
        });
        if let Some(limit) = drop_at {
            octets.truncate(limit.saturating_sub(self.sent) as usize);
        }
        self.sent += octets.len() as u64;
        self.pour(&octets).await?;
        if drop_at.is_some() { Err(Closed) } else { Ok(()) }
    }

    async fn pour(&mut self, octets: &[u8]) -> Outcome {
        let slow = self.shared.strike(|fault| match fault {
            Fault::SlowBytes { bytes, every_ms } => Some((*bytes, *every_ms)),
            _ => None,
        });
        let stream = self.stream.as_mut().ok_or(Closed)?;
        let (portion, pause) = slow.unwrap_or((usize::MAX, 0));
        for part in octets.chunks(portion.max(1)) {
            stream.write_all(part).await.map_err(|_| Closed)?;
            stream.flush().await.map_err(|_| Closed)?;
            if pause > 0 {
                tokio::time::sleep(Duration::from_millis(pause)).await;
            }
        }
        Ok(())
    }

    /// Says good-bye properly (TLS close, FIN).
    pub(super) async fn close(&mut self) {
        if let Some(mut stream) = self.stream.take() {
            let _ = stream.shutdown().await;
        }
    }
}

/// A stream that first gives back what was already read from it.
struct Replay {
    first: Vec<u8>,
    rest: Box<dyn Stream>,
}

impl AsyncRead for Replay {
    fn poll_read(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
        buffer: &mut tokio::io::ReadBuf<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        if self.first.is_empty() {
            return std::pin::Pin::new(&mut self.rest).poll_read(context, buffer);
        }
        let count = self.first.len().min(buffer.remaining());
        buffer.put_slice(&self.first[..count]);
        self.first.drain(..count);
        std::task::Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Replay {
    fn poll_write(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
        octets: &[u8],
    ) -> std::task::Poll<std::io::Result<usize>> {
        std::pin::Pin::new(&mut self.rest).poll_write(context, octets)
    }

    fn poll_flush(mut self: std::pin::Pin<&mut Self>, context: &mut std::task::Context<'_>) -> std::task::Poll<std::io::Result<()>> {
        std::pin::Pin::new(&mut self.rest).poll_flush(context)
    }

    fn poll_shutdown(mut self: std::pin::Pin<&mut Self>, context: &mut std::task::Context<'_>) -> std::task::Poll<std::io::Result<()>> {
        std::pin::Pin::new(&mut self.rest).poll_shutdown(context)
    }
}
