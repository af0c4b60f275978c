//! `/settings/profile`: one's own password and sessions.

use super::sessions::{history, open_sessions};
use crate::api::access::{EndSession, own_sessions};
use crate::api::palette::SetShortcuts;
use crate::api::people::{ChangePassword, SignOutEverywhere};
use crate::ui::form::csrf;
use crate::ui::*;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::{Permission, Role, SessionsView, UserId, Viewer};

/// Who one is here, the password, and every session at once.
#[component]
pub fn ProfilePage() -> impl IntoView {
    let (change, leave, end) =
        (ServerAction::<ChangePassword>::new(), ServerAction::<SignOutEverywhere>::new(), ServerAction::<EndSession>::new());
    let any = Signal::derive(move || problem_of(change).get().or_else(|| problem_of(leave).get()).or_else(|| problem_of(end).get()));
    let data = Resource::new(|| (), |()| own_sessions());
    let me = use_context::<Viewer>().map_or(UserId(0), |viewer| viewer.id);
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/settings">"Settings"</a></nav>
        <Done words=vec![("password", "The password is changed. Every other session of yours has ended."), ("ended", "The session has ended."), ("shortcuts", "Your choice of shortcuts is saved.")]/>
        <ErrorSummary problem=any/>
        <PageHead title="Your profile" problem=any/>
        {use_context::<Viewer>().map(facts)}
        <section class="panel">
            <h2>"Change the password"</h2>
            <PostForm action=change>
                <Field id="current" label="Current password" kind="password" autocomplete="current-password"/>
                <Field id="password" label="New password" kind="password" hint="12 characters or more." autocomplete="new-password"/>
                <Field id="password_repeat" label="New password again" kind="password" autocomplete="new-password"/>
                <Submit label="Change the password"/>
            </PostForm>
        </section>
        {use_context::<Viewer>().map(shortcuts)}
        <section class="panel">
            <h2>"Second factor"</h2>
            <p>"A code from a program on your telephone, besides the password. Whoever learns your password still cannot sign in as you."</p>
            <p><a class="button" data-variant="secondary" href="/settings/second-factor">"Your second factor"</a></p>
        </section>
        {load(data, "your sessions", move |view| {
            let SessionsView { open, history: rows } = view;
            view! { {open_sessions(open, end, me, "profile")}{history(rows)} }.into_any()
        })}
        <section class="panel">
            <h2>"Sign out everywhere"</h2>
            <p>"Ends every session of yours, on every device, this one too."</p>
            <PlainButton action=leave label="Sign out everywhere" variant="danger"/>
        </section>
    }
}

/// The switch of the shortcuts: a plain form, since the whole page listens differently afterwards.
fn shortcuts(viewer: Viewer) -> AnyView {
    let (state, button) = if viewer.shortcuts { ("on", "Turn shortcuts off") } else { ("off", "Turn shortcuts on") };
    view! {
        <section class="panel" id="shortcuts">
            <h2>"Keyboard shortcuts"</h2>
            <p>{format!("Shortcuts are {state}. With them, / leads to the search box, Ctrl K to any client, letter or page, and ? shows every shortcut. Without them, keys are left to your browser and your tools; the button Go to opens what Ctrl K opens.")}</p>
            <form method="post" action=SetShortcuts::url() class="form-inline">
                {csrf()}
                <input type="hidden" name="on" value=(!viewer.shortcuts).to_string()/>
                <button type="submit" class="button" data-variant="secondary">{button}</button>
            </form>
        </section>
    }
    .into_any()
}

fn facts(viewer: Viewer) -> AnyView {
    let may: Vec<&str> =
        Permission::ALL.iter().filter(|permission| viewer.may(**permission)).map(|permission| permission.means()).collect();
    let role = match viewer.role {
        Role::Administrator => "Administrator",
        Role::Staff => "Staff",
    };
    view! {
        <section class="panel">
            <dl class="facts">
                <div><dt>"Name"</dt><dd>{viewer.name}</dd></div>
                <div><dt>"E-mail address"</dt><dd>{viewer.email}</dd></div>
                <div><dt>"Role"</dt><dd>{role}</dd></div>
            </dl>
            <h2>"You may"</h2>
            <ul>
                <li>"Read the clients of your cost centres and their letters"</li>
                {may.into_iter().map(|means| view! { <li>{means}</li> }).collect_view()}
            </ul>
        </section>
    }
    .into_any()
}
