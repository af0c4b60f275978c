//! Files dropped on a page that takes some (`data-drop`): put into its form, which sends them as if they had been chosen (`alive/upload.rs`).

use super::dom::{document, first, on, within};
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, Element, Event, FileList, HtmlFormElement, HtmlInputElement};

/// Set while files are held over the page.
const OVER: &str = "data-dropping";

pub fn watch() {
    if form().is_none() {
        return;
    }
    on(&document(), "dragover", |event: &DragEvent| {
        if carries_files(event) {
            event.prevent_default();
            over(true);
        }
    });
    on(&document(), "dragleave", |event: &DragEvent| {
        if event.related_target().is_none() {
            over(false);
        }
    });
    on(&document(), "drop", |event: &DragEvent| {
        if carries_files(event) {
            event.prevent_default();
            over(false);
            if let Some(files) = event.data_transfer().and_then(|data| data.files()) {
                attach(&files);
            }
        }
    });
    on(&document(), "dragend", |_: &Event| over(false));
}

fn form() -> Option<HtmlFormElement> {
    first("form[data-drop]")?.dyn_into().ok()
}

fn carries_files(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| data.types().iter().any(|kind| kind.as_string().as_deref() == Some("Files")))
}

fn over(is: bool) {
    if let Some(main) = first("main") {
        let _ = if is { main.set_attribute(OVER, "") } else { main.remove_attribute(OVER) };
    }
}

/// Sends the files, unless the server would not take them anyhow.
pub fn attach(files: &FileList) {
    let Some(form) = form() else { return };
    let Some(field) = within(&form, "input[type=file]").into_iter().find_map(|field| field.dyn_into::<HtmlInputElement>().ok()) else {
        return;
    };
    let size: f64 = (0..files.length()).filter_map(|at| files.get(at)).map(|file| file.size()).sum();
    let limit = |why: String| format!("Nothing was attached. {why}.");
    let why = if form.has_attribute("data-uploading") {
        "Other files are still on their way. Drop these again in a moment.".to_owned()
    } else if files.length() as usize > model::FILES {
        limit(model::too_many_files())
    } else if size > model::FILES_OCTETS as f64 {
        limit(model::too_large_files())
    } else {
        String::new()
    };
    tell(&form, &why);
    if why.is_empty() {
        field.set_files(Some(files));
        let _ = form.request_submit();
    }
}

/// Says what became of it.
pub fn tell(form: &Element, words: &str) {
    for told in within(form, "[data-upload-told]") {
        told.set_text_content(Some(words));
    }
}
