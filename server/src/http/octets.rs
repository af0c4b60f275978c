//! Octets as the body of an answer: a large letter or file streams from its spool.

use axum::body::{Body, Bytes};
use postroom_store::Octets;
use std::sync::Arc;

/// Octets sent at once.
const PIECE: usize = 256 * 1024;

/// The body of an answer that is these octets.
pub fn body(octets: Octets) -> Body {
    let spool = match octets {
        Octets::Held(octets) => return Body::from(Arc::unwrap_or_clone(octets)),
        Octets::Spooled(spool) => spool,
    };
    Body::from_stream(futures::stream::try_unfold(0_u64, move |at| {
        let spool = Arc::clone(&spool);
        async move {
            let piece = tokio::task::spawn_blocking(move || {
                let mut piece = vec![0; PIECE];
                let got = spool.read_at(at, &mut piece)?;
                piece.truncate(got);
                Ok::<_, std::io::Error>(piece)
            })
            .await
            .map_err(std::io::Error::other)??;
            let next = at + piece.len() as u64;
            Ok::<_, std::io::Error>((!piece.is_empty()).then(|| (Bytes::from(piece), next)))
        }
    }))
}
