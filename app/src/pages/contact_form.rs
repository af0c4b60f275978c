//! `/contacts/new` and `/contacts/:id/edit`: name, company, side, type, up to three addresses.

use super::client_effect::effect_panel;
use super::client_form::{asked, head, put_in, slots};
use crate::Trouble;
use crate::api::contacts::{SaveContact, draft_contact};
use crate::api::people::cost_centres;
use crate::ui::*;
use leptos::prelude::*;
use model::*;

/// A new contact.
#[component]
pub fn NewContactPage() -> impl IntoView {
    page(Signal::stored(None))
}

/// A contact on file.
#[component]
pub fn EditContactPage() -> impl IntoView {
    let id = param("id", ClientId(0));
    page(Signal::derive(move || Some(id.get())))
}

fn page(id: Signal<Option<ClientId>>) -> AnyView {
    let save = ServerAction::<SaveContact>::new();
    let (address, name) = (query("address"), query("name"));
    let data = Resource::new(asked(id), |(id, typed, look)| async move {
        Ok::<_, Trouble>((draft_contact(id, typed, look).await?, cost_centres().await?))
    });
    let problem = problem_of(save);
    load(data, "the form", move |(mut draft, centres)| {
        if !draft.unsaved {
            put_in(&mut draft.form.name, &mut draft.form.addresses, &address.get_untracked(), &name.get_untracked());
        }
        let on_file = draft.card.as_ref().map(|card| (card.id, card.name.clone()));
        view! {
            {head("contact", on_file, problem)}
            {form(save, draft, centres)}
        }
        .into_any()
    })
}

fn form(save: ServerAction<SaveContact>, draft: ContactDraft, centres: Vec<CostCentre>) -> AnyView {
    let ContactDraft { card, form: typed, types, unsaved, effect, shared } = draft;
    let seen = effect.as_ref().map(AddressEffect::mark);
    let id = card.map(|card| card.id);
    let mut options = vec![(String::new(), "None".to_owned())];
    options.extend(centres.iter().map(|centre| (centre.id.to_string(), centre.name.clone())));
    let centre = typed.cost_centre.map(|centre| centre.to_string()).unwrap_or_default();
    let mut kinds = vec![(String::new(), "Choose one".to_owned())];
    kinds.extend(types.into_iter().map(|kind| (kind.id.to_string(), kind.name)));
    let kind = typed.contact_type.map(|kind| kind.to_string()).unwrap_or_default();
    let mut sides = vec![(String::new(), "Choose one".to_owned())];
    sides.extend(ContactSide::ALL.map(|side| (side.as_str().to_owned(), side.label().to_owned())));
    let back = id.map_or_else(|| "/contacts".to_owned(), |id| format!("/contacts/{id}"));
    view! {
        <PostForm action=save guard=if unsaved { "unsaved" } else { "yes" }>
            {id.map(|id| view! { <input type="hidden" name="id" value=id.to_string()/> })}
            {seen.clone().map(|seen| view! { <input type="hidden" name="seen" value=seen/> })}
            {effect.map(|effect| effect_panel(&effect, "contact"))}
            <div class="panel">
                <Field id="name" name="form[name]" label="Name" hint="Of the person or the desk that writes" value=typed.name.clone()/>
                <Field id="company" name="form[company]" label="Company" hint="If any" value=typed.company.clone()/>
                <Select id="side" name="form[side]" label="Agent or supplier" options=sides value=typed.side.clone()/>
                <Select id="contact_type" name="form[contact_type]" label="Contact type" hint="Accounts import replies by these types." options=kinds value=kind/>
                {(!centres.is_empty()).then(|| view! { <Select id="cost_centre" name="form[cost_centre]" label="Cost centre" options=options value=centre/> })}
            </div>
            {slots("self", "form[addresses]", "Addresses", &typed.addresses, &shared)}
            <div class="cluster">
                {seen.is_none().then(|| view! { <Submit label="Save" name="intent" value="save"/> })}
                <Submit label="Preview" variant="secondary" name="intent" value="look"/>
                <a class="button" data-variant="quiet" href=back>"Cancel"</a>
            </div>
        </PostForm>
    }
    .into_any()
}
