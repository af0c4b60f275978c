//! How Postroom itself fares.

use super::OfficeDesk;
use app::desk::{Answer, OperationDesk};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl OperationDesk for OfficeDesk {
    async fn operation(&self) -> Answer<Operation> {
        self.office.operation(&self.who).await
    }
}
