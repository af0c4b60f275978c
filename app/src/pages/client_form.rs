//! `/clients/new` and `/clients/:id/edit`: name, code, cost centre, six addresses (FP-05).

use crate::api::{
    clients::{SaveClient, client},
    people::cost_centres,
};
use crate::ui::*;
use leptos::prelude::*;
use model::*;

/// A new client.
#[component]
pub fn NewClientPage() -> impl IntoView {
    let save = ServerAction::<SaveClient>::new();
    let centres = Resource::new(|| (), |()| cost_centres());
    let problem = problem_of(save);
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/clients">"Clients"</a></nav>
        <ErrorSummary problem=problem/>
        <PageHead title="Add a client" problem=problem/>
        {load(centres, "the form", move |centres| form(save, None, ClientForm::default(), centres))}
    }
}

/// A client on file.
#[component]
pub fn EditClientPage() -> impl IntoView {
    let id = param("id", ClientId(0));
    let save = ServerAction::<SaveClient>::new();
    let data = Resource::new(move || id.get(), |id| async move { Ok::<_, crate::Trouble>((client(id).await?, cost_centres().await?)) });
    let problem = problem_of(save);
    load(data, "the client", move |((card, typed), centres)| {
        let back = format!("/clients/{}", card.id);
        view! {
            <nav class="crumbs" aria-label="You are here"><a href="/clients">"Clients"</a><a href=back>{card.name.clone()}</a></nav>
            <ErrorSummary problem=problem/>
            <PageHead title=format!("Change {}", card.name) problem=problem/>
            {form(save, Some(card.id), typed, centres)}
        }
        .into_any()
    })
}

fn form(save: ServerAction<SaveClient>, id: Option<ClientId>, typed: ClientForm, centres: Vec<CostCentre>) -> AnyView {
    let mut options = vec![(String::new(), "None".to_owned())];
    options.extend(centres.iter().map(|centre| (centre.id.to_string(), centre.name.clone())));
    let centre = typed.cost_centre.map(|centre| centre.to_string()).unwrap_or_default();
    let back = id.map_or_else(|| "/clients".to_owned(), |id| format!("/clients/{id}"));
    view! {
        <PostForm action=save>
            {id.map(|id| view! { <input type="hidden" name="id" value=id.to_string()/> })}
            <div class="panel">
                <Field id="name" name="form[name]" label="Name" value=typed.name.clone()/>
                <Field id="code" name="form[code]" label="Code" hint="Your office's own; each client has another." value=typed.code.clone() width="medium"/>
                {if centres.is_empty() {
                    ().into_any()
                } else {
                    view! { <Select id="cost_centre" name="form[cost_centre]" label="Cost centre" options=options value=centre/> }.into_any()
                }}
            </div>
            {slots("self", "form[self_addresses]", "The client's addresses", &typed.self_addresses)}
            {slots("partner", "form[partner_addresses]", "The partner's addresses", &typed.partner_addresses)}
            <div class="cluster">
                <Submit label="Save"/>
                <a class="button" data-variant="quiet" href=back>"Cancel"</a>
            </div>
        </PostForm>
    }
    .into_any()
}

fn slots(person: &'static str, name: &'static str, legend: &'static str, typed: &[SlotForm]) -> AnyView {
    let slots = (0..SLOTS as usize).map(|at| slot(person, name, at, typed.get(at).cloned().unwrap_or_default())).collect_view();
    view! {
        <fieldset class="panel">
            <legend>{legend}</legend>
            <p class="hint">"Up to three. A change takes effect at once, on old letters too. The days are for addresses that changed hands."</p>
            {slots}
        </fieldset>
    }
    .into_any()
}

fn slot(person: &'static str, name: &'static str, at: usize, typed: SlotForm) -> AnyView {
    let id = format!("{person}{}", at + 1);
    let dated = !typed.valid_from.is_empty() || !typed.valid_to.is_empty();
    view! {
        <div class="slot-form">
            <Field id=id.clone() name=format!("{name}[{at}][address]") label=format!("Address {}", at + 1) kind="email" inputmode="email" value=typed.address/>
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
