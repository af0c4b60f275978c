//! Native dialogs: the page behind them is out of reach, Escape closes them, and the focus returns to where it was.

use super::dom::{around, document, on, target};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlDialogElement};

pub fn watch() {
    on(&document(), "click", |event: &Event| {
        if let Some(button) = around(event, "[data-opens]") {
            event.prevent_default();
            open(&button.get_attribute("data-opens").unwrap_or_default());
        }
        // A click beside the content is a click on the dialog itself.
        if let Some(dialog) = target(event).and_then(|element| element.dyn_into::<HtmlDialogElement>().ok()) {
            dialog.close();
        }
    });
}

fn dialog(id: &str) -> Option<HtmlDialogElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Opens a dialog, unless it is open; whether the page has it.
pub fn open(id: &str) -> bool {
    let Some(dialog) = dialog(id) else { return false };
    if !dialog.open() {
        let _ = dialog.show_modal();
    }
    true
}

/// Closes a dialog.
pub fn close(id: &str) {
    if let Some(dialog) = dialog(id) {
        dialog.close();
    }
}

/// Whether one is open: then the page's own keys rest.
pub fn any_open() -> bool {
    super::dom::first("dialog[open]").is_some()
}
