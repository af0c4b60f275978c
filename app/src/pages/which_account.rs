//! `/settings/which-account`: which account will send, and why (S17): the ladder drawn, rung by rung.

use crate::api::sending::{LookAtUnattended, which_account};
use crate::ui::*;
use leptos::prelude::*;
use model::{Asked, LadderView, Resolved, RungState, SendingChoice, SendingRung, Unattended};

/// Pick, and see.
#[component]
pub fn WhichAccountPage() -> impl IntoView {
    let look = ServerAction::<LookAtUnattended>::new();
    let (user, centre, web) = (query("user"), query("centre"), query("web"));
    let data = Resource::new(
        move || Asked {
            choice: SendingChoice::None,
            user: user.get().parse().ok(),
            cost_centre: centre.get().parse().ok(),
            web: web.get().parse().ok(),
        },
        which_account,
    );
    let problem = problem_of(look);
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/settings">"Settings"</a></nav>
        <Done words=vec![("looked", "Looked at just now.")]/>
        <ErrorSummary problem=problem/>
        <PageHead title="Which account will send, and why" lead="The first rung that names an account decides." problem=problem/>
        {load(data, "the ladder", move |view: LadderView| {
            view! { {pick(&view)} {ladder(&view.resolved)} {unattended(view.unattended, view.looked_at, look)} }.into_any()
        })}
    }
}

fn pick(view: &LadderView) -> AnyView {
    let options = |none: &str, list: Vec<(String, String)>| {
        let mut all = vec![(String::new(), none.to_owned())];
        all.extend(list);
        all
    };
    let people = options("Nobody: it leaves unattended", view.people.iter().map(|(id, name)| (id.to_string(), name.clone())).collect());
    let centres = options("None", view.centres.iter().map(|(id, name)| (id.to_string(), name.clone())).collect());
    let webs = options("None", view.webs.iter().map(|(id, name)| (id.to_string(), name.clone())).collect());
    let asked = view.asked;
    let text = |id: Option<String>| id.unwrap_or_default();
    view! {
        <GetForm action="/settings/which-account" class="form filter">
            <div class="filter-grid">
                <Select id="user" label="Who writes" options=people value=text(asked.user.map(|id| id.to_string()))/>
                <Select id="centre" label="Cost centre" options=centres value=text(asked.cost_centre.map(|id| id.to_string()))/>
                <Select id="web" label="Web configuration" options=webs value=text(asked.web.map(|id| id.to_string()))/>
            </div>
            <button type="submit" class="button" data-variant="primary">"Show"</button>
        </GetForm>
    }
    .into_any()
}

/// The rungs, from the first.
pub fn ladder(resolved: &Resolved) -> AnyView {
    let rungs = resolved.rungs.iter().cloned().map(rung).collect_view();
    let missing = resolved.missing.iter().cloned().map(|sentence| view! { <li>{sentence}</li> }).collect_view();
    let from = resolved.from.clone().map(|from| {
        let who = if from.name.is_empty() { from.address.clone() } else { format!("{} <{}>", from.name, from.address) };
        view! { <p>"From: "<strong>{who}</strong>" "<span class="quiet">{format!("({})", from.origin)}</span></p> }
    });
    let account = resolved.account_name.clone();
    view! {
        <section class="panel" aria-labelledby="ladder-title">
            <h2 id="ladder-title">"The ladder"</h2>
            <ol class="ladder">{rungs}</ol>
            {if resolved.sends() {
                view! { <Banner tone="good"><p><strong>{format!("{account} sends.")}</strong></p>{from}</Banner> }.into_any()
            } else {
                view! { <Banner tone="bad"><p><strong>"Nothing can be sent like this."</strong></p><ul>{missing}</ul>{from}</Banner> }.into_any()
            }}
        </section>
    }
    .into_any()
}

/// One rung: what it would have sent by, and why it does or does not.
pub fn rung(rung: SendingRung) -> AnyView {
    let (state, word, tone, icon) = match rung.state {
        RungState::Won => ("won", "Sends", "good", Icon::Tick),
        RungState::Stopped => ("stopped", "Cannot send", "bad", Icon::Cross),
        RungState::Passed => ("passed", "Nothing here", "quiet", Icon::Arrow),
        RungState::NotReached => ("later", "Not tried", "quiet", Icon::Clock),
    };
    view! {
        <li data-state=state>
            <p class="cluster"><strong>{rung.name}</strong><Tag text=word tone=tone icon=icon/></p>
            {(!rung.tried.is_empty()).then(|| view! { <p>{rung.tried}</p> })}
            <p class="quiet">{rung.why}</p>
        </li>
    }
    .into_any()
}

fn unattended(list: Vec<Unattended>, looked_at: Option<i64>, look: ServerAction<LookAtUnattended>) -> AnyView {
    let rows = list
        .into_iter()
        .map(|one| {
            view! {
                <tr>
                    <th scope="row" data-label="Cost centre">{one.name}</th>
                    <td data-label="Available">{if one.available {
                        view! { <Tag text="Yes" tone="good" icon=Icon::Tick/> }.into_any()
                    } else {
                        view! { <Tag text="No" tone="bad" icon=Icon::Cross/> }.into_any()
                    }}</td>
                    <td data-label="Why">{one.why}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="panel" id="unattended" aria-labelledby="unattended-title">
            <h2 id="unattended-title">"Is unattended sending available?"</h2>
            <p class="quiet">"For letters that leave by themselves. It is looked at every night; what changes stands in the audit trail. "
                {looked_at.map(|at| view! { <span>"Last time: "<When at=at/>"."</span> })}</p>
            <table class="table" data-cards="true"><caption class="visually-hidden">"Unattended sending"</caption>
                <thead><tr><th scope="col">"Cost centre"</th><th scope="col">"Available"</th><th scope="col">"Why"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
            <PlainButton action=look label="Look now"/>
        </section>
    }
    .into_any()
}
