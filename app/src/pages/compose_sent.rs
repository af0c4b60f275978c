//! `/compose/:id/sent`: the letter is held for a moment and can be taken back. `/drafts`: letters being written.

use crate::api::compose::{DiscardLetter, UndoLetter, letter_drafts, sent_letter};
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::*;

/// What became of a letter that was just sent.
#[component]
pub fn SentPage() -> impl IntoView {
    let id = param("id", DraftId(0));
    let undo = ServerAction::<UndoLetter>::new();
    let data = Resource::new(move || id.get(), sent_letter);
    let problem = problem_of(undo);
    load(data, "the letter", move |sent| {
        let back = match &sent.client {
            Some((id, name)) => (format!("/clients/{id}"), format!("Back to {name}")),
            None => ("/drafts".to_owned(), "Drafts".to_owned()),
        };
        let to = sent.recipients.join(", ");
        let (title, lead) = if sent.held && sent.seconds > 0 {
            (format!("Leaves in {} s", sent.seconds), "Until then it can be taken back.")
        } else {
            (sent.state.clone(), "The outbox says what becomes of it.")
        };
        let again = sent.state == OutboxState::Refused.words() || sent.state == OutboxState::Withdrawn.words();
        let label = if again { "Write on" } else { "Undo" };
        let id = sent.id;
        let unsent = sent.outbox.is_none();
        let lead = if unsent { "It is a draft." } else { lead };
        view! {
            <ErrorSummary problem=problem/>
            <PageHead title=title lead=lead problem=problem/>
            <section class="panel">
                <dl class="facts">
                    <div><dt>"Subject"</dt><dd>{text::subject(&sent.subject)}</dd></div>
                    <div><dt>"To"</dt><dd>{to}</dd></div>
                </dl>
                <div class="cluster" data-held=sent.held.then(|| sent.seconds.to_string())>
                    {unsent.then(|| view! { <a class="button" data-variant="primary" href=format!("/compose/{id}")>"Go on and write"</a> })}
                    {(sent.held || again).then(|| view! { <PlainButton action=undo label=label variant="secondary" with=vec![("id", id.to_string())]/> })}
                    <a class="button" data-variant="quiet" href=back.0>{back.1}</a>
                    <a class="button" data-variant="quiet" href="/outbox">"Outbox"</a>
                </div>
            </section>
        }
        .into_any()
    })
}

/// One's own drafts.
#[component]
pub fn DraftsPage() -> impl IntoView {
    let discard = ServerAction::<DiscardLetter>::new();
    let data = Resource::new(|| (), |()| letter_drafts());
    let problem = problem_of(discard);
    view! {
        <Done words=vec![
            ("discarded", "The draft is discarded."),
            ("mailbox", "The draft is in your mailbox, among its drafts. Finish it there; it is no longer kept here."),
        ]/>
        <ErrorSummary problem=problem/>
        <PageHead title="Drafts" lead="Letters that you have begun. Nobody else sees them." problem=problem/>
        <p><a class="button" data-variant="primary" href="/compose">"Write a letter"</a></p>
        {load(data, "your drafts", move |drafts| {
            if drafts.is_empty() {
                return view! { <Empty icon=Icon::Mail title="No drafts" why="What you write is kept here until it is sent."/> }.into_any();
            }
            view! { <ul class="plain-list drafts">{drafts.into_iter().map(|card| row(card, discard)).collect_view()}</ul> }.into_any()
        })}
    }
}

fn row(card: DraftCard, discard: ServerAction<DiscardLetter>) -> AnyView {
    let subject = text::subject(&card.subject);
    let mut about = Vec::new();
    if !card.to.is_empty() {
        about.push(format!("to {}", card.to));
    }
    if let Some((_, name)) = &card.client {
        about.push(format!("for {name}"));
    }
    if card.files > 0 {
        about.push(text::count(card.files, "file", "files"));
    }
    view! {
        <li class="panel draft">
            <a class="draft-subject" href=format!("/compose/{}", card.id)>{subject.clone()}</a>
            <p class="quiet">{about.join(" · ")}</p>
            <p class="quiet">"Saved "<When at=card.updated_at/></p>
            <PlainButton action=discard label="Discard" variant="quiet" about=subject with=vec![("id", card.id.to_string())]/>
        </li>
    }
    .into_any()
}
