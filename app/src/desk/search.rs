//! Searching.

use super::*;

/// Searching.
#[async_trait]
pub trait SearchDesk: Send + Sync {
    /// Everything the viewer may see that answers the question. `typing` = its last word is not finished yet.
    async fn search(&self, query: String, order: SearchOrder, cursor: Option<String>, typing: bool) -> Answer<SearchResults>;
}
