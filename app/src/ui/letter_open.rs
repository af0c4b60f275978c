//! Reading without leaving the list: a letter opens under its row, in the frame of the letter's page. In a living page at once, by the link
//! or by keys (`alive/lists.rs`); otherwise the same link leads to the list with the letter open.

use super::query::with_query;
use crate::api::letters::letter_frame;
use crate::kit::frame::SANDBOX;
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use model::{FrameHeight, HistoryRow, MessageId};
use serde::{Deserialize, Serialize};

/// Which letter is open under its row, and how tall its frame is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened(Option<(MessageId, FrameHeight)>);

impl Opened {
    /// As the address says (`open=7`), when that letter is among these rows and can be opened.
    pub async fn asked(open: &str, rows: &[HistoryRow]) -> Self {
        let Ok(id) = open.parse() else { return Self::default() };
        if !rows.iter().any(|row| row.id == id && !row.hidden) {
            return Self::default();
        }
        Self(letter_frame(id).await.ok().map(|heights| (id, heights.html)))
    }

    fn is(self, id: MessageId) -> bool {
        self.0.is_some_and(|(open, _)| open == id)
    }
}

/// "Read here", and "Close" while it is open.
pub fn open_link(id: MessageId, opened: Opened) -> AnyView {
    let (path, mut map) = (use_location().pathname.get_untracked(), use_query_map().get_untracked());
    map.remove("open");
    map.remove("done");
    if !opened.is(id) {
        map.insert("open", id.to_string());
    }
    let href = format!("{path}{}#letter-{id}", map.to_query_string());
    view! { <a class="read-here" href=href>{if opened.is(id) { "Close" } else { "Read here" }}</a> }.into_any()
}

/// The letter under its row, while it is open, and the way to all of it: a very long one goes on inside its frame.
pub fn open_body(id: MessageId, opened: Opened, from: &str) -> AnyView {
    let Some((_, height)) = opened.0.filter(|_| opened.is(id)) else { return ().into_any() };
    let page = with_query(&format!("/messages/{id}"), &[("from", from)]);
    view! {
        <div class="letter-open letter-body">
            <iframe data-wide=height.wide.to_string() data-narrow=height.narrow.to_string() sandbox=SANDBOX src=format!("/messages/{id}/body?as=html") title="The letter's text" referrerpolicy="no-referrer"></iframe>
            <p><a href=page>"Open the letter, with its files and headers"</a></p>
        </div>
    }
    .into_any()
}
