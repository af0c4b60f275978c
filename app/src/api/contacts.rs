//! Contacts: list, file, types, queues.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
#[cfg(feature = "ssr")]
use model::Problem;
use model::{ClientId, ContactCard, ContactDraft, ContactForm, ContactImport, ContactList, InUse, SharedAddress};

/// A page of contacts.
#[server(prefix = "/api", endpoint = "contacts/list", input = Json)]
pub async fn contacts(words: String, side: String, contact_type: Option<i64>, cursor: Option<String>) -> Result<ContactList, Trouble> {
    answer(desk()?.contacts(words, side, contact_type, cursor).await)
}

/// One contact, and its addresses that others have too.
#[server(prefix = "/api", endpoint = "contacts/get", input = Json)]
pub async fn contact(id: ClientId) -> Result<(ContactCard, Vec<SharedAddress>), Trouble> {
    answer(desk()?.contact(id).await)
}

/// The page of a client leads on to that of a contact, filters and all, when that is what it is.
#[cfg(feature = "ssr")]
pub async fn lead_to_contact(id: ClientId) -> Result<(), Trouble> {
    if !answer(desk()?.is_contact(id).await)? {
        return Ok(());
    }
    let parts = use_context::<http::request::Parts>();
    let query = parts.as_ref().and_then(|parts| parts.uri.query()).map(|query| format!("?{query}")).unwrap_or_default();
    go(&format!("/contacts/{id}{query}"));
    Err(Trouble(Problem::Conflict("This is a contact.".to_owned())))
}

/// The form of a contact.
#[server(prefix = "/api", endpoint = "contacts/draft", input = Json)]
pub async fn draft_contact(id: Option<ClientId>) -> Result<ContactDraft, Trouble> {
    answer(desk()?.contact_draft(id).await)
}

/// Adds or changes a contact.
#[server(prefix = "/api", endpoint = "contacts/save")]
pub async fn save_contact(id: Option<ClientId>, form: ContactForm) -> Result<(), Trouble> {
    let id = answer(desk()?.save_contact(id, form).await)?;
    go(&format!("/contacts/{id}?done=saved"));
    Ok(())
}

/// The uploaded list of contacts.
#[server(prefix = "/api", endpoint = "contacts/import-state", input = Json)]
pub async fn uploaded_contacts(refused: bool, done: bool) -> Result<ContactImport, Trouble> {
    answer(desk()?.contact_import(refused, done).await)
}

/// Imports the uploaded list.
#[server(prefix = "/api", endpoint = "contacts/import")]
pub async fn import_contacts() -> Result<(), Trouble> {
    answer(desk()?.import_contacts().await)?;
    go("/contacts/import?done=imported");
    Ok(())
}

/// Contact types with what uses them.
#[server(prefix = "/api", endpoint = "contacts/types", input = Json)]
pub async fn contact_types() -> Result<Vec<InUse>, Trouble> {
    answer(desk()?.contact_types().await)
}

/// Adds or renames a contact type.
#[server(prefix = "/api", endpoint = "contacts/keep-type")]
pub async fn keep_contact_type(id: Option<i64>, name: String) -> Result<(), Trouble> {
    let done = if id.is_some() { "renamed" } else { "added" };
    answer(desk()?.keep_contact_type(id, name).await)?;
    go(&format!("/settings/contact-types?done={done}"));
    Ok(())
}

/// Takes a contact type away.
#[server(prefix = "/api", endpoint = "contacts/remove-type")]
pub async fn remove_contact_type(id: i64) -> Result<(), Trouble> {
    answer(desk()?.remove_contact_type(id).await)?;
    go("/settings/contact-types?done=removed");
    Ok(())
}

/// Queues with what uses them.
#[server(prefix = "/api", endpoint = "contacts/queues", input = Json)]
pub async fn queues() -> Result<Vec<InUse>, Trouble> {
    answer(desk()?.queues().await)
}

/// Adds or renames a queue.
#[server(prefix = "/api", endpoint = "contacts/keep-queue")]
pub async fn keep_queue(id: Option<i64>, name: String) -> Result<(), Trouble> {
    let done = if id.is_some() { "renamed" } else { "added" };
    answer(desk()?.keep_queue(id, name).await)?;
    go(&format!("/settings/queues?done={done}"));
    Ok(())
}

/// Takes a queue away.
#[server(prefix = "/api", endpoint = "contacts/remove-queue")]
pub async fn remove_queue(id: i64) -> Result<(), Trouble> {
    answer(desk()?.remove_queue(id).await)?;
    go("/settings/queues?done=removed");
    Ok(())
}
