//! Contacts: agents and suppliers, their types, and where what cannot be imported waits.

use super::*;

/// Contacts: agents and suppliers.
#[async_trait]
pub trait ContactsDesk: Send + Sync {
    /// Contacts in scope whose name, company or address contains the words, of one side (`agent`, `supplier`) and type; all when empty.
    async fn contacts(&self, words: String, side: String, contact_type: Option<i64>, cursor: Option<String>) -> Answer<ContactList>;
    /// One contact, and its addresses that others have too.
    async fn contact(&self, id: ClientId) -> Answer<(ContactCard, Vec<SharedAddress>)>;
    /// Whether this is a contact in scope.
    async fn is_contact(&self, id: ClientId) -> Answer<bool>;
    /// The form of a contact (`None` = a new one) (`Clients.Edit`).
    async fn contact_draft(&self, id: Option<ClientId>) -> Answer<ContactDraft>;
    /// Adds or changes a contact (`Clients.Edit`).
    async fn save_contact(&self, id: Option<ClientId>, form: ContactForm) -> Answer<ClientId>;
    /// The uploaded list of contacts (`Clients.Edit`).
    async fn contact_import(&self, refused: bool, done: bool) -> Answer<ContactImport>;
    /// Imports the uploaded list (`Clients.Edit`).
    async fn import_contacts(&self) -> Answer<()>;
    /// Contact types with what uses them (administrators).
    async fn contact_types(&self) -> Answer<Vec<InUse>>;
    /// Adds or renames a contact type (administrators).
    async fn keep_contact_type(&self, id: Option<i64>, name: String) -> Answer<()>;
    /// Takes a contact type away (administrators).
    async fn remove_contact_type(&self, id: i64) -> Answer<()>;
    /// Queues with what uses them (administrators).
    async fn queues(&self) -> Answer<Vec<InUse>>;
    /// Adds or renames a queue (administrators).
    async fn keep_queue(&self, id: Option<i64>, name: String) -> Answer<()>;
    /// Takes a queue away (administrators).
    async fn remove_queue(&self, id: i64) -> Answer<()>;
}
