//! What Graph's refusals mean: status and code → whose turn it is and what to do.
//! <https://learn.microsoft.com/en-us/graph/errors>

use crate::{ConnectError, Later, error::one_line, web::Answer};
use serde_json::Value;

/// The code of a refusal: `ErrorItemNotFound`.
fn code(answer: &Answer) -> String {
    let value: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    one_line(value.pointer("/error/code").and_then(Value::as_str).unwrap_or(""))
}

fn said(answer: &Answer) -> String {
    let value: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let message = one_line(value.pointer("/error/message").and_then(Value::as_str).unwrap_or(""));
    let words = format!("{} {} {message}", answer.status, code(answer));
    words.split_whitespace().map(|word| if word.contains('@') { "…" } else { word }).take(60).collect::<Vec<_>>().join(" ")
}

/// Words by which the service says that a link to changes is of no more use; everything is listed anew.
fn starts_over(answer: &Answer) -> bool {
    let code = code(answer).to_ascii_lowercase();
    answer.status == 410 || ["syncstatenotfound", "syncstateinvalid", "resyncrequired"].contains(&code.as_str())
}

/// Whether the letter that was asked for is not there any more.
pub(super) fn is_gone(error: &ConnectError) -> bool {
    matches!(error, ConnectError::Refused { said } if said.starts_with("404 ErrorItemNotFound") || said.starts_with("404 ErrorFolderNotFound"))
}

/// Said in the place of the service's words when a list of changes must be started over.
pub(super) const START_OVER: &str = "410 The list of changes must be started over.";

const NOT_ALLOWED: &str = "The application may not read this mailbox. Give it the permission Mail.Read and grant admin consent; where Exchange limits it to some mailboxes, add this one to them (it may take half an hour).";
const NO_MAILBOX: &str =
    "Microsoft 365 knows no such mailbox. Check the user name or object ID, and that the person has an Exchange Online licence.";

pub(super) fn refusal(answer: &Answer) -> ConnectError {
    let (code, said, wait) = (code(answer), said(answer), answer.retry_after());
    let permission = |sentence: &str| ConnectError::Permission { sentence: sentence.to_owned(), said: said.clone() };
    if starts_over(answer) {
        return ConnectError::Refused { said: START_OVER.to_owned() };
    }
    match (answer.status, code.as_str()) {
        (429, _) => ConnectError::Later { why: Later::Throttled, said, wait },
        (401, _) => ConnectError::SignIn { said },
        (403, "ErrorAccessDenied" | "Authorization_RequestDenied" | "AccessDenied" | "Forbidden" | "") => permission(NOT_ALLOWED),
        (403, "ErrorMailboxStoreUnavailable") => ConnectError::Later { why: Later::Busy, said, wait },
        (
            404,
            "ErrorInvalidUser"
            | "Request_ResourceNotFound"
            | "ResourceNotFound"
            | "MailboxNotEnabledForRESTAPI"
            | "ErrorNonExistentMailbox",
        )
        | (_, "MailboxNotSupportedForRESTAPI" | "ErrorInvalidUser") => permission(NO_MAILBOX),
        (500.., _) => ConnectError::Later { why: Later::Busy, said, wait },
        (300..=399, _) => super::odd("an answer that leads to another server"),
        _ => ConnectError::Refused { said },
    }
}
