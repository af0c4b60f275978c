//! Contacts: list, file, types, queues.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::{
    ClientId, ContactCard, ContactDraft, ContactForm, ContactList, ContactRemoval, GoneContact, ImportState, InUse, SharedAddress,
};
#[cfg(feature = "ssr")]
use model::{ClientSaved, ImportPosted, Problem};

/// A page of contacts.
#[server(prefix = "/api", endpoint = "contacts/list", input = Json)]
pub async fn contacts(words: String, side: String, contact_type: Option<i64>, cursor: Option<String>) -> Result<ContactList, Trouble> {
    answer(desk()?.contacts(words, side, contact_type, cursor).await)
}

/// One contact, and its addresses that others have too. One that was merged into another leads there; one that was deleted leads to the
/// page that says so.
#[server(prefix = "/api", endpoint = "contacts/get", input = Json)]
pub async fn contact(id: ClientId) -> Result<(ContactCard, Vec<SharedAddress>), Trouble> {
    let desk = desk()?;
    let found = desk.contact(id).await;
    if found == Err(Problem::NotFound) {
        if let Ok(into) = desk.merged_into(id).await {
            go(&format!("/contacts/{into}?done=came-here"));
            return Err(Trouble(Problem::Conflict("This contact was merged into another one.".to_owned())));
        }
        if desk.gone_contact(id).await.is_ok() {
            go(&format!("/contacts/{id}/deleted"));
            return Err(Trouble(Problem::Conflict("This contact was deleted.".to_owned())));
        }
    }
    answer(found)
}

/// Whether it is a contact, and no client.
#[cfg(feature = "ssr")]
pub async fn is_contact(id: ClientId) -> Result<bool, Trouble> {
    answer(desk()?.is_contact(id).await)
}

/// The page of a client leads on to that of a contact, filters and all, when that is what it is.
#[cfg(feature = "ssr")]
pub async fn lead_to_contact(id: ClientId) -> Result<(), Trouble> {
    if !is_contact(id).await? {
        return Ok(());
    }
    let parts = use_context::<http::request::Parts>();
    let query = parts.as_ref().and_then(|parts| parts.uri.query()).map(|query| format!("?{query}")).unwrap_or_default();
    go(&format!("/contacts/{id}{query}"));
    Err(Trouble(Problem::Conflict("This is a contact.".to_owned())))
}

/// The form of a contact: as on file or, after a refusal without JavaScript, as typed; with `look`, what saving it would do.
#[server(prefix = "/api", endpoint = "contacts/draft", input = Json)]
pub async fn draft_contact(
    id: Option<ClientId>,
    #[server(default)] typed: bool,
    #[server(default)] look: bool,
) -> Result<ContactDraft, Trouble> {
    answer(desk()?.contact_draft(id, typed, look).await)
}

/// Adds or changes a contact; first shows what that would do to the history when letters come in or go out (S3).
#[server(prefix = "/api", endpoint = "contacts/save")]
pub async fn save_contact(
    id: Option<ClientId>,
    form: ContactForm,
    #[server(default)] intent: String,
    #[server(default)] seen: String,
) -> Result<(), Trouble> {
    match answer(desk()?.save_contact(id, form, intent == "look", seen).await)? {
        ClientSaved::Saved(id) => go(&format!("/contacts/{id}?done=saved")),
        ClientSaved::Look => {
            go(&id.map_or_else(|| "/contacts/new?step=look".to_owned(), |id| format!("/contacts/{id}/edit?step=look")));
        }
    }
    Ok(())
}

/// What deleting a contact would do.
#[server(prefix = "/api", endpoint = "contacts/removal", input = Json)]
pub async fn look_at_removal(id: ClientId) -> Result<(ContactCard, ContactRemoval), Trouble> {
    answer(desk()?.contact_removal(id).await)
}

/// Deletes a contact, if what that does was seen; else it is shown (again).
#[server(prefix = "/api", endpoint = "contacts/delete")]
pub async fn delete_contact(id: ClientId, #[server(default)] seen: String) -> Result<(), Trouble> {
    let deleted = answer(desk()?.delete_contact(id, seen).await)?;
    go(&if deleted { format!("/contacts/{id}/deleted?done=deleted") } else { format!("/contacts/{id}/delete?step=changed") });
    Ok(())
}

/// A contact that was deleted.
#[server(prefix = "/api", endpoint = "contacts/gone", input = Json)]
pub async fn ask_gone_contact(id: ClientId) -> Result<GoneContact, Trouble> {
    answer(desk()?.gone_contact(id).await)
}

/// Puts a contact back that was deleted.
#[server(prefix = "/api", endpoint = "contacts/put-back")]
pub async fn put_contact_back(id: ClientId) -> Result<(), Trouble> {
    answer(desk()?.put_contact_back(id).await)?;
    go(&format!("/contacts/{id}?done=put-back"));
    Ok(())
}

/// The uploaded list of contacts and what importing it would do; with `refused`, why the last upload was not taken.
#[server(prefix = "/api", endpoint = "contacts/import-state", input = Json)]
pub async fn uploaded_contacts(refused: bool) -> Result<ImportState, Trouble> {
    answer(desk()?.contact_import(refused).await)
}

/// Takes what each column of the uploaded list stands for, and imports it; first shows what that would do.
#[server(prefix = "/api", endpoint = "contacts/import")]
pub async fn import_contacts(
    #[server(default)] columns: Vec<String>,
    #[server(default)] intent: String,
    #[server(default)] seen: String,
) -> Result<(), Trouble> {
    match answer(desk()?.import_contacts(columns, intent == "look", seen).await)? {
        ImportPosted::Done(_) => go("/contacts/import?done=imported"),
        ImportPosted::Look => go("/contacts/import?step=look"),
    }
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
