//! An account's form ↔ its settings: what is kept, what only an administrator may say, and whether a test still holds.
//!
//! Must never: put a password into a form, or let a stored password travel to another server than the one it was entered for.

use super::Principal;
use super::drafts::TypedAccount;
use model::{AccountForm, FieldErrors, Permission, Problem, Security};
use postroom_store::{AccountRecord, NewAccount};
use secrecy::SecretString;

/// Where a password for what is typed comes from.
#[derive(Debug, Clone)]
pub enum PasswordFrom {
    /// Typed in this session.
    Typed(SecretString),
    /// The stored one, for the same server.
    Stored,
}

/// The stored settings as a form; its password fields are empty.
pub fn form_of(record: &AccountRecord) -> AccountForm {
    let kept = &record.settings;
    AccountForm {
        protocol: kept.protocol,
        preset: kept.preset,
        name: kept.name.clone(),
        description: kept.description.clone(),
        address: kept.address.clone(),
        server: kept.server.clone(),
        port: kept.port.to_string(),
        security: kept.security,
        user_name: if kept.user_name == kept.address { String::new() } else { kept.user_name.clone() },
        timeout_minutes: minutes(kept.timeout_seconds),
        connection_limit: kept.connection_limit.map(|limit| limit.to_string()).unwrap_or_default(),
        pinned_fingerprint: kept.pinned_fingerprint.clone().unwrap_or_default(),
        allow_clear_text: kept.allow_clear_text,
        central: kept.owner.is_none(),
        ..AccountForm::default()
    }
}

fn minutes(seconds: u32) -> String {
    let text = format!("{:.2}", f64::from(seconds) / 60.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What must hold before what is typed is tested or saved: the form's own rules and those of the office.
///
/// # Errors
/// [`Problem::Invalid`] with a sentence for each field.
pub fn check(
    who: &Principal,
    form: &AccountForm,
    stored: Option<&AccountRecord>,
    has_password: bool,
    for_test: bool,
) -> Result<(), Problem> {
    let mut errors = form.check(has_password);
    if for_test {
        errors.0.retain(|(field, _)| field != "name");
    }
    if form.security == Security::None && !form.allow_clear_text {
        errors.add(
            "security",
            "Without encryption the password travels in clear. Choose TLS or STARTTLS, or have an administrator allow it below",
        );
    }
    office_rules(who, form, stored, &mut errors);
    errors.into_result()
}

/// What only administrators may say, and what never changes.
fn office_rules(who: &Principal, form: &AccountForm, stored: Option<&AccountRecord>, errors: &mut FieldErrors) {
    let kept = stored.map(|record| &record.settings);
    if form.allow_clear_text && !kept.is_some_and(|kept| kept.allow_clear_text) && !who.is_administrator() {
        errors.add("allow_clear_text", "Only an administrator may allow a connection without encryption");
    }
    let pin = form.fingerprint();
    if pin.is_some() && pin != kept.and_then(|kept| kept.pinned_fingerprint.clone()) && !who.is_administrator() {
        errors.add("pinned_fingerprint", "Only an administrator may accept a certificate that is not trusted");
    }
    if let Some(kept) = kept
        && !form.name.trim().is_empty()
        && form.name.trim() != kept.name
    {
        errors.add("name", "The name of an account never changes");
    }
    if kept.is_some_and(|kept| changes_its_way(kept, form)) {
        errors
            .add("protocol", "Between a password and an application of your own a saved account does not change: connect the mailbox anew");
    }
    if form.central && stored.is_none() && !who.may(Permission::AccountsManage) {
        errors.add("central", "Only those who manage every account add a central one");
    }
}

/// Whether a saved account would sign in another way: the application's part would stay behind, or the password.
fn changes_its_way(kept: &NewAccount, form: &AccountForm) -> bool {
    let before = AccountForm { protocol: kept.protocol, preset: kept.preset, ..AccountForm::default() };
    (before.by_application() || form.by_application()) && !before.signs_in_like(form)
}

/// The password to use for what is typed.
///
/// # Errors
/// [`Problem::Invalid`] when none was typed and the stored one was entered for another server: it must be typed again, else whoever
/// may change the settings could have it sent to a machine of his or her own.
pub fn password_for(
    form: &AccountForm,
    typed_before: Option<&TypedAccount>,
    stored: Option<&AccountRecord>,
) -> Result<Option<PasswordFrom>, Problem> {
    if !form.password.is_empty() {
        return Ok(Some(PasswordFrom::Typed(SecretString::from(form.password.clone()))));
    }
    if let Some(typed) = typed_before.and_then(|typed| typed.password.clone()) {
        return Ok(Some(PasswordFrom::Typed(typed)));
    }
    let Some(record) = stored.filter(|record| record.has_secret) else { return Ok(None) };
    let same_server = record.settings.server.eq_ignore_ascii_case(form.server.trim());
    let weaker = form.security == Security::None && record.settings.security != Security::None;
    if same_server && !weaker {
        return Ok(Some(PasswordFrom::Stored));
    }
    Err(Problem::field("password", "The server or its encryption changed, so enter the mailbox's password again"))
}

/// Whether a test of one form holds for another: everything that decides the connection is the same.
pub fn same_connection(one: &AccountForm, other: &AccountForm) -> bool {
    let key = |form: &AccountForm| {
        let application =
            [&form.sign_in_server, &form.tenant, &form.client_id, &form.consent_server].map(|text| text.trim().to_lowercase());
        let server = (form.protocol, form.server.trim().to_lowercase(), form.port_number(), form.security);
        (server, form.login(), form.fingerprint(), form.allow_clear_text, form.delegated, application)
    };
    key(one) == key(other)
}

/// The settings to save. `password` `None` keeps the stored one; the owner of a saved account never changes, since owning means
/// seeing its private letters (O28).
pub fn settings_of(
    who: &Principal,
    form: &AccountForm,
    stored: Option<&AccountRecord>,
    password: Option<SecretString>,
    tested: bool,
) -> NewAccount {
    let address = postroom_mail::address::canonical(&form.address).unwrap_or_else(|| form.address.trim().to_lowercase());
    let owner = match stored {
        Some(record) => record.settings.owner,
        None if form.central => None,
        None => who.user(),
    };
    NewAccount {
        name: stored.map_or_else(|| form.name.trim().to_owned(), |record| record.settings.name.clone()),
        description: form.description.trim().to_owned(),
        protocol: form.protocol,
        preset: form.preset,
        address,
        server: form.server.trim().to_owned(),
        port: form.port_number(),
        security: form.security,
        user_name: form.login(),
        secret: password,
        timeout_seconds: form.timeout_seconds().unwrap_or(60),
        connection_limit: form.connection_limit.trim().parse().ok(),
        pinned_fingerprint: form.fingerprint(),
        allow_clear_text: form.allow_clear_text,
        owner,
        reach_anywhere: reaches_anywhere(who, form, stored),
        tested,
    }
}

/// Whether a connection may go to the office's own network (DESIGN §8): an administrator says so by entering the server; while
/// server and port stay as they are, it holds for whoever looks after the account.
pub fn reaches_anywhere(who: &Principal, form: &AccountForm, stored: Option<&AccountRecord>) -> bool {
    let kept = stored.map(|record| &record.settings).filter(|kept| kept.reach_anywhere);
    let unchanged = kept.is_some_and(|kept| kept.server.eq_ignore_ascii_case(form.server.trim()) && kept.port == form.port_number());
    who.is_administrator() || unchanged
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Role, UserId, Viewer};

    fn staff() -> Principal {
        let granted = vec![Permission::AccountsManage];
        Principal::Person(Viewer {
            id: UserId(7),
            name: "Ben".into(),
            email: "ben@example.com".into(),
            role: Role::Staff,
            granted,
            csrf: String::new(),
            shortcuts: true,
        })
    }

    fn form() -> AccountForm {
        AccountForm {
            name: "Office".into(),
            address: "office@example.com".into(),
            server: "mail.example.com".into(),
            password: "secret".into(),
            password_repeat: "secret".into(),
            ..AccountForm::default()
        }
    }

    fn fields(result: Result<(), Problem>) -> Vec<String> {
        match result {
            Err(Problem::Invalid(errors)) => errors.0.into_iter().map(|(field, _)| field).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn staff_can_neither_allow_clear_text_nor_pin_a_certificate() {
        // O2, O3
        let clear = AccountForm { security: Security::None, allow_clear_text: true, ..form() };
        assert_eq!(fields(check(&staff(), &clear, None, false, false)), ["allow_clear_text"]);
        assert!(check(&Principal::Console, &clear, None, false, false).is_ok());
        let silent = AccountForm { allow_clear_text: false, ..clear };
        assert_eq!(fields(check(&Principal::Console, &silent, None, false, false)), ["security"]);
        let pinned = AccountForm { pinned_fingerprint: "ab".repeat(32), ..form() };
        assert_eq!(fields(check(&staff(), &pinned, None, false, false)), ["pinned_fingerprint"]);
    }

    #[test]
    fn a_test_needs_no_name_but_saving_does() {
        // FP-18
        let nameless = AccountForm { name: String::new(), ..form() };
        assert!(check(&staff(), &nameless, None, false, true).is_ok());
        assert_eq!(fields(check(&staff(), &nameless, None, false, false)), ["name"]);
    }

    #[test]
    fn a_test_holds_as_long_as_the_connection_is_the_same() {
        // FP-24
        assert!(same_connection(&form(), &AccountForm { description: "x".into(), port: "993".into(), ..form() }));
        assert!(!same_connection(&form(), &AccountForm { port: "143".into(), ..form() }));
        assert!(!same_connection(&form(), &AccountForm { user_name: "other".into(), ..form() }));
    }

    #[test]
    fn the_time_limit_is_shown_as_it_was_typed() {
        assert_eq!((minutes(60), minutes(90), minutes(6)), ("1".into(), "1.5".into(), "0.1".into()));
    }
}
