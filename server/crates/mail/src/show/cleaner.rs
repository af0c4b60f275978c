//! The cleaner: ammonia with its defaults, less what a letter does not need (RELIABILITY §3.3). It judges every element
//! and attribute anew, whatever happened before.

use super::{link, style};
use crate::html::strip_prefix_ignoring_case;
use ammonia::{Builder, UrlRelative};
use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// Tags of ammonia's defaults that a letter does not get.
const LESS: [&str; 12] = ["area", "map", "nav", "data", "rtc", "rp", "rt", "ruby", "hgroup", "wbr", "time", "col"];

/// What may be loaded: pictures of the letter itself by their `cid:`, and others if allowed.
pub(crate) struct Allowed {
    /// `data:` URIs by Content-ID.
    pub pictures: HashMap<String, String>,
    /// Pictures from the network.
    pub remote: bool,
}

/// Cleans a page.
pub(crate) fn clean(page: &str, allowed: Allowed) -> String {
    let allowed = Arc::new(allowed);
    let mut builder = Builder::default();
    builder
        .rm_tags(LESS)
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel", "cid"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer"))
        .set_tag_attribute_value("a", "target", "_blank")
        .generic_attributes(HashSet::from(["dir", "lang", "title", "style", "align"]))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href"])),
            ("img", HashSet::from(["src", "alt", "width", "height"])),
            ("ol", HashSet::from(["start"])),
            ("table", HashSet::from(["width", "height", "bgcolor", "border", "cellpadding", "cellspacing", "valign"])),
            ("tbody", HashSet::from(["bgcolor", "valign"])),
            ("tr", HashSet::from(["bgcolor", "valign"])),
            ("td", HashSet::from(["width", "height", "bgcolor", "valign", "colspan", "rowspan"])),
            ("th", HashSet::from(["width", "height", "bgcolor", "valign", "colspan", "rowspan"])),
        ]))
        .allowed_classes(HashMap::from([("img", HashSet::from(["held-back"])), ("span", HashSet::from(["true-host"]))]))
        .id_prefix(Some("letter-"))
        .strip_comments(true)
        .attribute_filter(move |element, name, value| judge(&allowed, element, name, value));
    builder.clean(page).to_string()
}

fn judge<'v>(allowed: &Allowed, element: &str, name: &str, value: &'v str) -> Option<Cow<'v, str>> {
    match (element, name) {
        ("img", "src") => match strip_prefix_ignoring_case(value, "cid:") {
            Some(cid) => allowed.pictures.get(cid).map(|uri| Cow::Owned(uri.clone())),
            None => (allowed.remote && crate::html::is_remote(value)).then_some(Cow::Borrowed(value)),
        },
        ("a", "href") => link::target(value).map(Cow::Owned),
        (_, "style") => style::clean(value).map(Cow::Owned),
        (_, "src" | "href" | "cite" | "background") => None,
        ("img" | "table" | "td" | "th", "width" | "height") => is_measure(value).then_some(Cow::Borrowed(value)),
        (_, "colspan" | "rowspan") => value.parse().is_ok_and(|n: u16| n <= 1000).then_some(Cow::Borrowed(value)),
        _ => Some(Cow::Borrowed(value)),
    }
}

fn is_measure(value: &str) -> bool {
    let number = value.strip_suffix('%').or_else(|| value.strip_suffix("px")).unwrap_or(value);
    number.parse().is_ok_and(|n: u16| n <= 10_000)
}
