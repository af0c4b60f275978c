//! Writing letters.

#[cfg(feature = "ssr")]
use super::office::*;
use crate::Trouble;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use model::{
    ClientId, ComposeMode, ComposeStart, ComposeView, DraftCard, DraftId, DraftKept, LetterForm, MessageId, Problem, SentView, ServiceId,
};
#[cfg(feature = "ssr")]
use model::{SendOutcome, TextId};

/// How a letter would be sent.
#[server(prefix = "/api", endpoint = "compose/start", input = Json)]
pub async fn start_of_letter(
    client: Option<ClientId>,
    answers: Option<MessageId>,
    mode: ComposeMode,
    choice: Option<ServiceId>,
) -> Result<ComposeStart, Trouble> {
    answer(desk()?.compose_start(client, answers, mode, choice).await)
}

/// Begins a draft.
#[server(prefix = "/api", endpoint = "compose/begin")]
pub async fn begin_letter(
    client: Option<ClientId>,
    answers: Option<MessageId>,
    mode: ComposeMode,
    choice: Option<ServiceId>,
) -> Result<(), Trouble> {
    let id = answer(desk()?.begin_letter(client, answers, mode, choice).await)?;
    go(&format!("/compose/{id}"));
    Ok(())
}

/// A draft; with `check`, what stands in its way; with `refused`, why the last file was not taken.
#[server(prefix = "/api", endpoint = "compose/view", input = Json)]
pub async fn draft_in_hand(id: DraftId, check: bool, refused: bool) -> Result<(ComposeView, Option<Problem>), Trouble> {
    answer(desk()?.compose_view(id, check, refused).await)
}

/// Saves a draft and goes on: to its files, with a text put in, or to the outbox.
#[server(prefix = "/api", endpoint = "compose/save")]
pub async fn save_letter(
    id: DraftId,
    version: i64,
    form: LetterForm,
    #[server(default)] intent: String,
    #[server(default)] anyway: String,
    #[server(default)] text: String,
) -> Result<(), Trouble> {
    let desk = desk()?;
    answer(desk.keep_letter(id, version, form).await)?;
    match intent.as_str() {
        "send" => match answer(desk.send_letter(id, anyway).await)? {
            SendOutcome::Held => go(&format!("/compose/{id}/sent")),
            SendOutcome::Look => go(&format!("/compose/{id}?check=1")),
        },
        "mailbox" => {
            answer(desk.draft_to_mailbox(id).await)?;
            go("/drafts?done=mailbox");
        }
        "rich" => {
            answer(desk.write_as(id, true, false).await)?;
            go(&format!("/compose/{id}"));
        }
        "plain" | "plain-anyway" => {
            let done = answer(desk.write_as(id, false, intent == "plain-anyway").await)?;
            go(&format!("/compose/{id}{}", if done { "" } else { "?plain=1" }));
        }
        "files" => go(&format!("/compose/{id}/files")),
        "text" => {
            if let Ok(text) = text.parse::<TextId>() {
                answer(desk.put_text(id, text).await)?;
            }
            go(&format!("/compose/{id}"));
        }
        _ => go(&format!("/compose/{id}?done=saved")),
    }
    Ok(())
}

/// Saves a draft while it is being typed.
#[server(prefix = "/api", endpoint = "compose/autosave")]
pub async fn autosave_letter(id: DraftId, version: i64, form: LetterForm) -> Result<DraftKept, Trouble> {
    answer(desk()?.keep_letter(id, version, form).await)
}

/// What was pasted into a letter, as it may stand there.
#[server(prefix = "/api", endpoint = "compose/clean")]
pub async fn clean_words(html: String) -> Result<String, Trouble> {
    answer(desk()?.clean_words(html).await)
}

/// What became of a letter that was just sent.
#[server(prefix = "/api", endpoint = "compose/sent", input = Json)]
pub async fn sent_letter(id: DraftId) -> Result<SentView, Trouble> {
    answer(desk()?.sent_letter(id).await)
}

/// Takes a letter back.
#[server(prefix = "/api", endpoint = "compose/undo")]
pub async fn undo_letter(id: DraftId) -> Result<(), Trouble> {
    answer(desk()?.undo_letter(id).await)?;
    go(&format!("/compose/{id}?done=undone"));
    Ok(())
}

/// One's own drafts.
#[server(prefix = "/api", endpoint = "compose/drafts", input = Json)]
pub async fn letter_drafts() -> Result<Vec<DraftCard>, Trouble> {
    answer(desk()?.letter_drafts().await)
}

/// Throws a draft away.
#[server(prefix = "/api", endpoint = "compose/discard")]
pub async fn discard_letter(id: DraftId) -> Result<(), Trouble> {
    answer(desk()?.discard_letter(id).await)?;
    go("/drafts?done=discarded");
    Ok(())
}

/// Takes a file out of a draft.
#[server(prefix = "/api", endpoint = "compose/detach")]
pub async fn detach(id: DraftId, file: i64) -> Result<(), Trouble> {
    answer(desk()?.detach(id, file).await)?;
    go(&format!("/compose/{id}/files?done=removed"));
    Ok(())
}
