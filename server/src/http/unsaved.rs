//! A letter that is posted when its session has ended: nothing is done with it, and the page that says so holds every word of it. Posted
//! again from there, it is a letter from another session to the gate, which brings it back to where it is written.
//!
//! Must never: keep anything on the server for somebody who has not signed in, or bring back what was to be done with the letter: whoever
//! signs in looks at it before it leaves.

use super::{AppState, gate, refuse, typed, visit::Visit};
use crate::office::trouble::unexpected;
use crate::rates::Cost;
use axum::body::{Body, Bytes};
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use std::{convert::Infallible, time::Duration};
use tokio::sync::{Semaphore, SemaphorePermit, mpsc};
use tokio::time::timeout;

/// Where letters are posted to.
pub const LETTER: &str = "/api/compose/save";
/// Fields that say what is to be done with a letter.
const DEEDS: [&str; 2] = ["intent", "anyway"];
/// The words of a letter without formatting.
const WORDS: &str = "form[body]";
/// Letters held at once, from their arrival until their page has left: anybody may post some MB here, and their page may be six times as long.
static TURNS: Semaphore = Semaphore::const_new(4);
/// Octets of a page that leave at once. Whoever does not read them in time loses the rest: a stranger who reads nothing holds no turn.
const PIECE: usize = 64 * 1024;

/// What comes before the letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// The session has ended.
    SignIn,
    /// The session needs its second factor.
    Factor,
}

/// Answers a letter for which something else comes first.
pub async fn letter(state: &AppState, visit: &Visit, body: Body, first: First) -> Response {
    let person = visit.viewer().map(|viewer| viewer.id.0);
    if let Err(seconds) = state.office.rates.admit(Cost::SignIn, person, visit.from, state.office.now()) {
        return refuse::letter_waits(seconds);
    }
    let Ok(Ok(turn)) = timeout(gate::LONGEST_ARRIVAL, TURNS.acquire()).await else {
        return refuse::letters_crowd();
    };
    let form = match gate::whole(body, gate::LONGEST_ARRIVAL, model::LETTER_OCTETS, true).await {
        Ok(form) => form,
        Err(refusal) => return *refusal,
    };
    match tokio::task::spawn_blocking(move || page(&form, first)).await {
        Ok(page) => answer(page, turn, first, gate::LONGEST_ARRIVAL),
        Err(error) => refuse::problem(&unexpected(&error), true),
    }
}

/// The page, piece by piece; the turn ends when it has left or is not read.
fn answer(page: String, turn: SemaphorePermit<'static>, first: First, patience: Duration) -> Response {
    let length = HeaderValue::from(page.len());
    let (send, receive) = mpsc::channel::<Bytes>(1);
    tokio::spawn(async move {
        let mut rest = Bytes::from(page);
        while !rest.is_empty() {
            let piece = rest.split_to(rest.len().min(PIECE));
            if !matches!(timeout(patience, send.send(piece)).await, Ok(Ok(()))) {
                break;
            }
        }
        drop(turn);
    });
    let pieces = futures::stream::unfold(receive, |mut receive| async {
        let piece = receive.recv().await?;
        Some((Ok::<_, Infallible>(piece), receive))
    });
    let mut response = Response::new(Body::from_stream(pieces));
    // A page of which the rest was given up is none to its reader.
    response.headers_mut().insert(header::CONTENT_LENGTH, length);
    *response.status_mut() = match first {
        First::SignIn => StatusCode::UNAUTHORIZED,
        First::Factor => gate::FACTOR_FIRST,
    };
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
}

/// What is to be done first, and the letter's form to go on with.
fn page(form: &[u8], first: First) -> String {
    let (title, why, to, link) = match first {
        First::SignIn => ("Your session has ended", "", "/sign-in", "Sign in, in a new tab"),
        First::Factor => {
            ("Set up your second factor", "Your office requires a second factor. ", "/settings/second-factor", "Set it up, in a new tab")
        }
    };
    let kept = typed::kept(LETTER, form).unwrap_or_default();
    let fields = kept.split_once(' ').map_or("", |(_, fields)| fields);
    let fields: String =
        typed::pairs(fields).filter(|(name, _)| !DEEDS.contains(&name.as_str())).map(|(name, value)| field(&name, &value)).collect();
    let inner = format!(
        "<p>{why}<strong>The letter was not saved, and did not leave.</strong> What you typed stands on this page and nowhere else, so leave \
         it open.</p>\
         <p><a class=\"button\" data-variant=\"primary\" href=\"{to}\" target=\"_blank\" rel=\"noopener\">{link}</a></p>\
         <p>Then come back to this tab and go on. The letter is shown as you typed it; nothing is sent before you choose to.</p>\
         <form class=\"form\" method=\"post\" action=\"{LETTER}\">{fields}\
         <button type=\"submit\" class=\"button\" data-variant=\"secondary\">Go on with the letter</button></form>"
    );
    refuse::bare(title, &inner)
}

/// A field as it was posted. Words can be read and copied; the first line end after a `textarea` is not part of what it holds.
fn field(name: &str, value: &str) -> String {
    let value = escaped(value);
    if name == WORDS {
        return format!(
            "<div class=\"field\"><label for=\"body\">Your letter, to read and to copy</label>\
             <textarea id=\"body\" name=\"{WORDS}\" rows=\"12\" spellcheck=\"true\" readonly>\n{value}</textarea></div>"
        );
    }
    format!("<input type=\"hidden\" name=\"{}\" value=\"{value}\">", escaped(name))
}

/// Text as it may stand in an element or between quotes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    // FC-20, RELIABILITY §3.3: a stranger's words that are quoted in a letter end no field, and no button comes back as pressed.
    #[test]
    fn what_was_typed_stands_in_its_fields_and_nowhere_else() {
        let form =
            b"csrf=abc&id=7&form%5Bsubject%5D=a%22+onclick%3D%22b&form%5Bbody%5D=%0Ax%3C/textarea%3E%3Cscript%3E&intent=send&anyway=m";
        let page = page(form, First::SignIn);
        for held in [
            "name=\"id\" value=\"7\"",
            "name=\"form[subject]\" value=\"a&quot; onclick=&quot;b\"",
            "readonly>\n\nx&lt;/textarea&gt;&lt;script&gt;</textarea>",
        ] {
            assert!(page.contains(held), "{held}: {page}");
        }
        for left_out in ["csrf", "abc", "intent", "anyway", "<script"] {
            assert!(!page.contains(left_out), "{left_out}: {page}");
        }
    }

    // RELIABILITY §3.3: connections that read nothing must not keep everybody else from their letters.
    #[tokio::test]
    async fn whoever_reads_nothing_holds_no_turn() {
        let turn = TURNS.acquire().await.unwrap();
        let unread = answer("x".repeat(4 * PIECE), turn, First::SignIn, Duration::ZERO);
        let all = timeout(gate::LONGEST_ARRIVAL, TURNS.acquire_many(4)).await;
        assert!(all.is_ok_and(|all| all.is_ok()), "the turn ends without the reader");
        drop(unread);
    }
}
