//! The least of a web server: requests are read whole, answers may end badly.

use super::{GraphHeard, service, state::State, tokens};
use std::{
    sync::{Mutex, PoisonError},
    time::Instant,
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// A request.
pub(super) struct Request {
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Request {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// A field of the form or of the query.
    pub fn field(&self, name: &str) -> Option<String> {
        let pairs = self.body.split('&').chain(self.query.split('&'));
        pairs.filter_map(|pair| pair.split_once('=')).find(|(known, _)| *known == name).map(|(_, value)| decoded(value))
    }
}

/// How an answer ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Well,
    Silence,
    Nothing,
    HalfWay,
    Trickling,
    Parts,
    Unmeasured,
    UnmeasuredHalf,
    Garbage,
}

/// An answer.
pub(super) struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    pub end: End,
}

impl Reply {
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into(), end: End::Well }
    }

    pub fn json(status: u16, value: &serde_json::Value) -> Self {
        Self { headers: vec![("Content-Type", "application/json".into())], ..Self::new(status, value.to_string()) }
    }

    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }

    pub fn ends(mut self, end: End) -> Self {
        self.end = end;
        self
    }
}

pub(super) async fn serve<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, state: &Mutex<State>) {
    let mut unread = Vec::new();
    while let Some(request) = read(&mut stream, &mut unread).await {
        let lock = || state.lock().unwrap_or_else(PoisonError::into_inner);
        let of_graph = request.path.starts_with("/v1.0/");
        let (delay, at, too_early) = {
            let mut state = lock();
            if of_graph {
                state.at_once += 1;
                state.most_at_once = state.most_at_once.max(state.at_once);
            }
            (state.options.delay, Instant::now(), of_graph && state.too_early())
        };
        if of_graph && !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        let reply = {
            let mut state = lock();
            let reply = if of_graph { service::answer(&mut state, &request) } else { tokens::answer(&mut state, &request) };
            state.heard.push(GraphHeard {
                method: request.method.clone(),
                path: format!("{}?{}", request.path, request.query),
                status: reply.status,
                too_early,
                immutable: request.header("prefer").contains("IdType=\"ImmutableId\""),
                at,
            });
            reply
        };
        let goes_on = write(&mut stream, &reply).await;
        if of_graph {
            lock().at_once -= 1;
        }
        if !goes_on || request.header("connection").eq_ignore_ascii_case("close") {
            break;
        }
    }
    if !unread.is_empty() {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n").await;
    }
    let _ = stream.shutdown().await;
}

async fn read<S: AsyncRead + Unpin>(stream: &mut S, unread: &mut Vec<u8>) -> Option<Request> {
    loop {
        let mut room = [httparse::EMPTY_HEADER; 64];
        let mut head = httparse::Request::new(&mut room);
        if let httparse::Status::Complete(length) = head.parse(unread).ok()? {
            let headers: Vec<(String, String)> = head
                .headers
                .iter()
                .map(|header| (header.name.to_ascii_lowercase(), String::from_utf8_lossy(header.value).into_owned()))
                .collect();
            let (path, query) = head.path?.split_once('?').unwrap_or((head.path?, ""));
            let (method, path, query) = (head.method?.to_owned(), path.to_owned(), query.to_owned());
            let body: usize = headers.iter().find(|(name, _)| name == "content-length").map_or(Ok(0), |(_, value)| value.parse()).ok()?;
            while unread.len() < length + body {
                if stream.read_buf(unread).await.ok()? == 0 {
                    return None;
                }
            }
            let text = String::from_utf8_lossy(&unread[length..length + body]).into_owned();
            unread.drain(..length + body);
            return Some(Request { method, path, query, headers, body: text });
        }
        if unread.len() > 64 * 1024 || stream.read_buf(unread).await.ok()? == 0 {
            return None;
        }
    }
}

/// Writes an answer; whether the line may be used again.
async fn write<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, reply: &Reply) -> bool {
    let mut head = format!("HTTP/1.1 {} Lab\r\n", reply.status);
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    match reply.end {
        End::Silence => {
            // Until the client has had enough.
            let _ = stream.read(&mut [0; 1]).await;
            false
        }
        End::Nothing => false,
        End::Garbage => {
            let _ = stream.write_all(b"220 mail.example ESMTP\r\n").await;
            false
        }
        End::Unmeasured | End::UnmeasuredHalf => {
            head.push_str("Connection: close\r\n\r\n");
            let end = if reply.end == End::Unmeasured { reply.body.len() } else { reply.body.len() / 2 };
            let whole = [head.as_bytes(), &reply.body[..end]].concat();
            let _ = stream.write_all(&whole).await;
            let _ = stream.flush().await;
            false
        }
        End::Parts => {
            head.push_str("Transfer-Encoding: chunked\r\n\r\n");
            let mut whole = head.into_bytes();
            for part in reply.body.chunks(1_000) {
                whole.extend_from_slice(format!("{:x};x=y\r\n", part.len()).as_bytes());
                whole.extend_from_slice(part);
                whole.extend_from_slice(b"\r\n");
            }
            whole.extend_from_slice(b"0\r\nX-Trailer: yes\r\n\r\n");
            stream.write_all(&whole).await.is_ok() && stream.flush().await.is_ok()
        }
        End::Well | End::HalfWay | End::Trickling => {
            head.push_str(&format!("Content-Length: {}\r\n\r\n", reply.body.len()));
            let body = if reply.end == End::HalfWay { &reply.body[..reply.body.len() / 2] } else { &reply.body[..] };
            if reply.end == End::Trickling {
                for octet in head.as_bytes().iter().chain(body) {
                    if stream.write_all(&[*octet]).await.is_err() || stream.flush().await.is_err() {
                        return false;
                    }
                }
                return true;
            }
            let mut whole = head.into_bytes();
            whole.extend_from_slice(body);
            stream.write_all(&whole).await.is_ok() && stream.flush().await.is_ok() && reply.end == End::Well
        }
    }
}

/// `%XX` and `+` undone.
pub(super) fn decoded(text: &str) -> String {
    let octets = text.as_bytes();
    let mut out = Vec::with_capacity(octets.len());
    let mut at = 0;
    while at < octets.len() {
        let pair = octets.get(at + 1..at + 3).and_then(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
        match (octets[at], pair) {
            (b'%', Some(octet)) => {
                out.push(octet);
                at += 3;
            }
            (b'+', _) => {
                out.push(b' ');
                at += 1;
            }
            (octet, _) => {
                out.push(octet);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
