//! The first page.

use super::*;

/// The first page.
#[async_trait]
pub trait StartDesk: Send + Sync {
    /// Clients with news, and how the accounts are, for every signed-in user.
    async fn start_page(&self) -> Answer<Start>;
    /// Puts away what is left of sending, for the viewer, until something else is left of it.
    async fn put_away_last_step(&self) -> Answer<()>;
}
