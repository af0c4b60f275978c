//! The token server: client credentials, codes with PKCE, refresh tokens that change at each use, and what others ask about tokens.

use super::{
    GraphFault,
    http::{End, Reply, Request},
    state::State,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::time::Instant;

pub(super) fn answer(state: &mut State, request: &Request) -> Reply {
    let tenant = request.path.trim_start_matches('/').split('/').next().unwrap_or("").to_owned();
    match request.path.rsplit('/').next().unwrap_or("") {
        "introspect" => introspect(state, request),
        "authorize" | "auth" if request.method == "GET" => authorize(state, request),
        // Microsoft's path, and Google's.
        "token" if request.method == "POST" => token(state, request, &tenant),
        _ => Reply::new(404, "no such page"),
    }
}

fn refused(error: &str, number: u32, words: &str) -> Reply {
    let description = format!(
        "AADSTS{number}: {words} Trace ID: 255d1aef-8c98-452f-ac51-23d051240864 Correlation ID: fb3d2015-bc17-4bb9-bb85-30c5cf1aaaa7 Timestamp: 2026-01-09 02:02:12Z"
    );
    let status = if error == "invalid_client" { 401 } else { 400 };
    Reply::json(status, &json!({ "error": error, "error_description": description, "error_codes": [number] }))
}

fn token(state: &mut State, request: &Request, tenant: &str) -> Reply {
    use GraphFault::*;
    let fault = state.strikes(|fault| match fault {
        TokenRefused(..) | TokenError(_) | TokenStatus(_) | TokenThrottled(_) | TokenNotJson | TokenMissing | TokenBroken | TokenHangs
        | TokenCloses => Some(fault.clone()),
        _ => None,
    });
    match fault {
        Some(TokenRefused(error, number)) => return refused(error, number, "As the fault says."),
        Some(TokenError(error)) => {
            return Reply::json(400, &json!({ "error": error, "error_description": "Token has been expired or revoked." }));
        }
        Some(TokenStatus(status)) => return Reply::new(status, ""),
        Some(TokenThrottled(seconds)) => return Reply::json(429, &json!({ "error": "slow" })).with("Retry-After", seconds),
        Some(TokenNotJson) => return Reply::new(200, "<html>Sign in</html>"),
        Some(TokenMissing) => return Reply::json(200, &json!({ "token_type": "Bearer" })),
        Some(TokenBroken) => return Reply::json(200, &json!({ "access_token": "a\r\nX: y", "expires_in": 3600 })),
        Some(TokenHangs) => return Reply::new(200, "").ends(End::Silence),
        Some(TokenCloses) => return Reply::new(200, "").ends(End::Nothing),
        _ => {}
    }
    let field = |name: &str| request.field(name).unwrap_or_default();
    if tenant != state.options.tenant && request.path != "/token" {
        return refused("invalid_request", 90002, "Tenant not found. Check to make sure you have the correct tenant ID.");
    }
    if field("client_id") != state.options.client_id {
        return refused("unauthorized_client", 700016, "Application was not found in the directory.");
    }
    if field("client_secret") != state.options.secret {
        return refused(
            "invalid_client",
            7000215,
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.",
        );
    }
    let mut agreed = None;
    let person = match field("grant_type").as_str() {
        "client_credentials" if field("scope").ends_with("/.default") => None,
        "client_credentials" => return refused("invalid_scope", 1002012, "The provided value for scope is not valid."),
        "authorization_code" => {
            let Some((challenge, redirect)) = state.codes.remove(&field("code")) else {
                return refused("invalid_grant", 54005, "OAuth2 Authorization code was already redeemed.");
            };
            if URL_SAFE_NO_PAD.encode(Sha256::digest(field("code_verifier"))) != challenge {
                return refused("invalid_grant", 501481, "The Code_Verifier does not match the code_challenge.");
            }
            if field("redirect_uri") != redirect {
                return refused("invalid_grant", 50011, "The redirect URI does not match.");
            }
            agreed = state.agreed.remove(&field("code"));
            Some(state.at_browser.clone())
        }
        "refresh_token" => {
            // What nobody has agreed to is refused, and the token stays good for what was.
            let earlier = state.agreed.get(&field("refresh_token"));
            if earlier.is_some_and(|earlier| !covers(earlier, &field("scope"))) {
                return refused("invalid_grant", 65001, "The user or administrator has not consented to use the application.");
            }
            agreed = state.agreed.remove(&field("refresh_token"));
            // One use each: whoever keeps the old one is locked out, so that a client that does not keep the new one is found out.
            match state.refresh.remove(&field("refresh_token")) {
                None => return refused("invalid_grant", 50173, "The provided grant has expired due to it being revoked."),
                person => person,
            }
        }
        _ => return refused("unsupported_grant_type", 70003, "The app requested an unsupported grant type."),
    };
    let lasts = state.options.lasts;
    let refresh = person.as_deref().map(|person| state.new_refresh(person));
    if let (Some(refresh), Some(agreed)) = (&refresh, agreed) {
        state.agreed.insert(refresh.clone(), agreed);
    }
    let access = state.new_token(person.as_deref(), &field("scope"));
    Reply::json(200, &json!({ "token_type": "Bearer", "expires_in": lasts, "access_token": access, "refresh_token": refresh }))
}

/// Whether all that is asked for stands among what was agreed to.
fn covers(agreed: &str, asked: &str) -> bool {
    asked.split(' ').all(|word| agreed.split(' ').any(|known| known == word))
}

/// A person who always says yes.
fn authorize(state: &mut State, request: &Request) -> Reply {
    let field = |name: &str| request.field(name).unwrap_or_default();
    if field("client_id") != state.options.client_id || field("code_challenge_method") != "S256" || field("response_type") != "code" {
        return Reply::new(400, "AADSTS900144: something is missing");
    }
    let code = format!("0.code-{}", state.serial());
    state.codes.insert(code.clone(), (field("code_challenge"), field("redirect_uri")));
    state.agreed.insert(code.clone(), field("scope"));
    let to = format!("{}?code={code}&state={}", field("redirect_uri"), field("state"));
    Reply::new(302, "").with("Location", to)
}

/// RFC 7662, as Dovecot asks it.
fn introspect(state: &mut State, request: &Request) -> Reply {
    let bearer = request.header("authorization").strip_prefix("Bearer ").unwrap_or("").to_owned();
    let asked = request.field("token").unwrap_or(bearer);
    let good = state.tokens.get(&asked).filter(|(until, _)| *until > Instant::now());
    match good {
        Some((_, permissions)) => Reply::json(
            200,
            &json!({ "active": true, "username": state.options.user, "email": state.options.user, "scope": permissions.join(" "), "client_id": state.options.client_id }),
        ),
        None => Reply::json(200, &json!({ "active": false })),
    }
}
