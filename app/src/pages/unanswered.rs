//! `/unanswered`: whose last word waits for an answer, the oldest first; worked through by mouse or by keyboard (S19).

use crate::api::passing::{SetAside, WaitAgain, list_unanswered};
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::{UNANSWERED_DAYS, Unanswered, UnansweredPage};

/// The list.
#[component]
pub fn UnansweredListPage() -> impl IntoView {
    let (days, cursor) = (query("days"), query("cursor"));
    let data = Resource::new(
        move || (days.get(), cursor.get()),
        |(days, cursor)| async move { list_unanswered(days.parse().unwrap_or_default(), Some(cursor)).await },
    );
    let (aside, again) = (ServerAction::<SetAside>::new(), ServerAction::<WaitAgain>::new());
    let done =
        vec![("aside", "It needs no answer. It stands below, where that can be undone."), ("again", "It waits for an answer again.")];
    view! {
        <PageHead title="Unanswered" lead="Clients and contacts whose last word is theirs, the oldest first. Automatic answers do not count."/>
        <Done words=done/>
        <ErrorSummary problem=problem_of(aside)/>
        <ErrorSummary problem=problem_of(again)/>
        {load(data, "what waits for an answer", move |page| {
            let path = |cursor: &str| with_query("/unanswered", &[("days", &page.days.to_string()), ("cursor", cursor)]);
            let first = (!cursor.get_untracked().is_empty()).then(|| path(""));
            let next = page.next.as_deref().map(path);
            let list = if page.rows.is_empty() {
                view! { <Empty icon=Icon::Tick title="Nobody waits" why="Nobody’s last word has waited for so many working days."/> }.into_any()
            } else {
                list(&page, aside)
            };
            view! {
                {choice(page.days)}
                {list}
                <Older next=next first=first label="More recent ones" back="The oldest"/>
                {set_aside_before(&page, again)}
            }
            .into_any()
        })}
    }
}

fn choice(chosen: i64) -> AnyView {
    let links = UNANSWERED_DAYS
        .into_iter()
        .map(|days| {
            let href = with_query("/unanswered", &[("days", &days.to_string())]);
            let words = text::count(days, "working day", "working days");
            view! { <li><a href=href aria-current=(days == chosen).then_some("true")>{words}</a></li> }
        })
        .collect_view();
    view! { <nav aria-label="At least how old"><ul class="chips">{links}</ul></nav> }.into_any()
}

fn list(page: &UnansweredPage, aside: ServerAction<SetAside>) -> AnyView {
    let rows = page.rows.iter().map(|row| line(row, page.days, aside)).collect_view();
    view! { <ol class="plain-list unanswered" aria-label="Waiting for an answer">{rows}</ol> }.into_any()
}

fn line(row: &Unanswered, days: i64, aside: ServerAction<SetAside>) -> AnyView {
    let letter = format!("/messages/{}", row.letter);
    let reply = format!("/compose?answers={}&mode=reply", row.letter);
    let reply = if row.is_contact { reply } else { format!("{reply}&client={}", row.party) };
    let name = if row.is_contact {
        view! { <a href=format!("/contacts/{}", row.party)>{row.name.clone()}</a>" "<Tag text="Contact" tone="quiet"/> }.into_any()
    } else {
        view! { <a href=format!("/clients/{}", row.party)>{row.name.clone()}</a> }.into_any()
    };
    let with = vec![("party", row.party.to_string()), ("letter", row.letter.to_string()), ("days", days.to_string())];
    view! {
        <li class="letter-row decision" id=format!("letter-{}", row.letter)>
            <div>
                <p>{name}<span class="quiet">{format!(" · {} · ", text::count(row.days, "working day", "working days"))}<When at=row.date/></span></p>
                <p><a class="letter-subject" href=letter>{text::subject(&row.subject)}</a><span class="quiet">{format!(" · {}", text::mailbox(&row.from))}</span></p>
            </div>
            <div class="cluster">
                <a class="button" data-variant="secondary" href=reply>"Reply"<span class="visually-hidden">{format!(" to {}", row.name)}</span></a>
                <PlainButton action=aside label="Needs no answer" variant="quiet" with=with about=row.name.clone()/>
            </div>
        </li>
    }
    .into_any()
}

fn set_aside_before(page: &UnansweredPage, again: ServerAction<WaitAgain>) -> AnyView {
    if page.aside.is_empty() {
        return ().into_any();
    }
    let days = page.days.to_string();
    let lines = page
        .aside
        .iter()
        .map(|one| {
            let with = vec![("party", one.party.to_string()), ("days", days.clone())];
            view! {
                <li class="decision">
                    <div>
                        <p>{one.name.clone()}" · "<a href=format!("/messages/{}", one.letter)>{text::subject(&one.subject)}</a></p>
                        <p class="quiet">{format!("{} · ", one.by)}<When at=one.at/></p>
                    </div>
                    <PlainButton action=again label="Undo" with=with about=one.name.clone()/>
                </li>
            }
        })
        .collect_view();
    view! { <section class="panel" aria-labelledby="aside"><h2 id="aside">"Need no answer"</h2><ul class="plain-list">{lines}</ul></section> }.into_any()
}
