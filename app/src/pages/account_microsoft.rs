//! The form for a mailbox at Microsoft 365: how Postroom signs in, the application's values, and the exact set-up, filled in (FC-13 to
//! FC-18, O15, O21).

use super::account_fields::timeout_field;
use super::account_form::{Typed, name_fields};
use crate::api::accounts::{DropDraft, PostAccount};
use crate::ui::*;
use leptos::prelude::*;
use model::{AccountForm, Preset, Problem, Protocol, Role, Viewer, application::CLOUDS, application::is_private_at_microsoft};

/// The form with its buttons.
pub fn microsoft_form(post: ServerAction<PostAccount>, leave: ServerAction<DropDraft>, typed: Typed) -> AnyView {
    let id = typed.id;
    let saved = id.is_some();
    let form = typed.form.clone();
    let id_field = id.map(|id| view! { <input type="hidden" name="id" value=id.to_string()/> });
    view! {
        {(!saved).then(|| other_ways(&form.address, None))}
        {if is_private_at_microsoft(&form.address) {
            private_mailbox(&form.address)
        } else {
            view! { {set_up(&form, saved)}{set_up_for_person()} }.into_any()
        }}
        <PostForm action=post guard=if typed.unsaved { "unsaved" } else { "yes" }>
            {id_field}
            <input type="hidden" name="form[protocol]" value="graph"/>
            <input type="hidden" name="form[preset]" value="microsoft365"/>
            <section class="panel">
                <h2>"The mailbox"</h2>
                <Field id="address" name="form[address]" label="E-mail address of the mailbox" kind="email" inputmode="email" value=form.address.clone()/>
                <Field id="user_name" name="form[user_name]" label="User name or object ID (optional)" value=form.user_name.clone()
                    hint="Only if it is not the address: the user principal name, or the person's object ID."/>
            </section>
            {name_fields(&form, saved)}
            {ways(&form)}
            <section class="panel">
                <h2>"The application"</h2>
                <Field id="tenant" name="form[tenant]" label="Directory (tenant) ID" value=form.tenant.clone()
                    hint="From the application's Overview page. A domain of the directory will do."/>
                <Field id="client_id" name="form[client_id]" label="Application (client) ID" value=form.client_id.clone()
                    hint="From the same page."/>
                <Field id="password" name="form[password]" label="Client secret" kind="password" autocomplete="new-password"
                    hint=if typed.has_password && !form.delegated { "A secret is held. Leave both fields empty to keep it." } else { "The text of the column Value, not the Secret ID. It is shown only once. A public client, for a person's own mailbox, has none." }/>
                <Field id="password_repeat" name="form[password_repeat]" label="Client secret again" kind="password" autocomplete="new-password"/>
                <Field id="secret_expires" name="form[secret_expires]" label="The secret expires on (optional)" kind="date" width="short" value=form.secret_expires.clone()
                    hint="Postroom counts the days down, since mail stops when the secret ends."/>
            </section>
            {servers(&form)}
            <p class="hint">"The test asks both servers as the values stand here, and shows what the token really permits. Nothing is saved by testing."</p>
            <div class="cluster buttons">
                <Submit label="Test connection" name="intent" value="test"/>
                <Submit label="Save" variant="secondary" name="intent" value="save"/>
            </div>
        </PostForm>
        <PlainButton action=leave label="Exit without saving" variant="quiet" leaves=true with=id.map(|id| vec![("id", id.to_string())]).unwrap_or_default()/>
    }
    .into_any()
}

const ADVANCED: [&str; 5] = ["sign_in_server", "server", "port", "timeout_minutes", "pinned_fingerprint"];

fn servers(form: &AccountForm) -> AnyView {
    let (_, sign_in, graph) = CLOUDS[0];
    let used = !form.pinned_fingerprint.is_empty()
        || !["", sign_in].contains(&form.sign_in_server.as_str())
        || !["", graph].contains(&form.server.as_str());
    let state = use_context::<FormState>();
    let open = move || {
        let wrong = state.and_then(|state| state.problem.get());
        used || matches!(wrong, Some(Problem::Invalid(errors)) if ADVANCED.iter().any(|field| errors.of(field).is_some()))
    };
    let admin = use_context::<Viewer>().is_some_and(|viewer| viewer.role == Role::Administrator);
    let clouds = CLOUDS
        .into_iter()
        .map(|(name, sign_in, graph)| view! { <li>{name}": "<code>{sign_in}</code>" and "<code>{graph}</code></li> })
        .collect_view();
    view! {
        <details class="panel" open=open>
            <summary>"Other clouds and time-out"</summary>
            <p>"Left empty, these are the servers of Microsoft 365 itself."</p>
            <ul>{clouds}</ul>
            <Field id="sign_in_server" name="form[sign_in_server]" label="Sign-in server" value=form.sign_in_server.clone()/>
            <Field id="server" name="form[server]" label="Graph server" value=form.server.clone()/>
            <Field id="port" name="form[port]" label="Port of the Graph server" inputmode="numeric" width="short" value=form.port.clone()/>
            {timeout_field(&form.timeout_minutes)}
            {admin.then(|| view! {
                <Field id="pinned_fingerprint" name="form[pinned_fingerprint]" label="Pinned certificate" value=form.pinned_fingerprint.clone()
                    hint="Only for servers of your own that stand in for Microsoft's, as in tests: SHA-256 of the one certificate to accept."/>
            })}
        </details>
    }
    .into_any()
}

/// The choice that decides what is asked of Microsoft.
fn ways(form: &AccountForm) -> AnyView {
    let chosen = if form.delegated { "true" } else { "false" };
    view! {
        <section class="panel">
            <fieldset class="choices">
                <legend>"How Postroom signs in"</legend>
                <div class="choice-grid">
                    <Choice name="form[delegated]" value="false" label="By the application alone" chosen=chosen
                        hint="For the office's mailboxes. An administrator of Microsoft 365 permits it once; nobody needs to sign in."/>
                    <Choice name="form[delegated]" value="true" label="As the person whose mailbox it is" chosen=chosen
                        hint="For one's own mailbox. Save first; then the person signs in at Microsoft, and the mailbox is tested with that."/>
                </div>
            </fieldset>
        </section>
    }
    .into_any()
}

/// What applies where no organisation stands behind the mailbox: by Graph an application of the office could not reach it.
fn private_mailbox(address: &str) -> AnyView {
    let own = with_query("/accounts/new", &[("protocol", "imap"), ("preset", Preset::Microsoft365.as_str()), ("address", address.trim())]);
    view! {
        <Banner tone="info">
            <p><strong>"This is a private mailbox. "</strong>
                "No organisation stands behind it, so nobody else has to permit anything. Whose mailbox it is signs in at Microsoft, and Postroom reads it by IMAP: "
                <a href=own>"Connect it as one’s own mailbox"</a>
            </p>
        </Banner>
    }
    .into_any()
}

/// What to do at Microsoft for a person's own mailbox: reading one's own letters, and nothing else.
fn set_up_for_person() -> AnyView {
    view! {
        <details class="panel help">
            <summary>"The set-up for one's own mailbox, step by step"</summary>
            <p>"Postroom asks for two permissions: Mail.Read, to read the letters of whoever signs in, and offline_access, to go on when he or she is away. It asks for nothing that writes, and for sending (Mail.Send) only once Outgoing is set up on the account's page."</p>
            <ol>
                <li>"In the Entra admin center choose App registrations, New registration. Name: Postroom. Accounts in this organizational directory only. Redirect URI of the kind Web:"
                    {redirect_address()}
                </li>
                <li>"From its Overview page copy Application (client) ID and Directory (tenant) ID into the form below."</li>
                <li>"Under Certificates & secrets choose New client secret. Copy the text of the column Value into the form at once. Only an application that is registered as a public client goes without."</li>
                <li>"Under API permissions add Microsoft Graph, Delegated permissions: Mail.Read and offline_access; Mail.Send as well, if letters are to leave by the same sign-in. Where people may not agree by themselves, choose Grant admin consent."</li>
                <li>"Choose “As the person whose mailbox it is” below, save, and press Sign in at Microsoft on the account's page."</li>
            </ol>
        </details>
    }
    .into_any()
}

/// The ways to a mailbox at Microsoft; where IMAP or POP3 alone are permitted, they lead there too.
pub(super) fn other_ways(address: &str, chosen: Option<Protocol>) -> AnyView {
    let link = |protocol: Option<Protocol>, words: &'static str| {
        let mut with = vec![("protocol", protocol.unwrap_or(Protocol::Graph).as_str())];
        if protocol.is_some() {
            with.push(("preset", Preset::Microsoft365.as_str()));
        }
        if !address.is_empty() {
            with.push(("address", address));
        }
        view! { <li><a href=with_query("/accounts/new", &with) aria-current=(chosen == protocol).then_some("page")>{words}</a></li> }
    };
    view! {
        <nav class="tabs" aria-label="What is spoken with Microsoft">
            <ul>
                {link(None, "Microsoft Graph")}
                {link(Some(Protocol::Imap), "IMAP, one's own mailbox")}
                {link(Some(Protocol::Pop3), "POP3, one's own mailbox")}
            </ul>
        </nav>
    }
    .into_any()
}

/// Where the provider must be allowed to send people back to: registered letter by letter.
pub(super) fn redirect_address() -> AnyView {
    let origin = use_context::<crate::Origin>().map_or_else(|| "https://postroom.example".to_owned(), |origin| origin.0);
    let unsafe_here = !origin.starts_with("https://") && !origin.starts_with("http://localhost");
    view! {
        <pre class="code" id="redirect-address">{format!("{origin}/accounts/signed-in")}</pre>
        {unsafe_here.then(|| view! {
            <p class="hint">"Providers take addresses that begin with https:// only, and http://localhost for trying things out. Open Postroom by such an address before you register it."</p>
        })}
    }
    .into_any()
}

/// What to do at Microsoft, with the values that are known already in their places.
fn set_up(form: &AccountForm, saved: bool) -> AnyView {
    let or = |text: &str, placeholder: &str| if text.trim().is_empty() { placeholder.to_owned() } else { text.trim().to_owned() };
    let client = or(&form.client_id, "CLIENT-ID");
    let address = or(&form.address, "name@example.com");
    view! {
        <details class="panel help" open=!saved && !form.delegated>
            <summary>"The set-up at Microsoft, step by step"</summary>
            <p>"An administrator of Microsoft 365 does this once. Collecting only reads, so reading alone is asked for: not Mail.ReadWrite. An account that also sends needs Mail.Send as well."</p>
            <ol>
                <li>"In the Entra admin center choose App registrations, New registration. Name: Postroom. Accounts in this organizational directory only. No redirect URI."</li>
                <li>"From its Overview page copy Application (client) ID and Directory (tenant) ID into the form below."</li>
                <li>"Under Certificates & secrets choose New client secret. Copy the text of the column Value into the form at once, and the date under Expires."</li>
                <li>"Permit reading this one mailbox, in Exchange Online PowerShell. The object ID is that under Enterprise applications, not that of the registration:"
                    <pre class="code">{commands(&client, &address)}</pre>
                    <p class="hint">"It may take half an hour until Exchange knows it. Do not add Mail.Read in Entra as well: the two add up, and every mailbox could be read."</p>
                </li>
                <li>"Or, where Postroom may read every mailbox of the office: under API permissions add Microsoft Graph, Application permissions, Mail.Read, and choose Grant admin consent."</li>
            </ol>
        </details>
    }
    .into_any()
}

/// What an administrator types; a quote in an address ends no string.
fn commands(client: &str, address: &str) -> String {
    let (client, address) = (client.replace('\'', "''"), address.replace('\'', "''"));
    format!(
        "Connect-ExchangeOnline\n\
         New-ServicePrincipal -AppId '{client}' -ObjectId 'OBJECT-ID' -DisplayName 'Postroom'\n\
         New-ManagementScope -Name 'Postroom' -RecipientRestrictionFilter \"PrimarySmtpAddress -eq '{address}'\"\n\
         New-ManagementRoleAssignment -App '{client}' -Role 'Application Mail.Read' -CustomResourceScope 'Postroom'\n\
         Test-ServicePrincipalAuthorization -Identity '{client}' -Resource '{address}'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    // O21
    #[test]
    fn the_commands_are_filled_in_and_limit_to_one_mailbox() {
        let words = commands("id", "o'neil@contoso.example");
        assert!(words.contains("-Role 'Application Mail.Read'") && words.contains("-eq 'o''neil@contoso.example'"));
        assert!(!words.contains("Write") && !words.contains("Send"));
    }
}
