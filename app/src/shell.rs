//! The document around every page: head, assets, and the script that brings a page to life.

#[cfg(feature = "ssr")]
use crate::routes::App;
#[cfg(feature = "ssr")]
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use leptos_meta::MetaTags;

/// Names of the built files under `/pkg/`, with their hashes. Provided as context by the server; without it pages stay plain HTML.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assets {
    /// Style sheet: `postroom.1a2b3c.css`.
    pub css: String,
    /// Script: `postroom.1a2b3c.js`; empty when the pages shall stay plain HTML.
    pub js: String,
    /// Program: `postroom.1a2b3c.wasm`.
    pub wasm: String,
}

/// Why the server refused a page before it was drawn. Provided as context; [`crate::App`] then draws this instead of a page.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Heading.
    pub title: String,
    /// What happened, and what to do.
    pub sentence: String,
}

/// What was typed into a form that could not be carried out, for the page that shows the form again without script. Provided as
/// context, in an `Arc`.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// The server function the form posts to.
    pub path: String,
    /// Names and values, without anything secret.
    pub fields: Vec<(String, String)>,
}

/// The whole document. The look (light or dark) comes from the cookie `theme`, so that nothing flashes.
#[cfg(feature = "ssr")]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let _ = options;
    let assets = use_context::<Assets>();
    let style = assets.as_ref().map(|assets| format!("/pkg/{}", assets.css));
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="referrer" content="same-origin"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                {style.map(|href| view! { <link rel="stylesheet" href=href/> })}
                {assets.filter(|assets| !assets.js.is_empty()).map(life)}
                <MetaTags/>
            </head>
            <body><App/></body>
        </html>
    }
}

/// Loads script and program and hands the page over to them. Runs under a CSP without `unsafe-inline`, hence the nonce.
#[cfg(feature = "ssr")]
fn life(assets: Assets) -> AnyView {
    let (js, wasm) = (format!("/pkg/{}", assets.js), format!("/pkg/{}", assets.wasm));
    let script = format!("import init, {{ hydrate }} from {js:?}; init({{ module_or_path: {wasm:?} }}).then(() => hydrate());");
    let nonce = leptos::nonce::use_nonce();
    view! {
        <link rel="modulepreload" href=js nonce=nonce.clone()/>
        <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
        <script type="module" nonce=nonce>{script}</script>
    }
    .into_any()
}

#[cfg(feature = "ssr")]
fn theme() -> Option<&'static str> {
    let parts = use_context::<http::request::Parts>()?;
    let cookies = parts.headers.get_all(http::header::COOKIE);
    let found = cookies
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|cookie| cookie.trim().strip_prefix("theme="))?
        .to_owned();
    ["light", "dark"].into_iter().find(|theme| *theme == found)
}
