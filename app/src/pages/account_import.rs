//! `/accounts/:id/import`: the Import tab of an account: whose replies are imported, where errors wait, and to whom letters may be forwarded
//! (TP-37 to TP-44).

use super::account::tabs;
use crate::api::reply_import::{KeepForward, RemoveForward, SaveImport, reply_tab};
use crate::ui::form::failing;
use crate::ui::*;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::{AccountId, ContactSide, ContactType, Forward, ImportForm, ImportTab};

/// The tab.
#[component]
pub fn AccountImportPage() -> impl IntoView {
    let id = param("id", AccountId(0));
    let edit = query("forward");
    let save = ServerAction::<SaveImport>::new();
    let (keep, remove) = (ServerAction::<KeepForward>::new(), ServerAction::<RemoveForward>::new());
    let data = Resource::new(move || id.get(), reply_tab);
    let problem = Signal::derive(move || problem_of(save).get().or_else(|| problem_of(keep).get()).or_else(|| problem_of(remove).get()));
    view! {
        <nav class="crumbs" aria-label="You are here">
            <a href="/accounts">"Email accounts"</a>
            {move || view! { <a href=format!("/accounts/{}", id.get())>"This account"</a> }}
        </nav>
        <Done words=vec![
            ("saved", "What is imported is saved."),
            ("forward-added", "The address is approved: letters of this account may be forwarded to it."),
            ("forward-changed", "The approved address is changed."),
            ("forward-removed", "The address is no longer approved."),
        ]/>
        <ErrorSummary problem=problem/>
        {load(data, "the import", move |shown: ImportTab| {
            let id = id.get_untracked();
            view! {
                <PageHead title=format!("Import: {}", shown.account) lead="Replies of agents and suppliers reach their records by themselves. What cannot be imported waits in a queue; nothing disappears." problem=problem/>
                {tabs(id, "import")}
                {form(id, &shown, save)}
                {forwards(id, &shown, &edit.get_untracked(), keep, remove)}
            }
            .into_any()
        })}
    }
}

fn form(id: AccountId, shown: &ImportTab, save: ServerAction<SaveImport>) -> AnyView {
    let typed = ImportForm::of(&shown.settings);
    let mut queues = vec![(String::new(), "Built-in queue".to_owned())];
    queues.extend(shown.queues.iter().filter(|queue| !queue.is_built_in()).map(|queue| (queue.id.to_string(), queue.name.clone())));
    let since = shown.settings.since;
    let (kinds, agents, suppliers) = (shown.types.clone(), typed.agent.clone(), typed.supplier.clone());
    let left_alone = (shown.settings.on && since > 0)
        .then(|| view! { <p class="quiet">"Letters that came before "<When at=since/>" are left alone."</p> });
    view! {
        <PostForm action=save guard="yes">
            <input type="hidden" name="id" value=id.to_string()/>
            <section class="panel">
                <h2>"Replies"</h2>
                <Check id="on" name="form[on]" label="Import" hint="Import replies that come into this account." checked=typed.on/>
                <Check id="here_already" name="form[here_already]" label="Letters that are here already too" hint="Otherwise only those that come from now on." checked=typed.here_already/>
                {left_alone}
                <Select id="queue" name="form[queue]" label="Error Queue" hint="Where letters wait that could not be imported. They stand under Email Management." options=queues value=typed.queue.clone()/>
            </section>
            <div id="types" tabindex="-1" class="two-sides">
                <FieldError field="types"/>
                {types("Agent Contacts", "agent", ContactSide::Agent, &kinds, &agents)}
                {types("Supplier Contacts", "supplier", ContactSide::Supplier, &kinds, &suppliers)}
            </div>
            <div class="cluster buttons">
                <Submit label="Save" name="intent" value="save"/>
                <Submit label="Save and add another account" variant="secondary" name="intent" value="another"/>
                <a class="button" data-variant="quiet" href=format!("/accounts/{id}")>"Exit"</a>
            </div>
        </PostForm>
        <p><a href=format!("/accounts/{id}/import/rehearsal")>"Rehearse: what these rules would do to the newest letters"</a></p>
    }
    .into_any()
}

fn types(legend: &'static str, field: &'static str, side: ContactSide, all: &[ContactType], chosen: &[i64]) -> AnyView {
    let boxes = all
        .iter()
        .map(|kind| {
            let checked = chosen.contains(&kind.id);
            view! { <Check id=format!("{field}-{}", kind.id) name=format!("form[{field}][]") value=kind.id.to_string() label=kind.name.clone() checked=checked/> }
        })
        .collect_view();
    let whose = match side {
        ContactSide::Agent => "Import replies from agents of these types:",
        ContactSide::Supplier => "Import replies from suppliers of these types:",
    };
    view! {
        <fieldset class="panel checks">
            <legend>{legend}</legend>
            <p class="hint">{whose}</p>
            {if all.is_empty() {
                view! { <p class="quiet">"There are no contact types yet. An administrator adds them under Settings."</p> }.into_any()
            } else {
                boxes.into_any()
            }}
        </fieldset>
    }
    .into_any()
}

/// TP-41: a dialog above the page; without JavaScript the same form stands in the page.
fn forwards(id: AccountId, shown: &ImportTab, edit: &str, keep: ServerAction<KeepForward>, remove: ServerAction<RemoveForward>) -> AnyView {
    let base = format!("/accounts/{id}/import");
    // A form that failed comes back in the page, alone: what was typed must not stand in the others.
    let failed = failing(KeepForward::url(), "forward").filter(|_| problem_of(keep).get_untracked().is_some());
    let alone = failed.is_some();
    let edit = failed.map_or_else(|| edit.to_owned(), |forward| forward.unwrap_or_else(|| "new".to_owned()));
    let open = (edit == "new" || shown.settings.forwards.iter().any(|forward| forward.id.to_string() == edit))
        .then(|| shown.settings.forwards.iter().find(|forward| forward.id.to_string() == edit));
    let rows = shown.settings.forwards.iter().map(|forward| row(id, forward, alone, keep, remove)).collect_view();
    let inline = open.map(|forward| {
        let title = if forward.is_some() { "Change the approved address" } else { "Approve an address" };
        view! {
            <div class="panel" id="forward-form">
                <h3>{title}</h3>
                {forward_form(id, forward, "", keep)}
                <a class="button" data-variant="quiet" href=base.clone()>"Cancel"</a>
            </div>
        }
    });
    view! {
        <section class="panel" aria-labelledby="forwards-title" id="forwards">
            <h2 id="forwards-title">"Forward Email"</h2>
            <p class="hint">"Letters of this account may be forwarded to these addresses, and to no other. A change here is saved at once."</p>
            {if shown.settings.forwards.is_empty() {
                view! { <p class="quiet">"No address is approved: letters of this account cannot be forwarded."</p> }.into_any()
            } else {
                view! {
                    <table class="table" data-cards="true">
                        <caption class="visually-hidden">"Approved addresses"</caption>
                        <thead><tr><th scope="col">"Email address"</th><th scope="col">"Name"</th><th scope="col">"What to do"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                }
                .into_any()
            }}
            {inline}
            <p><a class="button" data-variant="secondary" href=format!("{base}?forward=new#forward-form") data-opens="forward-new">"Insert"<span class="visually-hidden">" an approved address"</span></a></p>
            {(!alone).then(|| dialog(id, None, keep))}
        </section>
    }
    .into_any()
}

fn row(id: AccountId, forward: &Forward, alone: bool, keep: ServerAction<KeepForward>, remove: ServerAction<RemoveForward>) -> AnyView {
    let with = vec![("id", id.to_string()), ("forward", forward.id.to_string())];
    let (address, number) = (forward.address.clone(), forward.id);
    view! {
        <tr>
            <th scope="row" data-label="Email address">{address.clone()}</th>
            <td data-label="Name">{forward.name.clone()}</td>
            <td data-label="What to do">
                <div class="cluster">
                    <a class="button" data-variant="secondary" href=format!("/accounts/{id}/import?forward={number}#forward-form") data-opens=format!("forward-{number}")>"Edit"<span class="visually-hidden">{format!(": {address}")}</span></a>
                    <PlainButton action=remove label="Remove" variant="quiet" about=address.clone() with=with/>
                </div>
                {(!alone).then(|| dialog(id, Some(forward), keep))}
            </td>
        </tr>
    }
    .into_any()
}

fn dialog(id: AccountId, forward: Option<&Forward>, keep: ServerAction<KeepForward>) -> AnyView {
    let name = forward.map_or_else(|| "forward-new".to_owned(), |forward| format!("forward-{}", forward.id));
    let (title, labelled) = (format!("{name}-title"), format!("{name}-title"));
    let form = forward_form(id, forward, &format!("-{name}"), keep);
    let words = if forward.is_some() { "Change the approved address" } else { "Approve an address" };
    view! {
        <dialog class="dialog" id=name aria-labelledby=labelled><div class="dialog-body">
            <h2 id=title>{words}</h2>
            {form}
            <form method="dialog"><button type="submit" class="button" data-variant="quiet">"Close"</button></form>
        </div></dialog>
    }
    .into_any()
}

/// `suffix` tells the fields of several forms apart; the one in the page has none, so that errors find it.
fn forward_form(id: AccountId, forward: Option<&Forward>, suffix: &str, keep: ServerAction<KeepForward>) -> AnyView {
    let (address, name) = forward.map(|forward| (forward.address.clone(), forward.name.clone())).unwrap_or_default();
    let number = forward.map(|forward| forward.id);
    let (address_id, name_id) = (format!("address{suffix}"), format!("name{suffix}"));
    view! {
        <PostForm action=keep>
            <input type="hidden" name="id" value=id.to_string()/>
            {number.map(|number| view! { <input type="hidden" name="forward" value=number.to_string()/> })}
            <Field id=address_id name="form[address]" label="Email address" kind="email" inputmode="email" value=address/>
            <Field id=name_id name="form[name]" label="Name" value=name/>
            <Submit label="OK"/>
        </PostForm>
    }
    .into_any()
}
