//! `/contacts/:id`: an agent's or supplier's file, and the correspondence as a client's page shows it.

use super::action_list::{DayDeeds, of_party, plan_page};
use super::client::{below_head, correspondence};
use super::client_merged::merged_lines;
use super::client_shared::also_on_file;
use super::history_filter::Chosen;
use crate::api::contacts::contact;
use crate::api::days::{office_days, period};
use crate::api::history::{DropFilter, SaveFilter};
use crate::api::merge::UndoMerge;
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::*;

/// A contact's file: who it is, and the correspondence.
#[component]
pub fn ContactPage() -> impl IntoView {
    let id = param("id", ClientId(0));
    let map = use_query_map();
    let chosen = Memo::new(move |_| map.with(Chosen::read).of_contact());
    let (cursor, open) = (query("cursor"), query("open"));
    let (save, drop) = (ServerAction::<SaveFilter>::new(), ServerAction::<DropFilter>::new());
    let undo = ServerAction::<UndoMerge>::new();
    let deeds = DayDeeds::new();
    let done_to_day = deeds.problem();
    let problem = Signal::derive(move || {
        problem_of(undo).get().or_else(|| problem_of(save).get()).or_else(|| problem_of(drop).get()).or_else(|| done_to_day.get())
    });
    let data = Resource::new(
        move || (id.get(), chosen.get(), cursor.get(), open.get()),
        |(id, chosen, cursor, open)| async move {
            let (filter, cursor) = (chosen.filter(&*office_days()), (!cursor.is_empty()).then_some(cursor));
            // First, since it leads on to the contact that a merged one became.
            let (card, shared) = contact(id).await?;
            Ok::<_, crate::Trouble>((card, shared, below_head(id, filter, cursor, &open).await?))
        },
    );
    let may = |permission| use_context::<Viewer>().is_some_and(|viewer| viewer.may(permission));
    let (may_edit, may_export) = (may(Permission::ClientsEdit), may(Permission::LettersExport));
    view! {
        <Done words=vec![
            ("saved", "The contact is saved. The history follows the addresses at once."),
            ("filed", "The letter is filed here by hand. Everyone who may open this contact can read it now."),
            ("kept-off", "The letter is kept off this contact."),
            ("merged", "The two contacts are one. Its history has the letters of both."),
            ("apart", "The merger is undone: both contacts are as they were before it."),
            ("came-here", "The contact you asked for was merged into this one."),
            ("put-back", "The contact is back, with its addresses and the decisions about it."),
            ("undone", "Undone: the addresses decide about this letter again."),
            ("filter-saved", "The filters are saved. You find them above every history."),
            ("filter-deleted", "The saved filter is deleted."),
        ]/>
        {load(data, "the contact and the letters", move |(card, shared, (merged, planned, shown))| {
            let id = card.id;
            view! {
                <ErrorSummary problem=problem/>
                {head(card, &shared, may_edit, of_party(planned, deeds))}
                {merged_lines(id, "contact", merged, undo)}
                {correspondence(id, shown, (&chosen.get_untracked(), &cursor.get_untracked()), (save, drop), (may_edit, may_export), ().into_any())}
            }
            .into_any()
        })}
    }
}

fn head(card: ContactCard, shared: &[SharedAddress], may_edit: bool, planned: AnyView) -> AnyView {
    let lines = card
        .addresses
        .iter()
        .map(|address| view! { <li><span class="slot">{address.slot}</span><span>{address.address.clone()}<span class="quiet">{period(address.valid_from, address.valid_to, "")}</span>{also_on_file(shared, &address.address)}</span></li> })
        .collect_view();
    let centre = card.cost_centre.clone().map(|(_, name)| format!(" · {name}"));
    view! {
        <Title text=card.name.clone()/>
        <div class="client-head">
            <nav class="crumbs" aria-label="You are here"><a href="/contacts">"Contacts"</a></nav>
            <h1>{card.name.clone()}</h1>
            <p class="lead">{card.line()}{centre}</p>
            <div class="actions">
                {may_edit.then(|| view! {
                    <a class="button" data-variant="quiet" href=format!("/contacts/{}/delete", card.id)>"Delete"</a>
                    <a class="button" data-variant="quiet" href=format!("/contacts/{}/merge", card.id)>"Merge"</a>
                    <a class="button" data-variant="secondary" href=format!("/contacts/{}/edit", card.id)>"Change"</a>
                })}
                <a class="button" data-variant="secondary" href=plan_page(card.id)><span>"Plan"<span class="plan-what">" a letter"</span></span></a>
                <a class="button" data-variant="primary" href=format!("/compose?client={}", card.id)>"Write a letter"</a>
            </div>
            <details class="file">
                <summary>{text::count(card.addresses.len() as i64, "address on file", "addresses on file")}</summary>
                <div class="persons"><div class="person">
                    <h2>"Addresses"</h2>
                    {if card.addresses.is_empty() {
                        view! { <p class="quiet">"No address on file"</p> }.into_any()
                    } else {
                        view! { <ul>{lines}</ul> }.into_any()
                    }}
                </div></div>
            </details>
            {planned}
        </div>
    }
    .into_any()
}
