//! A server made distant: a relay on loopback that holds every octet for half a round trip, and counts how often the client had to
//! wait for the server before it went on.
//!
//! It looks at when octets pass and never at what they say, so it counts under TLS as well, and with any server. It must never listen on
//! anything but loopback.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::Context;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::Instant;

/// Octets on their way in one direction; a long line holds a few megabytes.
const ON_THE_WAY: usize = 16 << 20;
/// Read at once.
const CHUNK: usize = 64 << 10;

/// A relay to a server; dropping it ends it with all its connections.
#[must_use]
pub struct Far {
    port: u16,
    counts: Arc<Counts>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Counts {
    /// Microseconds there and back.
    round_trip: AtomicU64,
    round_trips: AtomicUsize,
    connections: Mutex<usize>,
}

impl Far {
    /// A relay to this port of loopback.
    pub fn from(server: u16, round_trip: Duration) -> anyhow::Result<Self> {
        let listener = std::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).context("Listening on loopback")?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let counts = Arc::new(Counts::default());
        counts.set(round_trip);
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("Starting a runtime")?;
        let shared = Arc::clone(&counts);
        let thread = std::thread::Builder::new().name("far".into()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = accept(listener, server, shared) => {}
                    _ = stopped => {}
                }
            });
        })?;
        Ok(Self { port, counts, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Connections made from now on are as long as this.
    pub fn set_round_trip(&self, round_trip: Duration) {
        self.counts.set(round_trip);
    }

    /// Round trips that clients waited for so far, the one of each connection's start included.
    pub fn round_trips(&self) -> usize {
        self.counts.round_trips.load(Ordering::SeqCst)
    }

    /// Connections so far.
    pub fn connections(&self) -> usize {
        *self.counts.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    fn set(&self, round_trip: Duration) {
        self.round_trip.store(u64::try_from(round_trip.as_micros()).unwrap_or(u64::MAX), Ordering::SeqCst);
    }
}

impl Drop for Far {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn accept(listener: std::net::TcpListener, server: u16, counts: Arc<Counts>) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    while let Ok((client, _)) = listener.accept().await {
        *counts.connections.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        tokio::spawn(relay(client, server, Arc::clone(&counts)));
    }
}

async fn relay(client: TcpStream, server: u16, counts: Arc<Counts>) {
    let round_trip = Duration::from_micros(counts.round_trip.load(Ordering::SeqCst));
    // Loopback connects at once: the round trip of a connection's start is made up for here.
    counts.round_trips.fetch_add(1, Ordering::SeqCst);
    tokio::time::sleep(round_trip).await;
    let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, server)).await else { return };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    // Something came back since the client last spoke: then it waited for it. Whatever it says first, it says unasked.
    let answered = Arc::new(AtomicBool::new(true));
    let (asks, hears) = (Arc::clone(&answered), Arc::clone(&answered));
    let there = carry(
        from_client,
        to_server,
        round_trip / 2,
        move || {
            if asks.swap(false, Ordering::SeqCst) {
                counts.round_trips.fetch_add(1, Ordering::SeqCst);
            }
        },
        || (),
    );
    let back = carry(from_server, to_client, round_trip / 2, || (), move || hears.store(true, Ordering::SeqCst));
    tokio::join!(there, back);
}

/// Carries octets in one direction, each as late as the line is long.
async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, late: Duration, on_read: impl Fn(), on_write: impl Fn()) {
    let (send, mut receive) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
    let room = Arc::new(Semaphore::new(ON_THE_WAY));
    let reading = async {
        let mut chunk = vec![0; CHUNK];
        while let Ok(count) = from.read(&mut chunk).await {
            if count == 0 {
                break;
            }
            on_read();
            let Ok(permit) = room.acquire_many(count as u32).await else { break };
            permit.forget();
            if send.send((Instant::now() + late, chunk[..count].to_vec())).is_err() {
                break;
            }
        }
        drop(send);
    };
    let writing = async {
        while let Some((due, octets)) = receive.recv().await {
            tokio::time::sleep_until(due).await;
            on_write();
            if to.write_all(&octets).await.is_err() {
                break;
            }
            room.add_permits(octets.len());
        }
        let _ = to.shutdown().await;
        receive.close();
    };
    tokio::join!(reading, writing);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};

    #[test]
    fn a_client_that_waits_is_counted_and_one_that_does_not_is_not() {
        let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let far = Far::from(server.local_addr().unwrap().port(), Duration::from_millis(20)).unwrap();
        let echo = std::thread::spawn(move || {
            let (mut stream, _) = server.accept().unwrap();
            let mut octet = [0];
            while stream.read_exact(&mut octet).is_ok() {
                stream.write_all(&octet).unwrap();
            }
        });
        let start = std::time::Instant::now();
        let mut client = std::net::TcpStream::connect(("127.0.0.1", far.port())).unwrap();
        let mut answer = [0; 3];
        for _ in 0..2 {
            // Three in one breath are waited for once.
            for octet in b"abc" {
                client.write_all(&[*octet]).unwrap();
            }
            client.read_exact(&mut answer).unwrap();
        }
        assert_eq!(&answer, b"abc");
        assert_eq!((far.round_trips(), far.connections()), (3, 1));
        assert!(start.elapsed() >= Duration::from_millis(60), "the line is as long as it was asked to be");
        drop(client);
        echo.join().unwrap();
    }
}
