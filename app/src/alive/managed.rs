//! Email Management: letters are chosen and dealt with by key, buttons say how many they reach, the badge in the navigation follows, and a
//! page that somebody else has changed says so.

use super::dom::{after, all, around, document, first, on, target, within};
use crate::api::management::{letters_waiting, managed_now};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement};

/// It is looked this often, ms.
const OFTEN: u64 = 20_000;
/// For so long after somebody last did something on the page: it does not keep a session open that nobody uses.
const AWAKE: f64 = 15.0 * 60_000.0;

thread_local! {
    static USED: std::cell::Cell<f64> = const { std::cell::Cell::new(0.0) };
}

pub fn watch() {
    on(&document(), "change", |event: &Event| {
        if let Some(all_of_them) = around(event, "[data-pick-all]").and_then(|element| element.dyn_into::<HtmlInputElement>().ok()) {
            for one in picks() {
                one.set_checked(all_of_them.checked());
            }
        }
        if target(event).is_some_and(|element| element.matches("[data-pick], [data-pick-all]").unwrap_or(false)) {
            say();
        }
    });
    for name in ["pointerdown", "keydown"] {
        on(&document(), name, |_: &Event| USED.set(js_sys::Date::now()));
    }
    USED.set(js_sys::Date::now());
    // The browser may remember what was chosen before the page was left.
    say();
    if first("[data-badge=management]").is_some() {
        follow();
    }
}

fn picks() -> Vec<HtmlInputElement> {
    all("[data-pick]").into_iter().filter_map(|element| element.dyn_into().ok()).collect()
}

/// The buttons say how many letters they reach.
fn say() {
    let chosen = picks().iter().filter(|one| one.checked()).count();
    for button in all("[data-bulk]") {
        let words = match chosen {
            0 => button.get_attribute("data-none"),
            1 => button.get_attribute("data-one"),
            many => button.get_attribute("data-many").map(|words| words.replace('#', &many.to_string())),
        };
        button.set_text_content(words.as_deref());
    }
}

/// A key of Email Management, in a list or on a letter; whether it did something.
pub fn key(key: &str, row: Option<&Element>) -> bool {
    let mark = format!("[data-key={key}]");
    if first("[data-managed]").is_some() {
        return first(&mark).is_some_and(|place| press(&place));
    }
    let pick =
        row.and_then(|row| row.query_selector("[data-pick]").ok().flatten()).and_then(|pick| pick.dyn_into::<HtmlInputElement>().ok());
    if key == "x" {
        return pick.is_some_and(|pick| {
            pick.set_checked(!pick.checked());
            say();
            true
        });
    }
    if let Some(link) = row.and_then(|row| row.query_selector(&mark).ok().flatten()).and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
        return press(&link);
    }
    let Some(button) = first(&format!("[data-bulk={key}]")) else { return false };
    // With none chosen, the letter that has the focus is meant.
    if picks().iter().all(|one| !one.checked()) {
        let Some(pick) = pick else { return false };
        pick.set_checked(true);
        say();
    }
    press(&button)
}

/// Presses a link or button, or the first inside.
fn press(place: &HtmlElement) -> bool {
    let inside = within(place, "a, button").into_iter().next().and_then(|element| element.dyn_into::<HtmlElement>().ok());
    inside.as_ref().unwrap_or(place).click();
    true
}

/// Badge and letter, as they are by now, while the page is looked at and used.
fn follow() {
    after(OFTEN, || {
        if !document().hidden() && js_sys::Date::now() - USED.get() < AWAKE {
            leptos::task::spawn_local(async {
                if let Ok(waiting) = letters_waiting().await {
                    badge("management", waiting.managed);
                    badge("outbox", waiting.outbox);
                    badge("actions", waiting.actions);
                }
                changed().await;
            });
        }
        follow();
    });
}

fn badge(what: &str, waiting: i64) {
    for badge in all(&format!("[data-badge={what}]")) {
        badge.set_text_content(Some(&if waiting > 0 { crate::text::number(waiting) } else { String::new() }));
        let _ = if waiting > 0 { badge.remove_attribute("hidden") } else { badge.set_attribute("hidden", "") };
    }
}

/// Somebody else has come to the letter, taken it, or dealt with it: the page is drawn anew.
async fn changed() -> Option<()> {
    let letter = first("[data-managed]")?;
    let (id, shown) = (letter.get_attribute("data-managed")?, letter.get_attribute("data-now")?);
    let now = managed_now(id.clone()).await.ok()?;
    let still = first("[data-managed]")?.get_attribute("data-managed")? == id;
    if still && now != shown {
        super::again();
    }
    Some(())
}
