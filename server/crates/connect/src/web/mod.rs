//! HTTP/1.1 over TLS: as much of it as a token server and Graph need (RFC 9110, RFC 9112).
//!
//! The same rules as for mail servers: the address that is dialled is checked itself, certificates are judged strictly (or one is
//! pinned), nothing waits without a limit. Must never: follow a redirect (a token would follow it), speak without TLS, send a form
//! twice, or keep what was sent.

mod answer;
pub(crate) mod hook;
mod line;
mod once;

pub(crate) use answer::Answer;

use crate::{CertificateDer, ConnectError, ImapSettings, Later, Reach, dial, record::SharedTap, secure};
pub(crate) use line::Line;
use model::{Protocol, Security};
pub(crate) use once::fetch_once;
use secrecy::SecretString;
use std::{
    io,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::timeout;

/// Hosts that staff may name: the token servers and Graphs of Microsoft's clouds, and Google's token server.
/// <https://learn.microsoft.com/en-us/graph/deployments>
pub(crate) const KNOWN_HOSTS: &[&str] = &[
    "login.microsoftonline.com",
    "graph.microsoft.com",
    "login.microsoftonline.us",
    "graph.microsoft.us",
    "dod-graph.microsoft.us",
    "login.chinacloudapi.cn",
    "microsoftgraph.chinacloudapi.cn",
    "oauth2.googleapis.com",
];

/// Where an answer's body goes, part by part.
pub(crate) type Sink<'a> = &'a mut (dyn FnMut(&[u8]) -> io::Result<()> + Send);

/// Lines kept for the next request.
const KEPT: usize = 4;
/// An answer as a whole may take this many times the longest silence.
const WHOLE: u32 = 20;

/// Where a web service is and how it may be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebSettings {
    /// Host name or address.
    pub host: String,
    /// Port, 443 as a rule.
    pub port: u16,
    /// Longest silence.
    pub timeout: Duration,
    /// Which addresses may be reached.
    pub reach: Reach,
    /// SHA-256 of the only certificate accepted.
    pub pinned_fingerprint: Option<String>,
    /// Roots trusted besides those that browsers trust.
    pub extra_roots: Vec<CertificateDer<'static>>,
}

impl WebSettings {
    /// Reads `host`, `host:port` or `https://host:port/`.
    ///
    /// # Errors
    /// `Settings` when it is none of them.
    pub fn read(text: &str, timeout: Duration, reach: Reach) -> Result<Self, ConnectError> {
        let wrong = || ConnectError::Settings { sentence: format!("{text} is not the name of a server, like graph.microsoft.com.") };
        let rest = text.trim().strip_prefix("https://").unwrap_or(text.trim()).trim_end_matches('/');
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') => (host, port.parse().map_err(|_| wrong())?),
            _ => (rest, 443),
        };
        let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '/' | '@' | '?' | '#' | ':');
        if host.is_empty() || port == 0 || host.chars().any(odd) {
            return Err(wrong());
        }
        Ok(Self { host: host.to_ascii_lowercase(), port, timeout, reach, pinned_fingerprint: None, extra_roots: Vec::new() })
    }

    /// As it stands in `Host:` and in links.
    pub(crate) fn authority(&self) -> String {
        if self.port == 443 { self.host.clone() } else { format!("{}:{}", self.host, self.port) }
    }

    /// What dialling and TLS need to know of it.
    fn as_server(&self) -> ImapSettings {
        ImapSettings {
            protocol: Protocol::Graph,
            server: self.host.clone(),
            port: self.port,
            security: Security::Tls,
            user_name: String::new(),
            password: SecretString::default(),
            bearer: false,
            timeout: self.timeout,
            pinned_fingerprint: self.pinned_fingerprint.clone(),
            allow_clear_text: false,
            reach: self.reach,
            extra_roots: self.extra_roots.clone(),
        }
    }

    /// Staff name no hosts of their own, and no address inside the office (SSRF, DESIGN §8).
    pub(crate) fn permitted(&self, addresses: &[std::net::SocketAddr]) -> Result<Vec<std::net::SocketAddr>, ConnectError> {
        if self.reach == Reach::Anywhere {
            return dial::permitted(addresses, self.reach);
        }
        let known = self.port == 443 && KNOWN_HOSTS.contains(&self.host.as_str());
        let public: Vec<_> = addresses.iter().copied().filter(|at| known && Reach::PublicMailPorts.allows(at.ip(), 993)).collect();
        if public.is_empty() { dial::permitted(&[], self.reach) } else { Ok(public) }
    }
}

/// A web service; its lines are kept open between requests.
pub(crate) struct Web {
    at: WebSettings,
    idle: Mutex<Vec<Line>>,
}

impl std::fmt::Debug for Web {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Web").field("at", &self.at).finish_non_exhaustive()
    }
}

impl Web {
    pub(crate) fn new(at: WebSettings) -> Self {
        Self { at, idle: Mutex::default() }
    }

    pub(crate) fn settings(&self) -> &WebSettings {
        &self.at
    }

    /// Connects once, for the doctor and for what follows.
    pub(crate) async fn reach(&self) -> Result<(), ConnectError> {
        let line = self.dial().await?;
        self.give_back(line);
        Ok(())
    }

    async fn dial(&self) -> Result<Line, ConnectError> {
        let server = self.at.as_server();
        let dialled = async {
            let addresses = self.at.permitted(&dial::resolve(dial::host(&server), self.at.port).await?)?;
            let (stream, _) = dial::reach(&addresses).await?;
            secure::agree(&server, Box::new(stream), &SharedTap::default(), false).await
        };
        match timeout(dial::CONNECT_LIMIT.min(self.at.timeout), dialled).await {
            Ok(result) => Ok(Line::new(result?.0, self.at.timeout)),
            Err(_) => Err(ConnectError::later(Later::TimedOut)),
        }
    }

    fn kept(&self) -> Option<Line> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn give_back(&self, line: Line) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT {
            idle.push(line);
        }
    }

    /// A line that is ready: whoever must ask at the right moment has it before the moment comes.
    pub(crate) async fn line(&self) -> Result<Line, ConnectError> {
        match self.kept() {
            Some(line) => Ok(line),
            None => self.dial().await,
        }
    }

    /// Asks for something. The body of a good answer (200) goes to the sink; of any other, its beginning is in the answer. When nobody
    /// answers on a line that was kept, the others are not trusted either.
    pub(crate) async fn get(
        &self,
        mut line: Line,
        path: &str,
        headers: &[(&str, &str)],
        limit: u64,
        sink: Sink<'_>,
    ) -> Result<Answer, ConnectError> {
        let mut head = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nUser-Agent: Postroom\r\n", self.at.authority());
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        match self.talk(&mut line, head.as_bytes(), limit, sink).await {
            Ok(answer) => Ok(self.finish(line, answer)),
            Err(error) => {
                if !line.answered() {
                    self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
                }
                Err(error)
            }
        }
    }

    /// Sends a form on a line of its own, once.
    pub(crate) async fn post_form(&self, path: &str, form: &str, sink: Sink<'_>) -> Result<Answer, ConnectError> {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nUser-Agent: Postroom\r\nAccept: application/json\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{form}",
            self.at.authority(),
            form.len()
        );
        let mut line = self.dial().await?;
        self.talk(&mut line, head.as_bytes(), 1 << 20, sink).await
    }

    /// A line that no request has gone over yet: one that was kept may be dead without anybody having noticed.
    pub(crate) async fn fresh_line(&self) -> Result<Line, ConnectError> {
        self.dial().await
    }

    /// Hands something in, once, on a line of its own. After an error nobody knows whether it was heard.
    pub(crate) async fn hand_in(&self, mut line: Line, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Answer, ConnectError> {
        let mut request = format!("POST {path} HTTP/1.1\r\nHost: {}\r\nUser-Agent: Postroom\r\n", self.at.authority());
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str(&format!("Content-Length: {}\r\nConnection: close\r\n\r\n", body.len()));
        let request = [request.as_bytes(), body].concat();
        self.talk(&mut line, &request, 1 << 20, &mut |_| Ok(())).await
    }

    async fn talk(&self, line: &mut Line, request: &[u8], limit: u64, sink: Sink<'_>) -> Result<Answer, ConnectError> {
        postroom_brink::pass("request");
        let answer =
            timeout(self.at.timeout * WHOLE, line.talk(request, limit, sink)).await.unwrap_or(Err(ConnectError::later(Later::TimedOut)));
        postroom_brink::pass("response");
        answer
    }

    fn finish(&self, line: Line, answer: Answer) -> Answer {
        if line.usable() {
            self.give_back(line);
        }
        answer
    }
}

/// Everything but letters, digits and `-._~` as `%XX` (RFC 3986 §2.1).
pub(crate) fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// An answer from its head alone.
#[cfg(test)]
pub(crate) fn answer_of(head: &[u8]) -> Answer {
    Answer::read(head).ok().flatten().map(|(answer, _)| answer).unwrap_or_else(|| panic!("no head"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, u16)> {
        WebSettings::read(text, Duration::from_secs(1), Reach::Anywhere).ok().map(|at| (at.host, at.port))
    }

    #[test]
    fn a_base_address_is_a_host_and_perhaps_a_port() {
        assert_eq!(read("graph.microsoft.com"), Some(("graph.microsoft.com".into(), 443)));
        assert_eq!(read("https://127.0.0.1:8443/"), Some(("127.0.0.1".into(), 8443)));
        for odd in ["", "a b", "https://x/y", "x:0", "x:http", "u@x", "http://x"] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }

    // DESIGN §8: staff reach the providers' own hosts and nobody else's.
    #[test]
    fn staff_name_no_web_server_of_their_own() {
        let at = |host: &str, port| WebSettings {
            host: host.into(),
            port,
            ..WebSettings::read("x", Duration::from_secs(1), Reach::PublicMailPorts).unwrap()
        };
        let public = ["93.184.216.34:443".parse().unwrap()];
        let inside = ["10.0.0.1:443".parse().unwrap()];
        assert!(at("graph.microsoft.com", 443).permitted(&public).is_ok());
        assert!(at("graph.microsoft.com", 8443).permitted(&public).is_err());
        assert!(at("graph.microsoft.com", 443).permitted(&inside).is_err());
        assert!(at("elsewhere.example", 443).permitted(&public).is_err());
    }
}
