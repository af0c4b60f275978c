//! XOAUTH2: a token in the place of a password, for IMAP, POP3 and SMTP.
//! <https://learn.microsoft.com/en-us/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth>,
//! <https://developers.google.com/workspace/gmail/imap/xoauth2-protocol>

use secrecy::{ExposeSecret, SecretString};

/// The initial answer, before base64.
pub fn xoauth2(user_name: &str, token: &SecretString) -> SecretString {
    SecretString::from(format!("user={user_name}\x01auth=Bearer {}\x01\x01", token.expose_secret()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::{Engine as _, engine::general_purpose::STANDARD};

    // The example of Google's page.
    #[test]
    fn the_answer_is_what_the_providers_document() {
        let token = SecretString::from("ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg");
        let encoded = STANDARD.encode(xoauth2("someuser@example.com", &token).expose_secret());
        assert_eq!(
            encoded,
            "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ=="
        );
    }
}
