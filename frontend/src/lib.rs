//! Wakes pages in the browser: `hydrate()` and nothing else.

/// Makes ready for islands, and begins to listen.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
    app::wake();
}
