//! Tokens: random words that prove something, and what is kept of them.
//!
//! Must never: let a token itself reach the store or the log. The store holds SHA-256 of it, which is enough for a
//! random word of 128 bits or more (a slow hash is for words that people choose).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A new token of 256 random bits, as typed into a cookie.
pub fn new_token() -> String {
    random_words::<32>()
}

/// A new one-time token of 128 random bits, as typed into a link.
pub fn new_link_token() -> String {
    random_words::<16>()
}

/// A short reference that a person can read out: the log holds the same.
pub fn new_reference() -> String {
    hex(&random_bytes::<5>())
}

/// What is kept of a token: SHA-256.
pub fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// The word that plain forms carry, bound to the session: a hash of its token, so nothing more has to be stored.
pub fn form_token(session_token: &str) -> String {
    let hash = Sha256::new().chain_update(b"postroom form token 1\0").chain_update(session_token.as_bytes()).finalize();
    URL_SAFE_NO_PAD.encode(hash)
}

/// A form token as one page carries it: another word in each page that means the same, so that the length of a compressed page tells
/// nothing about it.
pub fn veil(form_token: &str) -> String {
    let Ok(token) = URL_SAFE_NO_PAD.decode(form_token) else { return String::new() };
    let pad = random_bytes::<32>();
    let veiled = token.iter().zip(pad).map(|(octet, pad)| octet ^ pad);
    URL_SAFE_NO_PAD.encode(pad.into_iter().chain(veiled).collect::<Vec<u8>>())
}

/// Whether a word is the form token, under any veil.
pub fn is_form_token(word: &str, form_token: &str) -> bool {
    let (Ok(word), Ok(token)) = (URL_SAFE_NO_PAD.decode(word), URL_SAFE_NO_PAD.decode(form_token)) else { return false };
    if word.len() != 64 {
        return false;
    }
    let (pad, veiled) = word.split_at(32);
    let bare: Vec<u8> = veiled.iter().zip(pad).map(|(octet, pad)| octet ^ pad).collect();
    bare.as_slice().ct_eq(&token).into()
}

/// Whether two words are the same, in a time that does not tell where they differ.
pub fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

/// `text` with a signature under `key`, for a cookie that the server wants to recognise later.
pub fn sign(key: &[u8], text: &str) -> String {
    format!("{text}.{}", signature(key, text))
}

/// The text of [`sign`], if the signature is ours.
pub fn signed<'a>(key: &[u8], word: &'a str) -> Option<&'a str> {
    let (text, found) = word.rsplit_once('.')?;
    same(&signature(key, text), found).then_some(text)
}

fn signature(key: &[u8], text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(text.as_bytes());
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

fn random_words<const N: usize>() -> String {
    URL_SAFE_NO_PAD.encode(random_bytes::<N>())
}

/// Random octets from the system.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system has a source of randomness; without one nothing here is safe");
    bytes
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_bound_to_text_and_key() {
        let word = sign(b"key", "7.abc");
        assert_eq!(signed(b"key", &word), Some("7.abc"));
        assert_eq!(signed(b"other", &word), None);
        assert_eq!(signed(b"key", &word.replacen('7', "8", 1)), None);
    }

    #[test]
    fn a_veiled_form_token_is_another_word_in_each_page_and_still_the_token() {
        let (ours, theirs) = (form_token(&new_token()), form_token(&new_token()));
        let (one, other) = (veil(&ours), veil(&ours));
        assert_ne!(one, other);
        assert!(is_form_token(&one, &ours) && is_form_token(&other, &ours));
        assert!(!is_form_token(&veil(&theirs), &ours));
        for wrong in ["", "AAAA", &ours, &one[..43]] {
            assert!(!is_form_token(wrong, &ours), "{wrong}");
        }
    }

    #[test]
    fn the_form_token_tells_nothing_of_the_session_and_is_not_what_is_stored() {
        let token = new_token();
        assert_ne!(form_token(&token), URL_SAFE_NO_PAD.encode(digest(&token)));
        assert_ne!(form_token(&token), token);
        assert_eq!(token.len(), 43);
        assert_ne!(new_token(), token);
    }
}
