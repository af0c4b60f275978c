//! The first minutes: what is done and what is left, told from what exists. So it can be left anywhere and found again here.

use crate::ui::*;
use leptos::prelude::*;
use model::{AccountMood, Start};

/// The steps, as long as one is left that the viewer may do.
pub fn steps(start: &Start, may_connect: bool, may_add_clients: bool) -> Option<AnyView> {
    let connected = !start.accounts.is_empty();
    let collecting = start.accounts.iter().any(|account| account.state != AccountMood::Draft);
    let clients = start.clients > 0;
    let left = !(connected && collecting) && may_connect || !clients && may_add_clients;
    if !left {
        return None;
    }
    let done = 1 + usize::from(connected) + usize::from(collecting) + usize::from(clients);
    let draft = start.accounts.iter().find(|account| account.state == AccountMood::Draft);
    let folders = draft.map_or_else(|| "/accounts".to_owned(), |account| format!("/accounts/{}?tab=folders", account.id));
    let steps = view! {
        <section aria-labelledby="steps-title">
            <h2 id="steps-title" class="steps-title">{format!("Set-up: {done} of 4 steps done")}</h2>
            <ol class="steps">
                {step(true, "Administrator", "You are signed in.", "/settings/profile", "Your profile")}
                {step(connected, "Connect a mailbox", "Give its address and password. Postroom finds the settings and tests them before anything is saved.", "/accounts/new", "Connect a mailbox")}
                {step(collecting, "Choose folders", "See what would be collected, then start. Postroom only reads; unread letters stay unread.", if connected { &folders } else { "" }, "Choose folders")}
                {step(clients, "Add your clients", "Import a list or type them in. Each client's letters appear as soon as an address is on file.", "/clients/import", "Import clients")}
            </ol>
            {before_you_start()}
        </section>
    };
    Some(steps.into_any())
}

/// A step; without an address it cannot be done yet.
fn step(done: bool, title: &'static str, words: &'static str, href: &str, button: &'static str) -> AnyView {
    let (state, tone) = if done { ("Done", "good") } else { ("To do", "quiet") };
    let link = (!done && !href.is_empty()).then(|| view! { <a class="button" data-variant="primary" href=href.to_owned()>{button}</a> });
    view! {
        <li class="step-card" data-done=done.to_string()>
            <div>
                <h3>{title}</h3>
                <p>{words}</p>
            </div>
            <div class="step-side">
                <Tag text=state tone=tone icon=if done { Icon::Tick } else { Icon::Clock }/>
                {link}
            </div>
        </li>
    }
    .into_any()
}

/// What to have at hand (FP-08, FP-11, FP-12, FP-35, TP-30).
fn before_you_start() -> AnyView {
    view! {
        <details class="help">
            <summary>"What should I have at hand?"</summary>
            <ul>
                <li>"The mailbox's e-mail address and its password. Some providers (Google, Yahoo, BT) want an app password, made in the mailbox's security settings."</li>
                <li>"That reading by IMAP is allowed: some providers and servers have it switched off at first."</li>
                <li>"If the settings are not found from the address: the ones a phone or tablet uses for this mailbox are most likely the same. Otherwise the provider, or your own technical support, has them; we cannot know them."</li>
                <li>"A list of your clients with their addresses, saved as CSV. A few typed by hand will do to begin with."</li>
            </ul>
        </details>
    }
    .into_any()
}
