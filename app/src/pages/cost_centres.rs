//! `/settings/cost-centres`: the units that clients and people belong to.

use crate::api::people::{AddCostCentre, cost_centres};
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::CostCentre;

/// The list, and a form for one more.
#[component]
pub fn CostCentresPage() -> impl IntoView {
    let add = ServerAction::<AddCostCentre>::new();
    let data = Resource::new(|| (), |()| cost_centres());
    let problem = problem_of(add);
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/settings">"Settings"</a></nav>
        <Done words=vec![("added", "The cost centre is added.")]/>
        <ErrorSummary problem=problem/>
        <PageHead title="Cost centres" lead="People see the clients of their cost centres. While there are none, everybody sees every client. From the first one on, people who are not administrators see only the clients of their own cost centres, so put people and clients into theirs right after adding it." problem=problem/>
        {load(data, "cost centres", list)}
        <section class="panel">
            <h2>"Add a cost centre"</h2>
            <PostForm action=add>
                <Field id="name" label="Name"/>
                <Submit label="Add the cost centre"/>
            </PostForm>
        </section>
    }
}

fn list(centres: Vec<CostCentre>) -> AnyView {
    if centres.is_empty() {
        return view! { <Empty icon=Icon::Folder title="No cost centres" why="Small offices need none: everybody sees every client. Add one as soon as some people shall only see some clients."/> }
            .into_any();
    }
    let rows = centres
        .into_iter()
        .map(|centre| {
            let (clients, people) = (text::number(centre.clients), text::number(centre.users));
            view! { <tr><th scope="row" data-label="Name"><a href=format!("/settings/cost-centres/{}", centre.id)>{centre.name}</a></th><td class="number" data-label="Clients">{clients}</td><td class="number" data-label="People">{people}</td></tr> }
        })
        .collect_view();
    view! {
        <table class="table" data-cards="true"><caption class="visually-hidden">"Cost centres"</caption>
            <thead><tr><th scope="col">"Name"</th><th scope="col" class="number">"Clients"</th><th scope="col" class="number">"People"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
