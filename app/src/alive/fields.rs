//! Fields that follow one another: the port of an account follows its security until somebody typed another one.

use super::dom::{document, on, target};
use model::Security;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement, HtmlSelectElement};

pub fn watch() {
    on(&document(), "change", |event: &Event| {
        let list = target(event).and_then(|element| element.dyn_into::<HtmlSelectElement>().ok());
        if let Some(list) = list.filter(|list| list.id() == "security") {
            port_follows(&list.value());
        }
    });
}

/// Sets the usual port of a security, unless another one was typed.
pub fn port_follows(security: &str) {
    let port = document().get_element_by_id("port").and_then(|port| port.dyn_into::<HtmlInputElement>().ok());
    let protocol = document().get_element_by_id("protocol").and_then(|field| field.get_attribute("value"));
    let security = Security::parse(security).unwrap_or_default();
    let usual = if protocol.as_deref() == Some("pop3") { security.pop3_port() } else { security.imap_port() };
    if let Some(port) = port.filter(|port| ["", "993", "143", "995", "110"].contains(&port.value().as_str())) {
        port.set_value(&usual.to_string());
    }
}
