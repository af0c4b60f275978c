//! `/settings/profile`: one's own password and sessions.

use crate::api::people::{ChangePassword, SignOutEverywhere};
use crate::ui::*;
use leptos::prelude::*;
use model::{Permission, Role, Viewer};

/// Who one is here, the password, and every session at once.
#[component]
pub fn ProfilePage() -> impl IntoView {
    let (change, leave) = (ServerAction::<ChangePassword>::new(), ServerAction::<SignOutEverywhere>::new());
    let (problem, leave_problem) = (problem_of(change), problem_of(leave));
    let any = Signal::derive(move || problem.get().or_else(|| leave_problem.get()));
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/settings">"Settings"</a></nav>
        <Done words=vec![("password", "The password is changed. Every other session of yours has ended.")]/>
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
        <section class="panel">
            <h2>"Sign out everywhere"</h2>
            <p>"Ends every session of yours, on every device, this one too."</p>
            <PlainButton action=leave label="Sign out everywhere" variant="danger"/>
        </section>
    }
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
