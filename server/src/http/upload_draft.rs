//! `/upload/draft`: files arrive for a letter that is being written.
//!
//! What is refused is said on the page of the files. Must never: hold more than a letter may have, or believe what a file says of itself.

use super::{AppState, refuse, visit::Visit};
use crate::tokens;
use axum::Extension;
use axum::extract::multipart::Field;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use model::{DraftId, FILES, FILES_OCTETS, Problem, too_large_files};
use postroom_store::NewDraftFile;

/// Octets that are read on, and thrown away: a browser that is cut off while it sends shows no answer.
const PATIENCE: usize = 128 * 1024 * 1024;
const CUT_OFF: &str = "The files did not arrive whole, and none of them is attached. Choose them again";

/// The limit of this route's body.
pub fn limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(PATIENCE)
}

/// Attaches the files; a refusal too leads to their page.
pub async fn draft(State(state): State<AppState>, Extension(visit): Extension<Visit>, headers: HeaderMap, form: Multipart) -> Response {
    let scripted = headers.get("x-upload").is_some_and(|by| by == "scripted");
    let Some(session) = visit.session.clone() else { return refuse::problem(&Problem::SignIn, true) };
    let mut id = DraftId(0);
    let attached = take(&state, &visit, &session.viewer.csrf, form, &mut id).await;
    let address = match attached {
        Ok(()) => format!("/compose/{id}/files?done=added"),
        Err(problem @ (Problem::Invalid(_) | Problem::Conflict(_))) => {
            state.office.keep_refusal(&session, problem);
            format!("/compose/{id}/files?refused=1")
        }
        Err(problem) => return refuse::problem(&problem, true),
    };
    if scripted { address.into_response() } else { Redirect::to(&address).into_response() }
}

/// Takes the whole form in before anything of it is attached: all files are, or none.
async fn take(state: &AppState, visit: &Visit, csrf: &str, mut form: Multipart, id: &mut DraftId) -> Result<(), Problem> {
    let cut_off = || Problem::field("file", CUT_OFF);
    let (mut ours, mut room, mut files) = (false, Some(FILES_OCTETS as usize), Vec::new());
    while let Some(mut field) = form.next_field().await.map_err(|_| cut_off())? {
        match field.name() {
            Some("csrf") => ours = tokens::is_form_token(&field.text().await.map_err(|_| cut_off())?, csrf),
            Some("id") => *id = field.text().await.map_err(|_| cut_off())?.parse().map_err(|_| Problem::NotFound)?,
            Some("file") if ours => {
                let name = field.file_name().unwrap_or_default().to_owned();
                let kind = field.content_type().unwrap_or("application/octet-stream").to_owned();
                let bytes = octets(&mut field, room.unwrap_or(0)).await?;
                room = room.zip(bytes.as_ref()).map(|(room, bytes)| room - bytes.len());
                match bytes {
                    // One too many is enough to be refused; the rest of a form without end is not held.
                    Some(bytes) if !name.is_empty() && files.len() <= FILES => files.push(NewDraftFile { name, kind, bytes }),
                    Some(_) => {}
                    None => files.clear(),
                }
            }
            _ => {}
        }
    }
    match room {
        _ if !ours => Err(Problem::field("file", "The page was from another session. Choose the file again")),
        None => Err(Problem::field("file", &too_large_files())),
        Some(_) if files.is_empty() => Err(Problem::field("file", "Choose a file")),
        Some(_) => state.office.attach(&visit.principal(), *id, files).await,
    }
}

/// The file, or `None` when there is no room for it: then the rest of it is read and thrown away.
async fn octets(field: &mut Field<'_>, room: usize) -> Result<Option<Vec<u8>>, Problem> {
    let (mut bytes, mut too_large) = (Vec::new(), false);
    while let Some(chunk) = field.chunk().await.map_err(|_| Problem::field("file", CUT_OFF))? {
        too_large |= bytes.len() + chunk.len() > room;
        if too_large {
            bytes = Vec::new();
        } else {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok((!too_large).then_some(bytes))
}
