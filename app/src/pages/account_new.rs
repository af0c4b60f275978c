//! `/accounts/new`: a new account. What was typed comes back from the server's memory, so nothing is lost without JavaScript.

use super::account_form::{Typed, account_form, with_guess};
use super::account_pop3::protocol_chooser;
use super::doctor::report_unless;
use crate::Trouble;
use crate::api::accounts::{ApplyFix, DropDraft, PostAccount, guess_settings, new_draft};
use crate::ui::*;
use leptos::prelude::*;
use model::Protocol;

/// The form, and below it the doctor's report.
#[component]
pub fn NewAccountPage() -> impl IntoView {
    let (post, fix, leave) = (ServerAction::<PostAccount>::new(), ServerAction::<ApplyFix>::new(), ServerAction::<DropDraft>::new());
    let (address, protocol) = (query("address"), query("protocol"));
    let data = Resource::new(
        move || (address.get(), protocol.get()),
        |(address, protocol)| async move {
            let draft = new_draft().await?;
            let guess = if address.is_empty() { None } else { Some(guess_settings(address.clone()).await?) };
            Ok::<_, Trouble>((draft, guess, address, Protocol::parse(&protocol)))
        },
    );
    let problem = Signal::derive(move || problem_of(post).get().or_else(|| problem_of(fix).get()));
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/accounts">"Email accounts"</a></nav>
        <Done words=vec![("saved", "The account is saved. Here is an empty form for the next one.")]/>
        <ErrorSummary problem=problem/>
        <PageHead title="Connect a mailbox" lead="Postroom only reads: nothing in the mailbox is changed, and unread letters stay unread." problem=problem/>
        {load(data, "the form", move |(draft, guess, address, protocol)| {
            let unsaved = draft.is_some();
            let (mut form, has_password, diagnosis) = match draft {
                Some(draft) => (draft.form, draft.has_password, draft.diagnosis),
                None => Default::default(),
            };
            if !address.is_empty() {
                form.address = address;
            }
            // The link that was followed last says which fields there are.
            if let Some(protocol) = protocol.filter(|protocol| matches!(protocol, Protocol::Imap | Protocol::Pop3)) {
                form.protocol = protocol;
            }
            if let Some(guess) = guess.as_ref().filter(|_| form.protocol == Protocol::Imap) {
                form = with_guess(form, guess);
            }
            let notes = guess.map(|guess| guess.notes).unwrap_or_default();
            view! {
                {protocol_chooser(form.protocol, &form.address)}
                {diagnosis.map(|diagnosis| report_unless(problem_of(post), diagnosis, None, fix))}
                {account_form(post, leave, Typed { id: None, form, has_password, notes, unsaved })}
            }
            .into_any()
        })}
    }
}
