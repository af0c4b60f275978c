//! `/clients/:id`: History → Email, newest first, with why each letter is here (FP-06, FP-07, S2).

use super::history_filter::{Chosen, filter_bar};
use crate::api::{clients::client, letters::history};
use crate::text;
use crate::ui::time::day_text;
use crate::ui::*;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::*;

/// A client's file: who it is, and the correspondence.
#[component]
pub fn ClientPage() -> impl IntoView {
    let id = param("id", ClientId(0));
    let map = use_query_map();
    let chosen = Memo::new(move |_| map.with(Chosen::read));
    let cursor = query("cursor");
    let data = Resource::new(
        move || (id.get(), chosen.get(), cursor.get()),
        |(id, chosen, cursor)| async move {
            let card = client(id).await?.0;
            let letters = history(id, chosen.filter(), (!cursor.is_empty()).then_some(cursor)).await?;
            Ok::<_, crate::Trouble>((card, letters))
        },
    );
    let may_edit = use_context::<Viewer>().is_some_and(|viewer| viewer.may(Permission::ClientsEdit));
    view! {
        <Done words=vec![("saved", "The client is saved. The history follows the addresses at once.")]/>
        {load(data, "the client and the letters", move |(card, letters)| {
            let id = card.id;
            view! {
                {head(card, may_edit)}
                <section aria-labelledby="history-title">
                    <h2 id="history-title" class="section-title">"History"<span class="quiet">" Email"</span></h2>
                    {filter_bar(id, chosen.get_untracked())}
                    {list(id, letters, &chosen.get_untracked(), &cursor.get_untracked(), may_edit)}
                    <p class="help-line">{Icon::Question.draw()}<a href=format!("/accounts/checklist?client={id}")>"Is a letter not here?"</a></p>
                </section>
            }
            .into_any()
        })}
    }
}

fn head(card: ClientCard, may_edit: bool) -> AnyView {
    let persons = [Person::Myself, Person::Partner].map(|person| addresses(&card, person));
    view! {
        <Title text=card.name.clone()/>
        <nav class="crumbs" aria-label="You are here"><a href="/clients">"Clients"</a></nav>
        <div class="page-head">
            <div>
                <h1>{card.name.clone()}</h1>
                <p class="lead">{card.code.clone()}{card.cost_centre.clone().map(|centre| format!(" · {centre}"))}</p>
            </div>
            {may_edit.then(|| view! { <div class="actions"><a class="button" data-variant="secondary" href=format!("/clients/{}/edit", card.id)>"Change"</a></div> })}
        </div>
        <div class="persons">{persons.into_iter().collect_view()}</div>
    }
    .into_any()
}

fn addresses(card: &ClientCard, person: Person) -> AnyView {
    let mine: Vec<&ClientAddress> = card.addresses.iter().filter(|address| address.person == person).collect();
    let title = match person {
        Person::Myself => "Client",
        Person::Partner => "Partner",
    };
    if mine.is_empty() {
        return view! { <div class="person"><h2>{title}</h2><p class="quiet">"No address on file"</p></div> }.into_any();
    }
    let lines = mine
        .into_iter()
        .map(|address| view! { <li><span class="slot">{address.slot}</span><span>{address.address.clone()}<span class="quiet">{validity(address)}</span></span></li> })
        .collect_view();
    view! { <div class="person"><h2>{title}</h2><ul>{lines}</ul></div> }.into_any()
}

/// " from 1 Jan 2020", " until …": the last day counts, so it stands one day before the stored end.
fn validity(address: &ClientAddress) -> String {
    let from = address.valid_from.map(|from| format!(" from {}", day_text(from)));
    let until = address.valid_to.map(|to| format!(" until {}", day_text(to - 1)));
    [from, until].into_iter().flatten().collect()
}

fn list(id: ClientId, page: Page<HistoryRow>, chosen: &Chosen, cursor: &str, may_edit: bool) -> AnyView {
    if page.rows.is_empty() {
        return empty(id, chosen, may_edit);
    }
    let shown = i64::try_from(page.rows.len()).unwrap_or(i64::MAX);
    let next = page.next.map(|next| chosen.address(id, &next));
    let first = (!cursor.is_empty()).then(|| chosen.address(id, ""));
    view! {
        <p class="visually-hidden" role="status">{text::count(shown, "letter shown", "letters shown")}</p>
        <LetterList rows=page.rows/>
        <Older next=next first=first/>
    }
    .into_any()
}

fn empty(id: ClientId, chosen: &Chosen, may_edit: bool) -> AnyView {
    if !chosen.is_open() {
        return view! {
            <Empty icon=Icon::Search title="No letters with these filters" why="This client may have other letters.">
                <a class="button" data-variant="secondary" href=format!("/clients/{id}")>"Clear filters"</a>
            </Empty>
        }
        .into_any();
    }
    view! {
        <Empty icon=Icon::Mail title="No letters yet" why="No collected letter has one of the addresses above. Check the addresses, and that the accounts are up to date.">
            {if may_edit {
                view! { <a class="button" data-variant="secondary" href=format!("/clients/{id}/edit")>"Change the addresses"</a> }
            } else {
                view! { <a class="button" data-variant="secondary" href="/accounts".to_owned()>"See the e-mail accounts"</a> }
            }}
        </Empty>
    }
    .into_any()
}
