//! `/actions`: letters that are made on a date: due, coming, failed, done (FC-29).

use super::action_list::{DONE, DayDeeds, days, plans};
use crate::api::actions::list_actions;
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::*;

/// The lists.
#[component]
pub fn ActionsListPage() -> impl IntoView {
    let (only, cursor) = (query("only"), query("cursor"));
    let deeds = DayDeeds::new();
    let data = Resource::new(
        move || (only.get(), cursor.get()),
        |(only, cursor)| async move { list_actions(ActionsFilter::parse(&only), Some(cursor)).await },
    );
    view! {
        <PageHead title="Actions" lead="Planned letters to a client or a contact: on their day they leave by themselves, or wait to be opened for edit."/>
        <Done words=DONE.to_vec()/>
        <ErrorSummary problem=deeds.problem()/>
        {load(data, "the actions", move |page| {
            let only = page.only;
            let path = |cursor: &str| with_query("/actions", &[("only", only.as_str()), ("cursor", cursor)]);
            let first = (!cursor.get_untracked().is_empty()).then(|| path(""));
            let next = page.next.as_deref().map(path);
            let failed = page.counts.iter().find(|(filter, _)| *filter == ActionsFilter::Failed).map_or(0, |(_, count)| *count);
            let body = if page.rows.is_empty() && page.coming.is_empty() {
                empty(only)
            } else if only == ActionsFilter::Coming {
                plans(page.coming, true)
            } else {
                days(page.rows, deeds, only.as_str(), true)
            };
            view! {
                {(failed > 0 && only != ActionsFilter::Failed).then(|| told(failed))}
                {tabs(only, &page.counts)}
                {body}
                <Older next=next first=first label="More" back="From the beginning"/>
            }
            .into_any()
        })}
    }
}

fn told(failed: i64) -> AnyView {
    let words = format!("{} not leave.", text::count(failed, "letter did", "letters did"));
    view! { <Banner tone="warn"><p><strong>{words}</strong>" "<a href="/actions?only=failed">"See why, and what to do"</a></p></Banner> }
        .into_any()
}

fn tabs(only: ActionsFilter, counts: &[(ActionsFilter, i64)]) -> AnyView {
    let links = counts
        .iter()
        .map(|(filter, count)| {
            let href = with_query("/actions", &[("only", filter.as_str())]);
            let current = (*filter == only).then_some("page");
            let more = if *filter == ActionsFilter::Done && *count > DONE_COUNTED { "+" } else { "" };
            let number = text::number(if more.is_empty() { *count } else { DONE_COUNTED });
            view! { <li><a href=href aria-current=current>{format!("{} ({number}{more})", filter.words())}</a></li> }
        })
        .collect_view();
    view! { <nav class="tabs" aria-label="Which letters"><ul>{links}</ul></nav> }.into_any()
}

fn empty(only: ActionsFilter) -> AnyView {
    let (title, why) = match only {
        ActionsFilter::Due => ("Nothing is due", "Letters whose day has come stand here."),
        ActionsFilter::Coming => ("Nothing is planned", "Open a client or a contact and press “Plan a letter”."),
        ActionsFilter::Failed => ("Nothing has failed", "Letters that could not leave on their day wait here, with the reason."),
        ActionsFilter::Done => ("Nothing has left yet", "Letters that left on their day stand here."),
    };
    view! { <Empty icon=Icon::Calendar title=title why=why/> }.into_any()
}
