//! `/settings/people`: users, roles, permissions, cost centres.

use crate::api::people::{AddUser, ChangeUser, cost_centres, users};
use crate::ui::*;
use leptos::prelude::*;
use model::{CostCentre, Permission, Role, UserCard};

/// Everyone who may sign in, and a form for one more.
#[component]
pub fn PeoplePage() -> impl IntoView {
    let (add, change) = (ServerAction::<AddUser>::new(), ServerAction::<ChangeUser>::new());
    let (added, changed) = (successes(add), successes(change));
    let data =
        Resource::new(move || (added.get(), changed.get()), |_| async { Ok::<_, crate::Trouble>((users().await?, cost_centres().await?)) });
    let problem = Signal::derive(move || problem_of(add).get().or_else(|| problem_of(change).get()));
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/settings">"Settings"</a></nav>
        <Done words=vec![("added", "The person is added and can sign in."), ("saved", "The change is saved.")]/>
        <ErrorSummary problem=problem/>
        <PageHead title="People" problem=problem/>
        {load(data, "people", move |(users, centres)| {
            view! {
                <div class="stack">{users.into_iter().map(|user| card(user, &centres, change)).collect_view()}</div>
                {new_person(add)}
            }
            .into_any()
        })}
    }
}

fn role_options() -> Vec<(String, String)> {
    vec![
        (Role::Staff.as_str().to_owned(), "Staff: only what is granted".to_owned()),
        (Role::Administrator.as_str().to_owned(), "Administrator: everything".to_owned()),
    ]
}

fn card(user: UserCard, centres: &[CostCentre], change: ServerAction<ChangeUser>) -> AnyView {
    let id = user.id;
    let role = match user.role {
        Role::Administrator => "Administrator",
        Role::Staff => "Staff",
    };
    let seen = match user.last_sign_in {
        Some(at) => view! { "Last sign-in "<Ago at=at/> }.into_any(),
        None => view! { "Never signed in" }.into_any(),
    };
    let grants = Permission::ALL
        .iter()
        .map(|p| view! { <Check id=format!("grant-{id}-{}", p.key()) name="granted[]" value=p.key() label=p.means() hint=p.key() checked=user.granted.contains(p)/> })
        .collect_view();
    let belongs = centres
        .iter()
        .map(|c| view! { <Check id=format!("centre-{id}-{}", c.id) name="cost_centres[]" value=c.id.to_string() label=c.name.clone() checked=user.cost_centres.contains(&c.id)/> })
        .collect_view();
    let has_centres = !centres.is_empty();
    view! {
        <details class="panel person-card">
            <summary>
                <span><strong>{user.name.clone()}</strong><span class="quiet block">{user.email.clone()}</span></span>
                <span class="cluster"><Tag text=role/>{user.disabled.then(|| view! { <Tag text="Disabled" tone="bad" icon=Icon::Cross/> })}<span class="quiet">{seen}</span></span>
            </summary>
            <PostForm action=change>
                <input type="hidden" name="id" value=id.to_string()/>
                <Select id=format!("role-{id}") name="role" label="Role" options=role_options() value=user.role.as_str()/>
                <fieldset class="checks"><legend>"Granted beyond the role"</legend>{grants}</fieldset>
                {has_centres.then(|| view! { <fieldset class="checks"><legend>"Cost centres"</legend>{belongs}</fieldset> })}
                <Check id=format!("disabled-{id}") name="disabled" label="Disabled" hint="Cannot sign in. All sessions end at once." checked=user.disabled/>
                <Submit label="Save" variant="secondary"/>
            </PostForm>
        </details>
    }
    .into_any()
}

fn new_person(add: ServerAction<AddUser>) -> AnyView {
    view! {
        <section class="panel">
            <h2>"Add a person"</h2>
            <PostForm action=add>
                <Field id="name" name="form[name]" label="Full name"/>
                <Field id="email" name="form[email]" label="E-mail address" kind="email" inputmode="email" hint="To sign in with."/>
                <Select id="role" name="role" label="Role" options=role_options()/>
                <Field id="password" name="form[password]" label="First password" kind="password" hint="12 characters or more. Hand it over in person; it can be changed under Your profile." autocomplete="new-password"/>
                <Field id="password_repeat" name="form[password_repeat]" label="First password again" kind="password" autocomplete="new-password"/>
                <Submit label="Add the person"/>
            </PostForm>
        </section>
    }
    .into_any()
}
