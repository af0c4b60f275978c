//! `/`: the first steps while there is nothing to read yet; then straight to the clients.

use crate::Trouble;
use crate::api::{accounts::accounts, clients::clients};
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::components::Redirect;
use model::{AccountCard, AccountHealth, Permission, Viewer};

/// First steps with a tick each, or the clients.
#[component]
pub fn HomePage() -> impl IntoView {
    let state = Resource::new(|| (), |()| async { Ok::<_, Trouble>((accounts().await?, clients(String::new(), None).await?.1)) });
    load(state, "the first steps", |(accounts, clients)| {
        let working = accounts.iter().any(|account| account.health != AccountHealth::Draft);
        let viewer = use_context::<Viewer>();
        let may_start = viewer.is_some_and(|viewer| viewer.may(Permission::AccountsManage) || viewer.may(Permission::ClientsEdit));
        if (working && clients > 0) || !may_start {
            view! { <Redirect path="/clients"/> }.into_any()
        } else {
            steps(&accounts, working, clients)
        }
    })
}

fn steps(accounts: &[AccountCard], working: bool, clients: i64) -> AnyView {
    let draft = accounts.first().map_or_else(|| "/accounts".to_owned(), |account| format!("/accounts/{}?tab=folders", account.id));
    let has_account = !accounts.is_empty();
    view! {
        <PageHead title="Welcome to Postroom" lead="Three steps, and every letter to and from your clients is on file. You can leave and come back at any time."/>
        <ol class="steps">
            {step(true, "Administrator", "You are signed in.", "/settings/profile", "Your profile")}
            {step(has_account, "Connect a mailbox", "Give its address and password. Postroom finds the settings and tests them before anything is saved.", "/accounts/new", "Connect a mailbox")}
            {step(working, "Choose folders", "See what would be collected, then start. Postroom only reads; unread letters stay unread.", &draft, "Choose folders")}
            {step(clients > 0, "Add your clients", "Import a list or type them in. Each client's letters appear as soon as an address is on file.", "/clients/import", "Import clients")}
        </ol>
        <p class="quiet"><a href="/clients">"Go to the clients without finishing"</a></p>
    }
    .into_any()
}

fn step(done: bool, title: &'static str, words: &'static str, href: &str, button: &'static str) -> AnyView {
    let (state, tone) = if done { ("Done", "good") } else { ("To do", "quiet") };
    view! {
        <li class="step-card" data-done=done.to_string()>
            <div>
                <h2>{title}</h2>
                <p>{words}</p>
            </div>
            <div class="step-side">
                <Tag text=state tone=tone icon=if done { Icon::Tick } else { Icon::Clock }/>
                {(!done).then(|| view! { <a class="button" data-variant="primary" href=href.to_owned()>{button}</a> })}
            </div>
        </li>
    }
    .into_any()
}
