//! A letter waits for what of it is still on its way: pasted words that are being cleaned, files, an autosave that brings the next version.
//! Whoever sends it meanwhile sees the button busy, and the letter goes by itself a moment later.

use super::dom::{all, document, on, target, within};
use std::cell::{Cell, RefCell};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlFormElement, SubmitEvent};

thread_local! {
    /// How much is on its way.
    static AWAITED: Cell<u32> = const { Cell::new(0) };
    /// The form that waits, and the button that sends it.
    static WAITING: RefCell<Option<(HtmlFormElement, Option<HtmlElement>)>> = const { RefCell::new(None) };
}

/// To be called before the other habits begin to listen: what waits is not under way yet.
pub fn watch() {
    on(&document(), "submit", |event: &SubmitEvent| {
        let Some(form) = target(event).filter(|form| form.has_attribute("data-autosave")) else { return };
        let unfinished = super::rich::unfinished();
        if !unfinished {
            super::autosave::sign_of_life(&form);
        }
        if !unfinished && AWAITED.get() == 0 {
            return;
        }
        event.prevent_default();
        event.stop_immediate_propagation();
        if let (false, Ok(form)) = (unfinished, form.dyn_into::<HtmlFormElement>()) {
            wait(form, event.submitter());
        }
    });
}

/// Whoever presses another button meanwhile has changed his or her mind.
fn wait(form: HtmlFormElement, button: Option<HtmlElement>) {
    busy(button.as_ref(), true);
    for told in all("[data-autosave-state]") {
        told.set_text_content(Some("In a moment: a part of the letter is still to come."));
    }
    if let Some((_, before)) = WAITING.replace(Some((form, button.clone()))).filter(|(_, before)| *before != button) {
        busy(before.as_ref(), false);
    }
}

/// Something is on its way. Each of these has its [`end`].
pub fn begin() {
    AWAITED.set(AWAITED.get() + 1);
}

/// It is here, and what has waited for all of it goes; or it will not come as it was meant, and the writer has to look first.
pub fn end(well: bool) {
    AWAITED.set(AWAITED.get().saturating_sub(1));
    if well && AWAITED.get() > 0 {
        return;
    }
    if let Some((form, button)) = WAITING.take() {
        busy(button.as_ref(), false);
        if well {
            let _ = form.request_submit_with_submitter(standing(&form, button).as_ref());
        } else {
            stays(button.as_ref());
        }
    }
}

/// The button, or the one that was drawn in its place: files that have arrived bring theirs along.
fn standing(form: &HtmlFormElement, button: Option<HtmlElement>) -> Option<HtmlElement> {
    let button = button?;
    if button.is_connected() {
        return Some(button);
    }
    let same = |other: &HtmlElement| ["name", "value"].iter().all(|what| other.get_attribute(what) == button.get_attribute(what));
    within(form, "button[type=submit]").into_iter().filter_map(|other| other.dyn_into::<HtmlElement>().ok()).find(same)
}

/// Says beside the buttons that the letter is still here. Why, stands there already where an autosave failed, else where it happened.
fn stays(button: Option<&HtmlElement>) {
    let sends = button.and_then(|button| button.get_attribute("value")).is_some_and(|intent| intent == "send");
    let words = if sends { "The letter was not sent." } else { "The letter was not saved." };
    for told in all("[data-autosave-state]") {
        let why = told.text_content().filter(|why| why.starts_with("Not saved") && !why.ends_with(words)).unwrap_or_default();
        told.set_text_content(Some(format!("{why} {words}").trim()));
    }
}

fn busy(button: Option<&HtmlElement>, is: bool) {
    if let Some(button) = button {
        let _ = if is { button.set_attribute("aria-busy", "true") } else { button.remove_attribute("aria-busy") };
    }
}
