//! What is drawn where no page is: that there is none, or why one was refused.

use crate::api::session::viewer_if_any;
use crate::ui::layout::{Plain, framed};
use crate::ui::load::not_found;
use crate::ui::*;
use leptos::prelude::*;
use leptos_meta::Title;

/// In the app's frame for whoever is signed in.
#[component]
pub fn Elsewhere() -> impl IntoView {
    match viewer_if_any() {
        Some(viewer) => framed(viewer, words),
        None => view! { <Plain>{words()}</Plain> }.into_any(),
    }
}

fn words() -> AnyView {
    #[cfg(feature = "ssr")]
    if let Some(refusal) = use_context::<crate::Refusal>() {
        return refused(refusal.title, refusal.sentence);
    }
    not_found()
}

/// A refusal of the server's, in its words.
#[cfg_attr(not(feature = "ssr"), expect(dead_code, reason = "the server draws it, without script"))]
fn refused(title: String, sentence: String) -> AnyView {
    view! {
        <Title text=title.clone()/>
        <div class="not-found">
            <Empty whole_page=true icon=Icon::Audit title=title why=sentence>
                <a class="button" data-variant="primary" href="/clients">"Go to clients"</a>
            </Empty>
        </div>
    }
    .into_any()
}
