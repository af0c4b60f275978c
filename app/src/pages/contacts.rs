//! `/contacts`: agents and suppliers.

use crate::api::contacts::contacts;
use crate::api::days::office_days;
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::{ContactCard, ContactList, ContactSide, GONE_LISTED, GoneLine, Permission, Viewer, day_words};

/// Search, filters, list, paging.
#[component]
pub fn ContactsPage() -> impl IntoView {
    let (words, side, kind, cursor) = (query("words"), query("side"), query("type"), query("cursor"));
    let data = Resource::new(
        move || (words.get(), side.get(), kind.get().parse().ok(), cursor.get()),
        |(words, side, kind, cursor)| contacts(words, side, kind, (!cursor.is_empty()).then_some(cursor)),
    );
    let may_edit = use_context::<Viewer>().is_some_and(|viewer| viewer.may(Permission::ClientsEdit));
    view! {
        <PageHead title="Contacts" lead="Agents and suppliers whose letters the office keeps. A contact's history shows every letter with one of its addresses, as a client's does.">
            {may_edit.then(|| view! {
                <a class="button" data-variant="secondary" href="/contacts/import">"Import a list"</a>
                <a class="button" data-variant="primary" href="/contacts/new">{Icon::Plus.draw()}"Add a contact"</a>
            })}
        </PageHead>
        {load(data, "contacts", move |found| {
            let asked = Asked { words: words.get_untracked(), side: side.get_untracked(), kind: kind.get_untracked(), cursor: cursor.get_untracked() };
            let gone = deleted(&found.gone);
            view! { {filter(&found, &asked)} {list(found, &asked, may_edit)} {gone} }.into_any()
        })}
    }
}

/// What stands in the address.
struct Asked {
    words: String,
    side: String,
    kind: String,
    cursor: String,
}

impl Asked {
    fn address(&self, cursor: &str) -> String {
        with_query("/contacts", &[("words", &self.words), ("side", &self.side), ("type", &self.kind), ("cursor", cursor)])
    }

    fn is_open(&self) -> bool {
        [&self.words, &self.side, &self.kind].iter().all(|value| value.trim().is_empty())
    }
}

fn filter(found: &ContactList, asked: &Asked) -> AnyView {
    let mut sides = vec![(String::new(), "Agents and suppliers".to_owned())];
    sides.extend(ContactSide::ALL.map(|side| (side.as_str().to_owned(), format!("{}s", side.label()))));
    let mut kinds = vec![(String::new(), "Any type".to_owned())];
    kinds.extend(found.types.iter().map(|kind| (kind.id.to_string(), kind.name.clone())));
    let (words, side, kind) = (asked.words.clone(), asked.side.clone(), asked.kind.clone());
    view! {
        <GetForm action="/contacts" class="filter" search="Contacts">
            <div class="filter-grid">
                <Select id="side" label="Side" options=sides value=side/>
                <Select id="type" label="Contact type" options=kinds value=kind/>
            </div>
            <div class="field">
                <label for="words">"Find a contact"</label>
                <div class="with-button">
                    <input id="words" name="words" type="search" value=words autocomplete="off" aria-describedby="words-hint"/>
                    <button type="submit" class="button" data-variant="secondary">"Find"</button>
                </div>
                <p class="hint" id="words-hint">"Part of a name, a company or an address"</p>
            </div>
        </GetForm>
    }
    .into_any()
}

fn list(found: ContactList, asked: &Asked, may_edit: bool) -> AnyView {
    if found.rows.is_empty() {
        return empty(&found, may_edit);
    }
    let counted = match asked.is_open() {
        true => text::count(found.total, "contact", "contacts"),
        false => format!("{} of {}", text::number(found.found), text::count(found.total, "contact", "contacts")),
    };
    let next = found.next.map(|next| asked.address(&next.to_string()));
    let first = (!asked.cursor.is_empty()).then(|| asked.address(""));
    view! {
        <div class="list-head"><p class="quiet" role="status">{counted}</p></div>
        <table class="table" data-cards="true">
            <caption class="visually-hidden">"Contacts"</caption>
            <thead><tr><th scope="col">"Contact"</th><th scope="col">"Company"</th><th scope="col">"Side"</th><th scope="col">"Type"</th><th scope="col">"Addresses on file"</th></tr></thead>
            <tbody>{found.rows.into_iter().map(row).collect_view()}</tbody>
        </table>
        <Older next=next first=first label="More contacts" back="First contacts"/>
    }
    .into_any()
}

fn row(card: ContactCard) -> AnyView {
    let addresses = match (card.addresses.first(), card.addresses.len()) {
        (None, _) => "None: no letters can be found".to_owned(),
        (Some(first), 1) => first.address.clone(),
        (Some(first), n) => format!("{} and {} more", first.address, n - 1),
    };
    let company = if card.company.is_empty() { "–".to_owned() } else { card.company };
    view! {
        <tr class="row-link">
            <th scope="row" data-label="Contact"><a href=format!("/contacts/{}", card.id)>{card.name}</a></th>
            <td data-label="Company">{company}</td>
            <td data-label="Side">{card.side.label()}</td>
            <td data-label="Type">{card.contact_type.name}</td>
            <td data-label="Addresses on file">{addresses}</td>
        </tr>
    }
    .into_any()
}

/// Contacts that were deleted, each leading to the page that puts it back.
fn deleted(gone: &[GoneLine]) -> AnyView {
    if gone.is_empty() {
        return ().into_any();
    }
    let days = office_days();
    let lines = gone
        .iter()
        .map(|gone| {
            let company = if gone.company.is_empty() { String::new() } else { format!(" · {}", gone.company) };
            let when = format!("{company} · deleted on {}", day_words(&days.day_of(gone.at)));
            view! { <li><a href=format!("/contacts/{}/deleted", gone.id)>{gone.name.clone()}</a><span class="quiet">{when}</span></li> }
        })
        .collect_view();
    let count = text::count(gone.len() as i64, "deleted contact", "deleted contacts");
    let all = gone.len() < GONE_LISTED;
    view! {
        <details class="panel" id="deleted">
            <summary>{if all { count } else { format!("{count} or more") }}</summary>
            <p class="hint">{if all { "Open one to put it back." } else { "Those deleted last. Find an older one by a part of its name. Open one to put it back." }}</p>
            <ul class="plain-list">{lines}</ul>
        </details>
    }
    .into_any()
}

fn empty(found: &ContactList, may_edit: bool) -> AnyView {
    if found.total > 0 {
        return view! {
            <Empty icon=Icon::Search title="No contact found" why="Try a part of the name, the company or an address, or another side or type.">
                <a class="button" data-variant="secondary" href="/contacts">"Show all contacts"</a>
            </Empty>
        }
        .into_any();
    }
    view! {
        <Empty icon=Icon::Clients title="No contacts yet" why="Add the agents and suppliers who write to the office: their replies can be imported by contact type.">
            {may_edit.then(|| view! { <a class="button" data-variant="primary" href="/contacts/new">"Add a contact"</a> })}
        </Empty>
    }
    .into_any()
}
