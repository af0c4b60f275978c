//! The command palette, and the switch of the shortcuts.

use super::*;

/// The command palette, and the switch of the shortcuts.
#[async_trait]
pub trait PaletteDesk: Send + Sync {
    /// Clients, accounts and letters that have the words, of those the viewer may open; a few of each.
    async fn find(&self, words: String) -> Answer<Vec<PaletteFind>>;
    /// Turns the shortcuts of the viewer on or off (WCAG 2.1.4).
    async fn set_shortcuts(&self, on: bool) -> Answer<()>;
}
