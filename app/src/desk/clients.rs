//! Clients: list, file, import.

use super::*;

/// Clients: list, file, import.
#[async_trait]
pub trait ClientsDesk: Send + Sync {
    /// Clients in scope whose code, name or address contains the words; all when empty.
    async fn clients(&self, words: String, cursor: Option<String>) -> Answer<Page<ClientCard>>;
    /// How many clients are in scope.
    async fn client_count(&self) -> Answer<i64>;
    /// One client.
    async fn client(&self, id: ClientId) -> Answer<(ClientCard, ClientForm)>;
    /// Adds or changes a client (`Clients.Edit`).
    async fn save_client(&self, id: Option<ClientId>, form: ClientForm) -> Answer<ClientId>;
    /// What importing the uploaded list would do; the upload is kept an hour in this session.
    async fn import_preview(&self) -> Answer<Option<ImportPreview>>;
    /// Imports the uploaded list.
    async fn import_clients(&self) -> Answer<ImportReport>;
}
