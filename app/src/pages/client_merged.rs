//! On a client's or a contact's page: who was merged into it, and the way back.

use crate::api::days::office_days;
use crate::api::merge::UndoMerge;
use crate::ui::*;
use leptos::prelude::*;
use model::{ClientId, MergedClient, day_words};

/// A line for each; nothing when there is none.
pub fn merged_lines(client: ClientId, kind: &'static str, merged: Vec<MergedClient>, undo: ServerAction<UndoMerge>) -> AnyView {
    if merged.is_empty() {
        return ().into_any();
    }
    let days = office_days();
    let lines = merged
        .into_iter()
        .map(|gone| {
            let MergedClient { id, code, name, at, can_undo } = gone;
            // A contact without a company has nothing in the place of a code.
            let code = if code.is_empty() { code } else { format!(" ({code})") };
            let words = format!("{name}{code} was merged into this {kind} on {}.", day_words(&days.day_of(at)));
            let fields = vec![("client", client.to_string()), ("gone", id.to_string())];
            view! {
                <li class="decision">
                    <span>{words}" "<span class="quiet">"Histories as at a day before do not have its letters."</span></span>
                    {can_undo.then(|| view! { <PlainButton action=undo label="Undo the merger" with=fields/> })}
                </li>
            }
        })
        .collect_view();
    view! { <ul class="plain-list merged">{lines}</ul> }.into_any()
}
