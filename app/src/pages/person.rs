//! `/settings/people/:id`: one person, what he or she may do, and how he or she comes in.

use super::fresh_link::fresh_link;
use super::people::{ROLES, role_options, role_word};
use super::sessions::{history, open_sessions};
use crate::api::access::{EndSession, ForgetFresh, MakeReset, ResetFactor, person};
use crate::api::people::ChangeUser;
use crate::ui::*;
use leptos::prelude::*;
use model::{CostCentre, Permission, PersonView, Role, UserCard, UserId, Viewer};

/// Everything about one person, for those who manage people.
#[component]
pub fn PersonPage() -> impl IntoView {
    let id = param("id", UserId(0));
    let (change, reset, factor) = (ServerAction::<ChangeUser>::new(), ServerAction::<MakeReset>::new(), ServerAction::<ResetFactor>::new());
    let (end, forget) = (ServerAction::<EndSession>::new(), ServerAction::<ForgetFresh>::new());
    let data = Resource::new(move || id.get(), person);
    let problem = Signal::derive(move || {
        let others = || problem_of(factor).get().or_else(|| problem_of(end).get());
        problem_of(change).get().or_else(|| problem_of(reset).get()).or_else(others)
    });
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/settings">"Settings"</a><a href="/settings/people">"People"</a></nav>
        <Done words=vec![
            ("saved", "The change is saved."),
            ("reset", "The link is made. It is below: hand it on."),
            ("factor", "The second factor is taken away. A new one can be set up after signing in."),
            ("ended", "The session has ended."),
        ]/>
        <ErrorSummary problem=problem/>
        {load(data, "the person", move |view: PersonView| {
            let PersonView { card, factor: has_factor, sessions, centres, fresh } = view;
            let (user, name) = (card.id, card.name.clone());
            view! {
                {head(&card, problem)}
                {card.sees_no_client(&centres).then(|| sees_no_client(&name))}
                {fresh.map(|link| fresh_link(link, forget))}
                {access(card, &centres, change)}
                {ways_in(user, &name, has_factor, reset, factor)}
                {open_sessions(sessions.open, end, user, "person")}
                {history(sessions.history)}
            }
            .into_any()
        })}
    }
}

/// A new password, and the second factor. Whoever gives them could sign in as that person: an administrator's deed.
fn ways_in(user: UserId, name: &str, has_factor: bool, reset: ServerAction<MakeReset>, factor: ServerAction<ResetFactor>) -> AnyView {
    let with = vec![("id", user.to_string())];
    let may = use_context::<Viewer>().is_some_and(|viewer| viewer.role == Role::Administrator);
    let factor = match (has_factor, may) {
        (false, _) => view! { <p class="quiet">"The second factor is off."</p> }.into_any(),
        (true, false) => view! { <p class="quiet">"The second factor is on."</p> }.into_any(),
        (true, true) => view! {
            <p>{format!("The second factor is on. If the telephone and the recovery codes are lost, take it away; make sure first that it is really {name} who asks.")}</p>
            <PlainButton action=factor label="Take the second factor away" variant="danger" with=with.clone()/>
        }
        .into_any(),
    };
    view! {
        <section class="panel">
            <h2>"Password and second factor"</h2>
            {if may {
                view! {
                    <p>{format!("If {name} has forgotten the password, make a link and hand it on. It works once, for a day.")}</p>
                    <PlainButton action=reset label="Make a link for a new password" with=with/>
                }.into_any()
            } else {
                view! { <p>"An administrator makes links for new passwords and takes second factors away."</p> }.into_any()
            }}
            {factor}
        </section>
    }
    .into_any()
}

/// That somebody sees nobody, and what to do.
fn sees_no_client(name: &str) -> AnyView {
    let why = format!("Staff see the clients of their cost centres, and {name} belongs to none. ");
    view! {
        <Banner tone="warn"><p><strong>"Sees no client yet. "</strong>{why}<a href="#cost_centres">"Choose cost centres below"</a>", then save."</p></Banner>
    }
    .into_any()
}

fn head(card: &UserCard, problem: Signal<Option<model::Problem>>) -> AnyView {
    let (name, email) = (card.name.clone(), card.email.clone());
    let (role, disabled) = (role_word(card.role), card.disabled);
    view! {
        <PageHead title=name lead=email problem=problem>
            <span class="cluster"><Tag text=role/>{disabled.then(|| view! { <Tag text="Disabled" tone="bad" icon=Icon::Cross/> })}</span>
        </PageHead>
    }
    .into_any()
}

fn access(user: UserCard, centres: &[CostCentre], change: ServerAction<ChangeUser>) -> AnyView {
    // Made inside the form: what was ticked comes back to boxes that know their form.
    let granted = user.granted.clone();
    let grants = move || {
        Permission::ALL
            .iter()
            .map(|p| view! { <Check id=format!("grant-{}", p.key()) name="granted[]" value=p.key() label=p.means() hint=p.key() checked=granted.contains(p)/> })
            .collect_view()
    };
    let (has_centres, centres, own) = (!centres.is_empty(), centres.to_vec(), user.cost_centres.clone());
    let belongs = move || {
        centres
            .into_iter()
            .map(|c| view! { <Check id=format!("centre-{}", c.id) name="cost_centres[]" value=c.id.to_string() label=c.name checked=own.contains(&c.id)/> })
            .collect_view()
    };
    view! {
        <section class="panel">
            <h2>"What this person may do"</h2>
            <PostForm action=change>
                <input type="hidden" name="id" value=user.id.to_string()/>
                <Select id="role" name="role" label="Role" hint=ROLES options=role_options() value=user.role.as_str()/>
                <fieldset class="checks"><legend>"Granted to staff beyond the role"</legend>
                    <p class="hint">"Administrators hold all of these."</p>
                    {grants()}
                </fieldset>
                {has_centres.then(|| view! { <fieldset class="checks" id="cost_centres"><legend>"Cost centres"</legend><p class="hint">"Staff see the clients of these."</p>{belongs()}</fieldset> })}
                <Check id="disabled" name="disabled" label="Disabled" hint="Cannot sign in. All sessions end at once." checked=user.disabled/>
                <Submit label="Save"/>
            </PostForm>
        </section>
    }
    .into_any()
}
