//! One document, fetched once. Must never: follow a redirect, send anything that names a person by itself, or take more than it was told.

use super::{Line, WebSettings};
use crate::{ConnectError, dial, record::SharedTap, secure};
use std::net::SocketAddr;

/// The status and body of `path`, from addresses that were checked. Only the body of a good answer (200) is kept.
pub(crate) async fn fetch_once(at: &WebSettings, addresses: &[SocketAddr], path: &str, limit: u64) -> Result<(u16, Vec<u8>), ConnectError> {
    let (stream, _) = dial::reach(addresses).await?;
    let (stream, _) = secure::agree(&at.as_server(), Box::new(stream), &SharedTap::default(), false).await?;
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {}\r\nUser-Agent: Postroom\r\nAccept: text/xml, application/xml\r\nConnection: close\r\n\r\n",
        at.authority()
    );
    let mut body = Vec::new();
    let answer = Line::new(stream, at.timeout)
        .talk(request.as_bytes(), limit, &mut |part| {
            body.extend_from_slice(part);
            Ok(())
        })
        .await?;
    Ok((answer.status, body))
}
