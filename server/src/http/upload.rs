//! `/upload/clients` and `/upload/contacts`: a list of clients or contacts arrives.
//!
//! What is refused is said on the import page, beside the field, with and without JavaScript.
//! Must never: write the file to the disk, hold more of it than a list may have, or believe what it says of itself.

use super::{AppState, refuse, visit::Visit};
use crate::tokens;
use axum::Extension;
use axum::extract::multipart::Field;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::Problem;

/// Octets of a list.
const LARGEST: usize = 10 * 1024 * 1024;
/// Octets that are read on, and thrown away, of a file that is too large: a browser that is cut off while it sends shows no answer.
const PATIENCE: usize = 256 * 1024 * 1024;

/// The limit of this route's body. What a list may have is counted here, while it arrives.
pub fn limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(PATIENCE)
}

/// Keeps the list in the session and leads to its preview; a refusal too leads to that page.
pub async fn clients(State(state): State<AppState>, Extension(visit): Extension<Visit>, form: Multipart) -> Response {
    take_list(&state, &visit, form, false).await
}

/// The same for a list of contacts.
pub async fn contacts(State(state): State<AppState>, Extension(visit): Extension<Visit>, form: Multipart) -> Response {
    take_list(&state, &visit, form, true).await
}

async fn take_list(state: &AppState, visit: &Visit, form: Multipart, of_contacts: bool) -> Response {
    let Some(session) = visit.session.clone() else { return refuse::problem(&Problem::SignIn, true) };
    let page = if of_contacts { "/contacts/import" } else { "/clients/import" };
    let kept = match read(form).await {
        Ok(form) if !tokens::is_form_token(&form.csrf, &session.viewer.csrf) => {
            Err(Problem::field("file", "The page was from another session. Choose the file again"))
        }
        Ok(form) if of_contacts => state.office.keep_contact_upload(&visit.principal(), &session, &form.name, form.bytes).await,
        Ok(form) => state.office.keep_upload(&visit.principal(), &session, &form.name, form.bytes).await,
        Err(sentence) => Err(Problem::field("file", sentence)),
    };
    match kept {
        Ok(()) => Redirect::to(page).into_response(),
        Err(problem @ (Problem::Invalid(_) | Problem::Conflict(_))) => {
            state.office.keep_refusal(&session, problem);
            Redirect::to(&format!("{page}?refused=1")).into_response()
        }
        Err(problem) => refuse::problem(&problem, true),
    }
}

struct Uploaded {
    csrf: String,
    name: String,
    bytes: Vec<u8>,
}

async fn read(mut form: Multipart) -> Result<Uploaded, &'static str> {
    const CUT_OFF: &str = "The file did not arrive whole. Choose it again";
    let mut uploaded = Uploaded { csrf: String::new(), name: String::new(), bytes: Vec::new() };
    let mut too_large = false;
    while let Some(mut field) = form.next_field().await.map_err(|_| CUT_OFF)? {
        match field.name() {
            Some("csrf") => uploaded.csrf = field.text().await.map_err(|_| CUT_OFF)?,
            Some("file") => {
                uploaded.name = field.file_name().unwrap_or_default().to_owned();
                match take(&mut field).await.map_err(|()| CUT_OFF)? {
                    Some(bytes) => uploaded.bytes = bytes,
                    None => too_large = true,
                }
            }
            _ => {}
        }
    }
    if too_large {
        return Err("The file is larger than 10 MB. Save it as CSV, or split the list and import the parts");
    }
    if uploaded.bytes.is_empty() {
        return Err(if uploaded.name.is_empty() { "Choose a file" } else { "The file is empty. Choose another one" });
    }
    Ok(uploaded)
}

/// The file, or `None` when it is larger than a list may be.
async fn take(field: &mut Field<'_>) -> Result<Option<Vec<u8>>, ()> {
    let mut bytes = Vec::new();
    let mut too_large = false;
    while let Some(chunk) = field.chunk().await.map_err(|_| ())? {
        too_large |= bytes.len() + chunk.len() > LARGEST;
        if too_large {
            bytes = Vec::new();
        } else {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok((!too_large).then_some(bytes))
}
