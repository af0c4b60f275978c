//! The headers that every answer wears (RELIABILITY §3.3 layer 4, §4.2).
//!
//! Must never: weaken what a route has set itself (the letters' body brings a stricter policy of its own).

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// What an answer is, which decides its policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dress {
    /// A page, the answer of a server function, a refusal.
    Page,
    /// A file of the site that never changes.
    Asset,
}

/// Puts the headers on.
pub fn dress(headers: &mut HeaderMap, what: Dress, nonce: &str, behind_tls: bool) {
    keep_or_set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    keep_or_set(headers, HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    if behind_tls {
        keep_or_set(headers, header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if what == Dress::Asset {
        return;
    }
    keep_or_set(headers, header::CONTENT_SECURITY_POLICY, &page_policy(nonce));
    // Not `no-referrer`: that would make form posts send `Origin: null`.
    keep_or_set(headers, header::REFERRER_POLICY, "same-origin");
    keep_or_set(headers, HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    keep_or_set(headers, HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), payment=(), usb=()");
    keep_or_set(headers, header::CACHE_CONTROL, "no-store");
}

fn keep_or_set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.entry(name).or_insert(value);
    }
}

fn page_policy(nonce: &str) -> String {
    format!(
        "default-src 'self'; script-src 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; \
         connect-src 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
    )
}

/// What the frame of a letter may do: nothing but open links in a new tab. With `pictures`, ask the network for them.
pub fn letter_policy(pictures: bool) -> String {
    let images = if pictures { "data: https:" } else { "data:" };
    format!(
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src {images}; style-src 'unsafe-inline'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_keeps_its_own_stricter_policy() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_str(&letter_policy(false)).unwrap());
        dress(&mut headers, Dress::Page, "n", false);
        assert!(headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().starts_with("sandbox"));
    }

    #[test]
    fn pages_allow_no_inline_script_and_letters_none_at_all() {
        // RELIABILITY §3.3 layers 1 and 4
        let page = page_policy("abc");
        assert!(
            page.contains("script-src 'nonce-abc' 'wasm-unsafe-eval'")
                && !page.contains("unsafe-inline")
                && !page.contains("'unsafe-eval'")
        );
        let letter = letter_policy(false);
        assert!(!letter.contains("allow-scripts") && !letter.contains("allow-same-origin") && !letter.contains("http"));
        assert!(letter_policy(true).contains("img-src data: https:;"));
    }
}
