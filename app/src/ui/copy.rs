//! A button that puts a text field's words on the clipboard. It only stands there in a living page: without JavaScript it could do
//! nothing, and the field can be selected by hand.

use leptos::prelude::*;

/// Copies what stands in a field.
#[component]
pub fn CopyButton(
    /// Id of the field.
    of: &'static str,
    /// The button's words.
    label: &'static str,
) -> impl IntoView {
    view! {
        <button type="button" class="button js-only" data-variant="secondary" data-copy=of>{label}</button>
        <span role="status" class="quiet"></span>
    }
}
