//! Contacts: agents and suppliers.

use super::OfficeDesk;
use app::desk::{Answer, ContactsDesk};
use async_trait::async_trait;
use model::*;

#[async_trait]
impl ContactsDesk for OfficeDesk {
    async fn contacts(&self, words: String, side: String, contact_type: Option<i64>, cursor: Option<String>) -> Answer<ContactList> {
        self.office.contacts(&self.who, &words, &side, contact_type, cursor.as_deref()).await
    }
    async fn contact(&self, id: ClientId) -> Answer<(ContactCard, Vec<SharedAddress>)> {
        self.office.contact(&self.who, id).await
    }
    async fn is_contact(&self, id: ClientId) -> Answer<bool> {
        self.office.is_contact(&self.who, id).await
    }
    async fn contact_draft(&self, id: Option<ClientId>, typed: bool, look: bool) -> Answer<ContactDraft> {
        self.office.contact_draft(&self.who, self.session().ok(), id, typed, look).await
    }
    async fn save_contact(&self, id: Option<ClientId>, form: ContactForm, look: bool, seen: String) -> Answer<ClientSaved> {
        self.office.post_contact(&self.who, self.session().ok(), id, form, look, &seen).await
    }
    async fn contact_removal(&self, id: ClientId) -> Answer<(ContactCard, ContactRemoval)> {
        self.office.contact_removal(&self.who, id).await
    }
    async fn delete_contact(&self, id: ClientId, seen: String) -> Answer<bool> {
        self.office.delete_contact(&self.who, id, &seen).await
    }
    async fn gone_contact(&self, id: ClientId) -> Answer<GoneContact> {
        self.office.gone_contact(&self.who, id).await
    }
    async fn put_contact_back(&self, id: ClientId) -> Answer<()> {
        self.office.put_contact_back(&self.who, id).await
    }
    async fn contact_import(&self, refused: bool) -> Answer<ImportState> {
        self.office.contact_import(&self.who, self.session()?, refused).await
    }
    async fn import_contacts(&self, columns: Vec<String>, look: bool, seen: String) -> Answer<ImportPosted> {
        self.office.import_contacts(&self.who, self.session()?, &columns, look, &seen).await
    }
    async fn contact_types(&self) -> Answer<Vec<InUse>> {
        self.office.contact_types(&self.who).await
    }
    async fn keep_contact_type(&self, id: Option<i64>, name: String) -> Answer<()> {
        self.office.keep_contact_type(&self.who, id, &name).await
    }
    async fn remove_contact_type(&self, id: i64) -> Answer<()> {
        self.office.remove_contact_type(&self.who, id).await
    }
    async fn queues(&self) -> Answer<Vec<InUse>> {
        self.office.queues(&self.who).await
    }
    async fn keep_queue(&self, id: Option<i64>, name: String) -> Answer<()> {
        self.office.keep_queue(&self.who, id, &name).await
    }
    async fn remove_queue(&self, id: i64) -> Answer<()> {
        self.office.remove_queue(&self.who, id).await
    }
}
