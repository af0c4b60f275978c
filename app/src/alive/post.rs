//! Fields posted in the background.

use super::dom::on;
use web_sys::{Event, XmlHttpRequest};

/// How long an answer is waited for, ms: a letter that is sent meanwhile waits too. A little longer than the server waits for what is sent.
const LONGEST: u32 = 330_000;

/// Posts fields to a server function; `then` gets the status (0 = no answer) and what was answered, whatever happens.
pub fn post(address: &str, fields: &[(&str, &str)], then: Box<dyn Fn(u16, String)>) {
    match send(address, fields) {
        None => then(0, String::new()),
        Some(request) => on(&request.clone(), "loadend", move |_: &Event| {
            then(request.status().unwrap_or(0), request.response_text().ok().flatten().unwrap_or_default());
        }),
    }
}

fn send(address: &str, fields: &[(&str, &str)]) -> Option<XmlHttpRequest> {
    let request = XmlHttpRequest::new().ok()?;
    let body: Vec<String> = fields.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
    request.open("POST", address).ok()?;
    request.set_request_header("Content-Type", "application/x-www-form-urlencoded").ok()?;
    request.set_request_header("Accept", "application/json").ok()?;
    request.set_timeout(LONGEST);
    request.send_with_opt_str(Some(&body.join("&"))).ok()?;
    Some(request)
}

fn escaped(text: &str) -> String {
    String::from(js_sys::encode_uri_component(text))
}
