//! A form that asks by GET: its fields go into the address. A living page leaves out what is empty, and may answer as one types.

use leptos::prelude::*;

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
    /// Id of the part of the page that is renewed as one types, where it is on the page.
    #[prop(optional)]
    answers: Option<&'static str>,
    /// Fields and button.
    children: Children,
) -> impl IntoView {
    view! {
        <form method="get" action=action class=class role=search.map(|_| "search") aria-label=search data-answers=answers>{children()}</form>
    }
}
