//! Clients: list, file, import.

use super::OfficeDesk;
use app::desk::{Answer, ClientsDesk};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl ClientsDesk for OfficeDesk {
    async fn clients(&self, words: String, order: ClientOrder, cursor: Option<String>) -> Answer<Page<ClientLine>> {
        self.office.clients(&self.who, &words, order, cursor.as_deref()).await
    }
    async fn client_count(&self) -> Answer<i64> {
        self.office.client_count(&self.who).await
    }
    async fn clients_found(&self, words: String) -> Answer<i64> {
        self.office.clients_found(&self.who, &words).await
    }
    async fn client(&self, id: ClientId) -> Answer<(ClientCard, Vec<SharedAddress>)> {
        self.office.client(&self.who, id).await
    }
    async fn client_draft(&self, id: Option<ClientId>, typed: bool, look: bool) -> Answer<ClientDraft> {
        self.office.client_draft(&self.who, self.session().ok(), id, typed, look).await
    }
    async fn save_client(&self, id: Option<ClientId>, form: ClientForm, look: bool, seen: String) -> Answer<ClientSaved> {
        self.office.post_client(&self.who, self.session().ok(), id, form, look, &seen).await
    }
    async fn import_state(&self, refused: bool) -> Answer<ImportState> {
        self.office.import_state(&self.who, self.session()?, refused).await
    }
    async fn import_clients(&self, columns: Vec<String>, look: bool, seen: String) -> Answer<ImportPosted> {
        self.office.import_upload(&self.who, self.session()?, &columns, look, &seen).await
    }
}
