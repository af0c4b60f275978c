//! `/settings/cost-centres/:id/services`: what a cost centre sends through, who overrides it, and what each person's letters come to.

use crate::api::sending::{OverrideService, RemoveService, SaveService, services};
use crate::ui::*;
use leptos::prelude::*;
use model::{CostCentreId, ResolvedRow, SendingAccount, ServiceCard, ServicesView};

/// The services of one cost centre.
#[component]
pub fn ServicesPage() -> impl IntoView {
    let id = param("id", CostCentreId(0));
    let change = query("change");
    let (save, remove) = (ServerAction::<SaveService>::new(), ServerAction::<RemoveService>::new());
    let over = ServerAction::<OverrideService>::new();
    let data = Resource::new(move || id.get(), services);
    let problem = Signal::derive(move || problem_of(save).get().or_else(|| problem_of(over).get()).or_else(|| problem_of(remove).get()));
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/settings">"Settings"</a><a href="/settings/cost-centres">"Cost centres"</a><a href=move || format!("/settings/cost-centres/{}", id.get())>"This one"</a></nav>
        <Done words=vec![("saved", "The change is saved."), ("removed", "The service is taken away.")]/>
        <ErrorSummary problem=problem/>
        {load(data, "the services", move |view: ServicesView| {
            let chosen = change.get_untracked();
            let chosen = view.services.iter().find(|card| card.service.id.to_string() == chosen).cloned();
            let (centre, name) = (view.centre, view.name.clone());
            view! {
                <PageHead title=format!("How {name} sends") lead="A service is the cost centre’s use of an account that sends. Letters leave through the default unless they say otherwise." problem=problem/>
                {list(&view, remove)}
                {if view.accounts.is_empty() { no_accounts() } else { form(centre, chosen, &view.accounts, save) }}
                {(!view.services.is_empty() && !view.people.is_empty()).then(|| overrides(&view, over))}
                {resolved(view.resolved)}
            }
            .into_any()
        })}
    }
}

fn no_accounts() -> AnyView {
    view! {
        <Empty icon=Icon::Accounts title="No account sends yet" why="A service needs an account that sends. Add one under Email accounts, or set up the outgoing side of one that is there.">
            <a class="button" data-variant="primary" href="/accounts">"Go to the accounts"</a>
        </Empty>
    }
    .into_any()
}

fn list(view: &ServicesView, remove: ServerAction<RemoveService>) -> AnyView {
    if view.services.is_empty() {
        return view! { <Banner tone="info"><p>"No service is set up here. Letters leave through the system e-mail account, if there is one."</p></Banner> }.into_any();
    }
    let centre = view.centre;
    let rows = view.services.iter().cloned().map(|card| row(centre, card, remove)).collect_view();
    view! {
        <table class="table" data-cards="true"><caption class="visually-hidden">"Services"</caption>
            <thead><tr><th scope="col">"Service"</th><th scope="col">"Account"</th><th scope="col">"State"</th><th scope="col">"Overrides"</th><th scope="col">"What to do"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(centre: CostCentreId, card: ServiceCard, remove: ServerAction<RemoveService>) -> AnyView {
    let ServiceCard { service, account_name, hindered, overrides } = card;
    let state = if hindered.is_empty() {
        view! { <Tag text="Sends" tone="good" icon=Icon::Tick/> }.into_any()
    } else {
        view! { <span class="reasons"><Tag text="Cannot send" tone="bad" icon=Icon::Cross/><span class="quiet">{hindered}</span></span> }
            .into_any()
    };
    let names = overrides.into_iter().map(|(_, person, _, account)| format!("{person}: {account}")).collect::<Vec<_>>().join(", ");
    let with = vec![("centre", centre.to_string()), ("id", service.id.to_string())];
    let change = format!("/settings/cost-centres/{centre}/services?change={}#service", service.id);
    let name = service.name.clone();
    view! {
        <tr>
            <th scope="row" data-label="Service"><span class="cluster">{service.name.clone()}{service.is_default.then(|| view! { <Tag text="Default" tone="info"/> })}</span></th>
            <td data-label="Account">{account_name}</td>
            <td data-label="State">{state}</td>
            <td data-label="Overrides">{if names.is_empty() { "None".to_owned() } else { names }}</td>
            <td data-label="What to do"><div class="cluster">
                <a class="button" data-variant="quiet" href=change aria-label=format!("Change: {name}")>"Change"</a>
                <PlainButton action=remove label="Take away" variant="quiet" about=name with=with/>
            </div></td>
        </tr>
    }
    .into_any()
}

fn account_options(accounts: &[SendingAccount], everyone: bool, none: &str) -> Vec<(String, String)> {
    let mut options = vec![(String::new(), none.to_owned())];
    let usable = accounts.iter().filter(|account| everyone || account.owner.is_none());
    options.extend(usable.map(|account| (account.id.to_string(), format!("{} ({})", account.name, account.sender_address))));
    options
}

fn form(centre: CostCentreId, chosen: Option<ServiceCard>, accounts: &[SendingAccount], save: ServerAction<SaveService>) -> AnyView {
    let title = chosen.as_ref().map_or_else(|| "Add a service".to_owned(), |card| format!("Change “{}”", card.service.name));
    let (id, name, account, is_default) = chosen
        .map(|card| (card.service.id.to_string(), card.service.name, card.service.account.to_string(), card.service.is_default))
        .unwrap_or_default();
    let options = account_options(accounts, false, "Choose an account");
    let label = if id.is_empty() { "Add the service" } else { "Save the service" };
    view! {
        <section class="panel" id="service" aria-labelledby="service-title">
            <h2 id="service-title">{title}</h2>
            <PostForm action=save>
                <input type="hidden" name="centre" value=centre.to_string()/>
                <input type="hidden" name="id" value=id/>
                <Field id="name" label="Name" hint="As people choose it when they write, like “Letters” or “Reminders”." value=name width="medium"/>
                <Select id="account" label="Account that sends" options=options value=account/>
                <Check id="is_default" name="is_default" label="Default e-mail service" hint="Letters of this cost centre leave through it, also those that nobody writes." checked=is_default/>
                <Submit label=label/>
            </PostForm>
        </section>
    }
    .into_any()
}

fn overrides(view: &ServicesView, over: ServerAction<OverrideService>) -> AnyView {
    let services = view.services.iter().map(|card| (card.service.id.to_string(), card.service.name.clone())).collect();
    let (centre, accounts) = (view.centre.to_string(), account_options(&view.accounts, true, "The service’s own account"));
    let people = view.people.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    view! {
        <section class="panel">
            <h2>"One person, another account"</h2>
            <p class="quiet">"For one person a service may use another account, as a whole: server, sign-in and sent letters are that account’s. Name and address on letters are each person’s own and never come from here."</p>
            <PostForm action=over>
                <input type="hidden" name="centre" value=centre/>
                <Select id="service" label="Service" options=services/>
                <Select id="user" label="Person" options=people/>
                <Select id="override_account" label="Uses" options=accounts/>
                <Submit label="Save the override" variant="secondary"/>
            </PostForm>
        </section>
    }
    .into_any()
}

/// What each person's letters come to, with its origin (FC-34).
pub fn resolved(rows: Vec<ResolvedRow>) -> AnyView {
    let rows = rows
        .into_iter()
        .map(|row| {
            let sends = row.missing.is_empty() && !row.account.is_empty();
            let missing = row.missing.into_iter().map(|sentence| view! { <li>{sentence}</li> }).collect_view();
            let (account, origin) = (if row.account.is_empty() { "None".to_owned() } else { row.account }, row.origin);
            view! {
                <tr>
                    <th scope="row" data-label="Letters of">{row.name}</th>
                    <td data-label="Account">{account}</td>
                    <td data-label="Because of">{if origin.is_empty() { "Nothing is set".to_owned() } else { origin }}</td>
                    <td data-label="From">{if row.from.is_empty() { "Nobody yet".to_owned() } else { row.from }}</td>
                    <td data-label="State">{if sends {
                        view! { <Tag text="Ready" tone="good" icon=Icon::Tick/> }.into_any()
                    } else {
                        view! { <div class="reasons"><Tag text="Not ready" tone="warn" icon=Icon::Warning/><ul class="plain quiet">{missing}</ul></div> }.into_any()
                    }}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="panel">
            <h2>"What it comes to"</h2>
            <table class="table" data-cards="true"><caption class="visually-hidden">"Resolved values and where they come from"</caption>
                <thead><tr><th scope="col">"Letters of"</th><th scope="col">"Account"</th><th scope="col">"Because of"</th><th scope="col">"From"</th><th scope="col">"State"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}
