//! `/about`: what Postroom is, and what whoever helps asks for (FC-25).

use crate::api::systems::{EmailAbout, about};
use crate::ui::*;
use leptos::prelude::*;
use model::AboutView;

/// Facts, and a letter with them.
#[component]
pub fn AboutPage() -> impl IntoView {
    let email = ServerAction::<EmailAbout>::new();
    let data = Resource::new(|| (), |()| about());
    let problem = problem_of(email);
    view! {
        <ErrorSummary problem=problem/>
        <PageHead title="About Postroom" lead="The post room of an office, in software. Whoever helps you asks for what stands here; there is no secret in it." problem=problem/>
        {load(data, "the facts", move |view: AboutView| {
            let facts = view.facts.into_iter().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect_view();
            view! {
                <section class="panel"><dl class="facts">{facts}</dl></section>
                <PlainButton action=email label="Email PDF"/>
            }
            .into_any()
        })}
    }
}
