//! The user menu closes by itself: on Escape, on a click beside it, and when one of its links is followed.

#[cfg(feature = "hydrate")]
use leptos::prelude::*;

/// Listens for what closes the menu. Without JavaScript the menu closes by its own button.
pub fn close_menu_by_itself() {
    #[cfg(feature = "hydrate")]
    Effect::new(|_| {
        let keys = window_event_listener(leptos::ev::keydown, |event| {
            if event.key() == "Escape" && close(None) {
                event.prevent_default();
            }
        });
        let clicks = window_event_listener(leptos::ev::click, |event| {
            use wasm_bindgen::JsCast;
            close(event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()));
        });
        on_cleanup(move || {
            keys.remove();
            clicks.remove();
        });
    });
}

/// Closes the open menu unless the click was on something in it that is not a link; whether there was one. After a key the focus
/// goes back to the menu's button.
#[cfg(feature = "hydrate")]
fn close(clicked: Option<web_sys::Element>) -> bool {
    use wasm_bindgen::JsCast;
    let Ok(Some(menu)) = document().query_selector("details.user[open]") else { return false };
    if let Some(clicked) = &clicked
        && menu.contains(Some(clicked))
        && clicked.closest("a").ok().flatten().is_none()
    {
        return false;
    }
    let _ = menu.remove_attribute("open");
    if clicked.is_none()
        && let Ok(Some(button)) = menu.query_selector("summary")
        && let Ok(button) = button.dyn_into::<web_sys::HtmlElement>()
    {
        let _ = button.focus();
    }
    true
}
