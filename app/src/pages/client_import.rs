//! `/clients/import`: upload, look, import, report.

use crate::api::clients::{ImportClients, uploaded_list};
use crate::text;
use crate::ui::form::csrf;
use crate::ui::*;
use leptos::prelude::*;
use model::{ImportPreview, ImportReport, Problem};

/// The upload goes to a plain route of the server; this page shows what importing it would do.
#[component]
pub fn ImportPage() -> impl IntoView {
    let import = ServerAction::<ImportClients>::new();
    let done = successes(import);
    let refused = query("refused");
    let state = Resource::new(move || (done.get(), !refused.get().is_empty()), |(_, refused)| uploaded_list(refused));
    let failed = problem_of(import);
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/clients">"Clients"</a></nav>
        {load(state, "the list", move |state| {
            // Why a list was not taken counts until the next one is imported.
            let refusal = state.refusal;
            let problem = Signal::derive(move || failed.get().or_else(|| refusal.clone()));
            let again = state.preview.is_some();
            view! {
                <ErrorSummary problem=problem/>
                <PageHead title="Import clients" lead="From a spreadsheet saved as CSV. Nothing is written before you have seen what would happen." problem=problem/>
                {move || result(import.value().get().and_then(Result::ok))}
                {upload(again, problem)}
                {state.preview.map(|preview| look(preview, import))}
            }
            .into_any()
        })}
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

fn upload(again: bool, problem: Signal<Option<Problem>>) -> AnyView {
    let sentence = Signal::derive(move || match problem.get() {
        Some(Problem::Invalid(errors)) => errors.of("file").map(str::to_owned),
        _ => None,
    });
    let wrong = move || sentence.get().is_some();
    let described = move || if wrong() { "file-hint file-error" } else { "file-hint" };
    view! {
        <form class="form panel" method="post" action="/upload/clients" enctype="multipart/form-data">
            {csrf()}
            <div class="field" data-wrong=move || wrong().then_some("true")>
                <label for="file">{if again { "Choose another list" } else { "Choose the list" }}</label>
                <p class="hint" id="file-hint">"A CSV file of up to 10 MB. Columns: code, name, self1, self2, self3, partner1, partner2, partner3 and, if you use them, cost_centre. A client whose code is on file is changed, not added twice; nobody is removed."</p>
                {move || sentence.get().map(|sentence| view! { <p class="field-error" id="file-error"><span class="visually-hidden">"Error: "</span>{sentence}</p> })}
                <input id="file" name="file" type="file" accept=".csv,text/csv,text/plain" aria-describedby=described aria-invalid=move || wrong().then_some("true")/>
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
