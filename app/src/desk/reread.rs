//! Stored letters read again.

use super::*;

/// What a newer reader makes of stored letters.
#[async_trait]
pub trait RereadDesk: Send + Sync {
    /// What there is to read again.
    async fn reread_view(&self) -> Answer<RereadView>;
    /// Looks what would change.
    async fn begin_reread(&self) -> Answer<()>;
    /// Writes what was found.
    async fn accept_reread(&self) -> Answer<()>;
    /// Leaves everything as it is.
    async fn drop_reread(&self) -> Answer<()>;
}
