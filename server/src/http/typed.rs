//! What was typed into a form that could not be carried out, on its way back to the page when there is no script: a cookie for a
//! minute, read by the next page and gone.
//!
//! Must never: carry a password, a code or a token, or stand in an address.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Octets of a cookie that every browser keeps.
const LONGEST: usize = 3500;
/// Fields whose names have one of these are left out.
const SECRET: &[&str] = &["password", "current", "code", "token", "link", "csrf", "secret"];

/// The cookie's value for a form posted to `path`; `None` when nothing can be kept.
pub fn kept(path: &str, body: &[u8]) -> Option<String> {
    let body = std::str::from_utf8(body).ok()?;
    let secret = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or("").to_lowercase();
        SECRET.iter().any(|word| name.contains(word))
    };
    let fields: Vec<&str> = body.split('&').filter(|pair| !pair.is_empty() && !secret(pair)).collect();
    let value = URL_SAFE_NO_PAD.encode(format!("{path} {}", fields.join("&")));
    (!fields.is_empty() && value.len() <= LONGEST).then_some(value)
}

/// Reads it back.
pub fn read(value: &str) -> Option<app::Typed> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(value).ok()?).ok()?;
    let (path, body) = text.split_once(' ')?;
    let fields = body.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (plain(name), plain(value))).collect();
    Some(app::Typed { path: path.to_owned(), fields })
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
        let typed = read(&kept).unwrap();
        assert_eq!(typed.path, "/api/people/add");
        assert_eq!(typed.fields, [("form[name]".into(), "Zoë Q.".into()), ("role".into(), "staff".into())]);
        assert!(super::kept("/x", &[b'a'; 4000]).is_none() && super::kept("/x", b"password=1").is_none());
    }
}
