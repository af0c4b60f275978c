//! `/upload/archive`: a file of letters arrives, of any size, straight into a file without a name.
//!
//! What is refused is said on the import page, beside the field, with and without JavaScript.
//! Must never: hold the file in memory, take it from whoever may not import, or believe what it says of itself.

use super::{AppState, refuse, visit::Visit};
use crate::office::archives::ArchiveAccount;
use crate::tokens;
use axum::Extension;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use model::{Problem, escaped};
use postroom_store::{Octets, SpoolWriter, Store};
use std::sync::Arc;

/// Octets of a file. Larger ones go by the command line.
const LARGEST: u64 = 4 << 30;
/// Octets of a small field.
const SMALL: usize = 1000;
/// Octets written at once.
const PIECE: usize = 1 << 20;
const TOO_LARGE: &str = "The file is larger than 4 GB. Import it on the server: postroom import FILE --account NAME";
const OTHER_SESSION: &str = "The page was from another session. Choose the file again";
const NAME: &str = "The name must be one line of 60 characters or less";
const ADDRESS: &str = "Enter an e-mail address, like name@example.com, or leave it empty";
const CENTRAL: &str = "Choose whether it is the office's";
const CUT_OFF: &str = "The file did not arrive whole. Choose it again";

/// The limit of this route's body: a browser that is cut off while it sends shows no answer, so a little more is read than is taken.
pub fn limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(usize::try_from(LARGEST + LARGEST / 4).unwrap_or(usize::MAX))
}

/// Takes the file in and starts its import, which the account's page shows; a refusal leads back to the form.
pub async fn archive(State(state): State<AppState>, Extension(visit): Extension<Visit>, headers: HeaderMap, form: Multipart) -> Response {
    let scripted = headers.get("x-upload").is_some_and(|by| by == "scripted");
    let Some(session) = visit.session.clone() else { return refuse::problem(&Problem::SignIn, true) };
    let mut uploaded = Uploaded::default();
    let taken = match read(form, &state.office.store, &session.viewer.csrf, &mut uploaded).await {
        Ok(octets) => {
            let office = Arc::clone(&state.office);
            office.take_archive(&visit.principal(), &uploaded.account, &uploaded.file, octets, state.stop.clone()).await
        }
        Err(problem) => Err(problem),
    };
    match taken {
        Ok(account) => lead(scripted, format!("/accounts/{account}?tab=ledger&done=importing")),
        Err(problem @ (Problem::Invalid(_) | Problem::Conflict(_))) => {
            state.office.keep_refusal(&session, problem);
            let ArchiveAccount { name, address, central } = &uploaded.account;
            let central = if *central { "&central=true" } else { "" };
            lead(scripted, format!("/accounts/import?refused=1&account={}&address={}{central}", escaped(name, ""), escaped(address, "")))
        }
        Err(problem) => refuse::problem(&problem, true),
    }
}

/// Where to go on. A script that shows how far the file is gets the address alone: it would read the page, and what the page says once,
/// in the reader's place.
fn lead(scripted: bool, address: String) -> Response {
    if scripted { address.into_response() } else { Redirect::to(&address).into_response() }
}

#[derive(Default)]
struct Uploaded {
    account: ArchiveAccount,
    file: String,
}

/// Reads the form; the session's token must come before the file, so that nobody else's form fills our disk.
async fn read(mut form: Multipart, store: &Arc<Store>, csrf: &str, uploaded: &mut Uploaded) -> Result<Octets, Problem> {
    let (mut ours, mut octets, mut too_large) = (false, None, false);
    while let Some(mut field) = form.next_field().await.map_err(|error| broken(&error))? {
        match field.name() {
            Some("csrf") => ours = tokens::is_form_token(&small(&mut field, "file", OTHER_SESSION).await?, csrf),
            Some("account") => uploaded.account.name = small(&mut field, "account", NAME).await?,
            Some("address") => uploaded.account.address = small(&mut field, "address", ADDRESS).await?,
            Some("central") => uploaded.account.central = small(&mut field, "central", CENTRAL).await? == "true",
            Some("file") if ours => {
                uploaded.file = field.file_name().unwrap_or_default().to_owned();
                match take(&mut field, store).await? {
                    Some(taken) => octets = Some(taken),
                    None => too_large = true,
                }
            }
            _ => {}
        }
    }
    if !ours {
        return Err(Problem::field("file", OTHER_SESSION));
    }
    if too_large {
        return Err(Problem::field("file", TOO_LARGE));
    }
    match octets {
        Some(octets) if octets.length() > 0 => Ok(octets),
        _ if uploaded.file.is_empty() => Err(Problem::field("file", "Choose a file")),
        _ => Err(Problem::field("file", "The file is empty. Choose another one")),
    }
}

/// Why a form did not come to its end: the limit of this route, or the line.
fn broken(error: &MultipartError) -> Problem {
    Problem::field("file", if error.status() == StatusCode::PAYLOAD_TOO_LARGE { TOO_LARGE } else { CUT_OFF })
}

/// A short field; one that is too long is told beside itself.
async fn small(field: &mut Field<'_>, name: &str, too_long: &str) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        if bytes.len() + chunk.len() > SMALL {
            return Err(Problem::field(name, too_long));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}

/// The file, or `None` when it is larger than files may be.
async fn take(field: &mut Field<'_>, store: &Arc<Store>) -> Result<Option<Octets>, Problem> {
    let full = |_| Problem::field("file", "There is no room left on the server's disk for this file. An administrator can help");
    let mut spool = store.spool().map_err(crate::office::trouble::problem_of)?;
    let mut piece: Vec<u8> = Vec::with_capacity(PIECE);
    let mut length = 0_u64;
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        length += chunk.len() as u64;
        if length > LARGEST {
            continue;
        }
        piece.extend_from_slice(&chunk);
        if piece.len() >= PIECE {
            spool = write(spool, std::mem::take(&mut piece)).await.map_err(full)?;
        }
    }
    let spool = write(spool, piece).await.map_err(full)?;
    Ok((length <= LARGEST).then(|| spool.finish().into()))
}

async fn write(mut spool: SpoolWriter, piece: Vec<u8>) -> std::io::Result<SpoolWriter> {
    tokio::task::spawn_blocking(move || spool.write(&piece).map(|()| spool)).await.map_err(std::io::Error::other)?
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::extract::{FromRequest, Request};

    async fn form(limit: usize, body: String) -> Multipart {
        let request = Request::builder().method("POST").header("content-type", "multipart/form-data; boundary=b");
        let mut request = request.body(Body::from(body)).unwrap();
        DefaultBodyLimit::max(limit).apply(&mut request);
        Multipart::from_request(request, &()).await.unwrap()
    }

    fn part(name: &str, value: &str) -> String {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    }

    async fn refused(limit: usize, fields: &[(&str, &str)]) -> Problem {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("postroom.db").display());
        let store = Arc::new(Store::open(&url, folder.path()).await.unwrap());
        let body = fields.iter().map(|(name, value)| part(name, value)).collect::<String>() + "--b--\r\n";
        read(form(limit, body).await, &store, "csrf", &mut Uploaded::default()).await.unwrap_err()
    }

    // A file beyond what the route takes is refused in words, with the command that takes it.
    #[tokio::test]
    async fn a_file_beyond_the_limit_is_refused_with_what_to_do_instead() {
        assert_eq!(refused(500, &[("csrf", "csrf"), ("file", &"x".repeat(2000))]).await, Problem::field("file", TOO_LARGE));
    }

    // What is wrong stands beside the field that it is wrong in.
    #[tokio::test]
    async fn a_field_that_is_too_long_is_told_beside_itself() {
        let long = "x".repeat(SMALL + 1);
        for (name, words) in [("account", NAME), ("address", ADDRESS), ("central", CENTRAL)] {
            assert_eq!(refused(1 << 20, &[("csrf", "csrf"), (name, &long)]).await, Problem::field(name, words), "{name}");
        }
    }
}
