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
    /// The form of a contact (`None` = a new one) as on file or, with `typed`, as posted last; with `look`, what saving it would do
    /// (`Clients.Edit`).
    async fn contact_draft(&self, id: Option<ClientId>, typed: bool, look: bool) -> Answer<ContactDraft>;
    /// Adds or changes a contact (`Clients.Edit`), unless letters come in or go out that nobody has `seen` yet, or only a `look` is asked.
    async fn save_contact(&self, id: Option<ClientId>, form: ContactForm, look: bool, seen: String) -> Answer<ClientSaved>;
    /// What deleting a contact would do (`Clients.Edit`).
    async fn contact_removal(&self, id: ClientId) -> Answer<(ContactCard, ContactRemoval)>;
    /// Deletes a contact, unless that does what nobody has `seen` yet (`Clients.Edit`). Whether it is deleted.
    async fn delete_contact(&self, id: ClientId, seen: String) -> Answer<bool>;
    /// A contact that was deleted.
    async fn gone_contact(&self, id: ClientId) -> Answer<GoneContact>;
    /// Puts a contact back that was deleted (`Clients.Edit`).
    async fn put_contact_back(&self, id: ClientId) -> Answer<()>;
    /// The uploaded list of contacts and what importing it would do; with `refused`, why the last one was not taken (`Clients.Edit`).
    async fn contact_import(&self, refused: bool) -> Answer<ImportState>;
    /// Takes what each column stands for, and imports the uploaded list unless nobody has `seen` what that does, or only a `look` is asked.
    async fn import_contacts(&self, columns: Vec<String>, look: bool, seen: String) -> Answer<ImportPosted>;
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
