//! `/contacts/import`: upload a list of contacts, look at what it would do, import it.

use super::client_import::{told, upload_form, would};
use crate::api::contacts::{ImportContacts, uploaded_contacts};
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::{ContactImport, ImportReport};

/// The upload goes to a plain route of the server.
#[component]
pub fn ContactImportPage() -> impl IntoView {
    let import = ServerAction::<ImportContacts>::new();
    let (refused, done) = (query("refused"), query("done"));
    let state =
        Resource::new(move || (!refused.get().is_empty(), done.get() == "imported"), |(refused, done)| uploaded_contacts(refused, done));
    let failed = problem_of(import);
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/contacts">"Contacts"</a></nav>
        {load(state, "the list", move |state| {
            let ContactImport { refusal, file, missing, report } = state;
            let problem = Signal::derive(move || failed.get().or_else(|| refusal.clone()));
            let imported = done.get_untracked() == "imported";
            let again = !file.is_empty();
            view! {
                <ErrorSummary problem=problem/>
                <PageHead title="Import contacts" lead="From a spreadsheet saved as CSV. Nothing is written before you have seen what would happen." problem=problem/>
                {report.clone().filter(|_| imported).map(result)}
                {upload_form("/upload/contacts", "A CSV file of up to 10 MB. Its first line names the columns: name, company, side (agent or supplier), type, e-mail (one column with up to three addresses, or several columns) and, if you like, cost centre.", again, problem, again_words())}
                {(!imported && again).then(|| look(file, missing, report, import))}
            }
            .into_any()
        })}
    }
}

fn again_words() -> AnyView {
    view! {
        <details>
            <summary>"What importing a list again does"</summary>
            <p>"The same name, company and side is the same contact: its type is changed, and addresses that are not on its file are added where there is room. Nothing is deleted: a contact whom the list does not name stays as it is."</p>
        </details>
    }
    .into_any()
}

fn result(report: ImportReport) -> AnyView {
    let refused = report.refused.len() as i64 + report.more_refused;
    let numbers = [(report.added, "added"), (report.updated, "changed"), (report.unchanged, "as before"), (refused, "refused")];
    let numbers = numbers.map(|(count, what)| format!("{} {what}", text::number(count))).join(", ");
    view! {
        <div role="status"><Banner tone="good">
            <p><strong>"The list is imported."</strong></p>
            <p>{format!("{numbers}.")}</p>
            <p><a href="/contacts">"See the contacts"</a></p>
        </Banner></div>
        {told(report, None, "Addresses without room")}
    }
    .into_any()
}

fn look(file: String, missing: Vec<String>, report: Option<ImportReport>, import: ServerAction<ImportContacts>) -> AnyView {
    let good = report.as_ref().map_or(0, |report| report.added + report.updated + report.unchanged);
    let wrong = missing.into_iter().map(|sentence| view! { <li>{sentence}</li> }).collect_view();
    view! {
        <PostForm action=import guard="yes">
            <p class="quiet">{file}</p>
            {report.is_none().then(|| view! { <Banner tone="warn"><ul>{wrong}</ul></Banner> })}
            {report.map(|report| would(report, None, "Addresses without room"))}
            {(good > 0).then(|| view! { <div class="cluster"><Submit label=format!("Import {}", text::count(good, "contact", "contacts"))/></div> })}
        </PostForm>
    }
    .into_any()
}
