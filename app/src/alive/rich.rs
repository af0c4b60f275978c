//! Words with formatting (`data-rich`): a place to write, with buttons and keys; what stands there is kept in the field that is sent.
//!
//! The browser's own editing commands do the work, so that its undo, its spelling and its screen readers know what happens. Must never: put
//! HTML into the page that the server has not cleaned. What is pasted or dropped goes there first; where that fails its words go in alone.

use super::dom::{after, all, around, document, first, on, target, window, within};
use super::{autosave, hold, post::post};
use crate::kit::link::address;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::{
    ClipboardEvent, DataTransfer, Element, Event, HtmlDocument, HtmlElement, HtmlInputElement, HtmlTextAreaElement, InputEvent,
    KeyboardEvent, Node, Range, Selection,
};

const CLEAN: &str = "/api/compose/clean";
/// A letter in which nothing is written yet.
const BLANK: &str = "<div><br></div>";

thread_local! {
    /// Where the writer was last: the focus may be on a button by now.
    static PLACE: RefCell<Option<Range>> = const { RefCell::new(None) };
    /// Where something was pasted that is still on its way, in the order in which it was.
    static PASTED: RefCell<Vec<Range>> = const { RefCell::new(Vec::new()) };
}

pub fn watch() {
    let Some(words) = surface() else { return };
    words.set_content_editable("true");
    let _ = words.remove_attribute("aria-readonly");
    command("styleWithCSS", "false");
    command("defaultParagraphSeparator", "div");
    on(&words, "input", |_: &Event| keep());
    on(&words, "keydown", |event: &KeyboardEvent| {
        // With Shift or Alt they are the browser's own, or letters of another keyboard.
        if !(event.ctrl_key() || event.meta_key()) || event.shift_key() || event.alt_key() {
            return;
        }
        // The browser's own keys would leave the buttons as they were where nothing is selected: no event tells of that.
        match event.key().to_ascii_lowercase().as_str() {
            "k" => ask_link(),
            "b" => here("bold"),
            "i" => here("italic"),
            "u" => here("underline"),
            _ => return,
        }
        event.prevent_default();
    });
    on(&words, "paste", |event: &ClipboardEvent| {
        event.prevent_default();
        if let Some(data) = event.clipboard_data() {
            put_in(&data);
        }
    });
    on(&words, "beforeinput", dropped);
    on(&document(), "selectionchange", |_: &Event| look());
    // A click on a button leaves the focus where one writes.
    on(&document(), "mousedown", |event: &Event| {
        if around(event, "[data-does]").is_some() {
            event.prevent_default();
        }
    });
    on(&document(), "click", |event: &Event| {
        if let Some(what) = around(event, "[data-does]").and_then(|button| button.get_attribute("data-does")) {
            does(&what);
        }
    });
    on(&document(), "keydown", |event: &KeyboardEvent| {
        if target(event).is_some_and(|element| element.id() == "link-address") {
            match event.key().as_str() {
                "Enter" => put_link(),
                "Escape" => close_link(),
                _ => return,
            }
            event.prevent_default();
        }
    });
}

fn surface() -> Option<HtmlElement> {
    first("[data-rich]")
}

fn page() -> HtmlDocument {
    document().unchecked_into()
}

fn command(name: &str, value: &str) {
    let _ = page().exec_command_with_show_ui_and_value(name, false, value);
}

/// What stands there is what is sent.
fn keep() {
    let (Some(words), Some(kept)) = (surface(), first("[data-rich-kept]").and_then(|kept| kept.dyn_into::<HtmlTextAreaElement>().ok()))
    else {
        return;
    };
    let empty = words.text_content().unwrap_or_default().trim().is_empty() && within(&words, "li").is_empty();
    kept.set_value(&if empty { BLANK.to_owned() } else { words.inner_html() });
}

/// The selection, if it is among the words.
fn selected() -> Option<(Selection, Range)> {
    let selection = window().get_selection().ok().flatten()?;
    let range = selection.get_range_at(0).ok()?;
    let inside = range.common_ancestor_container().is_ok_and(|node| surface().is_some_and(|words| words.contains(Some(&node))));
    inside.then_some((selection, range))
}

/// The element around the place where one writes.
fn nearest(selector: &str) -> Option<Element> {
    let node: Node = selected()?.1.start_container().ok()?;
    let element = node.dyn_ref::<Element>().cloned().or_else(|| node.parent_element())?;
    element.closest(selector).ok().flatten().filter(|found| surface().is_some_and(|words| words.contains(Some(found))))
}

/// Remembers the place, and says by the buttons what holds there.
fn look() {
    let Some((_, range)) = selected() else { return };
    PLACE.set(Some(range.clone_range()));
    for button in all("[data-does][aria-pressed]") {
        let what = button.get_attribute("data-does").unwrap_or_default();
        let holds = if what == "quote" { nearest("blockquote").is_some() } else { page().query_command_state(&what).unwrap_or(false) };
        let _ = button.set_attribute("aria-pressed", if holds { "true" } else { "false" });
    }
}

/// Back to the words, where one was.
fn back() {
    let place = selected().map(|(_, range)| range).or_else(|| PLACE.with_borrow(Clone::clone));
    let (Some(words), Ok(Some(selection))) = (surface(), window().get_selection()) else { return };
    let _ = words.focus();
    if let Some(place) = place {
        select(&selection, &place);
    }
}

fn select(selection: &Selection, range: &Range) {
    let _ = selection.remove_all_ranges();
    let _ = selection.add_range(range);
}

fn does(what: &str) {
    match what {
        "link" if link_shown() => {
            show_link(false);
            return back();
        }
        "link" => return ask_link(),
        "put-link" => return put_link(),
        "no-link" => return close_link(),
        _ => back(),
    }
    here(what);
}

/// Does it where one writes.
fn here(what: &str) {
    match what {
        "quote" if nearest("blockquote").is_some() => command("outdent", ""),
        "quote" => command("formatBlock", "blockquote"),
        other => command(other, ""),
    }
    keep();
    look();
}

fn link_field() -> Option<HtmlInputElement> {
    first("#link-address")?.dyn_into().ok()
}

fn link_shown() -> bool {
    first("#link").is_some_and(|panel| !panel.hidden())
}

fn show_link(shown: bool) {
    if let Some(panel) = first("#link") {
        panel.set_hidden(!shown);
    }
    wrong(false);
    tell("");
    for button in all("[data-does=link]") {
        let _ = button.set_attribute("aria-expanded", if shown { "true" } else { "false" });
    }
}

/// Says of the address whether it can be one, and what can.
fn wrong(is: bool) {
    let (Some(error), Some(field)) = (first("#link-error"), link_field()) else { return };
    error.set_hidden(!is);
    let _ = field.set_attribute("aria-invalid", if is { "true" } else { "false" });
    let _ = field.set_attribute("aria-describedby", if is { "link-hint link-error" } else { "link-hint" });
}

/// Asks for the address, that of the link at hand to begin with; what was typed and not put in is still there.
fn ask_link() {
    let Some(field) = link_field() else { return };
    // Whoever types fast is here before the browser has told where the last letters put the cursor.
    look();
    let known = nearest("a").and_then(|link| link.get_attribute("href")).unwrap_or_default();
    if field.value() == field.default_value() {
        field.set_value(&known);
    }
    field.set_default_value(&known);
    show_link(true);
    let _ = field.focus();
    field.select();
}

fn close_link() {
    if let Some(field) = link_field() {
        field.set_default_value("");
        field.set_value("");
    }
    show_link(false);
    back();
}

/// Whether an address was typed and not put in, be its field folded away by now: it would be lost, so the writer is told.
pub fn unfinished() -> bool {
    let Some(field) = link_field().filter(|field| field.value() != field.default_value()) else { return false };
    if !link_shown() {
        show_link(true);
    }
    tell("Put the link in, or cancel it, before you go on.");
    let _ = field.focus();
    true
}

/// Links what is selected, or puts the address in; an empty one takes the link away.
fn put_link() {
    let Some(field) = link_field() else { return };
    let typed = field.value().trim().to_owned();
    let whole = address(&typed);
    if whole.is_none() && !typed.is_empty() {
        wrong(true);
        let _ = field.focus();
        return;
    }
    close_link();
    if let (Some(link), Some((selection, range))) = (nearest("a"), selected()) {
        let _ = range.select_node_contents(&link);
        select(&selection, &range);
    }
    match whole {
        None => command("unlink", ""),
        Some(whole) => {
            write_out(&typed);
            command("createLink", &whole);
            if let Some((selection, _)) = selected() {
                let _ = selection.collapse_to_end();
            }
        }
    }
    keep();
}

/// Where nothing is selected that a link could be made of, the words are put in and selected.
fn write_out(typed: &str) {
    if selected().is_none_or(|(_, range)| !range.collapsed()) {
        return;
    }
    command("insertText", typed);
    let Some((selection, range)) = selected() else { return };
    let (Ok(node), Ok(end)) = (range.end_container(), range.end_offset()) else { return };
    let length = typed.encode_utf16().count() as u32;
    let _ = range.set_start(&node, end.saturating_sub(length));
    select(&selection, &range);
}

/// What is dropped among the words would be put in by the browser as it is.
fn dropped(event: &InputEvent) {
    if event.input_type() != "insertFromDrop" {
        return;
    }
    event.prevent_default();
    if let Some(data) = event.data_transfer() {
        let (html, text) = written(&data);
        after(0, move || put(html, text));
    }
}

/// The same with formatting and as words.
fn written(data: &DataTransfer) -> (String, String) {
    (data.get_data("text/html").unwrap_or_default(), data.get_data("text/plain").unwrap_or_default())
}

/// What is pasted: words, or a picture that becomes a file.
fn put_in(data: &DataTransfer) {
    let (html, text) = written(data);
    match data.files().filter(|files| files.length() > 0 && text.is_empty()) {
        Some(files) => super::drop::attach(&files),
        None => put(html, text),
    }
}

fn put(html: String, text: String) {
    back();
    if html.trim().is_empty() {
        command("insertText", &text);
        return keep();
    }
    // What was selected goes at once, and undo brings it back: what is typed meanwhile would else stand in what is replaced.
    if selected().is_some_and(|(_, range)| !range.collapsed()) {
        command("delete", "");
    }
    // Where it was pasted, wherever the writer is by the time of the answer.
    let place = selected().map(|(_, range)| range.clone_range());
    PASTED.with_borrow_mut(|pasted| pasted.extend(place.clone()));
    hold::begin();
    tell("What was pasted is on its way…");
    let then = move |status, answer: String| {
        let cleaned = if status == 200 { js_sys::JSON::parse(&answer).ok().and_then(|cleaned| cleaned.as_string()) } else { None };
        tell(match status {
            200 => "",
            413 | 422 => "What was pasted is too long to keep its formatting: its words are here alone.",
            _ => "The server took none of the formatting: of what was pasted only the words are here.",
        });
        match cleaned.filter(|cleaned| !cleaned.is_empty()) {
            // Cleaned by the server.
            Some(cleaned) => bring(place.as_ref(), true, &cleaned),
            None => bring(place.as_ref(), false, &text),
        }
        hold::end(status == 200);
    };
    post(CLEAN, &[("html", &html)], Box::new(then));
}

/// Brings in what was pasted. A writer who has gone on, here or in another field, keeps cursor and focus.
fn bring(place: Option<&Range>, html: bool, what: &str) {
    let Some(words) = surface() else { return };
    let focused = document().active_element().is_some_and(|active| words.contains(Some(&active)));
    let next = place.map(pasted_after).unwrap_or_default();
    let end = match place.filter(|place| !focused || !selected().is_some_and(|(_, now)| same(&now, place))) {
        None => {
            // As if it were typed: the browser can undo it.
            command(if html { "insertHTML" } else { "insertText" }, what);
            selected().map(|(_, range)| range)
        }
        Some(place) => {
            let Some(part) = document().create_element("span").ok().and_then(|part| part.dyn_into::<HtmlElement>().ok()) else { return };
            if html {
                part.set_inner_html(what);
            } else {
                part.set_inner_text(what);
            }
            let _ = place.delete_contents();
            let _ = place.insert_node(&part);
            if let Ok(Some(form)) = words.closest("form[data-autosave]") {
                autosave::soon(form);
            }
            Some(place.clone())
        }
    };
    if let Some(end) = end {
        for range in &next {
            follow(range, &end);
        }
    }
    keep();
}

fn same(one: &Range, other: &Range) -> bool {
    [Range::START_TO_START, Range::END_TO_END].into_iter().all(|ends| one.compare_boundary_points(ends, other).is_ok_and(|far| far == 0))
}

/// This has arrived. What was pasted after it at the same place is to come after it: a range stays before what is put in where it begins.
fn pasted_after(place: &Range) -> Vec<Range> {
    PASTED.with_borrow_mut(|pasted| {
        let Some(at) = pasted.iter().position(|other| other == place) else { return Vec::new() };
        pasted.remove(at);
        pasted.iter().skip(at).filter(|later| same(later, place)).cloned().collect()
    })
}

/// Puts a range where another one ends.
fn follow(range: &Range, before: &Range) {
    if let (Ok(node), Ok(offset)) = (before.end_container(), before.end_offset()) {
        let _ = range.set_start(&node, offset);
        let _ = range.set_end(&node, offset);
    }
}

/// What becomes of what is pasted, and what is to be done first.
fn tell(what: &str) {
    for told in all("[data-rich-told]") {
        told.set_text_content(Some(what));
    }
}
