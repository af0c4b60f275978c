//! Fields posted in the background.

use super::dom::on;
use web_sys::{Event, XmlHttpRequest};

/// Posts fields to a server function; `then` gets the status (0 = no answer) and what was answered. Whether it is on its way.
pub fn post(address: &str, fields: &[(&str, &str)], then: Box<dyn Fn(u16, String)>) -> bool {
    let Ok(request) = XmlHttpRequest::new() else { return false };
    let body: Vec<String> = fields.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
    let opened = request.open("POST", address).is_ok()
        && request.set_request_header("Content-Type", "application/x-www-form-urlencoded").is_ok()
        && request.set_request_header("Accept", "application/json").is_ok();
    if !opened {
        return false;
    }
    on(&request, "loadend", {
        let request = request.clone();
        move |_: &Event| then(request.status().unwrap_or(0), request.response_text().ok().flatten().unwrap_or_default())
    });
    request.send_with_opt_str(Some(&body.join("&"))).is_ok()
}

fn escaped(text: &str) -> String {
    String::from(js_sys::encode_uri_component(text))
}
