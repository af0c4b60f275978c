//! The few moves that every habit of a page makes.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Document, Element, Event, EventTarget, HtmlElement, KeyboardEvent, Window};

/// The window. There is always one: this runs in a page.
pub fn window() -> Window {
    leptos::prelude::window()
}

/// The document.
pub fn document() -> Document {
    leptos::prelude::document()
}

/// Listens as long as the page stands, after the elements' own listeners.
pub fn on<E: JsCast>(target: &EventTarget, name: &str, heard: impl Fn(&E) + 'static) {
    let heard = move |event: Event| {
        if let Some(event) = event.dyn_ref::<E>() {
            heard(event);
        }
    };
    listen(target, name, Box::new(heard));
}

/// The part that is the same for every listener: compiled once.
fn listen(target: &EventTarget, name: &str, heard: Box<dyn Fn(Event)>) {
    let heard = Closure::wrap(heard);
    let _ = target.add_event_listener_with_callback(name, heard.as_ref().unchecked_ref());
    heard.forget();
}

/// Runs `then` after so many milliseconds.
pub fn after(ms: u64, then: impl FnOnce() + 'static) {
    later(ms, Box::new(then));
}

/// The part that is the same for everything that waits: compiled once.
fn later(ms: u64, then: Box<dyn FnOnce()>) {
    leptos::prelude::set_timeout(then, std::time::Duration::from_millis(ms));
}

/// The element that an event happened to.
pub fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// The element that an event happened to, or the nearest around it that matches.
pub fn around(event: &Event, selector: &str) -> Option<Element> {
    target(event)?.closest(selector).ok().flatten()
}

/// The first element that matches.
pub fn first(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok().flatten()?.dyn_into().ok()
}

/// Every element of a page that matches.
pub fn all(selector: &str) -> Vec<Element> {
    document().document_element().map(|root| within(&root, selector)).unwrap_or_default()
}

/// Every element inside another that matches.
pub fn within(root: &Element, selector: &str) -> Vec<Element> {
    let Ok(found) = root.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect()
}

/// Whether a key is pressed where text is typed: there it is text.
pub fn typing(event: &KeyboardEvent) -> bool {
    let element = target(event).and_then(|element| element.dyn_into::<HtmlElement>().ok());
    element.is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT") || element.is_content_editable())
}

/// Goes to a page of ours.
pub fn visit(address: &str) {
    let _ = window().location().assign(address);
}
