//! Two clients on file who are one.

use super::*;

/// Two clients on file who are one.
#[async_trait]
pub trait MergeDesk: Send + Sync {
    /// Whom to choose or, with `goes`, what merging that client into this one would do (`Clients.Edit`).
    async fn merge_view(&self, stays: ClientId, goes: Option<ClientId>, chosen: Vec<MergePlace>, words: String) -> Answer<MergeView>;
    /// Merges `goes` into `stays` (`Clients.Edit`), unless that would do something that nobody has `seen` yet, or only a `look` is asked.
    async fn merge_clients(&self, stays: ClientId, goes: ClientId, chosen: Vec<MergePlace>, look: bool, seen: String) -> Answer<Merged>;
    /// Takes a merger back (`Clients.Edit`).
    async fn undo_merge(&self, client: ClientId, gone: ClientId) -> Answer<()>;
    /// Clients that were merged into this one.
    async fn merged_clients(&self, client: ClientId) -> Answer<Vec<MergedClient>>;
    /// Where a client went that is gone.
    async fn merged_into(&self, gone: ClientId) -> Answer<ClientId>;
}
