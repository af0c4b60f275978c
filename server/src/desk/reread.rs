//! Stored letters read again.

use super::OfficeDesk;
use app::desk::{Answer, RereadDesk};
use async_trait::async_trait;
use model::RereadView;

#[async_trait]
impl RereadDesk for OfficeDesk {
    async fn reread_view(&self) -> Answer<RereadView> {
        self.office.reread_view(&self.who).await
    }
    async fn begin_reread(&self) -> Answer<()> {
        self.office.begin_reread(&self.who).await
    }
    async fn accept_reread(&self) -> Answer<()> {
        self.office.accept_reread(&self.who).await
    }
    async fn drop_reread(&self) -> Answer<()> {
        self.office.drop_reread(&self.who).await
    }
}
