//! The first minutes: what is done and what is left, told from what exists. So it can be left anywhere and found again here.

use crate::api::start::PutAwayLastStep;
use crate::ui::form::csrf;
use crate::ui::*;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::{AccountMood, SendingStep, Start};

/// Whether a step without which Postroom does nothing is left, that the viewer may do.
fn are_left(start: &Start, may_connect: bool, may_add_clients: bool) -> bool {
    let collecting = start.accounts.iter().any(|account| account.state != AccountMood::Draft);
    !collecting && may_connect || start.clients == 0 && may_add_clients
}

/// The steps, as long as one is left that the viewer may do.
pub fn steps(start: &Start, may_connect: bool, may_add_clients: bool) -> Option<AnyView> {
    let connected = !start.accounts.is_empty();
    let collecting = start.accounts.iter().any(|account| account.state != AccountMood::Draft);
    let clients = start.clients > 0;
    let sends = start.sending == SendingStep::Done;
    if !are_left(start, may_connect, may_add_clients) {
        return None;
    }
    let done = 1 + usize::from(connected) + usize::from(collecting) + usize::from(clients) + usize::from(may_connect && sends);
    let all = 4 + usize::from(may_connect);
    let draft = start.accounts.iter().find(|account| account.state == AccountMood::Draft);
    let folders = draft.map_or_else(|| "/accounts".to_owned(), |account| format!("/accounts/{}?tab=folders", account.id));
    let steps = view! {
        <section aria-labelledby="steps-title">
            <h2 id="steps-title" class="steps-title">{format!("Set-up: {done} of {all} steps done")}</h2>
            <ol class="steps">
                {step(true, "Administrator", "You are signed in.", "/settings/profile", "Your profile")}
                {step(connected, "Connect a mailbox", "Give its address and password. Postroom finds the settings and tests them before anything is saved.", "/accounts/new", "Connect a mailbox")}
                {step(collecting, "Choose folders", "See what would be collected, then start. Postroom only reads; unread letters stay unread.", if connected { &folders } else { "" }, "Choose folders")}
                {step(clients, "Add your clients", "Import a list or type them in. Each client's letters appear as soon as an address is on file.", "/clients/import", "Import clients")}
                {may_connect.then(|| {
                    let (words, href, button) = sending(start.sending);
                    // Before there is a mailbox, that is the step to take.
                    step(sends, SENDING, words, if connected { &href } else { "" }, button)
                })}
            </ol>
            {before_you_start()}
        </section>
    };
    Some(steps.into_any())
}

const SENDING: &str = "Answer letters from here";

/// What is left of sending: what to know, where that is done, and its button.
fn sending(left: SendingStep) -> (&'static str, String, &'static str) {
    let outgoing = |id| format!("/accounts/{id}/sending");
    match left {
        SendingStep::NoMailbox => {
            ("Postroom can also send, by the outgoing server of an account.", "/accounts/new/sending".to_owned(), "Set up sending")
        }
        SendingStep::NotSetUp(id) => (
            "Postroom can also send. Give the mailbox's outgoing server, and answers leave in the office's name.",
            outgoing(id),
            "Set up sending",
        ),
        SendingStep::NotProven(id) => (
            "An outgoing server is on file. Show that it sends: by a test of the connection, or by a code in a letter.",
            outgoing(id),
            "Test the outgoing server",
        ),
        SendingStep::NotNamed(id) => (
            "An account can send, and no letter leaves by it yet. Make it the system e-mail account, or the service of a cost centre.",
            outgoing(id),
            "Choose the account",
        ),
        SendingStep::NoSender(user) => {
            ("An account can send. Say under which name and address you write.", format!("/settings/senders/{user}"), "Enter your sender")
        }
        SendingStep::NotConfirmed => (
            "An account can send. Confirm the address you write under: a code comes to it by letter.",
            "/settings/send-as".to_owned(),
            "Confirm the address",
        ),
        SendingStep::Done => ("Letters can be answered and written from here.", String::new(), ""),
    }
}

/// When all else is done: an office may want to read only, so that this is offered below the day's work and no longer counted.
pub fn last_step(start: &Start, may_connect: bool, may_add_clients: bool) -> Option<AnyView> {
    if !may_connect || start.put_away || start.sending == SendingStep::Done || are_left(start, may_connect, may_add_clients) {
        return None;
    }
    let (words, href, button) = sending(start.sending);
    let panel = view! {
        <section class="panel" aria-labelledby="steps-title">
            <h2 id="steps-title">{format!("Last step: {}", SENDING.to_lowercase())}</h2>
            <p>{words}" Until then, letters are read here and answered elsewhere."</p>
            <form method="post" action=PutAwayLastStep::url() class="actions">
                {csrf()}
                <a class="button" data-variant="secondary" href=href>{button}</a>
                <button type="submit" class="button" data-variant="quiet">"Put this away"</button>
            </form>
        </section>
    };
    Some(panel.into_any())
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
