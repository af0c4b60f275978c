//! A collection under way: the state of the moment from the server, then live. Without JavaScript a link asks again.

use super::bar::bar;
use crate::kit::{icon::Icon, tag::Tag};
use crate::text;
use leptos::prelude::*;
use model::{AccountHealth, AccountId, Progress};

/// The bar of an account's collection, while there is one.
#[island]
pub fn LiveBar(
    /// The account.
    account: AccountId,
    /// What the server knew when it drew the page.
    health: AccountHealth,
) -> impl IntoView {
    let now = follow(account, known(&health));
    move || now.get().map(|progress| bar(&progress))
}

/// The state of an account: the word first; a red cross stands before "Failed" (FP-30).
#[island]
pub fn LiveState(
    /// The account.
    account: AccountId,
    /// Its state when the server drew the page.
    health: AccountHealth,
) -> impl IntoView {
    let now = follow(account, known(&health));
    move || match now.get() {
        Some(progress) if matches!(health, AccountHealth::Removing(_)) => state_tag(&AccountHealth::Removing(progress)),
        Some(progress) => state_tag(&AccountHealth::Collecting(progress)),
        // It has ended, and the page has not been renewed yet.
        None if matches!(health, AccountHealth::Collecting(_)) => {
            view! { <Tag text="Just collected" tone="info" icon=Icon::Clock/> }.into_any()
        }
        None => state_tag(&health),
    }
}

fn state_tag(health: &AccountHealth) -> AnyView {
    let (words, tone) = text::health(health);
    let icon = match health {
        AccountHealth::Failed | AccountHealth::NeedsPassword => Icon::Cross,
        AccountHealth::UpToDate => Icon::Tick,
        AccountHealth::Collecting(_) | AccountHealth::Removing(_) | AccountHealth::Waiting => Icon::Clock,
        AccountHealth::Draft | AccountHealth::Paused => Icon::Warning,
    };
    view! { <Tag text=words tone=tone icon=icon/> }.into_any()
}

/// What a page knows of a collection from an account's health.
fn known(health: &AccountHealth) -> Option<Progress> {
    match health {
        AccountHealth::Collecting(progress) | AccountHealth::Removing(progress) => Some(progress.clone()),
        _ => None,
    }
}

/// The account's collection from now on.
fn follow(account: AccountId, first: Option<Progress>) -> RwSignal<Option<Progress>> {
    let now = RwSignal::new(first);
    #[cfg(feature = "hydrate")]
    living::follow(account, now);
    #[cfg(not(feature = "hydrate"))]
    let _ = account;
    now
}

/// What news make of an account's state, and whether a collection that was under way has ended.
#[cfg(any(test, feature = "hydrate"))]
fn take_in(before: Option<&Progress>, news: Progress) -> (Option<Progress>, bool) {
    if news.finished { (None, before.is_some()) } else { (Some(news), false) }
}

#[cfg(feature = "hydrate")]
pub use living::let_go;

#[cfg(feature = "hydrate")]
mod living {
    use super::take_in;
    use leptos::prelude::*;
    use model::{AccountId, Progress};
    use std::cell::{Cell, RefCell};
    use wasm_bindgen::{JsCast, closure::Closure};
    use web_sys::{EventSource, MessageEvent};

    type Following = (AccountId, RwSignal<Option<Progress>>);

    thread_local! {
        /// Everything on the page that follows a collection. One stream serves all: browsers keep few connections to one server.
        static FOLLOWING: RefCell<Vec<Following>> = const { RefCell::new(Vec::new()) };
    }

    thread_local! {
        static LISTENING: Cell<bool> = const { Cell::new(false) };
    }

    pub fn follow(account: AccountId, now: RwSignal<Option<Progress>>) {
        FOLLOWING.with_borrow_mut(|all| all.push((account, now)));
        if !LISTENING.replace(true) {
            listen();
        }
    }

    /// What followed until now is about to be taken off the page.
    pub fn let_go() {
        FOLLOWING.take();
    }

    fn listen() {
        let Ok(source) = EventSource::new("/events/progress") else { return };
        let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(news) = event.data().as_string().and_then(|text| serde_json::from_str::<Progress>(&text).ok()) {
                hear(&news);
            }
        });
        source.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        let opened = Closure::<dyn Fn()>::new(ask_after_a_gap);
        source.set_onopen(Some(opened.as_ref().unchecked_ref()));
        // All live as long as the page.
        heard.forget();
        opened.forget();
        std::mem::forget(source);
    }

    /// An end that fell into a gap of the stream is not told any more, and the time before the stream first opened is such a gap: a page
    /// that shows a collection asks whenever the stream opens.
    fn ask_after_a_gap() {
        if FOLLOWING.with_borrow(|all| all.iter().any(|(_, now)| now.with_untracked(Option::is_some))) {
            crate::alive::again();
        }
    }

    fn hear(news: &Progress) {
        let of_account: Vec<Following> =
            FOLLOWING.with_borrow(|all| all.iter().copied().filter(|(account, _)| *account == news.account_id).collect());
        let mut ended = false;
        for (_, now) in of_account {
            let (next, end) = now.with_untracked(|before| take_in(before.as_ref(), news.clone()));
            now.set(next);
            ended |= end;
        }
        if ended {
            // Numbers, dates and the next step have changed: the server draws them.
            crate::alive::again();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_collection_seen_under_way_can_end() {
        // An end that the page never saw begin must not make it ask for ever.
        let news = |done, finished| Progress {
            account_id: AccountId(1),
            doing: String::new(),
            done,
            total: 10,
            bytes: 0,
            rate: 0,
            seconds_left: None,
            folders: vec![],
            finished,
        };
        assert_eq!(take_in(None, news(10, true)), (None, false));
        let (under_way, ended) = take_in(None, news(2, false));
        assert!(!ended && under_way.is_some());
        assert_eq!(take_in(under_way.as_ref(), news(10, true)), (None, true));
    }
}
