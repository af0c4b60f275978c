//! What Graph's refusals mean: status and code → whose turn it is and what to do.
//! <https://learn.microsoft.com/en-us/graph/errors>

use super::HandedIn;
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

const NOT_ALLOWED_TO_SEND: &str = "The application may not send from this mailbox. Give it the permission Mail.Send and grant admin consent; where Exchange limits it to some mailboxes, add this one to them (it may take half an hour).";
const NOT_ALLOWED_TO_KEEP: &str = "The application may not put drafts into this mailbox. Give it the permission Mail.ReadWrite and grant admin consent, or keep drafts here.";
const NOT_AS: &str = "Microsoft 365 does not let this mailbox send with the address in From. Give the mailbox the right to send as it, or choose another From.";
const TOO_LARGE: &str = "The letter is larger than Microsoft 365 takes (about three megabytes, files included).";

/// What an answer to something handed in means. A status below 500 is a definite one; of the others only 503 says that nothing was done.
pub(super) fn handed_in(answer: &Answer, draft: bool) -> HandedIn {
    let (code, said, wait) = (code(answer), said(answer), answer.retry_after());
    let refused = |sentence: &str| HandedIn::Refused { said: said.clone(), sentence: sentence.to_owned() };
    let not_allowed = |sentence: &str| HandedIn::NotAllowed(ConnectError::Permission { sentence: sentence.to_owned(), said: said.clone() });
    match (answer.status, code.as_str()) {
        (200..=299, _) => HandedIn::Taken(format!("{} {}", answer.status, if answer.status == 201 { "Created" } else { "Accepted" })),
        (401, _) => HandedIn::NotAllowed(ConnectError::SignIn { said }),
        (_, "ErrorSendAsDenied") => refused(NOT_AS),
        (413, _) | (_, "ErrorMessageSizeExceeded" | "RequestEntityTooLarge") => refused(TOO_LARGE),
        (403, "ErrorMailboxStoreUnavailable") | (408 | 409 | 423 | 425 | 429 | 503 | 509, _) => HandedIn::Later { said, wait },
        (_, "ErrorMessageSubmissionBlocked" | "ErrorExceededMessageLimit" | "ErrorQuotaExceeded") => HandedIn::Later { said, wait },
        (403, "ErrorAccessDenied" | "Authorization_RequestDenied" | "AccessDenied" | "Forbidden" | "") => {
            not_allowed(if draft { NOT_ALLOWED_TO_KEEP } else { NOT_ALLOWED_TO_SEND })
        }
        (404, _) | (_, "MailboxNotSupportedForRESTAPI" | "ErrorInvalidUser") => not_allowed(NO_MAILBOX),
        (300..=399, _) => HandedIn::NotAllowed(super::odd("an answer that leads to another server")),
        (400..=499, _) => refused("Microsoft 365 refused the letter"),
        _ => HandedIn::Lost(ConnectError::Later { why: Later::Busy, said, wait }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // A code decides (RELIABILITY §2): what may have been done is never taken for a refusal.
    #[test]
    fn an_answer_that_may_have_been_too_late_is_no_refusal() {
        let of = |status: u16| {
            let head = format!("HTTP/1.1 {status} X\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n");
            let answer = crate::web::answer_of(head.as_bytes());
            match handed_in(&answer, false) {
                HandedIn::Taken(_) => "taken",
                HandedIn::Later { wait, .. } => {
                    assert_eq!(wait.map(|wait| wait.as_secs()), Some(7));
                    "later"
                }
                HandedIn::Refused { .. } => "refused",
                HandedIn::NotAllowed(_) => "not allowed",
                HandedIn::Lost(_) => "lost",
            }
        };
        for (status, meaning) in [
            (202, "taken"),
            (302, "not allowed"),
            (400, "refused"),
            (401, "not allowed"),
            (403, "not allowed"),
            (413, "refused"),
            (422, "refused"),
            (429, "later"),
            (500, "lost"),
            (502, "lost"),
            (503, "later"),
            (504, "lost"),
        ] {
            assert_eq!(of(status), meaning, "{status}");
        }
    }
}
