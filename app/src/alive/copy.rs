//! A button with `data-copy="ID"` puts what stands in that field on the clipboard.

use super::dom::{around, document, on};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Event;

pub fn watch() {
    on(&document(), "click", |event: &Event| {
        let Some(button) = around(event, "button[data-copy]") else { return };
        let done = button.get_attribute("data-copy").is_some_and(|id| copied(&id));
        if let Some(button) = button.dyn_ref::<web_sys::HtmlElement>() {
            let _ = button.focus();
        }
        if let Some(status) = button.next_element_sibling() {
            status.set_text_content(Some(if done { "Copied." } else { "Select the text and copy it by hand." }));
        }
    });
}

/// Selects the field and asks the browser to copy: unlike the clipboard's own interface this also works where an office runs Postroom
/// without TLS.
fn copied(id: &str) -> bool {
    let Some(field) = document().get_element_by_id(id) else { return false };
    call(&field, "focus", &[]);
    call(&field, "select", &[]);
    call(&document(), "execCommand", &["copy"]).is_some_and(|done| done.is_truthy())
}

/// Calls a method that the bindings leave out, since it is old.
fn call(on: &JsValue, name: &str, words: &[&str]) -> Option<JsValue> {
    let list = words.iter().map(|word| JsValue::from_str(word)).collect::<js_sys::Array>();
    js_sys::Reflect::get(on, &name.into()).ok()?.dyn_into::<js_sys::Function>().ok()?.apply(on, &list).ok()
}
