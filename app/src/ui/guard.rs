//! Leaving a form with unsaved changes asks first (O26, TP-44): links of the app, Back, closing or reloading the window.
//!
//! Any form takes part by the attribute `data-guard="yes"` (in a [`PostForm`](super::PostForm): `guard="yes"`). With the value
//! `unsaved` it counts as changed from the start: it shows what was typed before. What is changed is asked of the fields themselves (value against default), so that a
//! change taken back is none. Without JavaScript there is nothing to lose: a page is left by a link only, and what was sent is kept.

#[cfg(feature = "hydrate")]
const WORDS: &str = "You have changes that are not saved. Leave this page without saving them?";

/// Begins to watch; called once, before the router begins to listen.
pub fn watch() {
    #[cfg(feature = "hydrate")]
    living::watch();
}

/// A form that was sent came back with a problem: it is unsaved again.
pub fn sent_back() {
    #[cfg(feature = "hydrate")]
    living::sent_back();
}

#[cfg(feature = "hydrate")]
mod living {
    use super::WORDS;
    use leptos::prelude::*;
    use std::cell::RefCell;
    use wasm_bindgen::{JsCast, JsValue, closure::Closure};
    use web_sys::{Element, Event};

    thread_local! {
        /// Where the form stands: the way back to it after the Back button.
        static HERE: RefCell<String> = const { RefCell::new(String::new()) };
    }

    /// Set while a form is under way, or when somebody has said "leave": then nothing is asked.
    const SENT: &str = "data-guard-sent";

    pub fn watch() {
        let listen = |target: &web_sys::EventTarget, name: &str, heard: fn(&Event)| {
            let heard = Closure::<dyn Fn(Event)>::new(move |event: Event| heard(&event));
            // Caught before the router sees it; lives as long as the page.
            let _ = target.add_event_listener_with_callback_and_bool(name, heard.as_ref().unchecked_ref(), true);
            heard.forget();
        };
        let (window, document) = (window(), document());
        listen(&document, "input", typed);
        listen(&document, "change", typed);
        listen(&document, "submit", sent);
        listen(&document, "click", clicked);
        listen(&window, "popstate", went_back);
        listen(&window, "beforeunload", unloading);
    }

    pub fn sent_back() {
        each("form[data-guard]", |form| {
            let _ = form.remove_attribute(SENT);
        });
    }

    fn form_of(event: &Event) -> Option<Element> {
        event.target()?.dyn_into::<Element>().ok()?.closest("form[data-guard]").ok().flatten()
    }

    fn typed(event: &Event) {
        if let Some(form) = form_of(event) {
            let _ = form.remove_attribute(SENT);
            HERE.set(location().href().unwrap_or_default());
        }
    }

    fn sent(event: &Event) {
        if let Some(form) = form_of(event) {
            let _ = form.set_attribute(SENT, "");
        }
    }

    fn clicked(event: &Event) {
        let link =
            event.target().and_then(|target| target.dyn_into::<Element>().ok()).and_then(|target| target.closest("a[href]").ok().flatten());
        let Some(link) = link.filter(|_| leads_away(event)) else { return };
        let stays = link.get_attribute("href").is_none_or(|href| href.starts_with('#'))
            || link.get_attribute("target").is_some_and(|target| target == "_blank");
        if !stays && !link.has_attribute("download") && !may_leave() {
            event.prevent_default();
            event.stop_propagation();
        }
    }

    /// A plain click: with a key held, a link opens in another window and the form stays.
    fn leads_away(event: &Event) -> bool {
        let held = |key: &str| flag(event, key);
        !["ctrlKey", "metaKey", "shiftKey", "altKey"].into_iter().any(held) && number(event, "button") == 0.0
    }

    fn went_back(event: &Event) {
        if may_leave() {
            return;
        }
        event.stop_immediate_propagation();
        let here = HERE.with_borrow(Clone::clone);
        let history = js_sys::Reflect::get(&window(), &"history".into());
        if let Some(push) = history.as_ref().ok().and_then(|history| js_sys::Reflect::get(history, &"pushState".into()).ok())
            && let (Ok(history), Ok(push)) = (&history, push.dyn_into::<js_sys::Function>())
        {
            let _ = push.call3(history, &JsValue::NULL, &"".into(), &here.into());
        }
    }

    fn unloading(event: &Event) {
        if any_unsaved() {
            event.prevent_default();
            // Older browsers ask only when this is set; none shows it.
            let _ = js_sys::Reflect::set(event, &"returnValue".into(), &WORDS.into());
        }
    }

    /// Nothing is unsaved, or somebody says so.
    fn may_leave() -> bool {
        if !any_unsaved() {
            return true;
        }
        let leave = window().confirm_with_message(WORDS).unwrap_or(true);
        if leave {
            each("form[data-guard]", |form| {
                let _ = form.set_attribute(SENT, "");
            });
        }
        leave
    }

    fn any_unsaved() -> bool {
        let mut found = false;
        each("form[data-guard]", |form| {
            found |=
                !form.has_attribute(SENT) && (form.get_attribute("data-guard").is_some_and(|word| word == "unsaved") || is_changed(form));
        });
        found
    }

    fn is_changed(form: &Element) -> bool {
        let mut changed = false;
        each_in(form, "input:not([type=hidden]), textarea", |field| {
            changed |= match text(field, "type").as_str() {
                "checkbox" | "radio" => flag(field, "checked") != flag(field, "defaultChecked"),
                "file" => !text(field, "value").is_empty(),
                _ => text(field, "value") != text(field, "defaultValue"),
            };
        });
        each_in(form, "select", |list| {
            let mut default = 0.0;
            each_in(list, "option", |option| {
                if flag(option, "defaultSelected") {
                    default = number(option, "index");
                }
            });
            changed |= number(list, "selectedIndex") != default;
        });
        changed
    }

    fn each(selector: &str, mut see: impl FnMut(&Element)) {
        if let Some(root) = document().document_element() {
            each_in(&root, selector, &mut see);
        }
    }

    fn each_in(within: &Element, selector: &str, mut see: impl FnMut(&Element)) {
        let Ok(found) = within.query_selector_all(selector) else { return };
        for at in 0..found.length() {
            if let Some(element) = found.item(at).and_then(|node| node.dyn_into::<Element>().ok()) {
                see(&element);
            }
        }
    }

    fn value(of: &JsValue, name: &str) -> JsValue {
        js_sys::Reflect::get(of, &name.into()).unwrap_or(JsValue::UNDEFINED)
    }

    fn text(of: &JsValue, name: &str) -> String {
        value(of, name).as_string().unwrap_or_default()
    }

    fn flag(of: &JsValue, name: &str) -> bool {
        value(of, name).as_bool().unwrap_or_default()
    }

    fn number(of: &JsValue, name: &str) -> f64 {
        value(of, name).as_f64().unwrap_or_default()
    }
}
