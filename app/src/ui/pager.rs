//! Going on by key: nothing is skipped or shown twice while letters arrive.

use super::icon::Icon;
use leptos::prelude::*;

/// The link to the next page, and the way back to the first.
#[component]
pub fn Older(
    /// Address of the next page, if there is one.
    next: Option<String>,
    /// Address of the first page, if this is not it.
    first: Option<String>,
    /// "Older letters".
    #[prop(default = "Older letters")]
    label: &'static str,
    /// "Newest letters".
    #[prop(default = "Newest letters")]
    back: &'static str,
) -> impl IntoView {
    (next.is_some() || first.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label="Pages">
                {first.map(|href| view! { <a class="button" data-variant="secondary" href=href>{back}</a> })}
                {next.map(|href| view! { <a class="button" data-variant="secondary" rel="next" href=href>{label}{Icon::Arrow.draw()}</a> })}
            </nav>
        }
    })
}
