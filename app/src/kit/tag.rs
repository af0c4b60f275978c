//! Status in words; the colour only repeats them.

use super::icon::Icon;
use leptos::prelude::*;

/// A word with a tone.
#[component]
pub fn Tag(
    /// The word.
    #[prop(into)]
    text: String,
    /// `good`, `info`, `warn`, `bad`, `quiet`.
    #[prop(default = "quiet")]
    tone: &'static str,
    /// A drawing before it.
    #[prop(optional)]
    icon: Option<Icon>,
) -> impl IntoView {
    view! { <span class="tag" data-tone=tone>{icon.map(Icon::draw)}{text}</span> }
}
