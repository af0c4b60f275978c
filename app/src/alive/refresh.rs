//! Part of a page anew, drawn by the server like the page itself: fetched, and put in the place of what stands there. The browser never
//! draws a list twice in two ways.

use super::dom::{document, window};
use super::{guard, times};
use std::cell::Cell;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomParser, Element, Response, SupportedType};

/// Puts the part with this id, as the page at `address` has it, in the place of the one here. `None`: it could not be had, and nothing
/// has changed. `still` says after the answer whether it is still wanted.
pub async fn part(address: &str, id: &str, still: impl Fn() -> bool) -> Option<()> {
    let response: Response = JsFuture::from(window().fetch_with_str(address)).await.ok()?.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    let text = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
    if !still() {
        return None;
    }
    // Parsed as a document of its own: no script of it runs, and what it holds is what the server would have shown.
    let page = DomParser::new().ok()?.parse_from_string(&text, SupportedType::TextHtml).ok()?;
    let (fresh, stale) = (page.get_element_by_id(id)?, document().get_element_by_id(id)?);
    stale.replace_with_with_node_1(&fresh).ok()?;
    times::refine_within(&fresh);
    live(&fresh);
    Some(())
}

/// Wakes the islands of what was just put into the page.
fn live(root: &Element) {
    let wake = js_sys::Reflect::get(&window(), &JsValue::from_str("postroomIslands")).ok();
    if let Some(wake) = wake.and_then(|wake| wake.dyn_into::<js_sys::Function>().ok()) {
        let _ = wake.call1(&JsValue::NULL, root);
    }
}

thread_local! {
    /// Counts the renewals: only the newest is shown.
    static ASKED: Cell<u32> = const { Cell::new(0) };
}

/// The page as it is now, unless that would disturb somebody who is typing in it. Not by loading it anew: that would break off the way
/// to another page that somebody has just taken.
pub fn again() {
    ASKED.set(ASKED.get().wrapping_add(1));
    let mine = ASKED.get();
    let still = move || ASKED.get() == mine && !guard::any_unsaved() && !somebody_types();
    if let (true, Ok(here)) = (still(), window().location().href()) {
        leptos::task::spawn_local(async move {
            part(&here, "main", still).await;
        });
    }
}

fn somebody_types() -> bool {
    document().active_element().is_some_and(|active| active.matches("main input, main textarea, main select").unwrap_or(false))
}
