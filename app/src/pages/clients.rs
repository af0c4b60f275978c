//! `/clients`: everyone whom letters are about.

use crate::api::clients::clients;
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::{ClientLine, ClientOrder, Page, Permission, Viewer};

/// Search box, list, paging.
#[component]
pub fn ClientsPage() -> impl IntoView {
    let (words, order, cursor) = (query("words"), query("order"), query("cursor"));
    // An address that is to be added to the client who is chosen.
    let add = query("add").get_untracked();
    let (adding, hidden) = (add.clone(), add.clone());
    let data = Resource::new(
        move || (words.get(), order_of(&order.get()), cursor.get()),
        |(words, order, cursor)| clients(words, order, (!cursor.is_empty()).then_some(cursor)),
    );
    let may_edit = use_context::<Viewer>().is_some_and(|viewer| viewer.may(Permission::ClientsEdit));
    view! {
        <PageHead title="Clients">
            {may_edit.then(|| view! {
                <a class="button" data-variant="secondary" href="/clients/import">"Import a list"</a>
                <a class="button" data-variant="primary" href="/clients/new">{Icon::Plus.draw()}"Add a client"</a>
            })}
        </PageHead>
        {(!add.is_empty()).then(|| view! { <Banner tone="info"><p>{format!("Choose the client to whom {add} is to be added. ")}<a href="/clients">"Cancel"</a></p></Banner> })}
        <GetForm action="/clients" class="filter" search="Clients">
            <div class="field">
                <label for="words">"Find a client"</label>
                <div class="with-button">
                    <input id="words" name="words" type="search" value=move || words.get() autocomplete="off" aria-describedby="words-hint"/>
                    <button type="submit" class="button" data-variant="secondary">"Find"</button>
                </div>
                <p class="hint" id="words-hint">"Part of a code, a name or an address"</p>
            </div>
            {(!hidden.is_empty()).then(|| view! { <input type="hidden" name="add" value=hidden/> })}
            {move || (order_of(&order.get()) == ClientOrder::Latest).then(|| view! { <input type="hidden" name="order" value="latest"/> })}
        </GetForm>
        {load(data, "clients", move |(page, found, total)| list(page, found, total, &Asked { words: words.get_untracked(), order: order.get_untracked(), cursor: cursor.get_untracked(), add: adding.clone() }, may_edit))}
    }
}

/// What stands in the address.
struct Asked {
    words: String,
    order: String,
    cursor: String,
    add: String,
}

fn order_of(word: &str) -> ClientOrder {
    if word == "latest" { ClientOrder::Latest } else { ClientOrder::Name }
}

fn list(page: Page<ClientLine>, found: i64, total: i64, asked: &Asked, may_edit: bool) -> AnyView {
    let Asked { words, order, cursor, add } = asked;
    if page.rows.is_empty() {
        return empty(total, words, may_edit);
    }
    let next = page.next.map(|next| with_query("/clients", &[("words", words), ("order", order), ("add", add), ("cursor", &next)]));
    let first = (!cursor.is_empty()).then(|| with_query("/clients", &[("words", words), ("order", order), ("add", add)]));
    let orders = [("", "By name"), ("latest", "By latest letter")].map(|(order, label)| {
        let current = (order_of(order) == order_of(&asked.order)).then_some("true");
        view! { <a href=with_query("/clients", &[("words", words), ("order", order), ("add", add)]) aria-current=current>{label}</a> }
    });
    let orders = orders.into_iter().collect_view();
    view! {
        <div class="list-head">
            <p class="quiet" role="status">{counted(found, total, words)}</p>
            <nav class="orders" aria-label="Order of the list">{orders}</nav>
        </div>
        <table class="table" data-cards="true">
            <caption class="visually-hidden">"Clients"</caption>
            <thead><tr><th scope="col">"Client"</th><th scope="col">"Code"</th><th scope="col">"Addresses on file"</th><th scope="col">"Latest letter"</th><th scope="col">"Cost centre"</th></tr></thead>
            <tbody>{page.rows.into_iter().map(|line| row(line, add)).collect_view()}</tbody>
        </table>
        <Older next=next first=first label="More clients" back="First clients"/>
    }
    .into_any()
}

/// "214 clients", "12 of 214 clients with “ada”".
fn counted(found: i64, total: i64, words: &str) -> String {
    match words.trim() {
        "" => text::count(total, "client", "clients"),
        words => format!("{} of {} with “{words}”", text::number(found), text::count(total, "client", "clients")),
    }
}

fn row(line: ClientLine, add: &str) -> AnyView {
    let ClientLine { card: client, latest } = line;
    let latest = match latest {
        Some(at) => view! { <When at=at/> }.into_any(),
        None => "–".into_any(),
    };
    let first = client.addresses.first().map(|address| address.address.clone());
    let more = client.addresses.len().saturating_sub(1);
    let addresses = match (first, more) {
        (None, _) => "None: no letters can be found".to_owned(),
        (Some(first), 0) => first,
        (Some(first), more) => format!("{first} and {more} more"),
    };
    let href = if add.is_empty() {
        format!("/clients/{}", client.id)
    } else {
        with_query(&format!("/clients/{}/edit", client.id), &[("address", add)])
    };
    view! {
        <tr class="row-link">
            <th scope="row" data-label="Client"><a href=href>{client.name}</a></th>
            <td data-label="Code" class="nowrap">{client.code}</td>
            <td data-label="Addresses">{addresses}</td>
            <td data-label="Latest letter" class="nowrap">{latest}</td>
            <td data-label="Cost centre">{client.cost_centre.unwrap_or_else(|| "–".to_owned())}</td>
        </tr>
    }
    .into_any()
}

fn empty(total: i64, words: &str, may_edit: bool) -> AnyView {
    if !words.is_empty() {
        return view! {
            <Empty icon=Icon::Search title="No client found" why=format!("No code, name or address has “{words}” in it.")>
                <a class="button" data-variant="secondary" href="/clients">"Show all clients"</a>
            </Empty>
        }
        .into_any();
    }
    let _ = total;
    if may_edit {
        return view! {
            <Empty icon=Icon::Clients title="No clients yet" why="Clients are the people whom letters are about. Import your list: a client's letters appear as soon as an address is on file.">
                <a class="button" data-variant="primary" href="/clients/import">"Import a list"</a>
            </Empty>
        }
        .into_any();
    }
    view! { <Empty icon=Icon::Clients title="No clients to show" why="There are no clients in your cost centres yet. An administrator can add them, or add you to a cost centre."/> }
        .into_any()
}
