//! Fields: label, hint, error, input, tied together; what is wrong is said beside the field in the words of the summary.

use super::form::{sentence_for, ticked, typed};
use leptos::prelude::*;

fn described_by(id: &str, hint: bool, error: bool) -> Option<String> {
    let parts: Vec<String> = [hint.then(|| format!("{id}-hint")), error.then(|| format!("{id}-error"))].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// Label, hint and error around an input; `input` gets `aria-describedby` and `aria-invalid`.
fn frame(id: String, label: String, hint: Option<String>, input: impl FnOnce(Signal<Option<String>>, Signal<bool>) -> AnyView) -> AnyView {
    let sentence = sentence_for(id.clone());
    let wrong = Signal::derive(move || sentence.get().is_some());
    let has_hint = hint.is_some();
    let described = {
        let id = id.clone();
        Signal::derive(move || described_by(&id, has_hint, wrong.get()))
    };
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    view! {
        <div class="field" data-wrong=move || wrong.get().then_some("true")>
            <label for=id>{label}</label>
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
            {move || {
                let error_id = error_id.clone();
                sentence.get().map(|sentence| view! { <p class="field-error" id=error_id><span class="visually-hidden">"Error: "</span>{sentence}</p> })
            }}
            {input(described, wrong)}
        </div>
    }
    .into_any()
}

/// What is wrong with a group of fields, in the group.
#[component]
pub fn FieldError(
    /// The group's name in errors, and its id.
    field: &'static str,
) -> impl IntoView {
    let sentence = sentence_for(field.to_owned());
    move || {
        let words = sentence.get()?;
        Some(view! { <p class="field-error" id=format!("{field}-error")><span class="visually-hidden">"Error: "</span>{words}</p> })
    }
}

/// One line of text.
#[component]
pub fn Field(
    /// Id; also the field's name in errors.
    #[prop(into)]
    id: String,
    /// Name when posted; the id if not given.
    #[prop(optional, into)]
    name: Option<String>,
    /// Label.
    #[prop(into)]
    label: String,
    /// A hint above the input.
    #[prop(optional, into)]
    hint: Option<String>,
    /// `text`, `email`, `password`, `date`, `search`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What stands in it at first.
    #[prop(optional, into)]
    value: String,
    /// `autocomplete`.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// `inputmode`.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// Cannot be changed any more.
    #[prop(optional)]
    readonly: bool,
    /// `short` for numbers, `medium`, or as wide as the form.
    #[prop(default = "wide")]
    width: &'static str,
    /// Id of a list of what may be meant.
    #[prop(optional)]
    list: Option<&'static str>,
) -> impl IntoView {
    let name = name.unwrap_or_else(|| id.clone());
    let value = typed(&name).unwrap_or(value);
    let own_id = id.clone();
    frame(id, label, hint, move |described, wrong| {
        let invalid = move || wrong.get().then_some("true");
        view! {
            <input id=own_id name=name type=kind value=value data-width=width autocomplete=autocomplete inputmode=inputmode list=list readonly=readonly
                spellcheck="false" autocapitalize="none" aria-describedby=move || described.get() aria-invalid=invalid/>
        }
        .into_any()
    })
}

/// One of a short list.
#[component]
pub fn Select(
    /// Id; also the field's name in errors.
    #[prop(into)]
    id: String,
    /// Name when posted; the id if not given.
    #[prop(optional, into)]
    name: Option<String>,
    /// Label.
    #[prop(into)]
    label: String,
    /// A hint above the input.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Values and their words.
    options: Vec<(String, String)>,
    /// The value chosen at first.
    #[prop(optional, into)]
    value: String,
) -> impl IntoView {
    let name = name.unwrap_or_else(|| id.clone());
    let value = typed(&name).unwrap_or(value);
    let own_id = id.clone();
    frame(id, label, hint, move |described, wrong| {
        let options = options
            .into_iter()
            .map(|(option, words)| {
                let selected = option == value;
                view! { <option value=option selected=selected>{words}</option> }
            })
            .collect_view();
        view! {
            <select id=own_id name=name aria-describedby=move || described.get()
                aria-invalid=move || wrong.get().then_some("true")>
                {options}
            </select>
        }
        .into_any()
    })
}

/// A box to tick.
#[component]
pub fn Check(
    /// Id.
    #[prop(into)]
    id: String,
    /// Name when posted.
    #[prop(into)]
    name: String,
    /// Value when ticked.
    #[prop(default = "true".to_owned(), into)]
    value: String,
    /// Label.
    #[prop(into)]
    label: String,
    /// More about it.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Ticked at first.
    #[prop(optional)]
    checked: bool,
    /// Cannot be ticked.
    #[prop(optional)]
    disabled: bool,
) -> impl IntoView {
    let checked = ticked(&name, &value).unwrap_or(checked);
    let hint_id = format!("{id}-hint");
    let described = hint.is_some().then(|| hint_id.clone());
    view! {
        <div class="check">
            <input type="checkbox" id=id.clone() name=name value=value checked=checked disabled=disabled aria-describedby=described/>
            <div>
                <label for=id>{label}</label>
                {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
            </div>
        </div>
    }
}

/// One of a few, each with a sentence.
#[component]
pub fn Choice(
    /// Name when posted.
    name: &'static str,
    /// Value of this one.
    value: &'static str,
    /// Label.
    label: &'static str,
    /// A sentence about it.
    hint: &'static str,
    /// The value chosen at first among all.
    #[prop(into)]
    chosen: String,
    /// Cannot be chosen.
    #[prop(optional)]
    disabled: bool,
) -> impl IntoView {
    let id = format!("choice-{value}");
    let hint_id = format!("{id}-hint");
    let first = ticked(name, value).unwrap_or(chosen == value);
    view! {
        <div class="choice">
            <input type="radio" id=id.clone() name=name value=value checked=first disabled=disabled
                aria-describedby=hint_id.clone()/>
            <label for=id>{label}</label>
            <p class="hint" id=hint_id>{hint}</p>
        </div>
    }
}

/// Many lines that are only read, to copy them.
#[component]
pub fn Area(
    /// Id.
    id: &'static str,
    /// Label.
    label: &'static str,
    /// The text.
    text: String,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <textarea id=id readonly=true rows="10" spellcheck="false">{super::text_area::inside(&text)}</textarea>
        </div>
    }
}
