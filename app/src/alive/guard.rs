//! Leaving a form with unsaved changes asks first (O26, TP-44): the browser's own question, for links, Back, closing and reloading.
//!
//! Any form takes part by the attribute `data-guard="yes"` (`guard="yes"` of a `PostForm`). With the value
//! `unsaved` it counts as changed from the start: it shows what was typed before. What is changed is asked of the fields themselves (value
//! against default), so that a change taken back is none. Without JavaScript nothing is asked.

use super::dom::{all, around, document, on, window, within};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlInputElement, HtmlOptionElement, HtmlSelectElement, HtmlTextAreaElement};

/// Set while a form is under way: then nothing is asked.
const SENT: &str = "data-guard-sent";

pub fn watch() {
    let typed = |event: &Event| {
        if let Some(form) = around(event, "form[data-guard]") {
            let _ = form.remove_attribute(SENT);
        }
    };
    on(&document(), "input", typed);
    on(&document(), "change", typed);
    on(&document(), "submit", |event: &Event| {
        // The form itself is on its way; "Exit without saving" means to lose the others. Any other deed may be a slip.
        let sent = match around(event, "form[data-leaves]") {
            Some(_) => all("form[data-guard]"),
            None => around(event, "form[data-guard]").into_iter().collect(),
        };
        for form in sent {
            let _ = form.set_attribute(SENT, "");
        }
    });
    on(&window(), "pageshow", |_: &Event| still_here());
    on(&window(), "beforeunload", |event: &Event| {
        if any_unsaved() {
            event.prevent_default();
        }
    });
}

/// The page was not left after all, or somebody came back to it: what is not saved counts again.
pub fn still_here() {
    for form in all("form[data-guard-sent]") {
        let _ = form.remove_attribute(SENT);
    }
}

/// Whether a form of the page, guarded or not, holds something that is not sent.
pub fn any_changed() -> bool {
    any_unsaved() || all("main form[method=post]").iter().any(is_changed)
}

/// Whether leaving now would lose something.
pub fn any_unsaved() -> bool {
    all("form[data-guard]").iter().any(|form| {
        !form.has_attribute(SENT) && (form.get_attribute("data-guard").is_some_and(|word| word == "unsaved") || is_changed(form))
    })
}

fn is_changed(form: &Element) -> bool {
    within(form, "input:not([type=hidden]), textarea, select").iter().any(|field| {
        let field: &JsValue = field.as_ref();
        if let Some(input) = field.dyn_ref::<HtmlInputElement>() {
            return match input.type_().as_str() {
                "checkbox" | "radio" => input.checked() != input.default_checked(),
                "file" => !input.value().is_empty(),
                _ => input.value() != input.default_value(),
            };
        }
        if let Some(area) = field.dyn_ref::<HtmlTextAreaElement>() {
            return area.default_value().is_ok_and(|default| area.value() != default);
        }
        field.dyn_ref::<HtmlSelectElement>().is_some_and(another_is_chosen)
    })
}

fn another_is_chosen(list: &HtmlSelectElement) -> bool {
    let options: Vec<HtmlOptionElement> =
        within(list, "option").into_iter().filter_map(|option| option.dyn_into::<HtmlOptionElement>().ok()).collect();
    let default = options.iter().rposition(HtmlOptionElement::default_selected).unwrap_or(0);
    usize::try_from(list.selected_index()).is_ok_and(|chosen| chosen != default)
}
