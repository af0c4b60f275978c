//! From a name to a TCP connection. Must never: connect to an address that was not itself checked, nor look the name up twice.

use crate::{ConnectError, ImapSettings, Later, Reach, talk::io_error};
use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};

/// Time limit from the first packet to the agreed encryption (O16).
pub(crate) const CONNECT_LIMIT: Duration = Duration::from_secs(20);
const NAME_LIMIT: Duration = Duration::from_secs(10);
/// All addresses together get so long.
const ADDRESSES_LIMIT: Duration = Duration::from_secs(15);
const MOST_ADDRESSES: usize = 5;

/// The name as looked up: trimmed, without the brackets of an IPv6 address.
pub(crate) fn host(settings: &ImapSettings) -> &str {
    settings.server.trim().trim_start_matches('[').trim_end_matches(']').trim_end_matches('.')
}

/// All addresses of the server.
///
/// # Errors
/// `Later` when there is none.
pub(crate) async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, ConnectError> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    // Shortened spellings of IPv4 ("127.1", "0x7f000001") are nobody's host name.
    let odd_number = host.rsplit('.').next().is_some_and(|last| last.starts_with("0x") || last.bytes().all(|b| b.is_ascii_digit()));
    if odd_number {
        return Err(ConnectError::later(Later::NoSuchName));
    }
    let found = timeout(NAME_LIMIT, lookup_host((host, port))).await.map_err(|_| ConnectError::later(Later::NoSuchName))?;
    let addresses: Vec<SocketAddr> = found.map_err(|_| ConnectError::later(Later::NoSuchName))?.collect();
    if addresses.is_empty() { Err(ConnectError::later(Later::NoSuchName)) } else { Ok(addresses) }
}

/// Those addresses that may be reached.
///
/// # Errors
/// `Permission` when there is none.
pub(crate) fn permitted(addresses: &[SocketAddr], reach: Reach) -> Result<Vec<SocketAddr>, ConnectError> {
    let allowed: Vec<SocketAddr> = addresses.iter().copied().filter(|at| reach.allows(at.ip(), at.port())).collect();
    if !allowed.is_empty() {
        return Ok(allowed);
    }
    let sentence = match reach {
        Reach::PublicMailPorts => {
            "This address or port cannot be used here. An administrator can connect servers inside the office and on other ports."
        }
        Reach::Anywhere => "This address can never be a mail server. Check the server's name.",
    };
    Err(ConnectError::Permission { sentence: sentence.to_owned(), said: String::new() })
}

/// Connects to the first address that answers.
///
/// # Errors
/// `Later`, with the last address's reason.
pub(crate) async fn reach(addresses: &[SocketAddr]) -> Result<(TcpStream, SocketAddr), ConnectError> {
    let mut last = ConnectError::later(Later::Unreachable);
    let tried = &addresses[..addresses.len().min(MOST_ADDRESSES)];
    let each = ADDRESSES_LIMIT / u32::try_from(tried.len()).unwrap_or(1).max(1);
    for address in tried {
        match timeout(each, TcpStream::connect(*address)).await {
            Ok(Ok(stream)) => {
                let _ = stream.set_nodelay(true); // only speed
                return Ok((stream, *address));
            }
            Ok(Err(error)) => last = io_error(error),
            Err(_) => last = ConnectError::later(Later::TimedOut),
        }
    }
    Err(last)
}
