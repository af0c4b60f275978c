//! Reading without leaving the list: a letter opens under its row, in the frame of the letter's page. In a living page at once, by the link
//! or by keys (`alive/lists.rs`); otherwise the same link leads to the list with the letter open.

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use model::MessageId;

/// Which letter is open under its row.
#[derive(Clone, Copy)]
pub struct Opened(Option<MessageId>);

impl Opened {
    /// As the address says.
    pub fn from_address() -> Self {
        Self(use_query_map().with_untracked(|map| map.get("open").and_then(|id| id.parse().ok())))
    }

    fn is(self, id: MessageId) -> bool {
        self.0 == Some(id)
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

/// The letter under its row, while it is open.
pub fn open_body(id: MessageId, opened: Opened) -> AnyView {
    opened
        .is(id)
        .then(|| {
            view! {
                <div class="letter-open">
                    <iframe sandbox="allow-popups allow-popups-to-escape-sandbox" src=format!("/messages/{id}/body?as=html") title="The letter's text" referrerpolicy="no-referrer"></iframe>
                </div>
            }
        })
        .into_any()
}
