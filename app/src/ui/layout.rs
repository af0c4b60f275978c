//! The frame of every page: header with search, navigation, main.
//!
//! Who asks is known before anything is drawn, so pages need not wait for it: what waits is drawn more than once, and a page inside it would
//! ask the office more than once.

use super::{form::csrf, get_form::GetForm, icon::Icon, load::trouble_view, query::query, shortcuts::key_map};
use crate::Trouble;
use crate::api::management::letters_waiting;
use crate::api::session::{SetTheme, SignOut, viewer_now};
use crate::islands::Palette;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::components::{A, Outlet};
use model::{Permission, Problem, Role, Viewer, Waiting};

/// The frame of pages for signed-in people.
#[component]
pub fn Signed() -> impl IntoView {
    match viewer_now() {
        Some(viewer) => framed(viewer, || view! { <Outlet/> }.into_any()),
        None => trouble_view(&Problem::SignIn),
    }
}

/// The frame around a page. The page is made inside, so that it knows who asks.
pub fn framed(viewer: Viewer, page: impl FnOnce() -> AnyView) -> AnyView {
    provide_context(viewer.clone());
    let (search, sort) = (query("q"), query("sort").get_untracked());
    let person = viewer.clone();
    view! {
        <div class="frame" data-shortcuts=if viewer.shortcuts { "on" } else { "off" }>
            <header class="bar">
                <a class="brand" href="/">{brand()}<span>"Postroom"</span></a>
                <div class="bar-search">
                    <GetForm action="/search" class="bar-form" search="Letters" answers="search-answers">
                        <label class="visually-hidden" for="search">"Search letters"</label>
                        {Icon::Search.draw()}
                        <input id="search" name="q" type="search" placeholder="Search letters" value=search.get_untracked() autocomplete="off"/>
                        {viewer.shortcuts.then(|| view! { <kbd aria-hidden="true">"/"</kbd> })}
                        {(!sort.is_empty()).then(|| view! { <input type="hidden" name="sort" value=sort/> })}
                    </GetForm>
                    <button type="button" class="palette-open js-only" aria-haspopup="dialog" data-opens="palette">
                        {Icon::Arrow.draw()}<span>"Go to"</span>{viewer.shortcuts.then(|| view! { <kbd aria-hidden="true">"Ctrl K"</kbd> })}
                    </button>
                </div>
                {user_menu(&viewer)}
            </header>
            {navigation(&viewer)}
            <main id="main" tabindex="-1">{page()}</main>
        </div>
        <Palette viewer=person/>
        {key_map(viewer.shortcuts)}
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

/// Where to go. On a phone there is room for five: what is wanted less often stands under "More" there.
fn navigation(viewer: &Viewer) -> AnyView {
    let audit = viewer.may(Permission::AuditView);
    let waiting = Resource::new(|| (), |()| async { letters_waiting().await });
    let outbox = move || view! { <A href="/outbox">{Icon::Sent.draw()}<span class="rail-long">"Outbox"{badge(waiting, "outbox", |waiting| waiting.outbox)}</span></A> };
    let actions = move || view! { <A href="/actions">{Icon::Calendar.draw()}<span class="rail-long">"Actions"{badge(waiting, "actions", |waiting| waiting.actions)}</span></A> };
    let link = |href: &'static str, words: &'static str, icon: Icon| view! { <A href=href>{icon.draw()}<span>{words}</span></A> };
    let always = |href, words, icon| view! { <li>{link(href, words, icon)}</li> };
    let wide = |href, words, icon| view! { <li data-wide>{link(href, words, icon)}</li> };
    view! {
        <nav class="rail" aria-label="Main">
            <ul>
                {always("/clients", "Clients", Icon::Clients)}
                {wide("/contacts", "Contacts", Icon::Person)}
                {always("/mail", "Mail", Icon::Mail)}
                <li data-wide>{outbox()}</li>
                <li data-wide>{actions()}</li>
                <li><A href="/management">{Icon::Folder.draw()}<span class="rail-long">"Email Management"{badge(waiting, "management", |waiting| waiting.managed)}</span></A></li>
                {wide("/unanswered", "Unanswered", Icon::Clock)}
                {always("/accounts", "Accounts", Icon::Accounts)}
                {wide("/settings", "Settings", Icon::Settings)}
                {audit.then(|| wide("/audit", "Audit", Icon::Audit))}
                <li data-narrow>
                    <details>
                        <summary>{Icon::More.draw()}"More"</summary>
                        <ul>
                            {always("/contacts", "Contacts", Icon::Person)}
                            <li>{outbox()}</li>
                            <li>{actions()}</li>
                            {always("/unanswered", "Unanswered", Icon::Clock)}
                            {always("/settings", "Settings", Icon::Settings)}
                            {audit.then(|| always("/audit", "Audit", Icon::Audit))}
                        </ul>
                    </details>
                </li>
            </ul>
        </nav>
    }
    .into_any()
}

/// How many letters wait for somebody. Kept fresh by `alive/managed.rs`.
fn badge(waiting: Resource<Result<Waiting, Trouble>>, what: &'static str, of: fn(Waiting) -> i64) -> AnyView {
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                let waiting = waiting.await.map_or(0, of);
                let words = if waiting > 0 { crate::text::number(waiting) } else { String::new() };
                view! { <span class="badge" data-badge=what hidden=waiting == 0>{words}</span> }
            })}
        </Suspense>
    }
    .into_any()
}

fn user_menu(viewer: &Viewer) -> AnyView {
    let initials: String = viewer.name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect();
    let theme = |value: &'static str, words: &'static str| view! { <button type="submit" name="theme" value=value>{words}</button> };
    view! {
        <details class="user">
            <summary aria-label=format!("Menu of {}", viewer.name)><span class="avatar" data-initials=initials></span><span class="user-name">{viewer.name.clone()}</span></summary>
            <div class="menu">
                <p class="quiet">{viewer.email.clone()}</p>
                <a href="/settings/profile">"Your profile"</a>
                {(viewer.role == Role::Administrator).then(|| view! { <a href="/status">"Status"</a> })}
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
    view! {
        <div class="plain">
            <header><a class="brand" href="/">{brand()}<span>"Postroom"</span></a></header>
            <main id="main" tabindex="-1">{children()}</main>
        </div>
    }
}
