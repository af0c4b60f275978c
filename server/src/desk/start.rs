//! The first page.

use super::OfficeDesk;
use app::desk::{Answer, StartDesk};
use async_trait::async_trait;
use model::Start;

#[async_trait]
impl StartDesk for OfficeDesk {
    async fn start_page(&self) -> Answer<Start> {
        self.office.start_page(&self.who).await
    }
    async fn put_away_last_step(&self) -> Answer<()> {
        self.office.put_away_last_step(&self.who).await
    }
}
