//! A text as a client reads it, while it is typed (`data-preview`): a moment after the last key the server fills the fields in. Without this
//! the button *Preview* does.

use super::dom::{after, all, around, document, on, within};
use super::post::post;
use std::cell::Cell;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};

/// After the last key, ms.
const PAUSE: u64 = 400;
const ADDRESS: &str = "/api/texts/preview";

thread_local! {
    /// Counts keys: only the pause after the last one asks, and only the newest answer is shown.
    static KEYS: Cell<u32> = const { Cell::new(0) };
}

pub fn watch() {
    on(&document(), "input", |event: &Event| {
        let Some(form) = around(event, "[data-preview]") else { return };
        let key = KEYS.get() + 1;
        KEYS.set(key);
        after(PAUSE, move || {
            if KEYS.get() == key && form.is_connected() {
                ask(&form, key);
            }
        });
    });
}

fn ask(form: &Element, key: u32) {
    let [subject, body, client] = ["[name='text[subject]']", "[name='text[body]']", "[name=client]"].map(|selector| value(form, selector));
    let then = move |status, answer: String| {
        if status == 200 && KEYS.get() == key {
            show(&answer);
        }
    };
    post(ADDRESS, &[("subject", &subject), ("body", &body), ("client", &client)], Box::new(then));
}

fn show(answer: &str) {
    let Ok(answer) = js_sys::JSON::parse(answer) else { return };
    let word =
        |name: &str| js_sys::Reflect::get(&answer, &JsValue::from_str(name)).ok().and_then(|value| value.as_string()).unwrap_or_default();
    for (selector, words) in
        [("[data-preview-subject]", word("subject")), ("[data-preview-body]", word("body")), ("[data-preview-wrong]", word("wrong"))]
    {
        for place in all(selector) {
            // Words, never markup.
            place.set_text_content(Some(&words));
        }
    }
}

fn value(form: &Element, selector: &str) -> String {
    let Some(field) = within(form, selector).into_iter().next() else { return String::new() };
    let field: &JsValue = field.as_ref();
    if let Some(input) = field.dyn_ref::<HtmlInputElement>() {
        input.value()
    } else if let Some(area) = field.dyn_ref::<HtmlTextAreaElement>() {
        area.value()
    } else {
        field.dyn_ref::<HtmlSelectElement>().map(HtmlSelectElement::value).unwrap_or_default()
    }
}
