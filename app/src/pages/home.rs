//! `/`: the steps that are left of the first set-up, then where to go on: find a client, those with new letters, whether all is well.

use super::account_joins::told;
use super::home_steps::{last_step, steps};
use crate::api::start::start_page;
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::{AccountLine, AccountMood, ClientNews, Permission, Viewer};

/// The first page.
#[component]
pub fn HomePage() -> impl IntoView {
    let data = Resource::new(|| (), |()| start_page());
    load(data, "your office", |start| {
        let viewer = use_context::<Viewer>();
        let may = |permission| viewer.as_ref().is_some_and(|viewer| viewer.may(permission));
        let (may_connect, may_add_clients) = (may(Permission::AccountsManage), may(Permission::ClientsEdit));
        let left = steps(&start, may_connect, may_add_clients);
        let last = last_step(&start, may_connect, may_add_clients);
        let begun = start.clients > 0 || !start.accounts.is_empty() || start.without_centre;
        match left {
            Some(left) if !begun => view! {
                <PageHead title="Welcome to Postroom" lead="A few steps, and every letter to and from your clients is on file. You can leave at any time: what is left stands here."/>
                {left}
            }
            .into_any(),
            left => view! {
                <Done words=vec![("put-away", "Put away. Sending can be set up whenever you want it: Accounts, then an account, then Outgoing.")]/>
                <PageHead title="Your office"/>
                {refused(&start.accounts)}
                {told(&start.joins)}
                {start.without_centre.then(no_centre)}
                {left}
                {find()}
                <div class="home-columns">
                    {news(start.news, start.clients)}
                    {accounts(start.accounts)}
                </div>
                {last}
            }
            .into_any(),
        }
    })
}

/// Accounts that were disabled because their password is refused: told to those who can mend it (IT-15).
fn refused(accounts: &[AccountLine]) -> AnyView {
    accounts
        .iter()
        .filter(|account| account.state == AccountMood::NeedsPassword)
        .map(|account| {
            let (words, href) = (format!("“{}” is no longer collected. ", account.name), format!("/accounts/{}?tab=server", account.id));
            view! {
                <Banner tone="bad">
                    <p><strong>{words}</strong>"Its mail server refuses the sign-in. Nothing is lost: what arrives meanwhile is collected as soon as it is mended. "<a href=href>"Enter the new password or secret"</a></p>
                </Banner>
            }
        })
        .collect_view()
        .into_any()
}

/// Why somebody who came by an invitation sees nobody, and who can help.
fn no_centre() -> AnyView {
    view! {
        <Banner tone="warn">
            <p><strong>"You see no client yet. "</strong>"Clients belong to cost centres, and you belong to none so far. Ask an administrator to put you into yours: under Settings, People, your name."</p>
        </Banner>
    }
    .into_any()
}

fn find() -> AnyView {
    view! {
        <GetForm action="/clients" class="panel home-find" search="Clients">
            <div class="field">
                <label for="words">"Find a client"</label>
                <div class="with-button">
                    <input id="words" name="words" type="search" autocomplete="off" aria-describedby="words-hint"/>
                    <button type="submit" class="button" data-variant="primary">"Find"</button>
                </div>
                <p class="hint" id="words-hint">"Part of a code, a name or an address. For words in letters, use the box at the top of the page."</p>
            </div>
        </GetForm>
    }
    .into_any()
}

fn news(news: Vec<ClientNews>, clients: i64) -> AnyView {
    if news.is_empty() {
        let why = if clients == 0 {
            "No client is yours to see yet. Letters appear here as soon as a client with an address is on file."
        } else {
            "None of the newest letters is to or from a client of yours. They appear here as they come."
        };
        return view! {
            <section class="panel"><h2>"Newest letters"</h2><p class="quiet">{why}</p><p><a href="/clients">"All clients"</a></p></section>
        }
        .into_any();
    }
    let rows = news
        .into_iter()
        .map(|client| {
            view! {
                <li>
                    <a href=format!("/clients/{}", client.id)>{client.name}</a>
                    <span class="quiet">{client.code}" · "<Ago at=client.date/></span>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="panel">
            <h2>"Clients with the newest letters"</h2>
            <ul class="home-list">{rows}</ul>
            <p><a href="/clients">{format!("All {}", text::count(clients, "client", "clients"))}</a></p>
        </section>
    }
    .into_any()
}

/// One line when all is well; else a line for each account that needs somebody.
fn accounts(accounts: Vec<AccountLine>) -> AnyView {
    if accounts.is_empty() {
        return ().into_any();
    }
    let unwell: Vec<&AccountLine> =
        accounts.iter().filter(|account| matches!(account.state, AccountMood::Unwell | AccountMood::NeedsPassword)).collect();
    let missing: i64 = accounts.iter().map(|account| account.missing).sum();
    let errored: i64 = accounts.iter().map(|account| account.errored).sum();
    let all = text::count(accounts.len() as i64, "mailbox", "mailboxes");
    let summary = match (unwell.is_empty(), missing) {
        (true, 0) if errored > 0 => view! { <p><Tag text="Look here" tone="warn" icon=Icon::Warning/>" "{text::errored(errored)}</p> }.into_any(),
        (true, 0) => view! { <p><Tag text="All is well" tone="good" icon=Icon::Tick/>" "{format!("{all}, no letter missing.")}</p> }.into_any(),
        (true, n) => view! { <p><Tag text="Still coming" tone="info" icon=Icon::Clock/>" "{format!("{} not here yet.", text::count(n, "letter is", "letters are"))}</p> }.into_any(),
        (false, _) => {
            let lines = unwell
                .iter()
                .map(|account| view! { <li><a href=format!("/accounts/{}", account.id)>{account.name.clone()}</a><Tag text="Needs somebody" tone="bad" icon=Icon::Cross/></li> })
                .collect_view();
            view! { <ul class="home-list">{lines}</ul> }.into_any()
        }
    };
    view! {
        <section class="panel">
            <h2>"Mailboxes"</h2>
            {summary}
            <p><a href="/accounts">"All accounts"</a></p>
        </section>
    }
    .into_any()
}
