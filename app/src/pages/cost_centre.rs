//! `/settings/cost-centres/:id`: its name and who belongs to it.

use super::people::role_word;
use crate::api::access::{RenameCostCentre, SetMembers, cost_centre};
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::{CentreView, CostCentreId};

/// One cost centre.
#[component]
pub fn CostCentrePage() -> impl IntoView {
    let id = param("id", CostCentreId(0));
    let (rename, members) = (ServerAction::<RenameCostCentre>::new(), ServerAction::<SetMembers>::new());
    let data = Resource::new(move || id.get(), cost_centre);
    let problem = Signal::derive(move || problem_of(rename).get().or_else(|| problem_of(members).get()));
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/settings">"Settings"</a><a href="/settings/cost-centres">"Cost centres"</a></nav>
        <Done words=vec![("saved", "The change is saved.")]/>
        <ErrorSummary problem=problem/>
        {load(data, "the cost centre", move |view: CentreView| {
            let CentreView { centre, people } = view;
            let (id, also, name) = (centre.id.to_string(), centre.id.to_string(), centre.name.clone());
            // Made inside the form: what was ticked comes back to boxes that know their form.
            let checks = move || {
                people
                    .into_iter()
                    .map(|(user, name, role, belongs)| view! {
                        <Check id=format!("member-{user}") name="members[]" value=user.to_string() label=name hint=role_word(role) checked=belongs/>
                    })
                    .collect_view()
            };
            view! {
                <PageHead title=centre.name lead=format!("{} belong to it. Its staff see these and no others.", text::count(centre.clients, "client", "clients")) problem=problem/>
                <section class="panel">
                    <h2>"Who belongs to it"</h2>
                    <PostForm action=members>
                        <input type="hidden" name="id" value=id/>
                        <fieldset class="checks"><legend>"People"</legend><p class="hint">"Administrators see every client in any case."</p>{checks()}</fieldset>
                        <Submit label="Save the people"/>
                    </PostForm>
                </section>
                <section class="panel">
                    <h2>"How it sends"</h2>
                    <p>"Services, the default one, and who uses another account."</p>
                    <p><a class="button" data-variant="secondary" href=format!("/settings/cost-centres/{}/services", centre.id)>"Services of this cost centre"</a></p>
                </section>
                <section class="panel">
                    <h2>"Rename"</h2>
                    <PostForm action=rename>
                        <input type="hidden" name="id" value=also/>
                        <Field id="name" label="Name" value=name/>
                        <Submit label="Rename" variant="secondary"/>
                    </PostForm>
                </section>
            }
            .into_any()
        })}
    }
}
