//! The form for one's own mailbox at Microsoft by IMAP or POP3: the person signs in there, and a token takes the place of a password; with
//! the exact set-up (FC-13 to FC-18, O15, O21). By Graph everything works too; this is for where IMAP or POP3 alone are permitted.

use super::account_fields::timeout_field;
use super::account_form::{Typed, name_fields};
use super::account_microsoft::{other_ways, redirect_address};
use super::account_pop3::{deletion_fields, one_sided};
use crate::api::accounts::{DropDraft, PostAccount};
use crate::ui::*;
use leptos::prelude::*;
use model::application::{CLOUDS, MICROSOFT_MAIL, PERSONAL, is_private_at_microsoft};
use model::{AccountForm, Problem, Protocol, Role, Viewer};

/// The form with its buttons.
pub fn microsoft_mail_form(post: ServerAction<PostAccount>, leave: ServerAction<DropDraft>, typed: Typed) -> AnyView {
    let id = typed.id;
    let saved = id.is_some();
    let mut form = typed.form.clone();
    let private = is_private_at_microsoft(&form.address);
    if private && form.tenant.is_empty() {
        form.tenant = PERSONAL.to_owned();
    }
    let pop3 = form.protocol == Protocol::Pop3;
    let id_field = id.map(|id| view! { <input type="hidden" name="id" value=id.to_string()/> });
    view! {
        {(!saved).then(|| other_ways(&form.address, Some(form.protocol)))}
        {pop3.then(one_sided)}
        {set_up(form.protocol, saved, private)}
        <PostForm action=post guard=if typed.unsaved { "unsaved" } else { "yes" }>
            {id_field}
            <input type="hidden" name="form[protocol]" value=form.protocol.as_str()/>
            <input type="hidden" name="form[preset]" value="microsoft365"/>
            <input type="hidden" name="form[delegated]" value="true"/>
            <section class="panel">
                <h2>"The mailbox"</h2>
                <Field id="address" name="form[address]" label="E-mail address of the mailbox" kind="email" inputmode="email" value=form.address.clone()/>
                <Field id="user_name" name="form[user_name]" label="User name (optional)" value=form.user_name.clone()
                    hint="Only if it is not the address: the user principal name."/>
            </section>
            {name_fields(&form, saved)}
            <section class="panel">
                <h2>"The application"</h2>
                <Field id="tenant" name="form[tenant]" label="Directory (tenant) ID" value=form.tenant.clone()
                    hint="From the application's Overview page. A domain of the directory will do; for a personal mailbox at outlook.com enter consumers."/>
                <Field id="client_id" name="form[client_id]" label="Application (client) ID" value=form.client_id.clone()
                    hint="From the same page."/>
                <Field id="password" name="form[password]" label="Client secret" kind="password" autocomplete="new-password"
                    hint=if typed.has_password { "A secret is held. Leave both fields empty to keep it." } else { "The text of the column Value, not the Secret ID. A public client has none." }/>
                <Field id="password_repeat" name="form[password_repeat]" label="Client secret again" kind="password" autocomplete="new-password"/>
                <Field id="secret_expires" name="form[secret_expires]" label="The secret expires on (optional)" kind="date" width="short" value=form.secret_expires.clone()
                    hint="Postroom counts the days down, since mail stops when the secret ends."/>
            </section>
            {pop3.then(|| deletion_fields(&form))}
            {servers(&form)}
            <p class="hint">"Save first; then the person signs in at Microsoft, and the mailbox is tested with that."</p>
            <div class="cluster buttons">
                <Submit label="Save" name="intent" value="save"/>
                <Submit label="Test connection" variant="secondary" name="intent" value="test"/>
            </div>
        </PostForm>
        <PlainButton action=leave label="Exit without saving" variant="quiet" leaves=true with=id.map(|id| vec![("id", id.to_string())]).unwrap_or_default()/>
    }
    .into_any()
}

const ADVANCED: [&str; 5] = ["sign_in_server", "server", "port", "timeout_minutes", "pinned_fingerprint"];

fn servers(form: &AccountForm) -> AnyView {
    let other = |typed: &str, usual: &str| !["", usual].contains(&typed);
    let used = !form.pinned_fingerprint.is_empty() || other(&form.sign_in_server, CLOUDS[0].1) || other(&form.server, MICROSOFT_MAIL);
    let state = use_context::<FormState>();
    let open = move || {
        let wrong = state.and_then(|state| state.problem.get());
        used || matches!(wrong, Some(Problem::Invalid(errors)) if ADVANCED.iter().any(|field| errors.of(field).is_some()))
    };
    let admin = use_context::<Viewer>().is_some_and(|viewer| viewer.role == Role::Administrator);
    view! {
        <details class="panel" open=open>
            <summary>"Servers and time-out"</summary>
            <p>"Left empty, these are Microsoft's own."</p>
            <Field id="sign_in_server" name="form[sign_in_server]" label="Sign-in server" value=form.sign_in_server.clone()/>
            <Field id="server" name="form[server]" label=format!("Mail server ({})", speech(form.protocol)) value=form.server.clone()/>
            <Field id="port" name="form[port]" label="Port of the mail server" inputmode="numeric" width="short" value=form.port.clone()/>
            {timeout_field(&form.timeout_minutes)}
            {admin.then(|| view! {
                <Field id="pinned_fingerprint" name="form[pinned_fingerprint]" label="Pinned certificate" value=form.pinned_fingerprint.clone()
                    hint="Only for servers of your own that stand in for Microsoft's, as in tests: SHA-256 of the one certificate to accept."/>
            })}
        </details>
    }
    .into_any()
}

fn speech(protocol: Protocol) -> &'static str {
    if protocol == Protocol::Pop3 { "POP3" } else { "IMAP" }
}

/// What is asked of the person who signs in.
fn permission(protocol: Protocol) -> &'static str {
    if protocol == Protocol::Pop3 { "POP.AccessAsUser.All" } else { "IMAP.AccessAsUser.All" }
}

/// What to do at Microsoft, with the permission and the address that is to be registered in their places.
fn set_up(protocol: Protocol, saved: bool, private: bool) -> AnyView {
    let (speech, permission) = (speech(protocol), permission(protocol));
    let who = if private {
        "Whose mailbox it is does this once; nobody else has to permit anything."
    } else {
        "Somebody who looks after Microsoft 365 for the office does this once; the same application serves every mailbox."
    };
    let (accounts, copy, consent, switch) = if private {
        (
            "Personal Microsoft accounts.",
            "From its Overview page copy Application (client) ID into the form below. The directory of private mailboxes is consumers.",
            "",
            "at outlook.com in Settings, Mail, Forwarding and IMAP.",
        )
    } else {
        (
            "Accounts in this organizational directory only; for a mailbox at outlook.com, personal Microsoft accounts.",
            "From its Overview page copy Application (client) ID and Directory (tenant) ID into the form below.",
            " Where people may not agree by themselves, choose Grant admin consent.",
            "in the Microsoft 365 admin center under the person's Mail, Manage email apps; at outlook.com in Settings, Mail, Forwarding and IMAP.",
        )
    };
    view! {
        <details class="panel help" open=!saved>
            <summary>"The set-up at Microsoft, step by step"</summary>
            <p>{format!("{who} Postroom asks for two permissions, https://outlook.office.com/{permission} and offline_access. Microsoft has no permission for {speech} that only reads: the part of Postroom that collects has no words for writing; see the hands-off record of each account. By Microsoft Graph reading alone can be permitted.")}</p>
            <ol>
                <li>{format!("In the Entra admin center choose App registrations, New registration. Name: Postroom. {accounts} Redirect URI of the kind Web:")}
                    {redirect_address()}
                </li>
                <li>{copy}</li>
                <li>"Under Certificates & secrets choose New client secret. Copy the text of the column Value into the form at once."</li>
                <li>{format!("Under API permissions add Microsoft Graph, Delegated permissions: {permission} and offline_access.{consent}")}</li>
                <li>"If letters are to leave by the sign-in, too: add the delegated permission SMTP.Send, and see that authenticated SMTP is switched on for the mailbox. It is asked for only once Outgoing is set up on the account's page."</li>
                <li>{format!("See that {speech} is switched on for the mailbox: {switch}")}</li>
                <li>"Save, and press Sign in at Microsoft on the account's page."</li>
            </ol>
        </details>
    }
    .into_any()
}
