//! An account at rest: nothing collects it while its end is carried out.

use crate::{CollectError, Engine};
use model::AccountId;
use postroom_store::{Claim, StoreError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// A window at hand is waited for this long.
const PATIENCE: Duration = Duration::from_secs(30);

impl Engine {
    /// Ends what runs on an account after its window, and holds its lease. Give it back with [`Engine::go_on`].
    ///
    /// # Errors
    /// [`CollectError::Busy`] when it does not end in time.
    pub async fn quiet(&self, id: AccountId) -> Result<Claim, CollectError> {
        self.stop_collection(id);
        self.forget_session(id).await;
        let stop = CancellationToken::new();
        tokio::time::timeout(PATIENCE, self.claim_patiently(id, &stop)).await.map_err(|_| CollectError::Busy)?
    }

    /// Gives the lease back; nothing happens when the account is no more.
    ///
    /// # Errors
    /// The store's.
    pub async fn go_on(&self, claim: &Claim) -> Result<(), StoreError> {
        self.store().break_claim(claim).await
    }
}
