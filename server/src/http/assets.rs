//! Files of the site: hashed names, compressed once at build, cached for ever.
//!
//! Must never: serve anything outside the site folder, or follow a name that is not made of plain characters.

use super::AppState;
use axum::body::Body;
use axum::extract::{Path as UrlPath, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use std::path::{Path, PathBuf};

/// Where the site lies, and what its pages load.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// The folder; `None` = no site was built, so pages come without script and style.
    pub folder: Option<PathBuf>,
    /// What the shell links to; `None` = pages stay plain.
    pub assets: Option<app::Assets>,
}

impl Site {
    /// Reads `assets.json` of a folder.
    pub fn open(folder: &Path) -> Self {
        let assets = std::fs::read(folder.join("assets.json")).ok().and_then(|text| read_list(&text));
        if assets.is_none() {
            tracing::warn!("No site at {}: pages come without script and style", folder.display());
        }
        Self { folder: folder.is_dir().then(|| folder.to_owned()), assets }
    }
}

/// `{"js": …, "wasm": …, "css": …}`, each with or without `/pkg/` before the name.
fn read_list(text: &[u8]) -> Option<app::Assets> {
    let list: serde_json::Value = serde_json::from_slice(text).ok()?;
    let name = |key: &str| list.get(key)?.as_str().map(|path| path.trim_start_matches("/pkg/").to_owned());
    Some(app::Assets { css: name("css")?, js: name("js")?, wasm: name("wasm")? })
}

/// A compressed form and the name of its encoding, best first.
const FORMS: [(&str, &str); 2] = [("br", "br"), ("gz", "gzip")];

/// `/pkg/{*path}`
pub async fn package(State(state): State<AppState>, UrlPath(path): UrlPath<String>, headers: HeaderMap) -> Response {
    // For the short pages of a refusal, which do not know the name of the day.
    if path == "postroom.css" {
        let css = state.site.assets.as_ref().map(|assets| format!("pkg/{}", assets.css)).unwrap_or_default();
        return serve(&state.site, &css, &headers, "no-cache").await;
    }
    serve(&state.site, &format!("pkg/{path}"), &headers, "public, max-age=31536000, immutable").await
}

/// `/favicon.svg`
pub async fn favicon(State(state): State<AppState>, headers: HeaderMap) -> Response {
    serve(&state.site, "favicon.svg", &headers, "public, max-age=86400").await
}

async fn serve(site: &Site, path: &str, headers: &HeaderMap, caching: &'static str) -> Response {
    let Some(folder) = site.folder.as_ref().filter(|_| is_plain(path)) else { return StatusCode::NOT_FOUND.into_response() };
    let file = folder.join(path);
    for (ending, encoding) in FORMS.into_iter().filter(|(_, encoding)| accepts(headers, encoding)) {
        let mut compressed = file.clone().into_os_string();
        compressed.push(format!(".{ending}"));
        if let Ok(bytes) = tokio::fs::read(compressed).await {
            let mut response = answer(path, bytes, caching);
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
            return response;
        }
    }
    match tokio::fs::read(file).await {
        Ok(bytes) => answer(path, bytes, caching),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

fn answer(path: &str, bytes: Vec<u8>, caching: &'static str) -> Response {
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind_of(path)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

/// Folders and names of letters, digits, dots, dashes and underscores; no part begins with a dot.
fn is_plain(path: &str) -> bool {
    path.split('/').all(|part| {
        !part.is_empty() && !part.starts_with('.') && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    })
}

fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let Some(accepted) = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()) else { return false };
    accepted.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        parts.next() == Some(encoding) && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

fn kind_of(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_are_files_of_the_site() {
        assert!(is_plain("pkg/postroom-1a2b.js"));
        for odd in ["pkg/../key", "pkg//x", "pkg/.git", "pkg/a b", "pkg/a%2e", "pkg/a\\b", ""] {
            assert!(!is_plain(odd), "{odd:?}");
        }
    }

    #[test]
    fn the_list_of_assets_names_files_below_pkg() {
        let assets = read_list(br#"{"js":"/pkg/a.js","wasm":"/pkg/a.wasm","css":"a.css"}"#).unwrap();
        assert_eq!((assets.js.as_str(), assets.css.as_str()), ("a.js", "a.css"));
        assert!(read_list(b"{}").is_none());
    }

    #[test]
    fn a_refused_encoding_is_not_sent() {
        let headers = |text: &'static str| HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(text))]);
        assert!(accepts(&headers("gzip, deflate, br;q=0.9"), "br"));
        assert!(!accepts(&headers("gzip, br;q=0"), "br"));
        assert!(!accepts(&HeaderMap::new(), "gzip"));
    }
}
