//! A collection under way: the state of the moment from the server, then live. Without JavaScript a link asks again.

use crate::text;
use crate::ui::time::length_text;
use leptos::prelude::*;
use model::{AccountHealth, AccountId, Progress};

/// Live progress of the accounts of a page, starting from what the page already knows. One stream a page: browsers keep
/// few connections to one server. `again` runs when a collection ends that was seen under way.
pub fn live(first: Vec<Progress>, again: impl Fn() + Clone + Send + Sync + 'static) -> RwSignal<Vec<Progress>> {
    let now = RwSignal::new(first);
    listen(now, again);
    now
}

/// The progress of one account among all.
pub fn of(all: RwSignal<Vec<Progress>>, account: AccountId) -> Memo<Option<Progress>> {
    Memo::new(move |_| all.with(|all| all.iter().find(|progress| progress.account_id == account).cloned()))
}

/// What a page knows of a collection from an account's health.
pub fn known(health: &AccountHealth) -> Option<Progress> {
    if let AccountHealth::Collecting(progress) = health { Some(progress.clone()) } else { None }
}

/// Takes news in; says whether a collection that was under way has ended.
#[cfg(any(test, feature = "hydrate"))]
fn take_in(all: &mut Vec<Progress>, news: Progress) -> bool {
    let before = all.len();
    all.retain(|progress| progress.account_id != news.account_id);
    if news.finished {
        return all.len() < before;
    }
    all.push(news);
    false
}

#[cfg(not(feature = "hydrate"))]
fn listen(_now: RwSignal<Vec<Progress>>, _again: impl Fn() + Clone + Send + Sync + 'static) {}

#[cfg(feature = "hydrate")]
fn listen(now: RwSignal<Vec<Progress>>, again: impl Fn() + Clone + Send + Sync + 'static) {
    use wasm_bindgen::{JsCast, closure::Closure};
    Effect::new(move |_| {
        let Ok(source) = web_sys::EventSource::new("/events/progress") else { return };
        let again = again.clone();
        let heard = Closure::<dyn FnMut(web_sys::MessageEvent)>::new(move |event: web_sys::MessageEvent| {
            let Some(news) = event.data().as_string().and_then(|text| serde_json::from_str::<Progress>(&text).ok()) else { return };
            if now.try_update(|all| take_in(all, news)) == Some(true) {
                again();
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
    let counts =
        if *total > 0 { format!("{} of {}", text::number(*done), text::count(*total, "letter", "letters")) } else { "Counting".to_owned() };
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

#[cfg(test)]
mod tests {
    use super::*;

    fn news(account: i64, done: i64, finished: bool) -> Progress {
        let doing = String::new();
        Progress {
            account_id: AccountId(account),
            doing,
            done,
            total: 10,
            bytes: 0,
            rate: 0.0,
            seconds_left: None,
            folders: vec![],
            finished,
        }
    }

    #[test]
    fn only_a_collection_seen_under_way_can_end() {
        // A stream that tells of the last, finished collection when it opens must not make the page ask for ever.
        let mut all = vec![];
        assert!(!take_in(&mut all, news(1, 10, true)));
        assert!(!take_in(&mut all, news(1, 2, false)));
        assert!(!take_in(&mut all, news(2, 1, false)));
        assert_eq!(all.len(), 2);
        assert!(take_in(&mut all, news(1, 10, true)));
        assert_eq!(all.len(), 1);
    }
}
