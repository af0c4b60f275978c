//! `/clients/import`: upload, look, import, report.

use crate::api::clients::{ImportClients, preview_import};
use crate::text;
use crate::ui::form::csrf;
use crate::ui::*;
use leptos::prelude::*;
use model::{ImportPreview, ImportReport};

/// The upload goes to a plain route of the server; this page shows what importing it would do.
#[component]
pub fn ImportPage() -> impl IntoView {
    let import = ServerAction::<ImportClients>::new();
    let done = successes(import);
    let preview = Resource::new(move || done.get(), |_| preview_import());
    let problem = problem_of(import);
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/clients">"Clients"</a></nav>
        <ErrorSummary problem=problem/>
        <PageHead title="Import clients" lead="From a spreadsheet saved as CSV. Nothing is written before you have seen what would happen." problem=problem/>
        {move || result(import.value().get().and_then(Result::ok))}
        {load(preview, "the list", move |preview| view! { {upload(preview.is_some())}{preview.map(|preview| look(preview, import))} }.into_any())}
    }
}

/// What importing did: in full in a living page, in numbers from the address otherwise.
fn result(report: Option<ImportReport>) -> AnyView {
    let numbers = ["added", "updated", "unchanged", "refused"].map(|name| query(name).get().parse::<i64>().ok());
    let (lines, refused) = match (&report, numbers) {
        (Some(report), _) => ([report.added, report.updated, report.unchanged, report.refused.len() as i64], report.refused.clone()),
        (None, [Some(a), Some(u), Some(n), Some(r)]) => ([a, u, n, r], Vec::new()),
        _ => return ().into_any(),
    };
    view! {
        <div role="status"><Banner tone="good">
            <p><strong>"The list is imported."</strong></p>
            <p>{format!("{} added, {} changed, {} as before, {} refused.", lines[0], lines[1], lines[2], lines[3])}</p>
            <p><a href="/clients">"See the clients"</a></p>
        </Banner></div>
        {refusals(refused)}
    }
    .into_any()
}

fn upload(again: bool) -> AnyView {
    view! {
        <form class="form panel" method="post" action="/upload/clients" enctype="multipart/form-data">
            {csrf()}
            <div class="field">
                <label for="file">{if again { "Choose another list" } else { "Choose the list" }}</label>
                <p class="hint" id="file-hint">"Columns: code, name, self1, self2, self3, partner1, partner2, partner3 and, if you use them, cost_centre. A client whose code is on file is changed, not added twice."</p>
                <input id="file" name="file" type="file" accept=".csv,text/csv,text/plain" aria-describedby="file-hint"/>
            </div>
            <button type="submit" class="button" data-variant=if again { "secondary" } else { "primary" }>"Look at the list"</button>
        </form>
    }
    .into_any()
}

fn look(preview: ImportPreview, import: ServerAction<ImportClients>) -> AnyView {
    let ImportPreview { file, delimiter, encoding, columns, rows, report } = preview;
    let delimiter = match delimiter {
        ',' => "commas".to_owned(),
        ';' => "semicolons".to_owned(),
        '\t' => "tabs".to_owned(),
        other => format!("“{other}”"),
    };
    let good = report.added + report.updated + report.unchanged;
    let headings = columns.iter().map(|column| view! { <th scope="col">{column.clone()}</th> }).collect_view();
    let body = rows
        .into_iter()
        .map(|row| {
            let cells =
                row.into_iter().zip(columns.clone()).map(|(cell, column)| view! { <td data-label=column>{cell}</td> }).collect_view();
            view! { <tr>{cells}</tr> }
        })
        .collect_view();
    view! {
        <section class="panel">
            <h2>"What would happen"</h2>
            <p class="quiet">{format!("{file}: {encoding}, columns parted by {delimiter}")}</p>
            <dl class="numbers">
                <div><dt>"Added"</dt><dd>{text::number(report.added)}</dd></div>
                <div><dt>"Changed"</dt><dd>{text::number(report.updated)}</dd></div>
                <div><dt>"As before"</dt><dd>{text::number(report.unchanged)}</dd></div>
                <div><dt>"Refused"</dt><dd>{text::number(report.refused.len() as i64)}</dd></div>
            </dl>
            {refusals(report.refused)}
            <h3>"First rows"</h3>
            <table class="table" data-cards="true"><caption class="visually-hidden">"First rows of the list"</caption><thead><tr>{headings}</tr></thead><tbody>{body}</tbody></table>
            {if good > 0 {
                view! { <PlainButton action=import label=format!("Import {}", text::count(good, "client", "clients")) variant="primary"/> }.into_any()
            } else {
                view! { <p>"No row can be imported yet. Mend the list and choose it again."</p> }.into_any()
            }}
        </section>
    }
    .into_any()
}

fn refusals(refused: Vec<(u64, String)>) -> AnyView {
    if refused.is_empty() {
        return ().into_any();
    }
    let lines =
        refused.into_iter().map(|(line, words)| view! { <li><strong>{format!("Line {line}: ")}</strong>{words}</li> }).collect_view();
    view! { <details class="refusals" open=true><summary>"Lines that are refused"</summary><ul>{lines}</ul></details> }.into_any()
}
