//! `/audit`: who did what, newest first, and a check of the whole record.

use crate::api::audit::{events, verify};
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::{EventRow, Page, Verification};

/// The trail. The check is asked for in the address (`?verify=1`): it changes nothing, and so it also works without JavaScript.
#[component]
pub fn AuditPage() -> impl IntoView {
    let (cursor, wanted) = (query("cursor"), query("verify"));
    let trail = Resource::new(move || cursor.get(), |cursor| events((!cursor.is_empty()).then_some(cursor)));
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
        {load(trail, "the trail", move |page| list(page, &cursor.get_untracked()))}
    }
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

fn list(page: Page<EventRow>, cursor: &str) -> AnyView {
    if page.rows.is_empty() {
        return view! { <Empty icon=Icon::Audit title="No entries" why="The trail begins with the first sign-in."/> }.into_any();
    }
    let next = page.next.map(|next| with_query("/audit", &[("cursor", &next)]));
    let first = (!cursor.is_empty()).then(|| "/audit".to_owned());
    let rows = page
        .rows
        .into_iter()
        .map(|event| {
            view! {
                <tr>
                    <td data-label="Number" class="number">{text::number(event.seq)}</td>
                    <td data-label="When" class="nowrap"><When at=event.at/></td>
                    <td data-label="Who">{event.principal}</td>
                    <td data-label="What"><code>{event.action}</code></td>
                    <td data-label="About">{if event.subject.is_empty() { "–".to_owned() } else { event.subject }}</td>
                    <td data-label="More">{if event.detail.is_empty() { "–".to_owned() } else { event.detail }}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="table" data-cards="true"><caption class="visually-hidden">"Audit trail"</caption>
            <thead><tr><th scope="col" class="number">"Number"</th><th scope="col">"When"</th><th scope="col">"Who"</th><th scope="col">"What"</th><th scope="col">"About"</th><th scope="col">"More"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
        <Older next=next first=first label="Earlier entries" back="Newest entries"/>
    }
    .into_any()
}
