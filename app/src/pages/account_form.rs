//! The account form: address first, settings guessed, tested as typed (FP-10 to FP-18, TP-04 to TP-17, TP-36, TP-43, TP-44).

use super::account_fields::{clear_text_field, pinned_field, server_fields, sign_in_fields, timeout_field};
use super::account_pop3::{deletion_fields, one_sided};
use crate::api::accounts::{DropDraft, PostAccount};
use crate::islands::SettingsGuess;
use crate::ui::*;
use leptos::prelude::*;
use model::{AccountForm, AccountId, Guess, Preset, Problem, Protocol, Role, Viewer};

/// What the form shows.
#[derive(Clone)]
pub struct Typed {
    /// The account, once saved.
    pub id: Option<AccountId>,
    /// As typed before, or as saved.
    pub form: AccountForm,
    /// A password is held, so the fields may stay empty.
    pub has_password: bool,
    /// What is known about the provider.
    pub notes: Vec<String>,
    /// Typed before and not saved yet.
    pub unsaved: bool,
}

/// A guess put into a form that has no server yet.
pub fn with_guess(mut form: AccountForm, guess: &Guess) -> AccountForm {
    if form.server.is_empty() && !guess.server.is_empty() {
        form.server = guess.server.clone();
        form.port = guess.port.to_string();
        form.security = guess.security;
    }
    // At Microsoft an address alone does not say by which application: that form has fields of its own.
    if guess.preset != Preset::Microsoft365 {
        form.preset = guess.preset;
    }
    form
}

/// The form with its buttons.
pub fn account_form(post: ServerAction<PostAccount>, leave: ServerAction<DropDraft>, typed: Typed) -> AnyView {
    if typed.form.protocol == Protocol::Graph {
        return super::account_microsoft::microsoft_form(post, leave, typed);
    }
    if typed.form.at_google() {
        return super::account_google::google_form(post, leave, typed);
    }
    if typed.form.at_microsoft() {
        return super::account_microsoft_mail::microsoft_mail_form(post, leave, typed);
    }
    let id = typed.id;
    let saved = id.is_some();
    let form = typed.form.clone();
    let pop3 = form.protocol == Protocol::Pop3;
    let id_field = id.map(|id| view! { <input type="hidden" name="id" value=id.to_string()/> });
    view! {
        {pop3.then(one_sided)}
        <PostForm action=post guard=if typed.unsaved { "unsaved" } else { "yes" }>
            {id_field}
            {(!saved).then(usual_button)}
            <input type="hidden" id="protocol" name="form[protocol]" value=form.protocol.as_str()/>
            {if pop3 { pop3_address(&form, saved) } else { imap_address(&form, typed.notes, saved) }}
            {name_fields(&form, saved)}
            {server_panel(&form)}
            {sign_in_panel(&form, typed.has_password)}
            {pop3.then(|| deletion_fields(&form))}
            {advanced(&form)}
            <p class="hint">"Look the settings over before you save. The test uses them as they stand here; nothing is saved by testing."</p>
            <div class="cluster buttons">
                <Submit label="Test connection" name="intent" value="test"/>
                <Submit label="Save" variant="secondary" name="intent" value="save"/>
                {(!saved).then(|| view! { <Submit label="Save and add another" variant="secondary" name="intent" value="another"/> })}
            </div>
        </PostForm>
        <PlainButton action=leave label="Exit without saving" variant="quiet" leaves=true with=id.map(|id| vec![("id", id.to_string())]).unwrap_or_default()/>
    }
    .into_any()
}

fn imap_address(form: &AccountForm, notes: Vec<String>, saved: bool) -> AnyView {
    view! {
        <section class="panel">
            <Field id="address" name="form[address]" label="E-mail address of the mailbox" kind="email" inputmode="email" value=form.address.clone()
                hint="Postroom knows the settings of most providers. For any other, press Find settings."/>
            {(!saved).then(find_settings)}
            {presets(form.preset)}
            <SettingsGuess notes=notes saved=saved/>
        </section>
    }
    .into_any()
}

/// What is known of providers is known for IMAP: by POP3 the person says everything (IT-01), or has it looked for.
fn pop3_address(form: &AccountForm, saved: bool) -> AnyView {
    view! {
        <section class="panel">
            <Field id="address" name="form[address]" label="E-mail address of the mailbox" kind="email" inputmode="email" value=form.address.clone()/>
            {(!saved).then(find_settings)}
            <input type="hidden" name="form[preset]" value=Preset::Custom.as_str()/>
        </section>
    }
    .into_any()
}

/// The form's first button is what Enter presses: a test, as if "Find settings" did not stand above it. Nobody meets this one otherwise.
fn usual_button() -> AnyView {
    view! { <button type="submit" class="visually-hidden" name="intent" value="test" tabindex="-1" aria-hidden="true">"Test connection"</button> }.into_any()
}

/// Asks the network, and only when it is pressed. What is typed elsewhere in the form stays.
fn find_settings() -> AnyView {
    view! {
        <div class="field">
            <div><Submit label="Find settings" variant="secondary" name="intent" value="find"/></div>
            <p class="hint">"Asks the address's own domain, then tries its usual server names. No password is sent and nothing is saved; it takes ten seconds at most."</p>
        </div>
    }
    .into_any()
}

const PRESETS: [(Preset, &str, &str); 4] = [
    (Preset::BtYahoo, "BT or Yahoo Mail", "Needs an app password, made in the account's security settings."),
    (Preset::Gmail, "Google Mail", "Also business domains at Google. Needs 2-step verification and an app password."),
    (
        Preset::Exchange,
        "Microsoft Exchange",
        "On your own server, once its IMAP service is started. Its name or number is in Outlook's account settings.",
    ),
    (Preset::Custom, "Custom", "Any other provider: the settings a phone uses, or ask your own technical support."),
];

/// Folded away: the address says which type it is, and links to the other ways stand above the form. Nothing typed here can be wrong.
fn presets(chosen: Preset) -> AnyView {
    let choices = PRESETS
        .into_iter()
        .map(|(preset, label, hint)| view! { <Choice name="form[preset]" value=preset.as_str() label=label hint=hint chosen=chosen.as_str()/> })
        .collect_view();
    view! {
        <details>
            <summary>"Choose the server type yourself"</summary>
            <fieldset class="choices">
                <legend class="visually-hidden">"Server type"</legend>
                <div class="choice-grid">
                    {choices}
                    <div class="choice">
                        <a class="choice-name" href="/accounts/new?preset=google_application">"Google, by an application of your own"</a>
                        <p class="hint">"Each person signs in at Google; no app password is needed. Needs a client made in the Google Cloud console once."</p>
                    </div>
                    <div class="choice">
                        <a class="choice-name" href="/accounts/new?protocol=graph">"Microsoft 365"</a>
                        <p class="hint">"Signs in by an application of your own, since passwords no longer work there. Needs an administrator of Microsoft 365 once."</p>
                    </div>
                </div>
                <p class="hint">"The types above are known and tested. For any other we cannot advise the values: your provider or your own technical support has them. What helps with one helps with all."</p>
            </fieldset>
        </details>
    }
    .into_any()
}

pub(super) fn name_fields(form: &AccountForm, saved: bool) -> AnyView {
    let hint = if saved { "Cannot be changed: schedules and the audit trail know the account by it." } else { "Cannot be changed later." };
    let central = use_context::<Viewer>().is_some_and(|viewer| viewer.may(model::Permission::AccountsManage));
    view! {
        <section class="panel">
            <Field id="name" name="form[name]" label="Name" hint=hint value=form.name.clone() readonly=saved/>
            <Field id="description" name="form[description]" label="Description (optional)" value=form.description.clone()/>
            {central.then(|| view! {
                <Check id="central" name="form[central]" label="Account of the office" checked=form.central || !saved
                    hint="Not one person's own mailbox. A shared mailbox is connected once, for everybody: two accounts for one mailbox would bring nothing more."/>
            })}
        </section>
    }
    .into_any()
}

fn server_panel(form: &AccountForm) -> AnyView {
    let (server_hint, port_hint) = match form.protocol {
        Protocol::Pop3 => (
            "The provider's server for POP3: a name like pop.example.com, or a number like 192.0.2.10.",
            "995 with TLS, 110 with STARTTLS. Others can be used where an administrator connects the mailbox.",
        ),
        _ => (
            "A name like mail.example.com, or a number like 192.0.2.10. Need not be local.",
            "993 with TLS, 143 with STARTTLS. If neither works, ask the provider. 587 is for sending.",
        ),
    };
    view! {
        <section class="panel">
            <h2>"Mail server"</h2>
            {server_fields((form.server.as_str(), server_hint), (form.port.as_str(), port_hint), form.security)}
            <details class="help"><summary>"Where do I find these?"</summary>
                <p>"The settings on a phone or tablet that reads this mailbox are most likely the same. Reading by other programs may have to be switched on first, in the mailbox's own settings at the provider. Exact names and passwords come from your own technical support."</p>
            </details>
        </section>
    }
    .into_any()
}

fn sign_in_panel(form: &AccountForm, has_password: bool) -> AnyView {
    let hint =
        if has_password { "A password is held. Leave both fields empty to keep it." } else { "The mailbox's own, or an app password." };
    view! {
        <section class="panel">
            <h2>"Sign-in"</h2>
            {sign_in_fields(&form.user_name, "Usually the full address. Leave empty to use the address.", hint)}
        </section>
    }
    .into_any()
}

const ADVANCED: [&str; 4] = ["timeout_minutes", "connection_limit", "pinned_fingerprint", "allow_clear_text"];

fn advanced(form: &AccountForm) -> AnyView {
    let state = use_context::<FormState>();
    let used = !form.connection_limit.is_empty() || !form.pinned_fingerprint.is_empty() || form.allow_clear_text;
    let open = move || {
        let wrong = state.and_then(|state| state.problem.get());
        used || matches!(wrong, Some(Problem::Invalid(errors)) if ADVANCED.iter().any(|field| errors.of(field).is_some()))
    };
    let admin = use_context::<Viewer>().is_some_and(|viewer| viewer.role == Role::Administrator);
    view! {
        <details class="panel" open=open>
            <summary>"Advanced"</summary>
            {timeout_field(&form.timeout_minutes)}
            <Field id="connection_limit" name="form[connection_limit]" label="Limit connections to the mailbox to" inputmode="numeric" width="short"
                value=form.connection_limit.clone() hint="Empty means no limit. Some providers allow only a few at once."/>
            {admin.then(|| view! {
                {pinned_field(&form.pinned_fingerprint)}
                {clear_text_field(form.allow_clear_text)}
            })}
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Security;

    #[test]
    fn a_guess_fills_what_is_empty_and_never_writes_over_what_was_typed() {
        let (provider, server) = ("Google".into(), "imap.gmail.com".into());
        let guess = Guess { preset: Preset::Gmail, provider, server, port: 993, security: Security::Tls, notes: vec![] };
        let filled = with_guess(AccountForm::default(), &guess);
        assert_eq!((filled.server.as_str(), filled.port.as_str(), filled.security), ("imap.gmail.com", "993", Security::Tls));
        assert_eq!(filled.preset, Preset::Gmail);
        let typed = AccountForm { server: "mail.kontor.example".into(), port: "143".into(), ..AccountForm::default() };
        let kept = with_guess(typed, &guess);
        assert_eq!((kept.server.as_str(), kept.port.as_str()), ("mail.kontor.example", "143"));
    }
}
