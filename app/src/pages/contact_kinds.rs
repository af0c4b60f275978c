//! `/settings/contact-types` and `/settings/queues`: two short lists that administrators keep (TP-38 to TP-40, O24).

use crate::Trouble;
use crate::api::contacts::{KeepContactType, KeepQueue, RemoveContactType, RemoveQueue, contact_types, queues};
use crate::text;
use crate::ui::form::failing;
use crate::ui::*;
use leptos::prelude::*;
use leptos::server_fn::{Http, ServerFn, codec::PostUrl};
use model::InUse;

/// Contact types.
#[component]
pub fn ContactTypesPage() -> impl IntoView {
    let (keep, remove) = (ServerAction::<KeepContactType>::new(), ServerAction::<RemoveContactType>::new());
    let data = Resource::new(|| (), |()| contact_types());
    let problem = Signal::derive(move || problem_of(keep).get().or_else(|| problem_of(remove).get()));
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/settings">"Settings"</a></nav>
        <Done words=vec![("added", "The contact type is added."), ("renamed", "The contact type has its new name."), ("removed", "The contact type is removed.")]/>
        <ErrorSummary problem=problem/>
        <PageHead title="Contact types" lead="What agents and suppliers do for the office. Each account says which types it imports replies from." problem=problem/>
        {load(data, "contact types", move |rows| table(rows, "Contact type", contacts_of, keep, remove))}
        {add(keep, "Add a contact type", "Add the type")}
    }
}

/// Queues.
#[component]
pub fn QueuesPage() -> impl IntoView {
    let (keep, remove) = (ServerAction::<KeepQueue>::new(), ServerAction::<RemoveQueue>::new());
    let data = Resource::new(|| (), |()| queues());
    let problem = Signal::derive(move || problem_of(keep).get().or_else(|| problem_of(remove).get()));
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/settings">"Settings"</a></nav>
        <Done words=vec![("added", "The queue is added."), ("renamed", "The queue has its new name."), ("removed", "The queue is removed.")]/>
        <ErrorSummary problem=problem/>
        <PageHead title="Queues" lead="Where letters wait that could not be imported. Each account names its error queue; without one they wait in the built-in queue." problem=problem/>
        {load(data, "queues", move |rows| table(rows, "Queue", letters_in, keep, remove))}
        {add(keep, "Add a queue", "Add the queue")}
    }
}

fn contacts_of(row: &InUse) -> String {
    used(text::count(row.count, "contact", "contacts"), "Imported by", row)
}

fn letters_in(row: &InUse) -> String {
    used(format!("{} waiting", text::count(row.count, "letter", "letters")), "Error queue of", row)
}

fn used(counted: String, by: &str, row: &InUse) -> String {
    if row.accounts.is_empty() { counted } else { format!("{counted}. {by} {}", row.accounts.join(", ")) }
}

fn add<S, O>(keep: ServerAction<S>, title: &'static str, label: &'static str) -> AnyView
where
    S: ServerFn<Protocol = Http<PostUrl, O>, Error = Trouble> + Clone + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
    O: 'static,
{
    // A name that failed stands in the form that it was typed into, and in no other.
    if failing(S::url(), "id").is_some_and(|id| id.is_some()) {
        return ().into_any();
    }
    view! {
        <section class="panel">
            <h2>{title}</h2>
            <PostForm action=keep>
                <Field id="name" label="Name" width="medium"/>
                <Submit label=label/>
            </PostForm>
        </section>
    }
    .into_any()
}

fn table<K, KO, R, RO>(
    rows: Vec<InUse>,
    what: &'static str,
    words: fn(&InUse) -> String,
    keep: ServerAction<K>,
    remove: ServerAction<R>,
) -> AnyView
where
    K: ServerFn<Protocol = Http<PostUrl, KO>, Error = Trouble> + Clone + Send + Sync + 'static,
    K::Output: Send + Sync + 'static,
    KO: 'static,
    R: ServerFn<Protocol = Http<PostUrl, RO>, Error = Trouble> + Clone + Send + Sync + 'static,
    R::Output: Send + Sync + 'static,
    RO: 'static,
{
    let failed = failing(K::url(), "id");
    let rows = rows
        .into_iter()
        .map(|row| {
            let renaming = failed.as_ref().map(|id| id.as_deref() == Some(row.id.to_string().as_str()));
            let field = if renaming == Some(true) { "name".to_owned() } else { format!("name-{}", row.id) };
            let (id, name) = (row.id, row.name.clone());
            let (used, built_in, free) = (words(&row), row.is_built_in, row.is_free());
            let with = vec![("id", id.to_string())];
            let (renamed, removed) = (name.clone(), name.clone());
            view! {
                <tr>
                    <th scope="row" data-label=what>{name.clone()}" "{built_in.then(|| view! { <Tag text="Built in" tone="info"/> })}</th>
                    <td data-label="In use">{used}</td>
                    <td data-label="What to do">
                        <div class="cluster">
                            {(renaming != Some(false)).then(move || view! {
                                <details open=renaming.is_some()>
                                    <summary>"Rename"<span class="visually-hidden">{format!(": {renamed}")}</span></summary>
                                    <PostForm action=keep>
                                        <input type="hidden" name="id" value=id.to_string()/>
                                        <Field id=field name="name" label="New name" value=renamed.clone() width="medium"/>
                                        <Submit label="Rename" variant="secondary" about=renamed.clone()/>
                                    </PostForm>
                                </details>
                            })}
                            {free.then(|| view! { <PlainButton action=remove label="Remove" variant="quiet" about=removed.clone() with=with/> })}
                        </div>
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="table" data-cards="true">
            <caption class="visually-hidden">{what}</caption>
            <thead><tr><th scope="col">{what}</th><th scope="col">"In use"</th><th scope="col">"What to do"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
