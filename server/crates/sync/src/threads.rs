//! Conversations of letters that were stored before conversations were kept, or that a restore brought: caught up beside the index, some
//! letters at a time. Letters that are collected have theirs from the start.

use crate::{Engine, message_key};
use postroom_store::{Octets, Scope, StoreError, Threading};

/// Letters of one commit.
const AT_ONCE: i64 = 200;
/// What is read of a letter: its head is at the beginning.
const HEAD: usize = 1 << 20;

impl Engine {
    /// Finds the conversations of letters that wait for it. Ends early when `stop` says so.
    pub(crate) async fn thread_waiting(&self, stop: &tokio_util::sync::CancellationToken) -> Result<(), StoreError> {
        while !stop.is_cancelled() {
            let waiting = self.store().threads_waiting(AT_ONCE).await?;
            if waiting.is_empty() {
                break;
            }
            let mut entries = Vec::with_capacity(waiting.len());
            for (message, key) in waiting {
                let refers = match self.store().octets(Scope::Everything, message).await {
                    Ok(octets) => refers(octets).await?,
                    // A copy that cannot be read is the verification's to report; it must not hold the others up.
                    Err(error @ (StoreError::Inconsistent(_) | StoreError::NotFound | StoreError::File(_))) => {
                        tracing::warn!(%error, "Letter {message} could not be read for its conversation: {error}");
                        Vec::new()
                    }
                    Err(error) => return Err(error),
                };
                entries.push(Threading { message, key, refers });
            }
            self.store().save_threads(&entries).await?;
        }
        Ok(())
    }
}

async fn refers(octets: Octets) -> Result<Vec<i64>, StoreError> {
    tokio::task::spawn_blocking(move || {
        let mut head = vec![0; usize::try_from(octets.length()).unwrap_or(HEAD).min(HEAD)];
        let got = octets.read_at(0, &mut head)?;
        head.truncate(got);
        Ok(postroom_mail::thread::refers_of(&head).iter().map(|id| message_key(id)).collect())
    })
    .await
    .map_err(|_| StoreError::Inconsistent("reading a letter's head was cut off".into()))?
    .map_err(StoreError::File)
}
