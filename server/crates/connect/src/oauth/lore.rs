//! What token servers' refusals mean, as data: code, whose turn it is, what to do.
//! <https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes>,
//! <https://developers.google.com/identity/protocols/oauth2/web-server#exchange-errors>
//!
//! Microsoft asks programs not to act on these codes, since they may change. They decide nothing here but the words that people read
//! and whose turn it is; a code that is not known falls back on OAuth's own `error` (RFC 6749 §5.2).

use crate::{ConnectError, Later, error::one_line, web::Answer};
use serde_json::Value;

enum Turn {
    /// The person who looks after the account: counts towards disabling (O25).
    SignIn,
    /// What was typed.
    Settings,
    /// Whoever runs the directory.
    Permission,
    /// Nobody's: later.
    Busy,
    /// Nobody's: slower.
    Throttled,
}

/// Code (of Microsoft, or OAuth's word), turn, sentence.
const FACTS: &[(&str, Turn, &str)] = &[
    (
        "AADSTS7000215",
        Turn::SignIn,
        "Microsoft says that the client secret is wrong. Often the secret's ID was pasted: enter the text of the column Value. It is shown only once; if it is gone, make a new secret.",
    ),
    (
        "AADSTS7000222",
        Turn::SignIn,
        "The client secret has expired. Make a new one under Certificates & secrets, and enter its value here.",
    ),
    ("AADSTS7000216", Turn::SignIn, "Microsoft asks for a client secret. Enter the secret's value."),
    (
        "AADSTS7000218",
        Turn::SignIn,
        "Microsoft asks for a client secret. Enter the secret's value; the application must be of the kind Web.",
    ),
    (
        "AADSTS7000112",
        Turn::Permission,
        "The application is switched off in the directory. An administrator of Microsoft 365 must enable it under Enterprise applications.",
    ),
    (
        "AADSTS700016",
        Turn::Settings,
        "Microsoft does not know this application in this directory. Check the client ID and the tenant ID; both stand on the application's Overview page.",
    ),
    ("AADSTS900021", Turn::Settings, "The tenant ID is not one. It stands on the application's Overview page as Directory (tenant) ID."),
    ("AADSTS900023", Turn::Settings, "The tenant ID is not one. It stands on the application's Overview page as Directory (tenant) ID."),
    (
        "AADSTS90002",
        Turn::Settings,
        "Microsoft does not know this directory. Check the tenant ID: it stands on the application's Overview page as Directory (tenant) ID. Offices in a national cloud have another sign-in server.",
    ),
    ("AADSTS90013", Turn::Settings, "Microsoft does not accept what was entered. Check tenant ID and client ID."),
    ("AADSTS900382", Turn::Settings, "This directory is in another of Microsoft's clouds. Choose the sign-in server of that cloud."),
    ("AADSTS50020", Turn::SignIn, "This person is not in the directory of the application. Sign in with an account of the office."),
    ("AADSTS50034", Turn::SignIn, "This person is not in the directory. Check the user name, and sign in again."),
    (
        "AADSTS50053",
        Turn::SignIn,
        "Microsoft has locked this person's sign-in. Wait, or ask an administrator of Microsoft 365, then sign in again.",
    ),
    ("AADSTS50055", Turn::SignIn, "This person's password has expired. Set a new one with Microsoft, then sign in again."),
    ("AADSTS50057", Turn::SignIn, "This person's account is switched off at Microsoft."),
    ("AADSTS50076", Turn::SignIn, "Microsoft asks for the second factor. Sign in again in the browser."),
    ("AADSTS50078", Turn::SignIn, "Microsoft asks for the second factor again. Sign in again in the browser."),
    ("AADSTS50079", Turn::SignIn, "Microsoft asks this person to set up a second factor. Sign in again in the browser."),
    (
        "AADSTS50105",
        Turn::Permission,
        "This person is not assigned to the application. An administrator of Microsoft 365 must assign him or her under Enterprise applications.",
    ),
    ("AADSTS50126", Turn::SignIn, "Microsoft refused the user name or password. Sign in again in the browser."),
    ("AADSTS50173", Turn::SignIn, "The sign-in was ended at Microsoft, often by a new password. Sign in again in the browser."),
    (
        "AADSTS53003",
        Turn::Permission,
        "A rule of the directory (Conditional Access) keeps Postroom out. An administrator of Microsoft 365 must allow it.",
    ),
    (
        "AADSTS53000",
        Turn::Permission,
        "A rule of the directory asks for a managed device. An administrator of Microsoft 365 must allow Postroom.",
    ),
    ("AADSTS54005", Turn::SignIn, "This sign-in was used before. Begin it again."),
    ("AADSTS54006", Turn::SignIn, "This sign-in was used before. Begin it again."),
    ("AADSTS501481", Turn::SignIn, "This sign-in was begun elsewhere. Begin it again here."),
    (
        "AADSTS50011",
        Turn::Settings,
        "The application does not know Postroom's address. Add the address shown here to it as a redirect URI of the kind Web.",
    ),
    (
        "AADSTS65001",
        Turn::Permission,
        "Nobody has agreed to the application's permissions yet. An administrator of Microsoft 365 must choose Grant admin consent under API permissions.",
    ),
    (
        "AADSTS65004",
        Turn::Permission,
        "The person did not agree. Begin again and agree, or ask an administrator of Microsoft 365 to agree for the office.",
    ),
    (
        "AADSTS90094",
        Turn::Permission,
        "Only an administrator of Microsoft 365 may agree to these permissions. Ask for Grant admin consent under API permissions.",
    ),
    (
        "AADSTS500011",
        Turn::Settings,
        "This directory does not know the service that is asked for. Check the Graph server: each of Microsoft's clouds has its own.",
    ),
    ("AADSTS1002012", Turn::Settings, "The permission asked for is not one of an application. Check the Graph server."),
    ("AADSTS70011", Turn::Settings, "Microsoft does not know what is asked for. Check the Graph server."),
    ("AADSTS70008", Turn::SignIn, "The sign-in has expired because it was not used for long. Sign in again in the browser."),
    ("AADSTS700082", Turn::SignIn, "The sign-in has expired because it was not used for long. Sign in again in the browser."),
    ("AADSTS700084", Turn::SignIn, "The sign-in has expired. Sign in again in the browser."),
    ("AADSTS90009", Turn::Permission, "The application asks for a token for itself. Check the Graph server."),
    ("AADSTS90033", Turn::Busy, "Microsoft's sign-in is out of order for the moment. Postroom tries again."),
    ("AADSTS90055", Turn::Throttled, "Microsoft's sign-in asks to slow down. Postroom waits and tries again."),
    ("AADSTS50196", Turn::Throttled, "Microsoft's sign-in asks to slow down. Postroom waits and tries again."),
    ("AADSTS7000217", Turn::SignIn, "Microsoft does not accept this client secret. Make a new one under Certificates & secrets."),
    (
        "token_refused",
        Turn::SignIn,
        "The mailbox does not accept the token. Check the user name, that the application may use IMAP, and that it was given this mailbox; else sign in again.",
    ),
    (
        "sending_token_refused",
        Turn::SignIn,
        "The server refused the token for sending. Sign in at the provider again, as the person whose mailbox it is; the application must be allowed to send.",
    ),
    ("temporarily_unavailable", Turn::Busy, "The sign-in server is out of order for the moment. Postroom tries again."),
    ("server_error", Turn::Busy, "The sign-in server is out of order for the moment. Postroom tries again."),
    (
        "invalid_client",
        Turn::SignIn,
        "The sign-in server refused the client ID or the client secret. Enter the secret's value again; if it has expired, make a new one.",
    ),
    ("invalid_grant", Turn::SignIn, "The permission to read this mailbox was taken back or has expired. Sign in again in the browser."),
    (
        "AADSTS700025",
        Turn::Settings,
        "The application is registered as a public client, so it must not have a secret. Register the redirect address as the kind Web, or connect the mailbox without a secret.",
    ),
    (
        "AADSTS9002326",
        Turn::Settings,
        "The redirect address is registered as the kind Single-page application. Register it as the kind Web instead.",
    ),
    (
        "AADSTS500113",
        Turn::Settings,
        "No redirect address is registered for the application. Add the address shown here to it as a redirect URI of the kind Web.",
    ),
    (
        "redirect_uri_mismatch",
        Turn::Settings,
        "The client at Google does not know Postroom's address. Add the address shown here to its Authorized redirect URIs.",
    ),
    (
        "admin_policy_enforced",
        Turn::Permission,
        "The administrator of this Google Workspace does not let Postroom read mail. He or she must trust the client under API controls.",
    ),
    (
        "org_internal",
        Turn::Permission,
        "The client at Google is for its own organisation only. Sign in with an account of that organisation.",
    ),
    ("login_required", Turn::SignIn, "The provider wants to see the person. Begin again, and sign in there."),
    ("interaction_required", Turn::SignIn, "The provider wants to see the person. Sign in again in the browser."),
    ("consent_required", Turn::Permission, "Nobody has agreed to the application's permissions yet. An administrator must agree."),
    ("unauthorized_client", Turn::Permission, "The application may not sign in this way. Check its kind (Web) and its permissions."),
    ("access_denied", Turn::Permission, "The person or the directory said no. Begin again and agree."),
    ("invalid_scope", Turn::Settings, "The sign-in server does not know what is asked for. Check the servers' names."),
];

fn fact(said: &str) -> Option<&'static (&'static str, Turn, &'static str)> {
    let words = || said.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    FACTS.iter().find(|(code, _, _)| words().any(|word| word == *code))
}

/// The sentence for a refusal that a token server worded.
pub(crate) fn sentence_of(said: &str) -> Option<&'static str> {
    fact(said).map(|(_, _, sentence)| *sentence)
}

/// What it means that the provider sent the browser back without a code (RFC 6749 §4.1.2.1), in words for people.
pub fn refusal_in_words(error: &str, description: &str) -> String {
    let said = said(error, description);
    match sentence_of(&said) {
        Some(sentence) => sentence.to_owned(),
        None => format!("The provider did not agree. It said: {said}"),
    }
}

/// What a refusal means.
pub(super) fn refusal(answer: &Answer) -> ConnectError {
    let value: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or("");
    let said = said(text("error"), text("error_description"));
    let wait = answer.retry_after();
    if answer.status == 429 {
        return ConnectError::Later { why: Later::Throttled, said, wait };
    }
    match fact(&said) {
        Some((_, Turn::SignIn, _)) => ConnectError::SignIn { said },
        Some((_, Turn::Settings, sentence)) => ConnectError::Settings { sentence: (*sentence).to_owned() },
        Some((_, Turn::Permission, sentence)) => ConnectError::Permission { sentence: (*sentence).to_owned(), said },
        Some((_, Turn::Busy, _)) => ConnectError::Later { why: Later::Busy, said, wait },
        Some((_, Turn::Throttled, _)) => ConnectError::Later { why: Later::Throttled, said, wait },
        None if answer.status >= 500 => ConnectError::Later { why: Later::Busy, said, wait },
        None if said.is_empty() => ConnectError::Protocol {
            said: format!("the token server answered {} without saying why; check its name", answer.status),
            transcript: Vec::new(),
        },
        None => ConnectError::Refused { said },
    }
}

/// The server's words without the numbers that only its makers can use, and without addresses of people.
fn said(error: &str, description: &str) -> String {
    let cut = description.find("Trace ID").unwrap_or(description.len());
    let flat = one_line(&format!("{error} {}", &description[..cut]));
    flat.split(' ').map(|word| if word.contains('@') { "…" } else { word }).take(60).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_as_a_word_and_not_as_part_of_a_longer_one() {
        assert!(
            sentence_of("invalid_client AADSTS7000215: Invalid client secret provided.")
                .is_some_and(|words| words.contains("column Value"))
        );
        assert!(sentence_of("x AADSTS900023: Specified tenant identifier is neither").is_some_and(|words| words.contains("is not one")));
        assert!(sentence_of("x AADSTS90002: Tenant not found").is_some_and(|words| words.contains("this directory")));
        assert_eq!(sentence_of("Invalid credentials"), None);
    }

    #[test]
    fn addresses_and_trace_numbers_are_left_out() {
        let said = said("invalid_grant", "AADSTS50034: The user ann@smith.example is not there.\r\nTrace ID: 1\r\nCorrelation ID: 2");
        assert_eq!(said, "invalid_grant AADSTS50034: The user … is not there.");
    }

    // O6, O15: every code is known once, and its sentence says what to do.
    #[test]
    fn no_code_is_listed_twice() {
        let mut codes: Vec<_> = FACTS.iter().map(|(code, _, _)| code).collect();
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), FACTS.len());
        assert!(FACTS.iter().all(|(_, _, sentence)| sentence.ends_with('.') && sentence.len() > 40));
    }
}
