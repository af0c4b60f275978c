//! A collection under way: the state of the moment from the server, then live. Without JavaScript a link asks again.

use crate::text;
use crate::ui::time::length_text;
use leptos::prelude::*;
use model::{AccountId, Progress};

/// Live progress of an account, starting from what the page already knows. `again` runs when a collection ends.
pub fn live(account: Option<AccountId>, first: Option<Progress>, again: impl Fn() + Clone + Send + Sync + 'static) -> RwSignal<Option<Progress>> {
    let now = RwSignal::new(first);
    listen(account, now, again);
    now
}

#[cfg(not(feature = "hydrate"))]
fn listen(_account: Option<AccountId>, _now: RwSignal<Option<Progress>>, _again: impl Fn() + Clone + Send + Sync + 'static) {}

#[cfg(feature = "hydrate")]
fn listen(account: Option<AccountId>, now: RwSignal<Option<Progress>>, again: impl Fn() + Clone + Send + Sync + 'static) {
    use leptos::prelude::{StoredValue, on_cleanup};
    use wasm_bindgen::{JsCast, closure::Closure};
    Effect::new(move |_| {
        let Ok(source) = web_sys::EventSource::new("/events/progress") else { return };
        let again = again.clone();
        let heard = Closure::<dyn FnMut(web_sys::MessageEvent)>::new(move |event: web_sys::MessageEvent| {
            let Some(progress) = event.data().as_string().and_then(|text| serde_json::from_str::<Progress>(&text).ok()) else { return };
            if account.is_some_and(|account| account != progress.account_id) {
                return;
            }
            if progress.finished {
                let _ = now.try_set(None);
                again();
            } else {
                let _ = now.try_set(Some(progress));
            }
        });
        source.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        // Both must live as long as the page and end with it.
        let kept = StoredValue::new_local((source, heard));
        on_cleanup(move || {
            let _ = kept.try_with_value(|(source, _)| source.close());
        });
    });
}

/// The bar, in words and as a bar.
pub fn bar(progress: &Progress) -> AnyView {
    let Progress { doing, done, total, rate, seconds_left, folders, .. } = progress;
    let share = if *total > 0 { (*done as f64 / *total as f64 * 100.0).min(100.0) } else { 0.0 };
    let counts = if *total > 0 { format!("{} of {}", text::number(*done), text::count(*total, "letter", "letters")) } else { "Counting".to_owned() };
    let rate = (*rate > 0.05).then(|| format!("{rate:.0} a second"));
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
