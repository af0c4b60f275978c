//! A form that asks by GET: its fields go into the address. Alive it changes the address without loading the page anew,
//! and leaves out what is empty; without JavaScript it is a plain form.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// A form whose outcome is an address.
#[component]
pub fn GetForm(
    /// The page that answers.
    #[prop(into)]
    action: String,
    /// Class of the form.
    #[prop(default = "form")]
    class: &'static str,
    /// What it finds, if it is a search.
    #[prop(optional)]
    search: Option<&'static str>,
    /// Fields and button.
    children: Children,
) -> impl IntoView {
    let go = use_navigate();
    let target = action.clone();
    let send = move |event: SubmitEvent| {
        if let Some(query) = filled_in(&event) {
            event.prevent_default();
            let address = if query.is_empty() { target.clone() } else { format!("{target}?{query}") };
            go(&address, NavigateOptions::default());
        }
    };
    view! {
        <form method="get" action=action class=class role=search.map(|_| "search") aria-label=search on:submit=send>
            {children()}
        </form>
    }
}

/// What is filled in, as a query; `None` when it cannot be read: then the browser sends the form itself.
fn filled_in(event: &SubmitEvent) -> Option<String> {
    use leptos::wasm_bindgen::JsCast;
    use leptos::web_sys::{FormData, HtmlFormElement, UrlSearchParams};
    let form = event.target()?.dyn_into::<HtmlFormElement>().ok()?;
    let fields = FormData::new_with_form(&form).ok()?;
    let all = UrlSearchParams::new_with_str_sequence_sequence(&fields).ok()?.to_string().as_string()?;
    Some(all.split('&').filter(|pair| pair.split_once('=').is_some_and(|(_, value)| !value.is_empty())).collect::<Vec<_>>().join("&"))
}
