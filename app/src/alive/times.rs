//! Moments in the reader's own zone, and how long ago they were; once a minute anew.

use super::dom::{all, within};
use crate::calendar::{ago_text, plain_text};
use wasm_bindgen::JsValue;
use web_sys::Element;

const MINUTE: u64 = 60_000;

pub fn watch() {
    refine(all("time[datetime]"));
    super::dom::after(MINUTE, each_minute);
}

/// Refines the moments of what was just put into the page.
pub fn refine_within(root: &Element) {
    refine(within(root, "time[datetime]"));
}

fn each_minute() {
    refine(all("time[data-ago]"));
    super::dom::after(MINUTE, each_minute);
}

fn refine(times: Vec<Element>) {
    let now = js_sys::Date::now();
    for time in times {
        let at = time.get_attribute("datetime").map(|text| js_sys::Date::parse(&text)).filter(|at| at.is_finite());
        let Some(at) = at else { continue };
        let ago = if time.has_attribute("data-ago") { ago_text(at as i64, now as i64) } else { None };
        let text = ago.unwrap_or_else(|| plain_text(as_on_the_wall(at)));
        if time.text_content().as_deref() != Some(&text) {
            time.set_text_content(Some(&text));
        }
    }
}

/// The moment as the browser's clock on the wall shows it.
fn as_on_the_wall(at: f64) -> i64 {
    let date = js_sys::Date::new(&JsValue::from_f64(at));
    (at - date.get_timezone_offset() * 60_000.0) as i64
}
