//! The address bar: filters, cursors and outcomes stand there, so a copied link opens the same view for a colleague.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use std::str::FromStr;

/// A value of the query, empty when it is not there.
pub fn query(name: &'static str) -> Memo<String> {
    let map = use_query_map();
    Memo::new(move |_| map.with(|map| map.get(name).unwrap_or_default()))
}

/// An id in the path. What is no id is an id that nobody has.
pub fn param<T: FromStr + Clone + PartialEq + Send + Sync + 'static>(name: &'static str, nobody: T) -> Memo<T> {
    let map = use_params_map();
    Memo::new(move |_| map.with(|map| map.get(name).and_then(|text| text.parse().ok()).unwrap_or_else(|| nobody.clone())))
}

/// A path with a query of the values that are not empty.
pub fn with_query(path: &str, values: &[(&str, &str)]) -> String {
    let query: Vec<String> =
        values.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}={}", model::escaped(value, ""))).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_set_stands_in_the_address() {
        assert_eq!(with_query("/search", &[("q", "a&b ä"), ("cursor", "")]), "/search?q=a%26b%20%C3%A4");
        assert_eq!(with_query("/clients", &[("q", "")]), "/clients");
    }
}
