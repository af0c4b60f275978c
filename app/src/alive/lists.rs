//! Reading without leaving the list: `j` and `k` move, `o` opens the letter under its row, `u` closes it; the link "Read here" does the
//! same. Without JavaScript the link leads to the list with the letter open.

use super::dom::{all, around, document, on};
use crate::api::letters::letter_frame;
use model::MessageId;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, MouseEvent};

pub fn watch() {
    // Back from a letter: its row has the focus again, so `j` goes on from there.
    if let Some(id) = super::dom::window().location().hash().ok().filter(|hash| hash.starts_with("#letter-"))
        && let Some(row) = document().get_element_by_id(&id[1..])
        && let Ok(Some(link)) = row.query_selector(".letter-subject")
        && let Ok(link) = link.dyn_into::<HtmlElement>()
    {
        let _ = link.focus();
    }
    on(&document(), "click", |event: &MouseEvent| {
        let Some(link) = around(event, "a.read-here") else { return };
        let plain = !(event.ctrl_key() || event.meta_key() || event.shift_key()) && event.button() == 0;
        if plain && let Some(row) = row_of(&link) {
            event.prevent_default();
            toggle(&row);
        }
    });
}

/// A key of the list; whether it did something.
pub fn key(key: &str) -> bool {
    match key {
        "j" => step(1),
        "k" => step(-1),
        "o" => here().is_some_and(|row| {
            toggle(&row);
            true
        }),
        "u" => close_open(),
        _ => super::managed::key(key, here().as_ref()),
    }
}

fn row_of(element: &Element) -> Option<Element> {
    element.closest(".letter-row").ok().flatten()
}

/// The row that has the focus.
fn here() -> Option<Element> {
    row_of(&document().active_element()?)
}

/// Moves the focus to the next or the one before of the letters listed; to the first when none has it.
fn step(by: isize) -> bool {
    let links = all(".letter-subject");
    let active = here();
    let at = active.and_then(|active| links.iter().position(|link| row_of(link).as_ref() == Some(&active)));
    let next = at.map_or(Some(0), |at| at.checked_add_signed(by));
    let link = next.and_then(|at| links.get(at)).and_then(|link| link.dyn_ref::<HtmlElement>());
    link.is_some_and(|link| link.focus().is_ok())
}

fn toggle(row: &Element) {
    let was_open = row.query_selector(".letter-open").ok().flatten().is_some();
    close_open();
    if !was_open {
        open(row);
    }
}

fn close_open() -> bool {
    let open = all(".letter-open");
    for letter in &open {
        if let Some(row) = row_of(letter) {
            say(&row, "Read here");
        }
        letter.remove();
    }
    !open.is_empty()
}

/// The letter in the frame of the letter's page: no scripts, no form, nothing loaded from elsewhere.
fn open(row: &Element) -> Option<()> {
    let id = row.id().strip_prefix("letter-")?.parse::<i64>().ok()?;
    let (place, frame) = (document().create_element("div").ok()?, document().create_element("iframe").ok()?);
    place.set_class_name("letter-open letter-body");
    for (name, value) in [
        ("sandbox", crate::kit::frame::SANDBOX),
        ("title", "The letter's text"),
        ("referrerpolicy", "no-referrer"),
        ("src", &format!("/messages/{id}/body?as=html")),
    ] {
        frame.set_attribute(name, value).ok()?;
    }
    place.append_child(&frame).ok()?;
    if let Some(page) = row.query_selector(".letter-subject").ok().flatten().and_then(|link| link.get_attribute("href")) {
        let (line, link) = (document().create_element("p").ok()?, document().create_element("a").ok()?);
        link.set_attribute("href", &page).ok()?;
        link.set_text_content(Some("Open the letter, with its files and headers"));
        line.append_child(&link).ok()?;
        place.append_child(&line).ok()?;
    }
    row.append_child(&place).ok()?;
    say(row, "Close");
    // The frame tells nobody how tall its letter is: the server knows.
    leptos::task::spawn_local(async move {
        if let Ok(heights) = letter_frame(MessageId(id)).await {
            let _ = frame.set_attribute("data-wide", &heights.html.wide.to_string());
            let _ = frame.set_attribute("data-narrow", &heights.html.narrow.to_string());
        }
    });
    Some(())
}

fn say(row: &Element, words: &str) {
    if let Ok(Some(link)) = row.query_selector("a.read-here") {
        link.set_text_content(Some(words));
        let _ = link.set_attribute("aria-expanded", if words == "Close" { "true" } else { "false" });
    }
}
