//! A double click on a row opens what its link leads to, as people are used from desktop programs (FP-31).

use super::dom::{around, document, on, within};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement};

pub fn watch() {
    on(&document(), "dblclick", |event: &Event| {
        let Some(row) = around(event, "tr.row-link") else { return };
        if around(event, "a, button, summary, details").is_none()
            && let Some(link) = within(&row, "th a").into_iter().next().and_then(|link| link.dyn_into::<HtmlElement>().ok())
        {
            link.click();
        }
    });
}
