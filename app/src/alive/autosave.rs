//! A letter saved while it is typed (`data-autosave`): a moment after the last key, with the version that this window knows. What another
//! window saved meanwhile is told, and nothing more is saved from here until somebody chooses. Without this the button saves.

use super::dom::{after, all, around, document, first, on, within};
use super::{hold, post::post};
use std::cell::Cell;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};

/// After the last key, ms.
const PAUSE: u64 = 1_500;
const ADDRESS: &str = "/api/compose/autosave";
/// After so long without a word from the server the session may have ended, ms.
const LONG: f64 = 10.0 * 60_000.0;
const WHO_ASKS: &str = "/api/session/get";

thread_local! {
    /// Counts keys: only the pause after the last one saves.
    static KEYS: Cell<u32> = const { Cell::new(0) };
    /// One at a time: the next one needs this one's version.
    static UNDER_WAY: Cell<bool> = const { Cell::new(false) };
    /// Another window has saved: this one is quiet.
    static STOPPED: Cell<bool> = const { Cell::new(false) };
    /// The session had ended, or needed its second factor, when it was saved last.
    static SIGNED_OUT: Cell<bool> = const { Cell::new(false) };
    /// When the server was heard of last.
    static HEARD: Cell<f64> = const { Cell::new(0.0) };
}

pub fn watch() {
    HEARD.set(js_sys::Date::now());
    let typed = |event: &Event| {
        if let Some(form) = around(event, "form[data-autosave]") {
            soon(form);
        }
    };
    on(&document(), "input", typed);
    on(&document(), "submit", |event: &Event| {
        // What is on its way by the button needs no other way.
        if around(event, "form[data-autosave]").is_some() {
            KEYS.set(KEYS.get() + 1);
        }
    });
    on(&super::dom::window(), "pageshow", |_: &Event| STOPPED.set(false));
}

/// Saves a moment after the last of these.
pub fn soon(form: Element) {
    // This page shows what another window saved, and knows its version: saved by itself it would overwrite those words.
    if first(".saved-elsewhere").is_some() {
        return say("Nothing is saved by itself until you choose. Save as draft keeps what stands here.");
    }
    let key = KEYS.get() + 1;
    KEYS.set(key);
    after(PAUSE, move || {
        if KEYS.get() == key && !STOPPED.get() && form.is_connected() {
            if UNDER_WAY.get() {
                soon(form);
            } else {
                save(&form);
            }
        }
    });
}

/// Whoever sends a letter after the session has ended would come to the sign-in page without its words: it is tried here first.
pub fn sign_of_life(form: &Element) {
    let long_ago = js_sys::Date::now() - HEARD.get() > LONG;
    if (SIGNED_OUT.get() || long_ago) && !UNDER_WAY.get() {
        save(form);
    }
}

fn save(form: &Element) {
    let sent = fields(form);
    let then = {
        let (form, sent) = (form.clone(), sent.clone());
        move |status, answer: String| ended(&form, status, &answer, &sent)
    };
    let fields: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    UNDER_WAY.set(true);
    // A letter that is sent meanwhile waits: it has to know the version that this one comes to.
    hold::begin();
    post(ADDRESS, &fields, Box::new(then));
}

fn ended(form: &Element, status: u16, answer: &str, sent: &[(String, String)]) {
    UNDER_WAY.set(false);
    HEARD.set(js_sys::Date::now());
    if SIGNED_OUT.replace(matches!(status, 401 | 403 | 428)) && status == 200 {
        renew_tokens();
    }
    match (status, version(answer)) {
        (200, Some(version)) => {
            for field in inputs(form, "input[name=version]") {
                field.set_value(&version);
            }
            let _ = form.set_attribute("data-guard", "yes");
            settle(form, sent);
            let now = js_sys::Date::new_0();
            say(&format!("Saved {:02}:{:02}", now.get_hours(), now.get_minutes()));
        }
        (409, _) => {
            STOPPED.set(true);
            say("This letter was saved in another window. Save as draft shows both, so that you can choose.");
        }
        (413, _) => say("Not saved: the letter is too long. Take a part out of it, and attach that as a file."),
        (422, _) => say("Not saved: something is too long. Save as draft says what."),
        (401 | 403, _) => say("Not saved: your session has ended. Sign in again in another window, then save."),
        (428, _) => say("Not saved: your office requires a second factor. Set it up in another window, then save."),
        _ => say("Not saved. It is tried again as you type."),
    }
    // The button saves anew, and its page says what is wrong; where the server does not take letters, the page with the words stays.
    hold::end(matches!(status, 200 | 409 | 422));
}

/// Signed in again in another window: the forms of this page get the token of the new session.
fn renew_tokens() {
    hold::begin();
    let then = |_: u16, answer: String| {
        if let Some(token) = token(&answer) {
            for field in all("input[name=csrf]").into_iter().filter_map(|field| field.dyn_into::<HtmlInputElement>().ok()) {
                field.set_value(&token);
            }
        }
        hold::end(true);
    };
    post(WHO_ASKS, &[], Box::new(then));
}

/// The token in the answer to who asks.
fn token(json: &str) -> Option<String> {
    let viewer = js_sys::Reflect::get(&js_sys::JSON::parse(json).ok()?, &JsValue::from_str("viewer")).ok()?;
    js_sys::Reflect::get(&viewer, &JsValue::from_str("csrf")).ok()?.as_string()
}

/// What was saved is unsaved no more: leaving does not ask about it.
fn settle(form: &Element, sent: &[(String, String)]) {
    for field in inputs(form, "input:not([type=hidden]):not([type=checkbox])") {
        if sent.iter().any(|(name, value)| *name == field.name() && *value == field.value()) {
            field.set_default_value(&field.value());
        }
    }
    for area in within(form, "textarea").into_iter().filter_map(|area| area.dyn_into::<HtmlTextAreaElement>().ok()) {
        if sent.iter().any(|(name, value)| *name == area.name() && *value == area.value()) {
            // Its default is its text; setting that moves no cursor once something was typed.
            let _ = area.set_default_value(&area.value());
        }
    }
}

fn inputs(form: &Element, selector: &str) -> Vec<HtmlInputElement> {
    within(form, selector).into_iter().filter_map(|field| field.dyn_into().ok()).collect()
}

/// The version in the answer.
fn version(json: &str) -> Option<String> {
    let answer = js_sys::JSON::parse(json).ok()?;
    let version = js_sys::Reflect::get(&answer, &JsValue::from_str("version")).ok()?.as_f64()?;
    // A whole number below 2^53. Printed as the fraction that it comes as, it would bring all of the printing of fractions along.
    Some((version as i64).to_string())
}

/// The letter and what names it; nothing of what only the buttons send.
fn fields(form: &Element) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for field in within(form, "input[name], textarea[name], select[name]") {
        let value: &JsValue = field.as_ref();
        let (name, value) = if let Some(input) = value.dyn_ref::<HtmlInputElement>() {
            (input.name(), input.value())
        } else if let Some(area) = value.dyn_ref::<HtmlTextAreaElement>() {
            (area.name(), area.value())
        } else if let Some(list) = value.dyn_ref::<HtmlSelectElement>() {
            (list.name(), list.value())
        } else {
            continue;
        };
        if matches!(name.as_str(), "csrf" | "id" | "version") || name.starts_with("form[") {
            fields.push((name, value));
        }
    }
    fields
}

fn say(words: &str) {
    for told in all("[data-autosave-state]") {
        told.set_text_content(Some(words));
    }
}
