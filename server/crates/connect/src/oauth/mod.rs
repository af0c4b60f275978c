//! Tokens (OAuth 2.0, RFC 6749; PKCE, RFC 7636) from Microsoft's and Google's token servers, or any that speaks the same.
//!
//! Client credentials for an office's application, an authorisation code for a person's own mailbox, refreshing for both.
//! <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow>,
//! <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow>,
//! <https://developers.google.com/identity/protocols/oauth2/web-server>
//!
//! Must never: put a token or a secret into an error, a log or a transcript; decide anything by what a token says about itself.

mod claims;
mod keeper;
mod lore;
mod sasl;

pub use claims::{Claims, claims};
pub use keeper::{Keep, Keeper};
pub use lore::refusal_in_words;
pub(crate) use lore::sentence_of;
pub use sasl::xoauth2;

use crate::{
    ConnectError, WebSettings,
    web::{Web, encoded},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::application::looks_like_id;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::time::Duration;

/// A client application at its token server.
#[derive(Debug, Clone)]
pub struct Application {
    /// The token server.
    pub web: WebSettings,
    /// Directory of the office at Microsoft; empty = Google.
    pub tenant: String,
    /// The application's id.
    pub client_id: String,
    /// The secret's value.
    pub secret: SecretString,
    /// What is asked for, words with spaces between.
    pub scope: String,
}

/// On what ground a token is asked for.
#[derive(Debug, Clone)]
pub enum Grant {
    /// The application's own right (application permissions).
    Application,
    /// A person has just said yes in the browser.
    Code {
        /// What came back with the browser.
        code: SecretString,
        /// The secret half of the challenge (RFC 7636).
        verifier: SecretString,
        /// Where the browser was sent back to.
        redirect: String,
    },
    /// A person said yes earlier.
    Refresh(SecretString),
}

/// What a token server handed out.
#[derive(Debug)]
pub struct Tokens {
    /// Opens the mailbox for a while.
    pub access: SecretString,
    /// Gets the next one, where a person said yes; it may be another one each time.
    pub refresh: Option<SecretString>,
    /// How long the first one lasts.
    pub lasts: Duration,
}

impl Application {
    fn path(&self, what: &str) -> String {
        match self.tenant.as_str() {
            "" if what == "token" => "/token".to_owned(),
            "" => "/o/oauth2/v2/auth".to_owned(),
            tenant => format!("/{}/oauth2/v2.0/{what}", encoded(tenant)),
        }
    }

    /// What makes no sense before anything is sent; above all the secret's id in the place of its value (O15).
    ///
    /// # Errors
    /// `Settings` with the sentence that says what to mend.
    pub fn check(&self) -> Result<(), ConnectError> {
        let wrong = |sentence: &str| Err(ConnectError::Settings { sentence: sentence.to_owned() });
        if self.client_id.trim().is_empty() {
            return wrong("Enter the application's client ID: it stands on the application's Overview page.");
        }
        if self.secret.expose_secret().is_empty() && self.needs_secret() {
            return wrong("Enter the client secret's value.");
        }
        if looks_like_id(self.secret.expose_secret()) {
            return wrong(
                "This looks like the secret's ID, not its value. Copy the column Value; it is shown only once, so if it is gone, make a new secret.",
            );
        }
        Ok(())
    }

    /// An application's own right needs its secret, and Google always asks for it; where a person says yes at Microsoft, a public
    /// client has none.
    fn needs_secret(&self) -> bool {
        self.tenant.is_empty() || self.scope.ends_with("/.default")
    }

    /// Where a person says yes: the browser is sent there. `state` comes back unchanged and must be the one of this session. `server`
    /// is where people say yes, if that is another than the token server.
    pub fn authorize_url(&self, server: Option<&str>, redirect: &str, state: &str, verifier: &SecretString, login_hint: &str) -> String {
        let server = server.map_or_else(|| self.web.authority(), str::to_owned);
        let pairs = [
            ("client_id", self.client_id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", redirect),
            ("response_mode", "query"),
            ("scope", &self.scope),
            ("state", state),
            ("code_challenge", &challenge(verifier)),
            ("code_challenge_method", "S256"),
            ("login_hint", login_hint),
            // Google hands out a refresh token only for these two; to somebody who agreed before, only when asked again.
            ("access_type", "offline"),
            ("prompt", if self.tenant.is_empty() { "consent select_account" } else { "select_account" }),
        ];
        format!("https://{server}{}?{}", self.path("authorize"), form(&pairs))
    }

    /// Asks for tokens, once.
    ///
    /// # Errors
    /// Named by the next step; see `lore.rs` for what each refusal means.
    pub async fn tokens(&self, grant: &Grant) -> Result<Tokens, ConnectError> {
        self.check()?;
        let mut pairs = vec![("client_id", self.client_id.trim()), ("scope", &self.scope)];
        // A public client that sends a secret is refused, even an empty one.
        if !self.secret.expose_secret().is_empty() {
            pairs.push(("client_secret", self.secret.expose_secret()));
        }
        match grant {
            Grant::Application => pairs.push(("grant_type", "client_credentials")),
            Grant::Code { code, verifier, redirect } => pairs.extend([
                ("grant_type", "authorization_code"),
                ("code", code.expose_secret()),
                ("code_verifier", verifier.expose_secret()),
                ("redirect_uri", redirect.as_str()),
            ]),
            Grant::Refresh(token) => pairs.extend([("grant_type", "refresh_token"), ("refresh_token", token.expose_secret())]),
        }
        let mut body = Vec::new();
        let answer = Web::new(self.web.clone())
            .post_form(&self.path("token"), &form(&pairs), &mut |part| {
                body.extend_from_slice(part);
                Ok(())
            })
            .await?;
        if answer.status == 200 { read(&body) } else { Err(lore::refusal(&answer)) }
    }
}

fn read(body: &[u8]) -> Result<Tokens, ConnectError> {
    let odd = |said: &str| ConnectError::Protocol { said: said.to_owned(), transcript: Vec::new() };
    let value: Value = serde_json::from_slice(body).map_err(|_| odd("an answer of the token server that is not JSON"))?;
    let text = |name: &str| value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let access = text("access_token").ok_or_else(|| odd("an answer of the token server without a token"))?;
    if access.bytes().any(|octet| !octet.is_ascii_graphic()) {
        return Err(odd("a token with characters that no token has"));
    }
    // Some servers write the number as text.
    let lasts = value.get("expires_in").and_then(|lasts| lasts.as_u64().or_else(|| lasts.as_str()?.parse().ok())).unwrap_or(300);
    Ok(Tokens {
        access: SecretString::from(access),
        refresh: text("refresh_token").map(SecretString::from),
        lasts: Duration::from_secs(lasts.min(24 * 3_600)),
    })
}

fn form(pairs: &[(&str, &str)]) -> String {
    pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&")
}

/// The secret half of a challenge, from 32 random octets (RFC 7636 §4.1).
pub fn verifier(random: [u8; 32]) -> SecretString {
    SecretString::from(URL_SAFE_NO_PAD.encode(random))
}

fn challenge(verifier: &SecretString) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose_secret().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reach;

    fn application(tenant: &str, secret: &str) -> Application {
        Application {
            web: WebSettings::read("login.example", Duration::from_secs(1), Reach::Anywhere).unwrap(),
            tenant: tenant.into(),
            client_id: "c".into(),
            secret: SecretString::from(secret),
            scope: "a b".into(),
        }
    }

    // The example of RFC 7636, appendix B.
    #[test]
    fn a_challenge_is_what_the_standard_says() {
        let octets = [
            116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37, 77, 105, 214, 191, 240, 91, 88, 5, 88,
            83, 132, 141, 121,
        ];
        let verifier = verifier(octets);
        assert_eq!(verifier.expose_secret(), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge(&verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    // O15
    #[test]
    fn the_id_of_a_secret_is_not_taken_for_its_value() {
        assert!(application("t", "0f8fad5b-d9cb-469f-a165-70867728950e").check().is_err());
        assert!(application("t", "Xy~8Q~abcdefghijklmnopqrstuvwxyz0123456").check().is_ok());
    }

    // Public clients have no secret; an application's own right and Google ask for it.
    #[test]
    fn a_secret_is_missed_only_where_it_is_needed() {
        assert!(application("t", "").check().is_ok());
        assert!(application("", "").check().is_err());
        assert!(Application { scope: "https://graph.example/.default".into(), ..application("t", "") }.check().is_err());
    }

    #[test]
    fn the_browser_is_sent_to_the_right_place() {
        let url =
            application("contoso.example", "x").authorize_url(None, "https://p.example/back", "s&t", &verifier([7; 32]), "ann@p.example");
        assert!(url.starts_with("https://login.example/contoso.example/oauth2/v2.0/authorize?client_id=c&response_type=code&"));
        assert!(url.contains("redirect_uri=https%3A%2F%2Fp.example%2Fback") && url.contains("state=s%26t") && !url.contains("secret"));
        assert!(
            application("", "x")
                .authorize_url(Some("door.example"), "r", "s", &verifier([7; 32]), "")
                .starts_with("https://door.example/o/oauth2/v2/auth?")
        );
    }
}
