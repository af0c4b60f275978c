//! What a token says about itself: shown to people, believed by nobody. Microsoft calls the tokens of Graph opaque; where one cannot
//! be read, nothing is shown.
//! <https://learn.microsoft.com/en-us/entra/identity-platform/access-tokens>

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

/// What is worth showing (O21).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// The token could be read at all.
    pub readable: bool,
    /// Permissions: application roles and delegated scopes, sorted.
    pub permissions: Vec<String>,
    /// Who signed in, as the token tells.
    pub person: Option<String>,
}

impl Claims {
    /// Permissions beyond reading and sending mail: more than Postroom needs.
    pub fn more_than_reading(&self) -> Vec<&str> {
        const ENOUGH: &[&str] = &[
            "Mail.Read",
            "Mail.ReadBasic",
            "Mail.ReadBasic.All",
            "Mail.Read.Shared",
            // Sending needs it, and the doctor says so.
            "Mail.Send",
            "User.Read",
            "openid",
            "profile",
            "email",
            "offline_access",
        ];
        self.permissions.iter().map(String::as_str).filter(|one| !ENOUGH.contains(one)).collect()
    }

    /// Whether letters may be sent by what the token itself says.
    pub fn sends_mail(&self) -> bool {
        self.permissions.iter().any(|one| ["Mail.Send", "Mail.Send.Shared"].contains(&one.as_str()))
    }

    /// Whether mail may be read by what the token itself says. An application that Exchange limits to mailboxes has no such word in
    /// its token, and may read all the same.
    pub fn reads_mail(&self) -> bool {
        self.permissions
            .iter()
            .any(|one| ["Mail.Read", "Mail.ReadWrite", "Mail.Read.Shared", "Mail.ReadWrite.Shared"].contains(&one.as_str()))
    }
}

/// Reads the middle part of a JSON Web Token (RFC 7519), unverified.
pub fn claims(token: &SecretString) -> Claims {
    let mut parts = token.expose_secret().split('.');
    let (Some(_), Some(middle), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else { return Claims::default() };
    let Some(value) =
        URL_SAFE_NO_PAD.decode(middle.trim_end_matches('=')).ok().and_then(|octets| serde_json::from_slice::<Value>(&octets).ok())
    else {
        return Claims::default();
    };
    let roles = value.get("roles").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let scopes = value.get("scp").and_then(Value::as_str).unwrap_or("").split(' ');
    let clean = |word: &str| word.len() <= 80 && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    let mut permissions: Vec<String> =
        roles.chain(scopes).filter(|word| !word.is_empty() && clean(word)).take(60).map(str::to_owned).collect();
    permissions.sort();
    permissions.dedup();
    let named = ["upn", "preferred_username", "unique_name", "email"].iter().find_map(|name| value.get(name).and_then(Value::as_str));
    // `live.com#ann@…`: how guests stand in tokens.
    let person = named.map(|name| name.rsplit('#').next().unwrap_or(name)).filter(|name| {
        name.len() <= 254 && name.contains('@') && !name.chars().any(|c| c.is_whitespace() || c.is_control() || "<>\"".contains(c))
    });
    Claims { readable: true, permissions, person: person.map(str::to_owned) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(json: &str) -> SecretString {
        SecretString::from(format!("h.{}.s", URL_SAFE_NO_PAD.encode(json)))
    }

    // O21
    #[test]
    fn permissions_are_read_from_roles_and_scopes() {
        let read = claims(&token(r#"{"roles":["Mail.Send","Mail.Read"],"scp":"openid User.Read"}"#));
        assert_eq!(read.permissions, ["Mail.Read", "Mail.Send", "User.Read", "openid"]);
        assert!(read.reads_mail() && read.sends_mail() && read.more_than_reading().is_empty());
        assert_eq!(claims(&token(r#"{"roles":["Mail.ReadWrite"]}"#)).more_than_reading(), ["Mail.ReadWrite"]);
        for odd in ["opaque", "a.b.c", "", "a.b.c.d"] {
            assert_eq!(claims(&SecretString::from(odd)), Claims::default(), "{odd}");
        }
        assert!(claims(&token(r#"{"roles":["<script>"]}"#)).permissions.is_empty());
        assert_eq!(claims(&token(r#"{"upn":"live.com#ann@b.example"}"#)).person.as_deref(), Some("ann@b.example"));
        assert_eq!(claims(&token(r#"{"upn":"<b>@x"}"#)).person, None);
    }
}
