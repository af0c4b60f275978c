//! One message to a system that wants to be told (a webhook): over TLS, once, to an address that was checked.
//!
//! Must never: follow a redirect, speak without TLS, reach into the office's own network, or hand on a word of the answer: whoever may
//! name an address must not read with our eyes what stands behind it (SSRF).

use super::{Line, WebSettings};
use crate::{CertificateDer, ConnectError, Later, Reach, dial, record::SharedTap, secure};
use std::{net::SocketAddr, time::Duration};
use tokio::time::timeout;

/// Octets of an answer that are read; they are thrown away.
const ANSWER: u64 = 4 << 20;

/// Where a webhook is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookAddress {
    host: String,
    port: u16,
    path: String,
}

impl HookAddress {
    /// Reads `https://host:port/path?query`.
    ///
    /// # Errors
    /// `Settings` when it is anything else.
    pub fn read(url: &str) -> Result<Self, ConnectError> {
        let wrong = || ConnectError::Settings { sentence: "A webhook's address begins with https:// and names a host.".to_owned() };
        let rest = url.trim().strip_prefix("https://").ok_or_else(wrong)?;
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let odd = |c: char| c.is_whitespace() || c.is_control() || !c.is_ascii() || c == '#';
        if path.chars().any(odd) {
            return Err(wrong());
        }
        let read = WebSettings::read(authority, Duration::from_secs(1), Reach::PublicMailPorts).map_err(|_| wrong())?;
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        Ok(Self { host: read.host, port: read.port, path })
    }
}

/// How webhooks are told.
#[derive(Debug, Clone)]
pub struct HookPolicy {
    /// Longest silence.
    pub timeout: Duration,
    /// Roots trusted besides those that browsers trust.
    pub extra_roots: Vec<CertificateDer<'static>>,
    /// Private and loopback addresses too: for tests alone.
    pub anywhere: bool,
}

impl HookPolicy {
    fn permitted(&self, addresses: &[SocketAddr]) -> Vec<SocketAddr> {
        let allows = |at: &&SocketAddr| {
            if self.anywhere { Reach::Anywhere.allows(at.ip(), at.port()) } else { Reach::PublicMailPorts.allows(at.ip(), 993) }
        };
        addresses.iter().filter(allows).copied().collect()
    }
}

/// Sends a message. Answers the status; what else was said is nobody's business.
///
/// # Errors
/// What went wrong before there was an answer.
pub async fn tell(at: &HookAddress, policy: &HookPolicy, headers: &[(&str, &str)], body: &str) -> Result<u16, ConnectError> {
    let settings = WebSettings {
        host: at.host.clone(),
        port: at.port,
        timeout: policy.timeout,
        reach: Reach::Anywhere,
        pinned_fingerprint: None,
        extra_roots: policy.extra_roots.clone(),
    };
    let server = settings.as_server();
    let dialled = async {
        let addresses = policy.permitted(&dial::resolve(dial::host(&server), at.port).await?);
        if addresses.is_empty() {
            return dial::permitted(&[], Reach::PublicMailPorts).map(|_| None);
        }
        let (stream, _) = dial::reach(&addresses).await?;
        let (stream, _) = secure::agree(&server, Box::new(stream), &SharedTap::default(), false).await?;
        Ok(Some(stream))
    };
    let stream = timeout(policy.timeout, dialled).await.unwrap_or(Err(ConnectError::later(Later::TimedOut)))?;
    let Some(stream) = stream else { return Err(ConnectError::later(Later::TimedOut)) };
    let mut request = format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: Postroom\r\nAccept: */*\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n",
        at.path,
        settings.authority(),
        body.len()
    );
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    request.push_str(body);
    let mut line = Line::new(stream, policy.timeout);
    let mut nowhere = |_: &[u8]| Ok(());
    let answer = timeout(policy.timeout * 2, line.talk(request.as_bytes(), ANSWER, &mut nowhere))
        .await
        .unwrap_or(Err(ConnectError::later(Later::TimedOut)))?;
    Ok(answer.status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_whole_or_not_at_all() {
        let at = HookAddress::read(" https://CRM.example:8443/a/b?c=d ").unwrap();
        assert_eq!((at.host.as_str(), at.port, at.path.as_str()), ("crm.example", 8443, "/a/b?c=d"));
        assert_eq!(HookAddress::read("https://crm.example?x=1").unwrap().path, "/?x=1");
        assert_eq!(HookAddress::read("https://crm.example").unwrap().path, "/");
        for bad in [
            "http://crm.example/",
            "https://",
            "https://me@crm.example/",
            "https://crm.example/a b",
            "https://crm.example/\r\nX: y",
            "https://crm.example/#x",
            "https://a:0/",
        ] {
            assert!(HookAddress::read(bad).is_err(), "{bad}");
        }
    }

    // DESIGN §8, W6: the office's own network is not told anything, whatever its name is.
    #[test]
    fn only_public_addresses_are_told() {
        let policy = |anywhere| HookPolicy { timeout: Duration::from_secs(1), extra_roots: Vec::new(), anywhere };
        let at = |address: &str| address.parse::<SocketAddr>().unwrap();
        let all = [
            "127.0.0.1:443",
            "10.0.0.1:443",
            "192.168.1.9:8443",
            "169.254.169.254:443",
            "[::1]:443",
            "[fd00::1]:443",
            "[::ffff:10.0.0.1]:443",
        ]
        .map(at);
        assert!(policy(false).permitted(&all).is_empty());
        assert_eq!(policy(false).permitted(&[at("93.184.216.34:8443")]).len(), 1);
        assert!(policy(true).permitted(&[at("169.254.169.254:443")]).is_empty(), "never");
        assert_eq!(policy(true).permitted(&[at("127.0.0.1:443")]).len(), 1);
    }
}
