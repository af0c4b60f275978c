//! Clients: list, file, import.

use super::OfficeDesk;
use app::desk::{Answer, ClientsDesk};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl ClientsDesk for OfficeDesk {
    async fn clients(&self, words: String, cursor: Option<String>) -> Answer<Page<ClientCard>> {
        self.office.clients(&self.who, &words, cursor.as_deref()).await
    }
    async fn client_count(&self) -> Answer<i64> {
        self.office.client_count(&self.who).await
    }
    async fn client(&self, id: ClientId) -> Answer<(ClientCard, ClientForm)> {
        self.office.client(&self.who, id).await
    }
    async fn save_client(&self, id: Option<ClientId>, form: ClientForm) -> Answer<ClientId> {
        self.office.save_client(&self.who, id, form).await
    }
    async fn import_preview(&self) -> Answer<Option<ImportPreview>> {
        self.office.import_preview(&self.who, self.session()?).await
    }
    async fn import_clients(&self) -> Answer<ImportReport> {
        self.office.import_upload(&self.who, self.session()?).await
    }
}
