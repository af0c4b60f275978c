//! Moments on pages. The server writes UTC, stable and the same for all; a living page refines the text to its own zone.

pub use crate::calendar::*;
use leptos::prelude::*;

fn moment(ms: i64, ago: bool) -> AnyView {
    let text = utc_text(ms);
    let title = text.clone();
    view! { <time datetime=iso_text(ms) title=title data-ago=ago.then_some("")>{text}</time> }.into_any()
}

/// A moment: "14 Mar 2026, 09:12".
#[component]
pub fn When(
    /// Milliseconds since 1970.
    at: i64,
) -> impl IntoView {
    moment(at, false)
}

/// A recent moment: "12 min ago" in a living page.
#[component]
pub fn Ago(
    /// Milliseconds since 1970.
    at: i64,
) -> impl IntoView {
    moment(at, true)
}
