//! What was typed into a form that could not be carried out, on its way back to the page: in a cookie for a minute or, where that would
//! be too long for browsers, in the session's drafts. Read by the next page and gone.
//!
//! Must never: carry a password, a code or a token, or stand in an address.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Octets of a cookie that every browser keeps.
const LONGEST: usize = 3500;
/// The cookie's value while the session's drafts hold the form. No form reads like this: each has a space after its path.
pub const HELD: &str = "held";
/// The field that holds a letter's words with their formatting.
const RICH: &str = "form[html]";
/// Fields whose names have one of these are left out.
const SECRET: &[&str] = &["password", "current", "code", "token", "link", "csrf", "secret"];

/// A form posted to `path`, without what is secret; `None` when nothing is left.
pub fn kept(path: &str, body: &[u8]) -> Option<String> {
    let body = std::str::from_utf8(body).ok()?;
    let secret = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or("").to_lowercase();
        SECRET.iter().any(|word| name.contains(word))
    };
    let fields: Vec<&str> = body.split('&').filter(|pair| !pair.is_empty() && !secret(pair)).collect();
    (!fields.is_empty()).then(|| format!("{path} {}", fields.join("&")))
}

/// The form as a cookie's value, if browsers keep one so long.
pub fn cookie(kept: &str) -> Option<String> {
    let value = URL_SAFE_NO_PAD.encode(kept);
    (value.len() <= LONGEST).then_some(value)
}

/// Reads a cookie's value back.
pub fn read(value: &str) -> Option<app::Typed> {
    form(&String::from_utf8(URL_SAFE_NO_PAD.decode(value).ok()?).ok()?)
}

/// Reads a kept form. What a page will show as formatting is cleaned here: neither the form nor a cookie is believed.
pub fn form(kept: &str) -> Option<app::Typed> {
    let (path, body) = kept.split_once(' ')?;
    let cleaned = |(name, value): (String, String)| {
        let value = if name == RICH && !value.is_empty() { rich(&value) } else { value };
        (name, value)
    };
    Some(app::Typed { path: path.to_owned(), fields: pairs(body).map(cleaned).collect() })
}

/// What the cleaner leaves; a letter with formatting stays one when its words were emptied.
fn rich(typed: &str) -> String {
    let cleaned = postroom_mail::compose::rich(typed);
    if cleaned.is_empty() { postroom_mail::compose::BLANK.to_owned() } else { cleaned }
}

/// Names and values of a form's body or of a query, decoded.
pub fn pairs(body: &str) -> impl Iterator<Item = (String, String)> {
    body.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (plain(name), plain(value)))
}

/// Undoes what a form's encoding does.
fn plain(text: &str) -> String {
    let mut out = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => out.push(b' '),
            b'%' => {
                let digits = [rest.next().unwrap_or(b'?'), rest.next().unwrap_or(b'?')];
                out.extend(std::str::from_utf8(&digits).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok()));
            }
            other => out.push(other),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_comes_back_and_no_secret_with_it() {
        let body = b"csrf=abc&form%5Bname%5D=Zo%C3%AB+Q.&form[password]=hunter2&form[password_repeat]=hunter2&token=t&role=staff";
        let kept = kept("/api/people/add", body).unwrap();
        let typed = read(&cookie(&kept).unwrap()).unwrap();
        assert_eq!(typed.path, "/api/people/add");
        assert_eq!(typed.fields, [("form[name]".into(), "Zoë Q.".into()), ("role".into(), "staff".into())]);
        assert!(super::kept("/x", b"password=1").is_none() && read(HELD).is_none());
    }

    // RELIABILITY §3.3: what comes back into the editor has passed the cleaner, whoever wrote the cookie.
    #[test]
    fn formatting_that_comes_back_is_cleaned() {
        let kept = kept("/api/compose/save", b"form%5Bhtml%5D=%3Cb%3Eyes%3C/b%3E%3Cimg+src=x+onerror=alert(1)%3E").unwrap();
        let typed = read(&cookie(&kept).unwrap()).unwrap();
        assert_eq!(typed.fields, [("form[html]".to_owned(), "<b>yes</b>".to_owned())]);
    }

    #[test]
    fn what_no_browser_would_keep_is_no_cookie() {
        let long = kept("/x", format!("a={}&password=p", "b".repeat(20_000)).as_bytes()).unwrap();
        assert!(cookie(&long).is_none());
        assert_eq!(form(&long).unwrap().fields, [("a".to_owned(), "b".repeat(20_000))]);
    }
}
