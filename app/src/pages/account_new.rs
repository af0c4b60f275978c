//! `/accounts/new`: a new account. What was typed comes back from the server's memory, so nothing is lost without JavaScript.

use super::account_form::{Typed, account_form, with_guess};
use super::doctor::report_unless;
use crate::Trouble;
use crate::api::accounts::{ApplyFix, DropDraft, PostAccount, guess_settings, new_draft};
use crate::ui::*;
use leptos::prelude::*;

/// The form, and below it the doctor's report.
#[component]
pub fn NewAccountPage() -> impl IntoView {
    let (post, fix, leave) = (ServerAction::<PostAccount>::new(), ServerAction::<ApplyFix>::new(), ServerAction::<DropDraft>::new());
    let (address, kind) = (query("address"), query("kind"));
    let data = Resource::new(
        move || (address.get(), kind.get()),
        |(address, kind)| async move {
            let draft = new_draft().await?;
            let guess = if address.is_empty() { None } else { Some(guess_settings(address.clone()).await?) };
            Ok::<_, Trouble>((draft, guess, address, kind))
        },
    );
    let problem = Signal::derive(move || problem_of(post).get().or_else(|| problem_of(fix).get()));
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/accounts">"Email accounts"</a></nav>
        <Done words=vec![("saved", "The account is saved. Here is an empty form for the next one.")]/>
        <ErrorSummary problem=problem/>
        <PageHead title="Connect a mailbox" lead="Postroom only reads: nothing in the mailbox is changed, and unread letters stay unread." problem=problem/>
        {load(data, "the form", move |(draft, guess, address, kind)| {
            let unsaved = draft.is_some();
            let (mut form, mut has_password, mut diagnosis) = match draft {
                Some(draft) => (draft.form, draft.has_password, draft.diagnosis),
                None => Default::default(),
            };
            if kind == model::Preset::Microsoft365.as_str() && form.protocol != model::Protocol::Graph {
                // A password typed for another kind of server is no client secret.
                (has_password, diagnosis) = (false, None);
                form = model::AccountForm { protocol: model::Protocol::Graph, address: form.address, ..model::AccountForm::default() };
            }
            if !address.is_empty() {
                form.address = address;
            }
            if let Some(guess) = &guess {
                form = with_guess(form, guess);
            }
            let notes = guess.map(|guess| guess.notes).unwrap_or_default();
            view! {
                {diagnosis.map(|diagnosis| report_unless(problem_of(post), diagnosis, None, fix))}
                {account_form(post, leave, Typed { id: None, form, has_password, notes, unsaved })}
            }
            .into_any()
        })}
    }
}
