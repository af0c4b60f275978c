//! The words of a letter: plain, or with formatting. `alive/rich.rs` makes the latter a place to write; without script it can be read, sent,
//! and gone on with as plain text.

use crate::ui::form::{sentence_for, typed};
use crate::ui::text_area::inside;
use crate::ui::*;
use leptos::prelude::*;
use model::LetterForm;

/// What a button does, its words, and how they look.
const TOOLS: [(&str, &str, &str); 6] = [
    ("bold", "Bold", "Ctrl+B"),
    ("italic", "Italic", "Ctrl+I"),
    ("underline", "Underline", "Ctrl+U"),
    ("insertUnorderedList", "Bullets", ""),
    ("insertOrderedList", "Numbers", ""),
    ("quote", "Quote", ""),
];

/// The words as saved, or as typed into a form that was refused. To be made inside the form.
pub fn words(form: &LetterForm) -> AnyView {
    let html = typed("form[html]").unwrap_or_else(|| if typed("form[body]").is_some() { String::new() } else { form.html.clone() });
    if html.is_empty() {
        return view! {
            <TextArea id="body" name="form[body]" label="Letter" value=form.body.clone() rows=18/>
            <div class="js-only"><Submit label="Write with formatting" variant="quiet" name="intent" value="rich"/></div>
        }
        .into_any();
    }
    view! {
        {formatted(html)}
        <div><Submit label="Go on in plain text" variant="quiet" name="intent" value="plain"/></div>
    }
    .into_any()
}

/// Words with their formatting. What is put into the page here has passed the server's cleaner: the desk and whoever brings typed fields
/// back see to that.
fn formatted(cleaned: String) -> AnyView {
    let sentence = sentence_for("body".to_owned());
    let wrong = move || sentence.get().is_some();
    let described = move || wrong().then_some("body-error");
    view! {
        <div class="field" data-wrong=move || wrong().then_some("true")>
            <p class="label" id="body-label">"Letter"</p>
            <p class="hint no-js">"To change words with formatting this page needs JavaScript. In plain text it does not."</p>
            <FieldError field="body"/>
            {tools()}
            <div id="body" class="rich" role="textbox" aria-multiline="true" aria-readonly="true" tabindex="0" spellcheck="true" aria-labelledby="body-label"
                aria-describedby=described aria-invalid=move || wrong().then_some("true") data-rich="" inner_html=cleaned.clone()></div>
            <textarea name="form[html]" hidden aria-label="Letter, with formatting" autocomplete="off" data-rich-kept="">{inside(&cleaned)}</textarea>
        </div>
    }
    .into_any()
}

/// Buttons for what is marked, the address of a link, and what becomes of what is pasted.
fn tools() -> AnyView {
    let buttons = TOOLS
        .iter()
        .map(|(does, words, keys)| {
            let title = if keys.is_empty() { (*words).to_owned() } else { format!("{words} ({keys})") };
            view! { <button type="button" class="tool" data-does=*does title=title aria-pressed="false">{*words}</button> }
        })
        .collect_view();
    view! {
        <div class="tools js-only" role="group" aria-label="Formatting">
            {buttons}
            <button type="button" class="tool" data-does="link" title="Link (Ctrl+K)" aria-expanded="false" aria-controls="link">"Link"</button>
        </div>
        <div class="field link" id="link" hidden>
            <label for="link-address">"Address of the link"</label>
            <p class="hint" id="link-hint">"Like www.example.org or ada@example.org. Empty: no link."</p>
            <p class="field-error" id="link-error" role="alert" hidden>"A link leads to a page (https://), to an e-mail address, or to a telephone number (tel:)"</p>
            <div class="with-button">
                <input id="link-address" type="text" inputmode="url" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="link-hint"/>
                <button type="button" class="button" data-variant="secondary" data-does="put-link">"Put the link in"</button>
                <button type="button" class="button" data-variant="quiet" data-does="no-link">"Cancel"</button>
            </div>
        </div>
        <p class="hint" role="status" data-rich-told=""></p>
    }
    .into_any()
}

/// Asks before plain text drops what it cannot say.
pub fn ask_plain(id: model::DraftId) -> AnyView {
    view! {
        <Banner tone="warn">
            <h2>"Go on in plain text?"</h2>
            <p>"The words stay. What is bold, in lists or linked is written in plain text: the formatting itself is dropped."</p>
            <div class="cluster">
                <Submit label="Drop the formatting" variant="secondary" name="intent" value="plain-anyway"/>
                <a class="button" data-variant="quiet" href=format!("/compose/{id}")>"Keep it"</a>
            </div>
        </Banner>
    }
    .into_any()
}
