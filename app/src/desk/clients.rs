//! Clients: list, file, import.

use super::*;

/// Clients: list, file, import.
#[async_trait]
pub trait ClientsDesk: Send + Sync {
    /// Clients in scope whose code, name or address contains the words; all when empty.
    async fn clients(&self, words: String, order: ClientOrder, cursor: Option<String>) -> Answer<Page<ClientLine>>;
    /// How many clients are in scope.
    async fn client_count(&self) -> Answer<i64>;
    /// How many clients in scope have the words.
    async fn clients_found(&self, words: String) -> Answer<i64>;
    /// One client, and its addresses that others have too.
    async fn client(&self, id: ClientId) -> Answer<(ClientCard, Vec<SharedAddress>)>;
    /// The form of a client (`None` = a new one) as on file or, with `typed`, as posted last; with `look`, what saving it would do (`Clients.Edit`).
    async fn client_draft(&self, id: Option<ClientId>, typed: bool, look: bool) -> Answer<ClientDraft>;
    /// Adds or changes a client (`Clients.Edit`), unless letters come in or go out that nobody has `seen` yet, or only a `look` is asked.
    async fn save_client(&self, id: Option<ClientId>, form: ClientForm, look: bool, seen: String) -> Answer<ClientSaved>;
    /// What importing the uploaded list would do; the upload is kept an hour in this session. With `refused`, why the last one was not taken.
    async fn import_state(&self, refused: bool) -> Answer<ImportState>;
    /// Takes what each column stands for, and imports the uploaded list unless nobody has `seen` what that does, or only a `look` is asked.
    async fn import_clients(&self, columns: Vec<String>, look: bool, seen: String) -> Answer<ImportPosted>;
}
