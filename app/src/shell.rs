//! The document around every page: head, assets, and the script that brings a page to life.

use crate::routes::App;
use leptos::prelude::*;
use leptos_meta::MetaTags;

/// Names of the built files under `/pkg/`, with their hashes. Provided as context by the server; without it pages stay plain HTML.
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Heading.
    pub title: String,
    /// What happened, and what to do.
    pub sentence: String,
}

/// What was typed into a form that could not be carried out, for the page that shows the form again without script. Provided as
/// context, in an `Arc`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// The server function the form posts to.
    pub path: String,
    /// Names and values, without anything secret.
    pub fields: Vec<(String, String)>,
}

/// Where Postroom is, as this browser sees it: `https://post.example.com`. Provided as context; for addresses that are to be registered
/// elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(pub String);

/// The whole document. The look (light or dark) comes from the cookie `theme`, so that nothing flashes.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let _ = options;
    // Nothing but islands is taken over in the browser, so nothing that was asked for a page is written into it a second time.
    if let Some(page) = Owner::current_shared_context() {
        page.set_is_hydrating(false);
    }
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

/// Loads script and program once the page is painted, so that reading never waits for them, and wakes the page: its listeners, then its
/// islands. A page in the background is never painted, hence the second way out. Runs under a CSP without `unsafe-inline`, hence the nonce.
fn life(assets: Assets) -> AnyView {
    let (js, wasm) = (format!("/pkg/{}", assets.js), format!("/pkg/{}", assets.wasm));
    let script = format!(
        "await new Promise(go => {{\n\
         new PerformanceObserver(go).observe({{ type: 'paint', buffered: true }}); setTimeout(go, 1000);\n\
         }});\n\
         const program = fetch({wasm:?});\n\
         const page = await import({js:?});\n\
         await page.default({{ module_or_path: program }});\n\
         const islands = root => root.querySelectorAll('leptos-island').forEach(island => page[island.dataset.component]?.(island));\n\
         window.postroomIslands = islands; page.hydrate(); islands(document); document.documentElement.dataset.hydrated = 'true';"
    );
    view! { <script type="module" nonce=leptos::nonce::use_nonce()>{script}</script> }.into_any()
}

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
