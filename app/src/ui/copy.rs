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
    let done = RwSignal::new("");
    let press = move |_| done.set(if copied(of) { "Copied." } else { "Select the text and copy it by hand." });
    view! {
        <button type="button" class="button js-only" data-variant="secondary" on:click=press>{label}</button>
        <span role="status" class="quiet">{move || done.get()}</span>
    }
}

/// Selects the field and asks the browser to copy: unlike the clipboard's own interface this also works where an office runs
/// Postroom without TLS.
#[cfg(feature = "hydrate")]
fn copied(of: &str) -> bool {
    use js_sys::{Function, Reflect};
    use wasm_bindgen::{JsCast, JsValue};
    let call = |on: &JsValue, name: &str, words: &[&str]| {
        let list = words.iter().map(|word| JsValue::from_str(word)).collect::<js_sys::Array>();
        Reflect::get(on, &name.into()).ok()?.dyn_into::<Function>().ok()?.apply(on, &list).ok()
    };
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return false };
    let Some(field) = document.get_element_by_id(of) else { return false };
    call(&field, "focus", &[]);
    call(&field, "select", &[]);
    call(&document, "execCommand", &["copy"]).is_some_and(|done| done.is_truthy())
}

#[cfg(not(feature = "hydrate"))]
fn copied(_of: &str) -> bool {
    false
}
