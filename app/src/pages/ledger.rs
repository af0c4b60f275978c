//! `/accounts/:id/ledger?folder=&outcome=`: the letters behind a number of the ledger (S1).

use crate::api::accounts::{account, sightings};
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::*;

/// The list behind one number.
#[component]
pub fn LedgerPage() -> impl IntoView {
    let id = param("id", AccountId(0));
    let (folder, wanted, cursor) = (query("folder"), query("outcome"), query("cursor"));
    let data = Resource::new(
        move || (id.get(), folder.get(), wanted.get(), cursor.get()),
        |(id, folder, wanted, cursor)| async move {
            let folder = FolderId(folder.parse().unwrap_or(0));
            let account = account(id).await?.0;
            let page = sightings(folder, Outcome::parse(&wanted), (!cursor.is_empty()).then_some(cursor)).await?;
            let name = account.ledger.iter().find(|row| row.folder_id == folder).map(|row| row.folder.clone()).unwrap_or_default();
            Ok::<_, crate::Trouble>((account.card.name, name, page))
        },
    );
    load(data, "the ledger", move |(account, folder_name, page)| {
        let outcome = Outcome::parse(&wanted.get_untracked());
        let (word, means) = text::outcome(outcome);
        let base = format!("/accounts/{}", id.get_untracked());
        let address = {
            let (path, folder, wanted) = (format!("{base}/ledger"), folder.get_untracked(), wanted.get_untracked());
            move |cursor: &str| with_query(&path, &[("folder", &folder), ("outcome", &wanted), ("cursor", cursor)])
        };
        let next = page.next.as_deref().map(&address);
        let first = (!cursor.get_untracked().is_empty()).then(|| address(""));
        view! {
            <nav class="crumbs" aria-label="You are here"><a href="/accounts">"Email accounts"</a><a href=format!("{base}?tab=ledger")>{account}</a></nav>
            <PageHead title=format!("{word}: {folder_name}") lead=means/>
            {list(page.rows, outcome)}
            <Older next=next first=first label="More" back="From the beginning"/>
        }
        .into_any()
    })
}

fn list(rows: Vec<SightingRow>, outcome: Option<Outcome>) -> AnyView {
    if rows.is_empty() {
        let why = if outcome.is_none() {
            "Every letter the server counts in this folder is accounted for."
        } else {
            "No letter of this folder ended this way."
        };
        return view! { <Empty icon=Icon::Tick title="None" why=why/> }.into_any();
    }
    let missing = outcome.is_none();
    let lines = rows.into_iter().map(|row| line(row, missing)).collect_view();
    view! {
        <table class="table" data-cards="true">
            <caption class="visually-hidden">"Letters"</caption>
            <thead><tr><th scope="col">"Letter"</th><th scope="col">"Date"</th><th scope="col">"Reason"</th><th scope="col" class="number">"Size"</th><th scope="col" class="number">"Number on the server"</th></tr></thead>
            <tbody>{lines}</tbody>
        </table>
    }
    .into_any()
}

fn line(row: SightingRow, missing: bool) -> AnyView {
    let letter = match (row.message_id, row.subject) {
        (Some(id), subject) => view! { <a href=format!("/messages/{id}")>{text::subject(&subject.unwrap_or_default())}</a> }.into_any(),
        (None, _) if missing => view! { "Not collected yet" }.into_any(),
        (None, _) => view! { "Not yours to open, or unreadable" }.into_any(),
    };
    let date = row.date.map_or_else(|| view! { "–" }.into_any(), |at| view! { <When at=at/> }.into_any());
    view! {
        <tr>
            <th scope="row" data-label="Letter">{letter}</th>
            <td data-label="Date">{date}</td>
            <td data-label="Reason">{if row.reason.is_empty() { "–".to_owned() } else { row.reason }}</td>
            <td data-label="Size" class="number">{if row.size > 0 { text::size(row.size) } else { "–".to_owned() }}</td>
            <td data-label="Number on the server" class="number">{row.uid}</td>
        </tr>
    }
    .into_any()
}
