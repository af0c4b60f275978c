//! `/clients/import`: upload, say what each column is, look, import, report.

use super::client_import_columns::{Meanings, columns, of_clients};
use crate::Trouble;
use crate::api::clients::{ImportClients, uploaded_list};
use crate::text;
use crate::ui::form::csrf;
use crate::ui::*;
use leptos::prelude::*;
use leptos::server_fn::{Http, ServerFn, codec::PostUrl};
use model::{ImportPreview, ImportReport, Problem};

/// Where refused lines can be had, of whichever list.
const REFUSED: &str = "/clients/import/refused.csv";

/// What a list is of.
pub(super) struct ListOf {
    /// Where they are listed.
    pub list: &'static str,
    /// One of them, and several.
    pub names: (&'static str, &'static str),
    /// What else is told by line.
    pub unexpected: &'static str,
    /// What columns can stand for.
    pub meanings: fn() -> Meanings,
}

static CLIENTS: ListOf =
    ListOf { list: "/clients", names: ("client", "clients"), unexpected: "Codes of merged clients", meanings: of_clients };

/// The upload goes to a plain route of the server; this page shows what importing it would do.
#[component]
pub fn ImportPage() -> impl IntoView {
    let import = ServerAction::<ImportClients>::new();
    let (refused, done) = (query("refused"), query("done"));
    let state = Resource::new(move || !refused.get().is_empty(), uploaded_list);
    let failed = problem_of(import);
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/clients">"Clients"</a></nav>
        {load(state, "the list", move |state| {
            // Why a list was not taken counts until the next one is imported.
            let refusal = state.refusal;
            let problem = Signal::derive(move || failed.get().or_else(|| refusal.clone()));
            let again = state.preview.is_some();
            let result = state.done.filter(|_| done.get_untracked() == "imported").map(|report| result(&CLIENTS, report));
            view! {
                <ErrorSummary problem=problem/>
                <PageHead title="Import clients" lead="From a spreadsheet saved as CSV. Nothing is written before you have seen what would happen." problem=problem/>
                {result}
                {upload(again, problem)}
                {state.preview.map(|preview| look(&CLIENTS, preview, import))}
            }
            .into_any()
        })}
    }
}

/// What importing did.
pub(super) fn result(of: &'static ListOf, report: ImportReport) -> AnyView {
    let refused = refused_count(&report);
    let numbers = [(report.added, "added"), (report.updated, "changed"), (report.unchanged, "as before"), (refused, "refused")];
    let numbers = numbers.map(|(count, what)| format!("{} {what}", text::number(count))).join(", ");
    view! {
        <div role="status"><Banner tone="good">
            <p><strong>"The list is imported."</strong></p>
            <p>{format!("{numbers}.")}</p>
            <p><a href=of.list>{format!("See the {}", of.names.1)}</a></p>
        </Banner></div>
        {told(of, report)}
    }
    .into_any()
}

fn refused_count(report: &ImportReport) -> i64 {
    report.refused.len() as i64 + report.more_refused
}

fn upload(again: bool, problem: Signal<Option<Problem>>) -> AnyView {
    let hint = "A CSV file of up to 10 MB whose first line names the columns: each client's code and name, and if you like up to three addresses of the client and of the partner, and the cost centre. You say next which column is what.";
    let more = view! {
        <details>
            <summary>"What importing a list again does"</summary>
            <p>"A client whose code is on file is changed, not added twice: its name, its cost centre if the list has one, and each address that the list has for it. An empty cell leaves what is on file. The days of an address stay as long as the address does."</p>
            <p>"Nothing is deleted: a client whom the list does not name stays as it is. The code of a client that was merged into another only adds new addresses to that one, and the report says so."</p>
        </details>
    };
    upload_form("/upload/clients", hint, again, problem, more.into_any())
}

/// The form that a list is uploaded by.
pub(super) fn upload_form(
    action: &'static str,
    hint: &'static str,
    again: bool,
    problem: Signal<Option<Problem>>,
    more: AnyView,
) -> AnyView {
    let sentence = Signal::derive(move || match problem.get() {
        Some(Problem::Invalid(errors)) => errors.of("file").map(str::to_owned),
        _ => None,
    });
    let wrong = move || sentence.get().is_some();
    let described = move || if wrong() { "file-hint file-error" } else { "file-hint" };
    view! {
        <form class="form panel" method="post" action=action enctype="multipart/form-data">
            {csrf()}
            <div class="field" data-wrong=move || wrong().then_some("true")>
                <label for="file">{if again { "Choose another list" } else { "Choose the list" }}</label>
                <p class="hint" id="file-hint">{hint}</p>
                {move || sentence.get().map(|sentence| view! { <p class="field-error" id="file-error"><span class="visually-hidden">"Error: "</span>{sentence}</p> })}
                <input id="file" name="file" type="file" accept=".csv,text/csv,text/plain" aria-describedby=described aria-invalid=move || wrong().then_some("true")/>
            </div>
            <button type="submit" class="button" data-variant=if again { "secondary" } else { "primary" }>"Look at the list"</button>
            {more}
        </form>
    }
    .into_any()
}

/// What its columns are, and what importing it would do.
pub(super) fn look<S, O>(of: &'static ListOf, preview: ImportPreview, import: ServerAction<S>) -> AnyView
where
    S: ServerFn<Protocol = Http<PostUrl, O>, Error = Trouble> + Clone + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
    O: 'static,
{
    let ImportPreview { file, delimiter, encoding, columns: found, missing, report, seen } = preview;
    let delimiter = match delimiter {
        ',' => "commas".to_owned(),
        ';' => "semicolons".to_owned(),
        '\t' => "tabs".to_owned(),
        other => format!("“{other}”"),
    };
    let about = format!("{file}: {encoding}, columns parted by {delimiter}");
    let good = report.as_ref().map_or(0, |report| report.added + report.updated + report.unchanged);
    let report = report.map(|report| would(of, report));
    let import_them = format!("Import {}", text::count(good, of.names.0, of.names.1));
    let meanings = (of.meanings)();
    view! {
        <PostForm action=import guard="yes">
            {columns(&meanings, about, found, missing)}
            {report}
            <input type="hidden" name="seen" value=seen/>
            <div class="cluster">
                {(good > 0).then(|| view! { <Submit label=import_them name="intent" value="import"/> })}
                <Submit label="Look again with these columns" variant="secondary" name="intent" value="look"/>
            </div>
        </PostForm>
    }
    .into_any()
}

/// What importing would do.
fn would(of: &'static ListOf, report: ImportReport) -> AnyView {
    let refused = refused_count(&report);
    let none = report.added + report.updated + report.unchanged == 0;
    let numbers = [("Added", report.added), ("Changed", report.updated), ("As before", report.unchanged), ("Refused", refused)];
    let numbers = numbers.map(|(what, count)| view! { <div><dt>{what}</dt><dd>{text::number(count)}</dd></div> }).collect_view();
    view! {
        <section class="panel" aria-labelledby="would">
            <h2 id="would">"What would happen"</h2>
            <dl class="numbers">{numbers}</dl>
            {none.then(|| view! { <p>"No row can be imported yet. Mend the list and choose it again, or choose other columns."</p> })}
            {told(of, report)}
        </section>
    }
    .into_any()
}

/// Rows that are refused or do something unexpected, by line.
fn told(of: &'static ListOf, report: ImportReport) -> AnyView {
    let more = report.more_refused;
    let lines = |rows: Vec<(u64, String)>| {
        rows.into_iter().map(|(line, words)| view! { <li><strong>{format!("Line {line}: ")}</strong>{words}</li> }).collect_view()
    };
    let refused = (!report.refused.is_empty()).then(|| {
        let lines = lines(report.refused);
        let more = (more > 0).then(|| view! { <li>{format!("{} more in the file", text::number(more))}</li> });
        view! {
            <details class="refusals" open=true>
                <summary>"Lines that are refused"</summary>
                <ul>{lines}{more}</ul>
                <p><a download=true href=REFUSED>"Download the refused lines (.csv)"</a>" with the reason in the last column. Mend them there and import that file."</p>
            </details>
        }
    });
    let merged = (!report.merged.is_empty()).then(|| {
        let lines = lines(report.merged);
        view! { <details class="refusals" open=true><summary>{of.unexpected}</summary><ul>{lines}</ul></details> }
    });
    view! { {refused}{merged} }.into_any()
}
