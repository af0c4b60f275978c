//! Answers as one types: a field inside a form with `data-answers="ID"` renews the part of the page with that id a moment after the last
//! key, and the address with it, so that a copied link and the Back button mean what is seen. Elsewhere the form waits for Enter.

use super::dom::{after, all, around, document, first, on, window, within};
use super::refresh::part;
use std::cell::Cell;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlFormElement, HtmlInputElement};

/// Typing rests so many milliseconds before the question is asked.
const REST: u64 = 120;

thread_local! {
    /// Counts the questions: only the answer to the newest is shown.
    static ASKED: Cell<u32> = const { Cell::new(0) };
}

pub fn watch() {
    on(&document(), "input", |event: &Event| {
        if let Some(form) = around(event, "form[data-answers]") {
            ask_soon(form);
        }
    });
    // A quick writer has typed before anybody listened.
    for form in all("form[data-answers]") {
        if within(&form, "input[name]").iter().any(is_changed) {
            ask_soon(form);
        }
    }
    // Enter asks by the form itself.
    on(&document(), "submit", |_: &Event| {
        next();
    });
}

/// Asks when the fingers have rested, if the page has a place for the answer.
fn ask_soon(form: Element) {
    let Some(id) = form.get_attribute("data-answers").filter(|id| document().get_element_by_id(id).is_some()) else { return };
    let mine = next();
    after(REST, move || {
        if is_newest(mine) {
            ask(&form, id, mine);
        }
    });
}

/// Whether a field says something else than the page came with.
fn is_changed(field: &Element) -> bool {
    field.dyn_ref::<HtmlInputElement>().is_some_and(|field| field.value() != field.default_value())
}

fn next() -> u32 {
    ASKED.set(ASKED.get().wrapping_add(1));
    ASKED.get()
}

fn is_newest(mine: u32) -> bool {
    ASKED.get() == mine
}

fn ask(form: &Element, id: String, mine: u32) {
    let Some(form) = form.dyn_ref::<HtmlFormElement>() else { return };
    let address = address(form);
    let asked = format!("{address}{}typing=1", if address.contains('?') { '&' } else { '?' });
    leptos::task::spawn_local(async move {
        if part(&asked, &id, Box::new(move || is_newest(mine))).await.is_some() {
            let history = window().history();
            if let Ok(history) = history {
                let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&asked));
            }
            tell(&id);
        } else if let (true, Some(place)) = (is_newest(mine), first("#answers-told")) {
            place.set_text_content(Some("The answer did not come. Press Enter to ask again."));
        }
    });
}

/// The address that the form would lead to, without what is empty.
fn address(form: &HtmlFormElement) -> String {
    let mut query = Vec::new();
    for field in within(form, "input[name], select[name]") {
        let name = field.get_attribute("name").unwrap_or_default();
        let value = field.dyn_ref::<HtmlInputElement>().map(HtmlInputElement::value);
        let value =
            value.or_else(|| field.dyn_ref::<web_sys::HtmlSelectElement>().map(web_sys::HtmlSelectElement::value)).unwrap_or_default();
        if !value.is_empty() {
            query.push(format!("{name}={}", String::from(js_sys::encode_uri_component(&value))));
        }
    }
    let path = form.get_attribute("action").unwrap_or_default();
    if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
}

/// Readers announce what changes in a place that stays; the renewed part itself was just put there.
fn tell(id: &str) {
    if let (Some(place), Some(words)) = (first("#answers-told"), first(&format!("#{id} [data-told]"))) {
        place.set_text_content(words.text_content().as_deref());
    }
}
