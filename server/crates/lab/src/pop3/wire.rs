//! The octets of one connection: lines in, answers out, TLS put between when asked.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::{PopFault, Shared};

/// The connection is over.
#[derive(Debug)]
pub(super) struct Closed;

pub(super) type Outcome<T = ()> = Result<T, Closed>;

const LIMIT: usize = 1 << 20;

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

    /// The handshake. What the client sent behind STLS in the same segment is thrown away, as it should be.
    pub(super) async fn encrypt(&mut self) -> Outcome {
        self.incoming.clear();
        let plain = self.stream.take().ok_or(Closed)?;
        let tls = self.shared.acceptor.accept(plain).await.map_err(|_| Closed)?;
        self.stream = Some(Box::new(tls));
        self.encrypted = true;
        Ok(())
    }

    /// A line without its end; what is queued leaves before anything is waited for.
    pub(super) async fn line(&mut self) -> Outcome<String> {
        loop {
            if let Some(end) = self.incoming.iter().position(|octet| *octet == b'\n') {
                let line: Vec<u8> = self.incoming.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned());
            }
            if self.incoming.len() > LIMIT {
                return Err(Closed);
            }
            self.flush().await?;
            self.more().await?;
        }
    }

    async fn more(&mut self) -> Outcome {
        let mut chunk = [0_u8; 16 * 1024];
        let stream = self.stream.as_mut().ok_or(Closed)?;
        let count = stream.read(&mut chunk).await.map_err(|_| Closed)?;
        if count == 0 {
            return Err(Closed);
        }
        self.incoming.extend_from_slice(&chunk[..count]);
        if !self.encrypted {
            let mut state = self.shared.lock();
            if state.clear_text.len() < LIMIT {
                state.clear_text.extend_from_slice(&chunk[..count]);
            }
        }
        Ok(())
    }

    /// Waits until the other side goes, answering nothing.
    pub(super) async fn hang(&mut self) -> Closed {
        let _ = self.flush().await;
        while self.more().await.is_ok() {
            self.incoming.clear();
        }
        Closed
    }

    /// Queues octets, all ends of lines as they are.
    pub(super) fn send(&mut self, octets: &[u8]) {
        self.outgoing.extend_from_slice(octets);
    }

    pub(super) async fn flush(&mut self) -> Outcome {
        let mut octets = std::mem::take(&mut self.outgoing);
        if octets.is_empty() {
            return Ok(());
        }
        if self.shared.on(&PopFault::BareLineFeeds) {
            octets.retain(|octet| *octet != b'\r');
        }
        let after = self.sent + octets.len() as u64;
        let drop_at = self.shared.strike(|fault| match fault {
            PopFault::DropAfterBytes(limit) if after >= *limit => Some(*limit),
            _ => None,
        });
        if let Some(limit) = drop_at {
            octets.truncate(usize::try_from(limit.saturating_sub(self.sent)).unwrap_or_default());
        }
        self.sent += octets.len() as u64;
        let slow = self.shared.strike(|fault| match fault {
            PopFault::SlowBytes { bytes, every_ms } => Some((*bytes, *every_ms)),
            _ => None,
        });
        let (portion, pause) = slow.unwrap_or((usize::MAX, 0));
        let stream = self.stream.as_mut().ok_or(Closed)?;
        for part in octets.chunks(portion.max(1)) {
            stream.write_all(part).await.map_err(|_| Closed)?;
            stream.flush().await.map_err(|_| Closed)?;
            if pause > 0 {
                tokio::time::sleep(Duration::from_millis(pause)).await;
            }
        }
        if drop_at.is_some() { Err(Closed) } else { Ok(()) }
    }

    /// Says good-bye properly (TLS close, FIN).
    pub(super) async fn close(&mut self) {
        let _ = self.flush().await;
        if let Some(mut stream) = self.stream.take() {
            let _ = stream.shutdown().await;
        }
    }
}
