//! Part of a page anew, drawn by the server like the page itself: fetched, and put in the place of what stands there. The browser never
//! draws a list twice in two ways.

use super::dom::{after, document, first, on, visit, window, within};
use super::{guard, times};
use std::cell::Cell;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomParser, Element, Event, HtmlElement, Response, SupportedType};

/// Puts the part with this id, as the page at `address` has it, in the place of the one here. `None`: it could not be had, and nothing
/// has changed. `still` says after the answer whether it is still wanted; it has one type, so that this is compiled once.
pub async fn part(address: &str, id: &str, still: Box<dyn Fn() -> bool>) -> Option<()> {
    let response: Response = JsFuture::from(window().fetch_with_str(address)).await.ok()?.dyn_into().ok()?;
    if response.redirected() && still() && !guard::any_changed() {
        // The session has ended, or the page has moved: the browser goes where the server leads.
        visit(&response.url());
    }
    if !response.ok() || response.redirected() {
        return None;
    }
    let text = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
    if !still() {
        return None;
    }
    if id == "main" {
        crate::islands::let_go();
    }
    // Parsed as a document of its own: no script of it runs, and what it holds is what the server would have shown.
    let page = DomParser::new().ok()?.parse_from_string(&text, SupportedType::TextHtml).ok()?;
    let (fresh, stale) = (page.get_element_by_id(id)?, document().get_element_by_id(id)?);
    let seat = Seat::of(&stale);
    stale.replace_with_with_node_1(&fresh).ok()?;
    times::refine_within(&fresh);
    live(&fresh);
    seat.take(&fresh);
    Some(())
}

/// What a reader has made of a part of the page: what is folded open, where the focus is, and what he or she was told to have done.
struct Seat {
    open: Vec<String>,
    told: Option<Element>,
    focus: Option<Holder>,
}

/// What has the focus, so that the same can be found among what is drawn anew: by its id or address or, where it has neither (a button,
/// the head of a fold), by its words and which of those that say the same it is.
struct Holder {
    selector: String,
    words: Option<String>,
    at: usize,
}

impl Holder {
    fn of(part: &Element, element: &Element) -> Self {
        let quoted = |text: String| text.replace('\\', "\\\\").replace('"', "\\\"");
        let (selector, words) = match (element.id(), element.get_attribute("href")) {
            (id, _) if !id.is_empty() => (format!("[id=\"{}\"]", quoted(id)), None),
            (_, Some(href)) => (format!("a[href=\"{}\"]", quoted(href)), None),
            _ => (element.tag_name().to_lowercase(), element.text_content()),
        };
        let mut holder = Self { selector, words, at: 0 };
        holder.at = holder.all(part).iter().position(|other| other == element).unwrap_or(0);
        holder
    }

    fn all(&self, part: &Element) -> Vec<Element> {
        let same = |element: &Element| self.words.is_none() || element.text_content() == self.words;
        within(part, &self.selector).into_iter().filter(same).collect()
    }

    fn find(&self, part: &Element) -> Option<Element> {
        self.all(part).into_iter().nth(self.at)
    }
}

impl Seat {
    fn of(part: &Element) -> Self {
        let open = within(part, "details[open] > summary").iter().filter_map(|summary| summary.text_content()).collect();
        let focus = document().active_element().filter(|active| part.contains(Some(active)) && active.id() != part.id());
        // Told once, hence not in the page as it is now; but it stays as long as the page does.
        let told = within(part, "[data-done]").into_iter().find(|done| done.child_element_count() > 0);
        Self { open, told, focus: focus.map(|active| Holder::of(part, &active)) }
    }

    fn take(self, part: &Element) {
        if let (Some(told), Some(place)) = (self.told, within(part, "[data-done]").first()) {
            let _ = place.replace_with_with_node_1(&told);
        }
        for summary in within(part, "details > summary") {
            if let (Some(details), true) = (summary.parent_element(), summary.text_content().is_some_and(|text| self.open.contains(&text)))
            {
                let _ = details.set_attribute("open", "");
            }
        }
        if let Some(holder) = self.focus
            && let Ok(element) = holder.find(part).unwrap_or_else(|| part.clone()).dyn_into::<HtmlElement>()
        {
            let _ = element.focus();
        }
    }
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
    /// A renewal is due that would have disturbed somebody.
    static DUE: Cell<bool> = const { Cell::new(false) };
}

/// What could not be renewed while somebody typed is renewed when the field is left.
pub fn watch() {
    on(&document(), "focusout", |_: &Event| {
        if DUE.get() {
            after(0, again);
        }
    });
    by_itself();
}

/// A page that says so (`data-again`: seconds) is renewed again and again while it is looked at.
fn by_itself() {
    let seconds =
        first("[data-again]").and_then(|part| part.get_attribute("data-again")?.parse::<u64>().ok()).filter(|seconds| *seconds > 0);
    let Some(seconds) = seconds else { return };
    after(seconds * 1000, || {
        if !document().hidden() {
            renew(LEFT_OPEN);
        }
        by_itself();
    });
}

/// Said by a page that asks by itself: that is no use of the session, else it would never end.
const LEFT_OPEN: &str = "left-open=1";

/// The page as it is now, as soon as that disturbs nobody who is typing in it. Not by loading it anew: that would break off the way to
/// another page that somebody has just taken.
pub fn again() {
    renew("");
}

fn renew(mark: &str) {
    ASKED.set(ASKED.get().wrapping_add(1));
    let mine = ASKED.get();
    let still = move || ASKED.get() == mine && !guard::any_changed() && !somebody_types();
    DUE.set(!still());
    if let (false, Some(here)) = (DUE.get(), here(mark)) {
        leptos::task::spawn_local(async move {
            if part(&here, "main", Box::new(still)).await.is_none() && ASKED.get() == mine {
                DUE.set(true);
            }
        });
    }
}

/// The address of this page without what was done or refused when it was asked for: that is told once.
fn here(mark: &str) -> Option<String> {
    let location = window().location();
    let query = location.search().ok()?;
    let kept = query
        .trim_start_matches('?')
        .split('&')
        .filter(|pair| !["done=", "__err=", "__path=", "left-open="].iter().any(|told| pair.starts_with(told)));
    let kept: Vec<&str> = kept.chain([mark]).filter(|pair| !pair.is_empty()).collect();
    Some(format!("{}?{}", location.pathname().ok()?, kept.join("&")))
}

/// Somebody's cursor is in a field, or a form is on its way.
fn somebody_types() -> bool {
    let typing =
        document().active_element().is_some_and(|active| active.matches("main input, main textarea, main select").unwrap_or(false));
    // Letters that somebody has chosen stay chosen.
    typing || first("main form[data-busy]").is_some() || first("main [data-pick]:checked").is_some()
}
