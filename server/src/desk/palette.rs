//! The command palette, and the switch of the shortcuts.

use super::OfficeDesk;
use app::desk::{Answer, PaletteDesk};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl PaletteDesk for OfficeDesk {
    async fn find(&self, words: String) -> Answer<Vec<PaletteFind>> {
        self.office.find(&self.who, &words).await
    }
    async fn set_shortcuts(&self, on: bool) -> Answer<()> {
        self.office.set_shortcuts(&self.who, on).await
    }
}
