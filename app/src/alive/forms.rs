//! Forms while they are sent: a deed is done once however often its button is clicked, an address holds only what was filled in, and
//! what is wrong is where the reader is.

use super::dom::{all, document, first, on, target, window, within};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlInputElement, HtmlSelectElement, SubmitEvent};

/// A page that still stands so many milliseconds after a form was sent was not left: the answer was a file, or somebody pressed Escape.
const STAYED: u64 = 10_000;

/// Set while a form is under way.
const BUSY: &str = "data-busy";

pub fn watch() {
    on(&document(), "submit", |event: &SubmitEvent| {
        let Some(form) = target(event) else { return };
        match form.get_attribute("method").as_deref() {
            Some("get") => leave_out_empty(&form),
            Some("post") if form.has_attribute(BUSY) => event.prevent_default(),
            Some("post") => {
                let _ = form.set_attribute(BUSY, "");
                if let Some(button) = event.submitter() {
                    let _ = button.set_attribute("aria-busy", "true");
                }
                super::dom::after(STAYED, || {
                    ready_again();
                    super::guard::still_here();
                });
            }
            _ => {}
        }
    });
    // Back to a page that the browser kept: its forms are ready again.
    on(&window(), "pageshow", |_: &Event| ready_again());
    // Not from under the fingers of somebody who has begun to type.
    let untouched = document().active_element().is_none_or(|active| active.tag_name() == "BODY");
    if let Some(told) = first(".error-summary, #effect").filter(|_| untouched) {
        let _ = told.focus();
    }
}

/// A field that is disabled is not sent.
fn leave_out_empty(form: &Element) {
    for field in within(form, "input, select") {
        let empty = match (field.dyn_ref::<HtmlInputElement>(), field.dyn_ref::<HtmlSelectElement>()) {
            (Some(input), _) => input.value().is_empty(),
            (_, Some(list)) => list.value().is_empty(),
            _ => false,
        };
        if empty && !field.has_attribute("disabled") {
            let _ = field.set_attribute("disabled", "");
            let _ = field.set_attribute("data-left-out", "");
        }
    }
    super::dom::after(0, ready_again);
}

pub fn ready_again() {
    for field in all("[data-left-out]") {
        let _ = field.remove_attribute("disabled");
        let _ = field.remove_attribute("data-left-out");
    }
    for form in all("form[data-busy]:not([data-uploading])") {
        let _ = form.remove_attribute(BUSY);
        for button in within(&form, "[aria-busy]") {
            let _ = button.remove_attribute("aria-busy");
        }
    }
}
