//! `/contacts/import`: upload a list of contacts, say what each column is, look at what it would do, import it.

use super::client_import::{ListOf, look, result, upload_form};
use super::client_import_columns::of_contacts;
use crate::api::contacts::{ImportContacts, uploaded_contacts};
use crate::ui::*;
use leptos::prelude::*;

static CONTACTS: ListOf =
    ListOf { list: "/contacts", names: ("contact", "contacts"), unexpected: "Addresses without room", meanings: of_contacts };

const HINT: &str = "A CSV file of up to 10 MB whose first line names the columns: each contact's name, whether it is an agent or a supplier, and its contact type; if you like its company, up to three e-mail addresses (in one column or in several) and the cost centre. You say next which column is what.";

/// The upload goes to a plain route of the server.
#[component]
pub fn ContactImportPage() -> impl IntoView {
    let import = ServerAction::<ImportContacts>::new();
    let (refused, done) = (query("refused"), query("done"));
    let state = Resource::new(move || !refused.get().is_empty(), uploaded_contacts);
    let failed = problem_of(import);
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/contacts">"Contacts"</a></nav>
        {load(state, "the list", move |state| {
            // Why a list was not taken counts until the next one is imported.
            let refusal = state.refusal;
            let problem = Signal::derive(move || failed.get().or_else(|| refusal.clone()));
            let again = state.preview.is_some();
            view! {
                <ErrorSummary problem=problem/>
                <PageHead title="Import contacts" lead="From a spreadsheet saved as CSV. Nothing is written before you have seen what would happen." problem=problem/>
                {state.done.filter(|_| done.get_untracked() == "imported").map(|report| result(&CONTACTS, report))}
                {upload_form("/upload/contacts", HINT, again, problem, again_words())}
                {state.preview.map(|preview| look(&CONTACTS, preview, import))}
            }
            .into_any()
        })}
    }
}

fn again_words() -> AnyView {
    view! {
        <details>
            <summary>"What importing a list again does"</summary>
            <p>"The same name, company and side is the same contact: its type is changed, and addresses that are not on its file are added where there is room. Nothing is deleted: a contact whom the list does not name stays as it is. The name of a contact that was merged into another only adds addresses to that one."</p>
        </details>
    }
    .into_any()
}
