//! The user menu closes by itself: on Escape and on a click beside it. Without JavaScript it closes by its own button.

use super::dom::{document, first, on, target};
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

pub fn watch() {
    on(&document(), "keydown", |event: &KeyboardEvent| {
        if event.key() == "Escape"
            && !super::dialogs::any_open()
            && let Some(menu) = open_menu()
        {
            event.prevent_default();
            close(&menu);
            if let Some(button) = first("details.user summary") {
                let _ = button.focus();
            }
        }
    });
    on(&document(), "click", |event: &Event| {
        if let Some(menu) = open_menu()
            && !target(event).is_some_and(|clicked: Element| menu.contains(Some(&clicked)))
        {
            close(&menu);
        }
    });
}

fn open_menu() -> Option<HtmlElement> {
    first("details.user[open]")
}

fn close(menu: &HtmlElement) {
    let _ = menu.remove_attribute("open");
}
