//! Many lines of text to write.

use super::form::{sentence_for, typed};
use leptos::prelude::*;

/// Text as what a `textarea` holds. Leptos leaves it as it is, unlike that of every other element: here, or a stranger's words that are
/// quoted in a letter would end the field and go on as a part of our page. The first line end after the tag is not part of what it holds.
pub fn inside(text: &str) -> String {
    format!("\n{}", text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
}

/// Label, hint, error and a field of several lines.
#[component]
pub fn TextArea(
    /// Id; also the field's name in errors.
    #[prop(into)]
    id: String,
    /// Name when posted.
    #[prop(into)]
    name: String,
    /// Label.
    #[prop(into)]
    label: String,
    /// A hint above the field.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What stands in it at first.
    #[prop(into)]
    value: String,
    /// Lines shown.
    #[prop(default = 16)]
    rows: i32,
) -> impl IntoView {
    let value = typed(&name).unwrap_or(value);
    let value = inside(&value);
    let sentence = sentence_for(id.clone());
    let wrong = move || sentence.get().is_some();
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let described = {
        let (hint_id, error_id) = (hint.is_some().then(|| hint_id.clone()), error_id.clone());
        move || {
            let parts: Vec<String> = [hint_id.clone(), wrong().then(|| error_id.clone())].into_iter().flatten().collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        }
    };
    view! {
        <div class="field" data-wrong=move || wrong().then_some("true")>
            <label for=id.clone()>{label}</label>
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
            {move || {
                let error_id = error_id.clone();
                sentence.get().map(|sentence| view! { <p class="field-error" id=error_id><span class="visually-hidden">"Error: "</span>{sentence}</p> })
            }}
            <textarea id=id name=name rows=rows.to_string() spellcheck="true" aria-describedby=described aria-invalid=move || wrong().then_some("true")>{value}</textarea>
        </div>
    }
}
