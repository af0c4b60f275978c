//! Fields that the incoming and the outgoing side of an account have alike: one set of words for both, whatever the protocol.

use crate::ui::*;
use leptos::prelude::*;
use model::Security;

/// Server, port and security. Server and port come as typed, each with what is to be known of it on this side.
pub fn server_fields(server: (&str, &'static str), port: (&str, &'static str), security: Security) -> AnyView {
    let option = |security: Security, words: &str| (security.as_str().to_owned(), words.to_owned());
    let options = vec![
        option(Security::Auto, "Automatic: TLS, else STARTTLS"),
        option(Security::Tls, "TLS"),
        option(Security::StartTls, "STARTTLS"),
        option(Security::None, "None (clear text)"),
    ];
    view! {
        <Field id="server" name="form[server]" label="Server" value=server.0.to_owned() hint=server.1/>
        <Field id="port" name="form[port]" label="Port" value=port.0.to_owned() inputmode="numeric" width="short" hint=port.1/>
        <Select id="security" name="form[security]" label="Security" options=options value=security.as_str()/>
    }
    .into_any()
}

/// User name and password, the password twice.
pub fn sign_in_fields(user_name: &str, user_name_hint: &'static str, password_hint: &'static str) -> AnyView {
    view! {
        <Field id="user_name" name="form[user_name]" label="User name" hint=user_name_hint value=user_name.to_owned()/>
        <Field id="password" name="form[password]" label="Password" kind="password" hint=password_hint autocomplete="new-password"/>
        <Field id="password_repeat" name="form[password_repeat]" label="Password again" kind="password" autocomplete="new-password"/>
    }
    .into_any()
}

/// An administrator's consent to no encryption at all.
pub fn clear_text_field(allowed: bool) -> AnyView {
    view! { <Check id="allow_clear_text" name="form[allow_clear_text]" label="Allow clear text" checked=allowed hint="Only for None: anybody on the way can read the password and every letter. Who allowed it stands in the audit trail."/> }
        .into_any()
}

/// The one certificate of a server of one's own.
pub fn pinned_field(fingerprint: &str) -> AnyView {
    view! { <Field id="pinned_fingerprint" name="form[pinned_fingerprint]" label="Pinned certificate" value=fingerprint.to_owned() hint="SHA-256 fingerprint of the one certificate to accept, for a server of your own without a public certificate. The test shows it."/> }
        .into_any()
}

/// How long the server is waited for.
pub fn timeout_field(minutes: &str) -> AnyView {
    view! { <Field id="timeout_minutes" name="form[timeout_minutes]" label="Time-out in minutes" inputmode="decimal" width="short" value=minutes.to_owned() hint="0.1 to 10. Empty means 1."/> }
        .into_any()
}
