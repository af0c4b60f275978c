//! Which door of the table a request stands before.

use super::{Rule, TABLE};
use http::Method;

/// What the table says about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// This door.
    Rule(&'static Rule),
    /// The path is a door, but not for this method.
    OtherMethod,
    /// There is no such door.
    Nothing,
}

/// Looks a request up. Plain words win over parameters (`/clients/new` over `/clients/{id}`), as in the router.
pub fn look_up(method: &Method, path: &str) -> Found {
    let method = if *method == Method::HEAD { &Method::GET } else { method };
    let mut best: Option<(&'static Rule, usize)> = None;
    let mut other_method = false;
    for rule in TABLE {
        let Some(parameters) = matches(rule.path, path) else { continue };
        if rule.method != *method {
            other_method = true;
        } else if best.is_none_or(|(_, fewest)| parameters < fewest) {
            best = Some((rule, parameters));
        }
    }
    match best {
        Some((rule, _)) => Found::Rule(rule),
        None if other_method => Found::OtherMethod,
        None => Found::Nothing,
    }
}

/// How many parameters a pattern needs to fit a path; `None` when it does not fit.
fn matches(pattern: &str, path: &str) -> Option<usize> {
    let mut wanted = pattern.split('/');
    let mut given = path.split('/');
    let mut parameters = 0;
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(parameters),
            (Some(part), Some(rest)) if part.starts_with("{*") => return (!rest.is_empty()).then_some(parameters + 1),
            (Some(part), Some(word)) if part.starts_with('{') && !word.is_empty() => parameters += 1,
            (Some(part), Some(word)) if part == word => {}
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path_of(method: Method, path: &str) -> Option<&'static str> {
        match look_up(&method, path) {
            Found::Rule(rule) => Some(rule.path),
            _ => None,
        }
    }

    #[test]
    fn plain_words_win_over_parameters() {
        assert_eq!(path_of(Method::GET, "/clients/new"), Some("/clients/new"));
        assert_eq!(path_of(Method::GET, "/clients/7"), Some("/clients/{id}"));
        assert_eq!(path_of(Method::HEAD, "/pkg/a/b.js"), Some("/pkg/{*path}"));
    }

    #[test]
    fn what_is_not_in_the_table_is_not_found() {
        for path in ["/clients/", "//clients", "/clients/7/x", "/api", "/api/session/get/", "/pkg/", "/messages//body", "/.env"] {
            assert_eq!(look_up(&Method::GET, path), Found::Nothing, "{path}");
        }
        assert_eq!(look_up(&Method::GET, "/api/session/sign-in"), Found::OtherMethod);
        assert_eq!(look_up(&Method::POST, "/clients"), Found::OtherMethod);
    }
}
