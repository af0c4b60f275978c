//! The command palette.

use super::*;

#[async_trait]
impl PaletteDesk for Office {
    async fn find(&self, _: String) -> Answer<Vec<PaletteFind>> {
        self.busy()?;
        Ok(vec![PaletteFind::Client { id: ClientId(1), name: "Jo and Sam Hartley".into(), code: "HAR001".into() }])
    }
    async fn set_shortcuts(&self, _: bool) -> Answer<()> {
        self.busy()
    }
}
