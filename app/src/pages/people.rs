//! `/settings/people`: who works here, whom one has invited, and what everybody must have.

use super::fresh_link::fresh_link;
use crate::api::access::{ForgetFresh, Invite, RequireFactor, RevokeLink, people};
use crate::api::people::AddUser;
use crate::ui::*;
use leptos::prelude::*;
use model::{CostCentre, LinkCard, LinkPurpose, PeopleView, Role, UserCard, UserId, Viewer, names_of};

/// Everyone who may sign in, invitations under way, and a form for one more.
#[component]
pub fn PeoplePage() -> impl IntoView {
    let (invite, add) = (ServerAction::<Invite>::new(), ServerAction::<AddUser>::new());
    let (revoke, forget, require) =
        (ServerAction::<RevokeLink>::new(), ServerAction::<ForgetFresh>::new(), ServerAction::<RequireFactor>::new());
    let data = Resource::new(|| (), |()| people());
    let problem = Signal::derive(move || {
        let others = || problem_of(revoke).get().or_else(|| problem_of(require).get());
        problem_of(invite).get().or_else(|| problem_of(add).get()).or_else(others)
    });
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/settings">"Settings"</a></nav>
        <Done words=vec![
            ("invited", "The invitation is made. Its link is below: hand it on."),
            ("added", "The person is added and can sign in."),
            ("revoked", "The link is taken back and no longer works."),
            ("saved", "The change is saved."),
        ]/>
        <ErrorSummary problem=problem/>
        <PageHead title="People" lead="Who works here, what each may do, and who is invited." problem=problem>
            <a class="button" data-variant="primary" href="#invite">{Icon::Plus.draw()}"Invite a colleague"</a>
        </PageHead>
        {load(data, "people", move |view: PeopleView| {
            let PeopleView { users, with_factor, centres, links, fresh, factor_required } = view;
            view! {
                {fresh.map(|link| fresh_link(link, forget))}
                {list(users, &with_factor, &centres)}
                {(!links.is_empty()).then(|| open_links(links, revoke))}
                {invitation(invite, &centres)}
                {with_password(add)}
                {second_factor(factor_required, require)}
            }
            .into_any()
        })}
    }
}

/// The word for a role.
pub fn role_word(role: Role) -> &'static str {
    match role {
        Role::Administrator => "Administrator",
        Role::Staff => "Staff",
    }
}

/// Roles to choose from.
pub fn role_options() -> Vec<(String, String)> {
    vec![
        (Role::Staff.as_str().to_owned(), role_word(Role::Staff).to_owned()),
        (Role::Administrator.as_str().to_owned(), role_word(Role::Administrator).to_owned()),
    ]
}

/// What the roles mean: beside the field, since a list cuts long words off.
pub const ROLES: &str = "Staff read the clients of their cost centres, and do what is granted. Administrators may do everything, except read other people's private mail.";

fn list(users: Vec<UserCard>, with_factor: &[UserId], centres: &[CostCentre]) -> AnyView {
    let rows = users
        .into_iter()
        .map(|user| {
            let sees_nobody = user.sees_no_client(centres);
            let belongs = names_of(centres, &user.cost_centres).join(", ");
            let factor = if with_factor.contains(&user.id) { "On" } else { "Off" };
            let seen = match user.last_sign_in {
                Some(at) => view! { <Ago at=at/> }.into_any(),
                None => view! { "Never" }.into_any(),
            };
            view! {
                <tr>
                    <th scope="row" data-label="Name"><a href=format!("/settings/people/{}", user.id)>{user.name}</a><span class="quiet block">{user.email}</span></th>
                    <td data-label="Role"><span class="cluster"><Tag text=role_word(user.role)/>{user.disabled.then(|| view! { <Tag text="Disabled" tone="bad" icon=Icon::Cross/> })}</span></td>
                    <td data-label="Cost centres">{match (sees_nobody, belongs.is_empty()) {
                        (true, _) => view! { <Tag text="Sees no client yet" tone="warn" icon=Icon::Warning/> }.into_any(),
                        (false, true) => "–".into_any(),
                        (false, false) => belongs.into_any(),
                    }}</td>
                    <td data-label="Second factor">{factor}</td>
                    <td data-label="Last sign-in" class="nowrap">{seen}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="table" data-cards="true"><caption class="visually-hidden">"People"</caption>
            <thead><tr><th scope="col">"Name"</th><th scope="col">"Role"</th><th scope="col">"Cost centres"</th><th scope="col">"Second factor"</th><th scope="col">"Last sign-in"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn open_links(links: Vec<LinkCard>, revoke: ServerAction<RevokeLink>) -> AnyView {
    let rows = links
        .into_iter()
        .map(|link| {
            let what = match link.purpose {
                LinkPurpose::Invitation => format!("Invitation as {}", role_word(link.role).to_lowercase()),
                LinkPurpose::Reset => "New password".to_owned(),
            };
            let name = link.name.clone();
            view! {
                <tr>
                    <th scope="row" data-label="For">{link.name}<span class="quiet block">{link.email}</span></th>
                    <td data-label="What">{what}</td>
                    <td data-label="Made by">{link.made_by}</td>
                    <td data-label="Works until" class="nowrap"><When at=link.expires_at/></td>
                    <td data-label=""><PlainButton action=revoke label=format!("Take back {name}’s link") with=vec![("id", link.id.to_string())]/></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section>
            <h2>"Links that still work"</h2>
            <table class="table" data-cards="true"><caption class="visually-hidden">"Links that still work"</caption>
                <thead><tr><th scope="col">"For"</th><th scope="col">"What"</th><th scope="col">"Made by"</th><th scope="col">"Works until"</th><th scope="col"><span class="visually-hidden">"Take back"</span></th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn invitation(invite: ServerAction<Invite>, centres: &[CostCentre]) -> AnyView {
    // Made inside the form: what was ticked comes back to boxes that know their form.
    let (has_centres, centres) = (!centres.is_empty(), centres.to_vec());
    let belongs = move || {
        centres
            .into_iter()
            .map(|c| view! { <Check id=format!("invite-centre-{}", c.id) name="cost_centres[]" value=c.id.to_string() label=c.name/> })
            .collect_view()
    };
    view! {
        <section class="panel" id="invite" tabindex="-1">
            <h2>"Invite a colleague"</h2>
            <p>"You get a link to hand on, by e-mail or chat. Whoever opens it chooses the name and the password; you never see the password."</p>
            <PostForm action=invite>
                <Field id="name" name="form[name]" label="Full name"/>
                <Field id="email" name="form[email]" label="E-mail address" kind="email" inputmode="email" hint="To sign in with."/>
                <Select id="role" name="role" label="Role" hint=ROLES options=role_options()/>
                {has_centres.then(|| view! { <fieldset class="checks" id="cost_centres"><legend>"Cost centres"</legend>{belongs()}</fieldset> })}
                <Submit label="Make the invitation"/>
            </PostForm>
        </section>
    }
    .into_any()
}

fn with_password(add: ServerAction<AddUser>) -> AnyView {
    view! {
        <details class="panel">
            <summary>"Add somebody with a first password instead"</summary>
            <PostForm action=add>
                <Field id="add-name" name="form[name]" label="Full name"/>
                <Field id="add-email" name="form[email]" label="E-mail address" kind="email" inputmode="email"/>
                <Select id="add-role" name="role" label="Role" hint=ROLES options=role_options()/>
                <Field id="password" name="form[password]" label="First password" kind="password" hint="12 characters or more. Hand it over in person; it can be changed under Your profile." autocomplete="new-password"/>
                <Field id="password_repeat" name="form[password_repeat]" label="First password again" kind="password" autocomplete="new-password"/>
                <Submit label="Add the person" variant="secondary"/>
            </PostForm>
        </details>
    }
    .into_any()
}

fn second_factor(required: bool, require: ServerAction<RequireFactor>) -> AnyView {
    if use_context::<Viewer>().is_none_or(|viewer| viewer.role != Role::Administrator) {
        return ().into_any();
    }
    let (state, label, value) = if required {
        ("Everybody must have a second factor. Whoever has none is led to set one up at the next page.", "Make it optional", "false")
    } else {
        ("A second factor is optional: everybody decides under Your profile.", "Require it of everybody", "true")
    };
    view! {
        <section class="panel">
            <h2>"Second factor"</h2>
            <p>{state}</p>
            <PlainButton action=require label=label with=vec![("required", value.to_owned())]/>
        </section>
    }
    .into_any()
}
