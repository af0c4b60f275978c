//! Connections: how many there may be, how long the head of a request may take, how they end.
//!
//! Must never: let one visitor who opens connections and says nothing (slow loris) keep everybody else out, or cut off an answer
//! that is under way when a stop is asked for.

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

/// How much is borne.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at once; more wait until one ends. Below the usual limit of open files (1,024).
    pub overall: usize,
    /// Connections from one network address; more are closed at once. `None` behind a proxy, where all come from one.
    pub per_address: Option<usize>,
    /// How long the head of a request may take, and how long a connection may lie idle between two.
    pub head: Duration,
}

impl Limits {
    /// What an office needs, with room: a browser opens six connections, and several people may share an address.
    pub fn usual(behind_proxy: bool) -> Self {
        Self { overall: 800, per_address: (!behind_proxy).then_some(200), head: Duration::from_secs(20) }
    }
}

/// Serves until the stop; then no new connection is taken, and those at hand finish their answer.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: CancellationToken) {
    let (turns, guests, tasks) = (Arc::new(Semaphore::new(limits.overall)), Arc::new(Guests::default()), TaskTracker::new());
    loop {
        let turn = tokio::select! {
            turn = turns.clone().acquire_owned() => turn,
            () = stop.cancelled() => break,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => break,
        };
        let (stream, from) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of files, or the visitor left: neither is a reason to end, nor to ask again without a pause.
                tracing::warn!(%error, "A connection could not be taken");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let Some(seat) = Guests::sit(&guests, from.ip(), limits.per_address) else { continue };
        let (router, stop) = (router.clone(), stop.clone());
        tasks.spawn(async move {
            one(stream, from, router, limits.head, stop).await;
            drop((seat, turn));
        });
    }
    drop(listener);
    tasks.close();
    tasks.wait().await;
}

async fn one(stream: TcpStream, from: SocketAddr, router: Router, head: Duration, stop: CancellationToken) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(from));
        router.clone().oneshot(request)
    });
    let connection =
        http1::Builder::new().timer(TokioTimer::new()).header_read_timeout(head).serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "A connection ended early");
    }
}

/// How many connections each address has.
#[derive(Default)]
struct Guests(Mutex<HashMap<IpAddr, usize>>);

/// A connection's place; given back when it is dropped.
struct Seat(Arc<Guests>, IpAddr);

impl Guests {
    fn sit(guests: &Arc<Self>, from: IpAddr, most: Option<usize>) -> Option<Seat> {
        let mut all = guests.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = all.entry(from).or_default();
        if most.is_some_and(|most| *count >= most) {
            return None;
        }
        *count += 1;
        Some(Seat(guests.clone(), from))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut all = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = all.get_mut(&self.1) {
            *count -= 1;
            if *count == 0 {
                all.remove(&self.1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::Notify;

    async fn start(router: Router, limits: Limits) -> (SocketAddr, CancellationToken, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
        (address, stop.clone(), tokio::spawn(serve(listener, router, limits, stop)))
    }

    async fn rest_of(stream: &mut TcpStream) -> String {
        let mut text = Vec::new();
        let _ = stream.read_to_end(&mut text).await;
        String::from_utf8_lossy(&text).into_owned()
    }

    #[tokio::test]
    async fn who_sends_half_a_head_is_shown_out() {
        // RELIABILITY §4.5; ASVS V2.4.1
        let limits = Limits { overall: 1, per_address: None, head: Duration::from_millis(50) };
        let (address, stop, server) = start(Router::new().route("/", get(|| async { "good" })), limits).await;
        let mut slow = TcpStream::connect(address).await.unwrap();
        slow.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n").await.unwrap();
        // The only place is taken until the slow one is shown out; then this one is answered.
        let mut next = TcpStream::connect(address).await.unwrap();
        next.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
        assert!(!rest_of(&mut slow).await.contains("good"));
        assert!(rest_of(&mut next).await.ends_with("good"));
        stop.cancel();
        server.await.unwrap();
    }

    #[tokio::test]
    async fn one_address_gets_no_more_than_its_share_and_an_answer_under_way_is_finished_at_a_stop() {
        let (asked, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let router = {
            let (asked, go) = (asked.clone(), go.clone());
            Router::new().route(
                "/",
                get(move || async move {
                    asked.notify_one();
                    go.notified().await;
                    "done"
                }),
            )
        };
        let limits = Limits { overall: 10, per_address: Some(1), head: Duration::from_secs(20) };
        let (address, stop, server) = start(router, limits).await;
        let mut first = TcpStream::connect(address).await.unwrap();
        first.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        asked.notified().await;
        let mut second = TcpStream::connect(address).await.unwrap();
        assert_eq!(rest_of(&mut second).await, "");
        stop.cancel();
        go.notify_one();
        assert!(rest_of(&mut first).await.ends_with("done"));
        server.await.unwrap();
    }
}
