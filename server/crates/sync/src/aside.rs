//! Connections beside the collection: looking at folders, rehearsing, testing. One at a time for an account, and none beside the
//! collection where the account's limit is one (TP-36).

use crate::{CollectError, Engine};
use postroom_store::{AccountRecord, Claim};
use std::{sync::Arc, time::Duration};
use tokio::sync::OwnedMutexGuard;
use tokio_util::sync::CancellationToken;

/// A collection at hand is waited for this long before the person is told.
const PATIENCE: Duration = Duration::from_secs(20);

/// The right to one more connection; give it back with [`Engine::end_aside`].
#[must_use]
pub struct Aside {
    _turn: OwnedMutexGuard<()>,
    claim: Option<Claim>,
}

impl Engine {
    /// Waits for the turn to connect beside the collection.
    ///
    /// # Errors
    /// [`CollectError::Busy`] when the account's one connection is in use for longer.
    pub async fn aside(&self, account: &AccountRecord) -> Result<Aside, CollectError> {
        let turns = Arc::clone(self.asides.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).entry(account.id).or_default());
        let turn = tokio::time::timeout(PATIENCE, turns.lock_owned()).await.map_err(|_| CollectError::Busy)?;
        if account.settings.connection_limit != Some(1) {
            return Ok(Aside { _turn: turn, claim: None });
        }
        let stop = CancellationToken::new();
        let claim = tokio::time::timeout(PATIENCE, self.claim_patiently(account.id, &stop)).await.map_err(|_| CollectError::Busy)??;
        self.forget_session(account.id).await;
        Ok(Aside { _turn: turn, claim: Some(claim) })
    }

    /// Gives the turn back. What is not given back is free again when its lease runs out.
    ///
    /// # Errors
    /// The store's.
    pub async fn end_aside(&self, aside: Aside) -> Result<(), CollectError> {
        if let Some(claim) = &aside.claim {
            self.store().break_claim(claim).await?;
        }
        Ok(())
    }
}
