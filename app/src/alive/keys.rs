//! Keyboard shortcuts, from the one table that the map of keys (`?`) shows too ([`crate::kit::shortcuts`]).
//!
//! Single keys never fire while something is typed, and a switch in the profile turns all shortcuts off (WCAG 2.1.4).

use super::dom::{after, document, first, on, typing, visit, window};
use super::{dialogs, lists};
use crate::kit::shortcuts::{Does, FirstKey, begins, single};
use std::cell::RefCell;
use web_sys::KeyboardEvent;

/// A key waits so many milliseconds for the second one.
const WAIT: u64 = 1500;

thread_local! {
    /// The first key of a shortcut of two.
    static WAITING: RefCell<FirstKey> = const { RefCell::new(FirstKey::none()) };
}

pub fn watch() {
    // What they open has a button on the page.
    if first("[data-shortcuts=off]").is_some() {
        return;
    }
    on(&document(), "keydown", move |event: &KeyboardEvent| {
        if event.default_prevented() || event.alt_key() || event.is_composing() {
            return;
        }
        let key = event.key();
        if event.ctrl_key() || event.meta_key() {
            if key.eq_ignore_ascii_case("k") && !event.shift_key() && dialogs::open("palette") {
                event.prevent_default();
            }
        } else if (!event.repeat() || matches!(key.as_str(), "j" | "k"))
            && key.chars().count() == 1
            && !typing(event)
            && !dialogs::any_open()
            && pressed(&key)
        {
            event.prevent_default();
        }
    });
}

/// Does what a single key stands for; whether it stands for something.
fn pressed(key: &str) -> bool {
    let path = window().location().pathname().unwrap_or_default();
    let before = WAITING.with_borrow_mut(FirstKey::take);
    let found = before.as_deref().and_then(|before| single(Some(before), key, &path)).or_else(|| single(None, key, &path));
    match found {
        Some(Does::Focus(id)) => first(&format!("#{id}")).is_some_and(|field| field.focus().is_ok()),
        Some(Does::Open(id)) => dialogs::open(id),
        Some(Does::Go(path)) => {
            visit(path);
            true
        }
        Some(Does::Follow(selector)) => first(selector).is_some_and(|link| {
            link.click();
            true
        }),
        Some(Does::InList) => lists::key(key),
        None if begins(key) => {
            let turn = WAITING.with_borrow_mut(|waiting| waiting.begin(key));
            after(WAIT, move || WAITING.with_borrow_mut(|waiting| waiting.give_up(turn)));
            true
        }
        None => false,
    }
}
