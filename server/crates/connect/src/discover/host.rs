//! Which machines a search may ask. Must never: take a name that only looks like one, or hand out an address that was not judged.

use super::Search;
use crate::{Reach, dial, reach::MAIL_PORTS};
use std::net::{IpAddr, SocketAddr};

/// A network that is played: with it, nothing else is looked up or asked.
#[derive(Debug, Clone, Default)]
pub struct Played {
    /// The server that answers questions about records; without one there are no records.
    pub name_server: Option<SocketAddr>,
    /// Name and port as asked for, and where that is.
    pub hosts: Vec<(String, u16, SocketAddr)>,
}

/// A host name of at least two labels, in lower case; `None` for numbers, odd characters and anything a browser would take for more.
pub(super) fn host_name(text: &str) -> Option<String> {
    let name = text.trim().trim_end_matches('.').to_ascii_lowercase();
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = name.rsplit('.').next()?;
    let fits = name.len() <= 253 && name.contains('.') && name.split('.').all(label);
    // "127.0.0.1", "0x7f.1": numbers in disguise (RFC 3696 §2: no top-level domain begins with a digit).
    (fits && !last.starts_with(|c: char| c.is_ascii_digit())).then_some(name)
}

impl Search {
    /// Whether a server on this port could be used by whoever asks.
    pub(super) fn usable_port(&self, port: u16) -> bool {
        port != 0 && (self.reach == Reach::Anywhere || MAIL_PORTS.contains(&port))
    }

    /// Where a name leads, as far as whoever asks may go. The web's port counts as one of mail's: what is asked there is ours alone.
    pub(super) async fn addresses(&self, host: &str, port: u16) -> Option<Vec<SocketAddr>> {
        let found = match &self.played {
            Some(played) => {
                let there = played.hosts.iter().filter(|(name, at, _)| name == host && *at == port);
                there.map(|(_, _, address)| *address).collect()
            }
            None => dial::resolve(host, port).await.ok()?,
        };
        let may = |ip: IpAddr| self.reach.allows(ip, if port == 443 { 993 } else { port });
        let allowed: Vec<SocketAddr> = found.into_iter().filter(|at| may(at.ip())).collect();
        (!allowed.is_empty()).then_some(allowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_and_nothing_that_only_looks_like_one() {
        assert_eq!(host_name(" IMAP.Kontor.example. ").as_deref(), Some("imap.kontor.example"));
        assert_eq!(host_name("xn--mller-kva.example").as_deref(), Some("xn--mller-kva.example"));
        let long = format!("{}.example", "a".repeat(64));
        for odd in [
            "",
            ".",
            "localhost",
            "127.0.0.1",
            "0x7f.1",
            "[::1]",
            "::1",
            "a..b",
            "-a.example",
            "a-.example",
            "a b.example",
            "a/b.example",
            "u@h.example",
            "h.example:25",
            "h.example\r\nX: y",
            "%EMAILDOMAIN%",
            "ümlaut.example",
            &long,
        ] {
            assert_eq!(host_name(odd), None, "{odd}");
        }
    }
}
