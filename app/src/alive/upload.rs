//! A large file on its way (`data-upload`): how much is there, how long it will still take, and a button to stop. Without this the browser
//! sends the form by itself and says nothing meanwhile.

use super::dom::{all, document, on, target, visit, window, within};
use crate::{calendar::length_text, text};
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::{
    Element, Event, FormData, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlProgressElement, ProgressEvent, SubmitEvent,
    XmlHttpRequest,
};

/// Asks the server for the next page's address instead of the page.
const SCRIPTED: (&str, &str) = ("X-Upload", "scripted");
/// Set while a file is on its way: the form is not to be sent again, however long it takes.
const SENDING: &str = "data-uploading";
const ATTACHED: &str = "Attached.";

thread_local! {
    /// The upload under way. A page has one form for files.
    static UNDER_WAY: RefCell<Option<XmlHttpRequest>> = const { RefCell::new(None) };
}

pub fn watch() {
    on(&document(), "submit", |event: &SubmitEvent| {
        let Some(form) = target(event).filter(|form| form.has_attribute("data-upload")) else { return };
        let Ok(form) = form.dyn_into::<HtmlFormElement>() else { return };
        if form.has_attribute(SENDING) {
            event.prevent_default();
        } else if send(&form).is_some() {
            event.prevent_default();
            let _ = form.set_attribute(SENDING, "");
        }
    });
    for button in all("[data-upload-stop]") {
        on(&button, "click", |_: &Event| {
            // Taken out first: its end is told while it is being stopped.
            if let Some(sending) = UNDER_WAY.take() {
                let _ = sending.abort();
            }
        });
    }
}

/// Sends the form by script; `None` where that cannot be done, so that the browser does it.
fn send(form: &HtmlFormElement) -> Option<()> {
    let request = XmlHttpRequest::new().ok()?;
    let bar = within(form, "[data-upload-bar]").into_iter().next()?;
    request.open("POST", &form.action()).ok()?;
    request.set_request_header(SCRIPTED.0, SCRIPTED.1).ok()?;
    let began = js_sys::Date::now();
    let upload = request.upload().ok()?;
    on(&upload, "progress", {
        let bar = bar.clone();
        move |news: &ProgressEvent| tell(&bar, news.loaded(), news.total(), (js_sys::Date::now() - began) / 1000.0)
    });
    on(&request, "loadend", {
        let (form, bar, request) = (form.clone(), bar.clone(), request.clone());
        move |_: &Event| ended(&form, &bar, &request)
    });
    request.send_with_opt_form_data(Some(&FormData::new_with_form(form).ok()?)).ok()?;
    UNDER_WAY.set(Some(request));
    if form.has_attribute("data-stay") {
        super::hold::begin();
    }
    show(&bar, true);
    say(&bar, "Sending the file");
    Some(())
}

fn ended(form: &HtmlFormElement, bar: &Element, request: &XmlHttpRequest) {
    UNDER_WAY.set(None);
    let address = request.response_text().ok().flatten().unwrap_or_default();
    let (stays, refused) = (form.has_attribute("data-stay"), address.contains("refused=1"));
    let told = match request.status().unwrap_or(0) {
        200 if stays && refused => "Not attached: beside the files stands why.",
        200 if stays => ATTACHED,
        200 if address.starts_with('/') && !address.starts_with("//") => return visit(&address),
        // The files may be there all the same, and only the answer be lost.
        0 if stays => "The upload was broken off. What is attached stands under Files; send again what is not.",
        0 => "The file did not arrive, and nothing was done with it. Send it again.",
        // Who loads the page again loses what is not saved.
        _ if stays => "Not attached. Save the letter, then try once more.",
        _ => "The server did not take the file. Load this page again and try once more.",
    };
    let _ = form.remove_attribute(SENDING);
    super::forms::ready_again();
    if stays {
        stayed(form, bar, told, refused);
        super::hold::end(told == ATTACHED);
    } else {
        say(bar, told);
    }
}

/// The page is not left (`data-stay`: the id of its part that shows the files): that part is drawn anew, with why a file was refused.
fn stayed(form: &Element, bar: &Element, words: &str, refused: bool) {
    show(bar, false);
    for field in within(form, "input[type=file]").into_iter().filter_map(|field| field.dyn_into::<HtmlInputElement>().ok()) {
        field.set_value("");
    }
    super::drop::tell(form, words);
    let (Some(id), Ok(path)) = (form.get_attribute("data-stay"), window().location().pathname()) else { return };
    leptos::task::spawn_local(async move {
        super::refresh::part(&format!("{path}{}", if refused { "?refused=1" } else { "" }), &id, Box::new(|| true)).await;
    });
}

/// Time is told once it can be guessed.
fn tell(bar: &Element, sent: f64, total: f64, seconds: f64) {
    if total <= 0.0 {
        return;
    }
    if let Some(progress) = within(bar, "progress").into_iter().find_map(|progress| progress.dyn_into::<HtmlProgressElement>().ok()) {
        progress.set_value(sent / total * 100.0);
    }
    if sent >= total {
        return say(bar, "The file is here; a moment");
    }
    let left =
        (seconds > 2.0 && sent > 0.0).then(|| format!(", about {} left", length_text(((total - sent) / sent * seconds).ceil() as i64)));
    say(bar, &format!("{} of {} sent{}", text::size(sent as i64), text::size(total as i64), left.unwrap_or_default()));
}

fn say(bar: &Element, words: &str) {
    for told in within(bar, "p") {
        told.set_text_content(Some(words));
    }
}

fn show(bar: &Element, shown: bool) {
    if let Some(bar) = bar.dyn_ref::<HtmlElement>() {
        bar.set_hidden(!shown);
    }
}
