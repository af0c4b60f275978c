//! That this is a demo: the line above every page, and its doors at the sign-in.

use crate::api::{demo::demo_now, session::SignIn};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::{DemoDoor, DemoOffice, Role};

/// What pages find in context.
#[derive(Clone)]
pub struct DemoHere(pub Option<DemoOffice>);

/// Asks once, before anything is drawn, and tells every page.
pub fn provide_demo() -> Option<DemoOffice> {
    let demo = demo_now();
    provide_context(DemoHere(demo.clone()));
    demo
}

/// The line above every page.
pub fn demo_banner(demo: &DemoOffice) -> AnyView {
    let doors = demo.doors.iter().enumerate().map(|(at, door)| {
        let or = if at > 0 { " or " } else { "" };
        view! { {or}<b>{door.email.clone()}</b>" ("{role_words(door.role)}")" }
    });
    let word = demo.doors.first().map(|door| door.word.clone());
    view! {
        <aside class="demo" aria-label="Demo office">
            <p><strong>"Demo office: everything is made up."</strong><span class="demo-how">" Sign in as "{doors.collect_view()}", password "<b>{word}</b>"."</span></p>
            <a href="/demo">"Leave demo"</a>
        </aside>
    }
    .into_any()
}

/// What a role is called where somebody signs in.
pub fn role_words(role: Role) -> &'static str {
    match role {
        Role::Administrator => "administrator",
        Role::Staff => "staff",
    }
}

/// One button for each sign-in of the demo.
pub fn demo_doors() -> AnyView {
    let demo = use_context::<DemoHere>().and_then(|demo| demo.0);
    let button = |door: DemoDoor| {
        let role = role_words(door.role);
        view! {
            <form method="post" action=SignIn::url()>
                <input type="hidden" name="email" value=door.email/>
                <input type="hidden" name="password" value=door.word/>
                <button type="submit" class="button" data-variant="secondary">{format!("Sign in as {} ({role})", door.name)}</button>
            </form>
        }
    };
    demo.map(|demo| view! { <div class="demo-doors">{demo.doors.into_iter().map(button).collect_view()}</div> }).into_any()
}
