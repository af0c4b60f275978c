//! How far a collection is, in words and as a bar.

use crate::calendar::length_text;
use crate::text;
use leptos::prelude::*;
use model::Progress;

/// The bar, in words and as a bar.
pub fn bar(progress: &Progress) -> AnyView {
    let Progress { doing, done, total, rate, seconds_left, folders, .. } = progress;
    let share = if *total > 0 { (done.saturating_mul(100) / total).min(100) } else { 0 };
    let counts =
        if *total > 0 { format!("{} of {}", text::number(*done), text::count(*total, "letter", "letters")) } else { "Counting".to_owned() };
    let rate = (*rate > 0).then(|| format!("{rate} a second"));
    let left = seconds_left.map(|seconds| format!("about {} left", length_text(seconds)));
    let more = [rate, left].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let rows = folders
        .iter()
        .map(|(name, done, total)| view! { <li><span>{name.clone()}</span><span class="quiet">{format!("{} of {}", text::number(*done), text::number(*total))}</span></li> })
        .collect_view();
    view! {
        <div class="progress">
            <p><strong>{doing.clone()}</strong>" "{counts}</p>
            <progress max="100" value=share.to_string() aria-label="Collection"></progress>
            <p class="quiet">{more}</p>
            {(!folders.is_empty()).then(|| view! { <details><summary>"Folder by folder"</summary><ul class="progress-folders">{rows}</ul></details> })}
        </div>
    }
    .into_any()
}
