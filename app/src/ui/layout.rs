//! The frame of every page: skip link, header with search, navigation, main.
//!
//! Who asks is known at once on the server and handed to the browser with the page, so pages need not wait for it:
//! what waits is drawn more than once, and a page inside it would ask the office more than once.

use super::menu::close_menu_by_itself;
use super::{form::csrf, get_form::GetForm, icon::Icon, query::query};
use crate::api::session::{SetTheme, SignOut, viewer_now};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::components::{A, Outlet};
use model::{Permission, Viewer};

/// The frame of pages for signed-in people.
#[component]
pub fn Signed() -> impl IntoView {
    match SharedValue::new(viewer_now).into_inner() {
        Some(viewer) => framed(viewer, || view! { <Outlet/> }.into_any()),
        None => {
            ask_again();
            view! { <main id="main" class="loading"><p role="status">"Opening your office …"</p></main> }.into_any()
        }
    }
}

/// Came here without leaving the page (just signed in): the server draws the page anew and knows who asks.
fn ask_again() {
    #[cfg(feature = "hydrate")]
    Effect::new(|_| {
        let _ = window().location().reload();
    });
}

/// The frame around a page. The page is made inside, so that it knows who asks.
pub fn framed(viewer: Viewer, page: impl FnOnce() -> AnyView) -> AnyView {
    provide_context(viewer.clone());
    let search = query("q");
    Effect::new(|_| mark_alive());
    close_menu_by_itself();
    view! {
        <a class="skip" href="#main" rel="external">"Skip to the page"</a>
        <div class="frame">
            <header class="bar">
                <a class="brand" href="/">{brand()}<span>"Postroom"</span></a>
                <div class="bar-search">
                    <GetForm action="/search" class="bar-form" search="Letters">
                        <label class="visually-hidden" for="search">"Search letters"</label>
                        {Icon::Search.draw()}
                        <input id="search" name="q" type="search" placeholder="Search letters" value=move || search.get() autocomplete="off"/>
                        <kbd aria-hidden="true">"/"</kbd>
                    </GetForm>
                </div>
                {user_menu(&viewer)}
            </header>
            {navigation(&viewer)}
            <main id="main" tabindex="-1">{page()}</main>
        </div>
    }
    .into_any()
}

/// The mark of the product.
pub fn brand() -> AnyView {
    view! {
        <svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">
            <rect x="2" y="5" width="28" height="22" rx="6"/>
            <path d="M8 12.5 16 18.5l8-6"/>
        </svg>
    }
    .into_any()
}

fn navigation(viewer: &Viewer) -> AnyView {
    let item = |href: &'static str, words: &'static str, icon: Icon| view! { <li><A href=href>{icon.draw()}<span>{words}</span></A></li> };
    view! {
        <nav class="rail" aria-label="Main">
            <ul>
                {item("/clients", "Clients", Icon::Clients)}
                {item("/mail", "Mail", Icon::Mail)}
                {item("/accounts", "Accounts", Icon::Accounts)}
                {item("/settings", "Settings", Icon::Settings)}
                {viewer.may(Permission::AuditView).then(|| item("/audit", "Audit", Icon::Audit))}
            </ul>
        </nav>
    }
    .into_any()
}

fn user_menu(viewer: &Viewer) -> AnyView {
    let initials: String = viewer.name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect();
    let theme = |value: &'static str, words: &'static str| view! { <button type="submit" name="theme" value=value>{words}</button> };
    view! {
        <details class="user">
            <summary><span class="avatar" aria-hidden="true">{initials}</span><span class="user-name">{viewer.name.clone()}</span></summary>
            <div class="menu">
                <p class="quiet">{viewer.email.clone()}</p>
                <a href="/settings/profile">"Your profile"</a>
                <form method="post" action=SetTheme::url() class="theme">
                    {csrf()}
                    <span id="theme-label">"Look"</span>
                    <div role="group" aria-labelledby="theme-label">{theme("auto", "System")}{theme("light", "Light")}{theme("dark", "Dark")}</div>
                </form>
                <form method="post" action=SignOut::url()>
                    {csrf()}
                    <button type="submit" class="button" data-variant="secondary">"Sign out"</button>
                </form>
            </div>
        </details>
    }
    .into_any()
}

/// The frame of pages for people who are not signed in.
#[component]
pub fn Plain(
    /// The page.
    children: Children,
) -> impl IntoView {
    Effect::new(|_| mark_alive());
    view! {
        <a class="skip" href="#main" rel="external">"Skip to the page"</a>
        <div class="plain">
            <header><a class="brand" rel="external" href="/">{brand()}<span>"Postroom"</span></a></header>
            <main id="main" tabindex="-1">{children()}</main>
        </div>
    }
}

/// Tells tests and styles that the page is alive.
fn mark_alive() {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        if let Some(root) = document().document_element()
            && let Ok(root) = root.dyn_into::<web_sys::HtmlElement>()
        {
            let _ = root.dataset().set("hydrated", "true");
        }
    }
}

/// `/` puts the cursor into the search box, except while something is typed.
pub fn listen_for_keys() {
    #[cfg(feature = "hydrate")]
    Effect::new(|_| {
        use wasm_bindgen::JsCast;
        let handle = window_event_listener(leptos::ev::keydown, |event| {
            if event.key() != "/" || event.ctrl_key() || event.meta_key() || event.alt_key() || event.default_prevented() {
                return;
            }
            let typing = event
                .target()
                .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
                .is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
            if typing {
                return;
            }
            if let Some(field) = document().get_element_by_id("search").and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
                event.prevent_default();
                let _ = field.focus();
            }
        });
        on_cleanup(move || handle.remove());
    });
}
