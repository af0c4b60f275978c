//! On a letter's page: what the import rules of its accounts made of it, and what people did about it since (TP-37, TP-45).

use super::management::tags;
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::*;

/// A line for each account that imports replies and has the letter; nothing when none has.
pub fn imports(rows: &[ManagedRow]) -> AnyView {
    if rows.is_empty() {
        return ().into_any();
    }
    let lines = rows.iter().map(line).collect_view();
    view! { <section class="panel" id="imports"><h2>"Replies of agents and suppliers"</h2><ul class="plain-list">{lines}</ul></section> }
        .into_any()
}

fn line(row: &ManagedRow) -> AnyView {
    let became = match (row.outcome, &row.party) {
        (ImportOutcome::Imported, Some((id, name))) => {
            view! { "Became a reply of "<a href=format!("/contacts/{id}")>{name.clone()}</a>". " }.into_any()
        }
        (ImportOutcome::Imported, None) => view! { "Imported. " }.into_any(),
        (ImportOutcome::Queued, _) if row.waits => {
            let queue = row.queue.as_ref().map_or("Email Management", |(_, name)| name.as_str());
            view! { {format!("Waits in the queue {queue}. ")} }.into_any()
        }
        (ImportOutcome::Queued, _) => view! { "Was not imported by itself. " }.into_any(),
        (ImportOutcome::LeftOut, _) => view! { "Left where it is. " }.into_any(),
    };
    let answers =
        row.answers.map(|(letter, by)| view! { " "{answers_words(by)}<a href=format!("/messages/{letter}")>"read that letter"</a>"." });
    let closed = row.closed.as_ref().filter(|closed| !closed.reason.is_empty()).map(|closed| format!(" Reason: {}.", closed.reason));
    let about = text::subject(&row.subject);
    view! {
        <li>
            <div class="cluster"><strong>{row.account.clone()}</strong>{tags(row)}</div>
            <p>{became}{row.why.clone()}{answers}{closed}</p>
            <p class="quiet"><When at=row.at/>" · "<a href=format!("/management/{}", row.id)>"See it in Email Management"<span class="visually-hidden">{format!(": {about}")}</span></a></p>
        </li>
    }
    .into_any()
}

/// How it is known which letter a letter answers, before a link to that one.
pub fn answers_words(by: AnswersBy) -> &'static str {
    match by {
        AnswersBy::OwnLetter => "It answers a letter of ours: ",
        AnswersBy::References => "It answers another letter: ",
        AnswersBy::Suggested => "By its subject it may answer: ",
    }
}
