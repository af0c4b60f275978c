//! `/clients/:id/print`: a client's or a contact's history on paper, with the filters of the address: every letter a line of a plain table.

use super::history_filter::Chosen;
use crate::api::clients::client;
use crate::api::contacts::is_contact;
use crate::api::days::office_days;
use crate::api::history::{above_history, printed_history};
use crate::text;
use crate::ui::letters::why_here;
use crate::ui::time::utc_text;
use crate::ui::*;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::*;

/// The sheet.
#[component]
pub fn PrintPage() -> impl IntoView {
    let id = param("id", ClientId(0));
    let map = use_query_map();
    // A sheet has every letter on its own line.
    let chosen = Memo::new(move |_| Chosen { group: String::new(), ..map.with(Chosen::read) });
    let data = Resource::new(
        move || (id.get(), chosen.get()),
        |(id, chosen)| async move {
            let (card, _) = client(id).await?;
            let contact = is_contact(id).await?;
            let filter = chosen.filter(&*office_days());
            let sheet = printed_history(id, filter.clone()).await?;
            let head = above_history(id, filter).await?;
            Ok::<_, crate::Trouble>((card, contact, sheet, head))
        },
    );
    load(data, "the history", move |(card, contact, sheet, head)| show(&card, &sheet, &head, &Chosen { contact, ..chosen.get_untracked() }))
}

fn show(card: &ClientCard, sheet: &HistorySheet, head: &HistoryHead, chosen: &Chosen) -> AnyView {
    let filters = chosen.in_words(head);
    let filters = if filters.is_empty() { "The whole history".to_owned() } else { format!("Only: {}", filters.join(", ")) };
    let days = if chosen.names_days() { " Days are those of the office." } else { "" };
    let all = text::count(head.letters, "letter", "letters");
    let all = if head.more { format!("more than {all}") } else { all };
    let count = if sheet.cut {
        let newest = text::number(sheet.lines.len() as i64);
        format!("The newest {newest} of {all} are here: a sheet holds no more. Choose days in the history to print the older ones.")
    } else {
        format!("{}.", text::count(sheet.lines.len() as i64, "letter", "letters"))
    };
    let addresses: Vec<String> = card.addresses.iter().map(|address| address.address.clone()).collect();
    let back = chosen.address(card.id, "");
    let of = chosen.history_of(card.id);
    let (list, all_of_them) = of.list();
    let rows = sheet.lines.iter().map(|(row, files)| line(row, of.party(), files)).collect_view();
    view! {
        <Title text=format!("{}: history to print", card.name)/>
        <nav class="crumbs" aria-label="You are here"><a href=list>{all_of_them}</a><a href=back>{card.name.clone()}</a></nav>
        <article class="sheet">
            <h1>{card.name.clone()}</h1>
            <p>{card.code.clone()}{(!addresses.is_empty()).then(|| format!(" · {}", addresses.join(", ")))}</p>
            <p>{format!("{filters}. {count}")}</p>
            <p class="quiet">{format!("As at {}. Times are UTC.{days}", utc_text(sheet.at))}</p>
            <p class="no-print quiet">"Print this page with your browser: it leaves out everything around the sheet."</p>
            <table class="table letter-sheet" data-cards>
                <caption class="visually-hidden">"Letters, newest first"</caption>
                <thead>
                    <tr><th scope="col">"Date"</th><th scope="col">"Direction"</th><th scope="col">"Who"</th><th scope="col">"Subject"</th><th scope="col">"Files"</th><th scope="col">"Why it is here"</th></tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </article>
    }
    .into_any()
}

fn line(row: &HistoryRow, party: &str, files: &[String]) -> AnyView {
    let why = why_here(row, party);
    let way = match row.direction {
        Direction::Received => "Received",
        Direction::Sent => "Sent",
    };
    if row.hidden {
        return view! {
            <tr>
                <td data-label="Date">{utc_text(row.date)}</td>
                <td data-label="Direction"></td>
                <td data-label="Who"></td>
                <td data-label="Subject">"A letter that is not yours to open"</td>
                <td data-label="Files"></td>
                <td data-label="Why it is here">{why.join("; ")}</td>
            </tr>
        }
        .into_any();
    }
    let to = row.to.iter().map(text::mailbox).collect::<Vec<_>>().join(", ");
    let to = (!to.is_empty()).then(|| format!(" → {to}"));
    let wrong = row.date_looks_wrong.then_some(" (looks wrong)");
    let files = match (row.attachments, files) {
        (0, _) => String::new(),
        (n, []) => text::count(n, "file", "files"),
        (_, names) => names.join(", "),
    };
    view! {
        <tr>
            <td data-label="Date">{utc_text(row.date)}{wrong}</td>
            <td data-label="Direction">{way}</td>
            <td data-label="Who">{text::mailbox(&row.from)}{to}</td>
            <td data-label="Subject"><a href=format!("/messages/{}", row.id)>{text::subject(&row.subject)}</a></td>
            <td data-label="Files">{files}</td>
            <td data-label="Why it is here">{why.join("; ")}</td>
        </tr>
    }
    .into_any()
}
