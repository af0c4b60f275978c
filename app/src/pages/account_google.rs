//! The form for a mailbox at Google by an application of one's own: IMAP with a token in the place of a password, and the exact set-up
//! (FP-10 to FP-13, O6, O21).

use super::account_fields::timeout_field;
use super::account_form::{Typed, name_fields};
use super::account_microsoft::redirect_address;
use crate::api::accounts::{DropDraft, PostAccount};
use crate::ui::*;
use leptos::prelude::*;
use model::{AccountForm, Problem, Role, Viewer, application::GOOGLE};

/// The form with its buttons.
pub fn google_form(post: ServerAction<PostAccount>, leave: ServerAction<DropDraft>, typed: Typed) -> AnyView {
    let id = typed.id;
    let saved = id.is_some();
    let form = typed.form.clone();
    let id_field = id.map(|id| view! { <input type="hidden" name="id" value=id.to_string()/> });
    view! {
        {set_up(saved)}
        <PostForm action=post guard=if typed.unsaved { "unsaved" } else { "yes" }>
            {id_field}
            <input type="hidden" name="form[protocol]" value="imap"/>
            <input type="hidden" name="form[preset]" value="google_application"/>
            <input type="hidden" name="form[delegated]" value="true"/>
            <section class="panel">
                <h2>"The mailbox"</h2>
                <Field id="address" name="form[address]" label="E-mail address of the mailbox" kind="email" inputmode="email" value=form.address.clone()
                    hint="The account's main address at Google, not an alias."/>
            </section>
            {name_fields(&form, saved)}
            <section class="panel">
                <h2>"The client at Google"</h2>
                <Field id="client_id" name="form[client_id]" label="Client ID" value=form.client_id.clone() hint="Ends in .apps.googleusercontent.com."/>
                <Field id="password" name="form[password]" label="Client secret" kind="password" autocomplete="new-password"
                    hint=if typed.has_password { "A secret is held. Leave both fields empty to keep it." } else { "Shown once, when the client is made." }/>
                <Field id="password_repeat" name="form[password_repeat]" label="Client secret again" kind="password" autocomplete="new-password"/>
            </section>
            {servers(&form)}
            <p class="hint">"Save first; then the person signs in at Google, and the mailbox is tested with that."</p>
            <div class="cluster buttons">
                <Submit label="Save" name="intent" value="save"/>
                <Submit label="Test connection" variant="secondary" name="intent" value="test"/>
            </div>
        </PostForm>
        <PlainButton action=leave label="Exit without saving" variant="quiet" leaves=true with=id.map(|id| vec![("id", id.to_string())]).unwrap_or_default()/>
    }
    .into_any()
}

const ADVANCED: [&str; 6] = ["consent_server", "sign_in_server", "server", "port", "timeout_minutes", "pinned_fingerprint"];

fn servers(form: &AccountForm) -> AnyView {
    let [consent, tokens, mailbox] = GOOGLE;
    let other = |typed: &str, usual: &str| !["", usual].contains(&typed);
    let used = !form.pinned_fingerprint.is_empty()
        || other(&form.consent_server, consent)
        || other(&form.sign_in_server, tokens)
        || other(&form.server, mailbox);
    let state = use_context::<FormState>();
    let open = move || {
        let wrong = state.and_then(|state| state.problem.get());
        used || matches!(wrong, Some(Problem::Invalid(errors)) if ADVANCED.iter().any(|field| errors.of(field).is_some()))
    };
    let admin = use_context::<Viewer>().is_some_and(|viewer| viewer.role == Role::Administrator);
    view! {
        <details class="panel" open=open>
            <summary>"Servers and time-out"</summary>
            <p>"Left empty, these are Google's own."</p>
            <Field id="consent_server" name="form[consent_server]" label="Where people sign in" value=form.consent_server.clone()/>
            <Field id="sign_in_server" name="form[sign_in_server]" label="Token server" value=form.sign_in_server.clone()/>
            <Field id="server" name="form[server]" label="Mail server (IMAP)" value=form.server.clone()/>
            <Field id="port" name="form[port]" label="Port of the mail server" inputmode="numeric" width="short" value=form.port.clone()/>
            {timeout_field(&form.timeout_minutes)}
            {admin.then(|| view! {
                <Field id="pinned_fingerprint" name="form[pinned_fingerprint]" label="Pinned certificate" value=form.pinned_fingerprint.clone()
                    hint="Only for servers of your own that stand in for Google's, as in tests: SHA-256 of the one certificate to accept."/>
            })}
        </details>
    }
    .into_any()
}

/// What to do at Google, with the address that is to be registered in its place.
fn set_up(saved: bool) -> AnyView {
    view! {
        <details class="panel help" open=!saved>
            <summary>"The set-up at Google, step by step"</summary>
            <p>"Somebody who looks after Google for the office does this once; the same client serves every mailbox of the office. Google has one permission for reading mail by IMAP, https://mail.google.com/, which would also permit writing. The part of Postroom that collects has no words for writing; see the hands-off record of each account."</p>
            <ol>
                <li>"In the Google Cloud console make a project, or choose one."</li>
                <li>"Under Google Auth Platform, Branding: name the application Postroom. Under Audience choose Internal, where the office has Google Workspace. External works for up to a hundred test users, whose sign-in lasts seven days until Google has verified the application."</li>
                <li>"Under Data Access add the scope https://mail.google.com/."</li>
                <li>"Under Clients choose Create client, Web application. Authorized redirect URI:" {redirect_address()}</li>
                <li>"Copy Client ID and Client secret into the form below at once: the secret is shown only once."</li>
                <li>"In Google Workspace, an administrator may have to trust the client: Security, Access and data control, API controls."</li>
                <li>"Save, and press Sign in at Google on the account's page."</li>
            </ol>
        </details>
    }
    .into_any()
}
