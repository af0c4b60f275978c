//! `/clients/new` and `/clients/:id/edit`: name, code, cost centre, six addresses (FP-05).

use super::client_effect::effect_panel;
use super::client_shared::also_on_file;
use crate::Trouble;
use crate::api::{
    clients::{SaveClient, draft_client},
    people::cost_centres,
};
use crate::ui::*;
use leptos::prelude::*;
use model::*;

/// A new client.
#[component]
pub fn NewClientPage() -> impl IntoView {
    page(Signal::stored(None))
}

/// A client on file.
#[component]
pub fn EditClientPage() -> impl IntoView {
    let id = param("id", ClientId(0));
    page(Signal::derive(move || Some(id.get())))
}

fn page(id: Signal<Option<ClientId>>) -> AnyView {
    let save = ServerAction::<SaveClient>::new();
    let (address, name) = (query("address"), query("name"));
    let data = Resource::new(asked(id), |(id, typed, look)| async move {
        Ok::<_, Trouble>((draft_client(id, typed, look).await?, cost_centres().await?))
    });
    let problem = problem_of(save);
    load(data, "the form", move |(mut draft, centres)| {
        if !draft.unsaved {
            put_in(&mut draft.form.name, &mut draft.form.self_addresses, &address.get_untracked(), &name.get_untracked());
        }
        let on_file = draft.card.as_ref().map(|card| (card.id, card.name.clone()));
        view! {
            {head("client", on_file, problem)}
            {form(save, draft, centres)}
        }
        .into_any()
    })
}

/// Which file the form is about, whether it comes back as it was typed, and whether what it would do is looked at first.
pub(super) fn asked(id: Signal<Option<ClientId>>) -> impl Fn() -> (Option<ClientId>, bool, bool) + Send + Sync + 'static {
    // A refusal without JavaScript stands in the address; then the form comes back as it was typed.
    let (refused, step) = (query("__err"), query("step"));
    move || {
        let look = step.get() == "look";
        (id.get(), look || !refused.get().is_empty(), look)
    }
}

/// What stands above the form of a client or a contact: the way back, what is wrong, and what the form is for.
pub(super) fn head(one: &'static str, on_file: Option<(ClientId, String)>, problem: Signal<Option<Problem>>) -> AnyView {
    let (list, all) = if one == "client" { ("/clients", "Clients") } else { ("/contacts", "Contacts") };
    let (title, back) = match on_file {
        Some((id, name)) => (format!("Change {name}"), Some((format!("{list}/{id}"), name))),
        None => (format!("Add a {one}"), None),
    };
    view! {
        <nav class="crumbs" aria-label="You are here">
            <a href=list>{all}</a>
            {back.map(|(href, name)| view! { <a href=href>{name}</a> })}
        </nav>
        <ErrorSummary problem=problem/>
        <PageHead title=title problem=problem/>
    }
    .into_any()
}

/// An address that is to be added goes into the first free place, a name where there is none yet.
pub(super) fn put_in(into: &mut String, slots: &mut Vec<SlotForm>, address: &str, name: &str) {
    if address.is_empty() || slots.iter().any(|slot| slot.address.eq_ignore_ascii_case(address)) {
        return;
    }
    if into.is_empty() {
        name.clone_into(into);
    }
    let slot = SlotForm { address: address.to_owned(), ..SlotForm::default() };
    if let Some(free) = slots.iter_mut().find(|slot| slot.address.is_empty()) {
        *free = slot;
    } else if (slots.len() as i64) < SLOTS {
        slots.push(slot);
    }
}

fn form(save: ServerAction<SaveClient>, draft: ClientDraft, centres: Vec<CostCentre>) -> AnyView {
    let ClientDraft { card, form: typed, unsaved, effect, shared } = draft;
    let seen = effect.as_ref().map(AddressEffect::mark);
    let id = card.map(|card| card.id);
    let mut options = vec![(String::new(), "None".to_owned())];
    options.extend(centres.iter().map(|centre| (centre.id.to_string(), centre.name.clone())));
    let centre = typed.cost_centre.map(|centre| centre.to_string()).unwrap_or_default();
    let back = id.map_or_else(|| "/clients".to_owned(), |id| format!("/clients/{id}"));
    view! {
        <PostForm action=save guard=if unsaved { "unsaved" } else { "yes" }>
            {id.map(|id| view! { <input type="hidden" name="id" value=id.to_string()/> })}
            {seen.clone().map(|seen| view! { <input type="hidden" name="seen" value=seen/> })}
            {effect.map(|effect| effect_panel(&effect, "client"))}
            <div class="panel">
                <Field id="name" name="form[name]" label="Name" value=typed.name.clone()/>
                <Field id="code" name="form[code]" label="Code" hint="Your office's own; each client has another. Capitals do not matter." value=typed.code.clone() width="medium"/>
                {if centres.is_empty() {
                    ().into_any()
                } else {
                    view! { <Select id="cost_centre" name="form[cost_centre]" label="Cost centre" options=options value=centre/> }.into_any()
                }}
            </div>
            {slots("self", "form[self_addresses]", "The client's addresses", &typed.self_addresses, &shared)}
            {slots("partner", "form[partner_addresses]", "The partner's addresses", &typed.partner_addresses, &shared)}
            <div class="cluster">
                {seen.is_none().then(|| view! { <Submit label="Save" name="intent" value="save"/> })}
                <Submit label="Preview" variant="secondary" name="intent" value="look"/>
                <a class="button" data-variant="quiet" href=back>"Cancel"</a>
            </div>
        </PostForm>
    }
    .into_any()
}

pub(super) fn slots(
    person: &'static str,
    name: &'static str,
    legend: &'static str,
    typed: &[SlotForm],
    shared: &[SharedAddress],
) -> AnyView {
    let slots = (0..SLOTS as usize).map(|at| slot(person, name, at, typed.get(at).cloned().unwrap_or_default(), shared)).collect_view();
    view! {
        <fieldset class="panel">
            <legend>{legend}</legend>
            <p class="hint">"Up to three. A change takes effect at once, on old letters too. The days are for addresses that changed hands."</p>
            {slots}
        </fieldset>
    }
    .into_any()
}

fn slot(person: &'static str, name: &'static str, at: usize, typed: SlotForm, shared: &[SharedAddress]) -> AnyView {
    let id = format!("{person}{}", at + 1);
    let also = also_on_file(shared, &typed.address.trim().to_lowercase());
    let dated = !typed.valid_from.is_empty() || !typed.valid_to.is_empty();
    view! {
        <div class="slot-form">
            <Field id=id.clone() name=format!("{name}[{at}][address]") label=format!("Address {}", at + 1) kind="email" inputmode="email" value=typed.address/>
            {also}
            <details open=dated>
                <summary>"Only for a time"</summary>
                <div class="filter-grid">
                    <Field id=format!("{id}_from") name=format!("{name}[{at}][valid_from]") label="First day" kind="date" value=typed.valid_from width="medium"/>
                    <Field id=format!("{id}_to") name=format!("{name}[{at}][valid_to]") label="Last day" kind="date" value=typed.valid_to width="medium"/>
                </div>
            </details>
        </div>
    }
    .into_any()
}
