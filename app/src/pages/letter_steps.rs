//! From one letter to the next: in the list it was opened from, and in its conversation.

use super::history_filter::Chosen;
use crate::api::days::office_days;
use crate::text;
use crate::ui::letters::direction;
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::params::ParamsMap;
use model::*;

/// The list that an address of ours shows; nothing else is one.
pub fn place(from: &str) -> Option<ListPlace> {
    let (path, query) = from.split_once('?').unwrap_or((from, ""));
    let mut map = ParamsMap::new();
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        map.insert(name.to_owned(), value.replace('+', " "));
    }
    if let Some(id) = history_in(path) {
        return Some(ListPlace::History(id, Chosen::read(&map).filter(&*office_days())));
    }
    if let Some(id) = path.strip_prefix("/mail/").and_then(|id| id.parse().ok()) {
        return Some(ListPlace::Mailbox(AccountId(id)));
    }
    let get = |name: &str| map.get(name).unwrap_or_default();
    (path == "/search").then(|| ListPlace::Search {
        words: get("q"),
        order: SearchOrder::parse(&get("sort")),
        typing: !get("typing").is_empty(),
    })
}

/// Whose history stands at this path of ours: a client's or a contact's.
pub fn history_in(path: &str) -> Option<ClientId> {
    let id = path.strip_prefix("/clients/").or_else(|| path.strip_prefix("/contacts/"))?;
    id.parse().ok()
}

/// The way back to the row in the list, and to the letters next to this one in it.
pub fn bar(from: &str, here: MessageId, steps: Option<Neighbours>) -> AnyView {
    let Some(steps) = steps else { return ().into_any() };
    let keys = use_context::<Viewer>().is_some_and(|viewer| viewer.shortcuts);
    let step = |neighbour: Option<Neighbour>, words: &'static str, key: &'static str, rel: &'static str| {
        neighbour.map(|letter| {
            let href = with_query(&format!("/messages/{}", letter.id), &[("from", from)]);
            let subject = text::subject(&letter.subject);
            view! { <a href=href rel=rel title=subject.clone() aria-keyshortcuts=keys.then_some(key) data-step=key>{words}<span class="visually-hidden">{format!(" letter: {subject}")}</span></a> }
        })
    };
    let (before, after) = if steps.ranked { ("Previous", "Next") } else { ("Newer", "Older") };
    view! {
        <nav class="letter-steps" aria-label="List">
            <a class="step-back" href=format!("{from}#letter-{here}")>{format!("Back to {}", steps.list)}</a>
            {step(steps.newer, before, "p", "prev")}
            {step(steps.older, after, "n", "next")}
        </nav>
    }
    .into_any()
}

/// Earlier and later letters of the same conversation, as far as they are open to the viewer.
pub fn conversation(letter: &LetterView, from: &str) -> AnyView {
    let rows = &letter.facts.conversation;
    if rows.len() < 2 {
        return ().into_any();
    }
    let here = letter.id;
    let lines = rows
        .iter()
        .map(|row| {
            let subject = text::subject(&row.subject);
            let name = if row.id == here {
                view! { <span>{subject}</span> }.into_any()
            } else {
                view! { <a href=with_query(&format!("/messages/{}", row.id), &[("from", from)])>{subject}</a> }.into_any()
            };
            view! {
                <li aria-current=(row.id == here).then_some("true")>
                    {direction(row.direction)}
                    <span>{name}<span class="quiet">" · "{text::short(&row.from)}</span></span>
                    <span class="quiet"><When at=row.date/></span>
                </li>
            }
        })
        .collect_view();
    let count = text::count(i64::try_from(rows.len()).unwrap_or(i64::MAX), "letter", "letters");
    view! { <section class="panel"><h2 id="conversation-title">"Conversation"</h2><p class="quiet">{format!("{count}, oldest first.")}</p><ol class="plain-list conversation" aria-labelledby="conversation-title">{lines}</ol></section> }
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_our_lists_are_lists() {
        assert_eq!(place("/mail/7?x=1"), Some(ListPlace::Mailbox(AccountId(7))));
        let sent = HistoryFilter { direction: Some(Direction::Sent), ..HistoryFilter::default() };
        assert_eq!(place("/clients/3?direction=sent"), Some(ListPlace::History(ClientId(3), sent.clone())));
        assert_eq!(place("/contacts/3?direction=sent"), Some(ListPlace::History(ClientId(3), sent)));
        let search = |order| Some(ListPlace::Search { words: "a b".into(), order, typing: false });
        assert_eq!(place("/search?q=a+b"), search(SearchOrder::Newest));
        assert_eq!(place("/search?q=a%20b&sort=best"), search(SearchOrder::Best));
        for other in
            ["", "/clients", "/clients/x", "//evil.example/mail/7", "https://evil.example/clients/3", "/mail/7/../x", "javascript:alert(1)"]
        {
            assert_eq!(place(other), None, "{other}");
        }
    }
}
