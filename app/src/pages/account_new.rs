//! `/accounts/new`: a new account. What was typed comes back from the server's memory, so nothing is lost without JavaScript.

use super::account_form::{Typed, account_form, with_guess};
use super::account_joins;
use super::doctor::report_unless;
use crate::Trouble;
use crate::api::accounts::{ApplyFix, DropDraft, PostAccount, guess_settings, new_draft};
use crate::api::join::{AskToJoin, look_at_join_offer};
use crate::ui::*;
use leptos::prelude::*;
use model::{AccountDraft, AccountForm, Diagnosis, Protocol};

/// The form, and below it the doctor's report.
#[component]
pub fn NewAccountPage() -> impl IntoView {
    let (post, fix, leave) = (ServerAction::<PostAccount>::new(), ServerAction::<ApplyFix>::new(), ServerAction::<DropDraft>::new());
    let ask = ServerAction::<AskToJoin>::new();
    let (address, protocol) = (query("address"), query("protocol"));
    let data = Resource::new(
        move || (address.get(), protocol.get()),
        |(address, protocol)| async move {
            let (draft, offer) = (new_draft().await?, look_at_join_offer().await?);
            let guess = if address.is_empty() { None } else { Some(guess_settings(address.clone()).await?) };
            Ok::<_, Trouble>((draft, guess, address, Protocol::parse(&protocol), offer))
        },
    );
    let problem = Signal::derive(move || problem_of(post).get().or_else(|| problem_of(fix).get()).or_else(|| problem_of(ask).get()));
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/accounts">"Email accounts"</a></nav>
        <Done words=vec![
            ("saved", "The account is saved. Here is an empty form for the next one."),
            ("searched", "The search is done. Look over what it says below; nothing is saved yet."),
        ]/>
        <ErrorSummary problem=problem/>
        <PageHead title="Connect a mailbox" lead="Postroom only reads: unread letters stay unread, and nothing in the mailbox is changed unless you ask for it." problem=problem/>
        {load(data, "the form", move |(draft, guess, address, protocol, offer)| {
            let unsaved = draft.is_some();
            let found = draft.as_ref().map(|draft| draft.found.clone()).unwrap_or_default();
            let (mut form, has_password, diagnosis) = speaking(draft, protocol);
            if !address.is_empty() {
                form.address = address;
            }
            if let Some(guess) = guess.as_ref().filter(|_| form.protocol == Protocol::Imap) {
                form = with_guess(form, guess);
            }
            let notes = guess.map(|guess| guess.notes).unwrap_or_default();
            view! {
                {protocol_chooser(form.protocol, &form.address)}
                {offer.filter(|_| problem.get_untracked().is_some()).map(|offer| account_joins::offer(offer, ask))}
                {problem.get_untracked().is_none().then(|| said(found))}
                {diagnosis.map(|diagnosis| report_unless(problem_of(post), diagnosis, None, fix))}
                {account_form(post, leave, Typed { id: None, form, has_password, notes, unsaved })}
            }
            .into_any()
        })}
    }
}

/// What a search for settings said: who knew it, then what to know.
fn said(found: Vec<String>) -> Option<AnyView> {
    let mut sentences = found.into_iter();
    let first = sentences.next()?;
    let rest = sentences.map(|sentence| view! { <p>{sentence}</p> }).collect_view();
    Some(view! { <Banner tone="info"><p><strong>{first}</strong></p>{rest}</Banner> }.into_any())
}

/// What was typed, with the fields of the protocol whose link was followed last. Between a mailbox's password and an application's
/// secret nothing is carried over: neither may reach the other's server.
fn speaking(draft: Option<AccountDraft>, protocol: Option<Protocol>) -> (AccountForm, bool, Option<Diagnosis>) {
    let (form, has_password, diagnosis) = draft.map(|draft| (draft.form, draft.has_password, draft.diagnosis)).unwrap_or_default();
    match protocol {
        Some(protocol) if protocol != form.protocol && [protocol, form.protocol].contains(&Protocol::Graph) => {
            (AccountForm { protocol, address: form.address, ..AccountForm::default() }, false, None)
        }
        Some(protocol) => (AccountForm { protocol, ..form }, has_password, diagnosis),
        None => (form, has_password, diagnosis),
    }
}

/// Which ways in there are: links, since the fields that follow are drawn by the server.
fn protocol_chooser(chosen: Protocol, address: &str) -> AnyView {
    let choice = |protocol: Protocol, words: &'static str| {
        let mut with = vec![("protocol", protocol.as_str())];
        if !address.is_empty() {
            with.push(("address", address));
        }
        view! { <li><a href=with_query("/accounts/new", &with) aria-current=(chosen == protocol).then_some("page")>{words}</a></li> }
    };
    view! {
        <nav class="tabs" aria-label="How letters are collected">
            <ul>{choice(Protocol::Imap, "IMAP")}{choice(Protocol::Pop3, "POP3")}{choice(Protocol::Graph, "Microsoft 365")}</ul>
        </nav>
    }
    .into_any()
}
