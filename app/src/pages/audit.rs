//! `/audit`: who did what, newest first; filters in the address; a check of the whole record; the trail as a file.

use super::audit_words::{deed, subject, who};
use crate::api::audit::{events, verify};
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use model::{EVENT_GROUPS, EventFilter, EventRow, Page, Verification};

/// The trail. The check is asked for in the address (`?verify=1`): it changes nothing, and so it also works without JavaScript.
#[component]
pub fn AuditPage() -> impl IntoView {
    let (cursor, wanted) = (query("cursor"), query("verify"));
    let map = use_query_map();
    let filter = Memo::new(move |_| map.with(read));
    let trail =
        Resource::new(move || (filter.get(), cursor.get()), |(filter, cursor)| events(filter, (!cursor.is_empty()).then_some(cursor)));
    let check =
        Resource::new(move || wanted.get(), |wanted| async move { if wanted == "1" { verify().await.map(Some) } else { Ok(None) } });
    view! {
        <PageHead title="Audit trail" lead="Every sign-in, change, view and export, in a chain that shows if an entry was altered or taken out.">
            <GetForm action="/audit" class="form-inline">
                <input type="hidden" name="verify" value="1"/>
                <button type="submit" class="button" data-variant="primary">"Verify the record"</button>
            </GetForm>
        </PageHead>
        {load(check, "the check", |found| found.map_or_else(|| ().into_any(), result))}
        {move || filter_form(filter.get())}
        {load(trail, "the trail", move |page| list(page, &filter.get_untracked(), &cursor.get_untracked()))}
    }
}

fn read(map: &ParamsMap) -> EventFilter {
    let get = |name: &str| map.get(name).unwrap_or_default();
    EventFilter { who: get("who"), group: get("group"), subject: get("subject"), from: get("from"), until: get("until") }
}

fn address(path: &str, filter: &EventFilter, cursor: &str) -> String {
    let EventFilter { who, group, subject, from, until } = filter;
    with_query(path, &[("who", who), ("group", group), ("subject", subject), ("from", from), ("until", until), ("cursor", cursor)])
}

fn filter_form(filter: EventFilter) -> AnyView {
    let open = filter != EventFilter::default();
    let file = address("/audit/trail.jsonl", &filter, "");
    let mut groups = vec![(String::new(), "Everything".to_owned())];
    groups.extend(EVENT_GROUPS.iter().map(|(group, words)| ((*group).to_owned(), (*words).to_owned())));
    view! {
        <details class="audit-filter" open=open>
            <summary>"Filter, or take it away"</summary>
            <GetForm action="/audit" class="form">
                <div class="filter-grid">
                    <Select id="group" label="What" options=groups value=filter.group/>
                    <Field id="who" label="Who" hint="An e-mail address, or console" value=filter.who/>
                    <Field id="subject" label="About" hint="Like client:7" value=filter.subject/>
                    <Field id="from" label="From" kind="date" value=filter.from/>
                    <Field id="until" label="Until" kind="date" value=filter.until/>
                </div>
                <div class="cluster">
                    <button type="submit" class="button" data-variant="secondary">"Show these"</button>
                    {open.then(|| view! { <a class="button" data-variant="quiet" href="/audit">"Show everything"</a> })}
                    <a class="button" data-variant="quiet" download="audit-trail.jsonl" href=file>{Icon::Download.draw()}"Save as a file (JSON lines)"</a>
                </div>
            </GetForm>
        </details>
    }
    .into_any()
}

fn result(found: Verification) -> AnyView {
    let checked = format!(
        "{} and {} were checked.",
        text::count(found.events, "entry", "entries"),
        text::count(found.blobs, "stored copy of a letter", "stored copies of letters")
    );
    if found.findings.is_empty() {
        return view! { <div role="status"><Banner tone="good"><p><strong>"The record is whole."</strong></p><p>{checked}</p></Banner></div> }.into_any();
    }
    let lines = found.findings.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    view! { <div role="alert"><Banner tone="bad"><p><strong>"The record was changed."</strong></p><p>{checked}</p><ul>{lines}</ul></Banner></div> }.into_any()
}

/// What is known besides: what changed from what to what, in words.
fn more(event: EventRow) -> String {
    let words = event.said.unwrap_or(event.detail);
    if words.is_empty() { "–".to_owned() } else { words }
}

fn list(page: Page<EventRow>, filter: &EventFilter, cursor: &str) -> AnyView {
    if page.rows.is_empty() {
        let why = if *filter == EventFilter::default() {
            "The trail begins with the first sign-in."
        } else {
            "Nothing on record fits the filter."
        };
        return view! { <Empty icon=Icon::Audit title="No entries" why=why/> }.into_any();
    }
    let next = page.next.map(|next| address("/audit", filter, &next));
    let first = (!cursor.is_empty()).then(|| address("/audit", filter, ""));
    let rows = page
        .rows
        .into_iter()
        .map(|event| {
            let (words, to) = subject(&event);
            let about = match (words.is_empty(), to) {
                (true, _) => "–".into_any(),
                (false, Some(to)) => view! { <a href=to>{words}</a> }.into_any(),
                (false, None) => words.into_any(),
            };
            view! {
                <tr>
                    <td data-label="Number" class="number">{text::number(event.seq)}</td>
                    <td data-label="When" class="nowrap"><When at=event.at/></td>
                    <td data-label="Who">{who(&event.principal)}</td>
                    <td data-label="What"><span title=event.action.clone()>{deed(&event.action)}</span></td>
                    <td data-label="About">{about}</td>
                    <td data-label="More">{more(event)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="table trail" data-cards="true"><caption class="visually-hidden">"Audit trail"</caption>
            <thead><tr><th scope="col" class="number">"Number"</th><th scope="col">"When"</th><th scope="col">"Who"</th><th scope="col">"What"</th><th scope="col">"About"</th><th scope="col">"More"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
        <Older next=next first=first label="Earlier entries" back="Newest entries"/>
    }
    .into_any()
}
