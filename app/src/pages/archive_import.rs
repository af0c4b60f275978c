//! `/accounts/import`: letters from files. The file goes to a plain route of the server; the account's page shows how far it is.

use crate::api::archives::import_form;
use crate::ui::form::csrf;
use crate::ui::*;
use leptos::context::Provider;
use leptos::prelude::*;
use model::ArchiveState;

/// The form, and what it takes.
#[component]
pub fn ArchiveImportPage() -> impl IntoView {
    let refused = query("refused");
    let (account, address, central) = (query("account"), query("address"), query("central"));
    let state = Resource::new(move || !refused.get().is_empty(), import_form);
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/accounts">"Email accounts"</a></nav>
        {load(state, "the form", move |state| {
            let refusal = state.refusal.clone();
            let problem = Signal::derive(move || refusal.clone());
            let typed = Typed { account: account.get_untracked(), address: address.get_untracked(), central: central.get_untracked() == "true" };
            view! {
                <ErrorSummary problem=problem/>
                <PageHead title="Import letters from files" lead="Letters from an old mailbox or another program join the histories of your clients. What is here already is not held twice." problem=problem/>
                <Provider value=FormState { problem }>{form(state, typed, problem)}</Provider>
            }
            .into_any()
        })}
    }
}

struct Typed {
    account: String,
    address: String,
    central: bool,
}

fn form(state: ArchiveState, typed: Typed, problem: Signal<Option<model::Problem>>) -> AnyView {
    let sentence = Signal::derive(move || match problem.get() {
        Some(model::Problem::Invalid(errors)) => errors.of("file").map(str::to_owned),
        _ => None,
    });
    let wrong = move || sentence.get().is_some();
    let described = move || if wrong() { "file-hint file-error" } else { "file-hint" };
    let known = state.archives.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>().join(", ");
    let hint = if known.is_empty() {
        "A name of its own for where these letters came from, like “Old mail 2015”.".to_owned()
    } else {
        format!("A new name, or one of your archives to add to: {known}.")
    };
    view! {
        <form class="form panel" method="post" action="/upload/archive" enctype="multipart/form-data" data-upload="">
            {csrf()}
            <Field id="account" label="Archive" hint=hint value=typed.account/>
            {state.may_say_whose.then(|| view! {
                <Field id="address" label="Whose mailbox was it? (optional)" hint="The mailbox's e-mail address, for a new archive: letters from it count as sent." kind="email" value=typed.address/>
            })}
            {state.may_be_central.then(|| view! {
                <Check id="central" name="central" value="true" label="An archive of the office" hint="Otherwise a new archive is yours. Letters that match a client are seen by everyone who may open that client in any case." checked=typed.central/>
            })}
            <div class="field" data-wrong=move || wrong().then_some("true")>
                <label for="file">"File"</label>
                <p class="hint" id="file-hint">"An mbox file (Thunderbird, Apple Mail, Google Takeout, Unix), a letter (.eml), or a zip of these or of a Maildir folder. Up to 4 GB; larger ones go by the command line."</p>
                {move || sentence.get().map(|sentence| view! { <p class="field-error" id="file-error"><span class="visually-hidden">"Error: "</span>{sentence}</p> })}
                <input id="file" name="file" type="file" aria-describedby=described aria-invalid=move || wrong().then_some("true")/>
            </div>
            <Submit label="Import"/>
            <div class="progress" data-upload-bar="" hidden>
                <p role="status"></p>
                <progress max="100" value="0" aria-label="File on its way"></progress>
                <div><button type="button" class="button" data-variant="secondary" data-upload-stop="">"Stop"</button></div>
            </div>
            <details>
                <summary>"What importing does"</summary>
                <p>"Each file becomes a folder of the archive with a ledger of its own: how many letters it holds, how many were new, how many were here already, and which could not be read and why. The file itself is not kept; the letters are, as they were."</p>
                <p>"Importing the same file again changes nothing. If it was interrupted, it goes on where it stopped."</p>
                <p>"Outlook's .pst files cannot be read: let Outlook or Thunderbird export an mbox or .eml files."</p>
            </details>
        </form>
    }
    .into_any()
}
