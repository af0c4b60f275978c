//! `/compose`: the first step of a letter, how it is sent (FC-20, S17).

use crate::api::compose::{BeginLetter, start_of_letter};
use crate::pages::which_account::rung;
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::*;

/// The ladder with the rung that decides, and a choice of services.
#[component]
pub fn ComposeStartPage() -> impl IntoView {
    let (client, answers, mode, choice) = (query("client"), query("answers"), query("mode"), query("service"));
    let begin = ServerAction::<BeginLetter>::new();
    let data = Resource::new(
        move || (client.get().parse().ok(), answers.get().parse().ok(), ComposeMode::parse(&mode.get()), choice.get().parse().ok()),
        |(client, answers, mode, choice)| start_of_letter(client.map(ClientId), answers.map(MessageId), mode, choice.map(ServiceId)),
    );
    let problem = problem_of(begin);
    load(data, "how it is sent", move |start| {
        let lead = about(&start);
        view! {
            {crumbs(start.client.clone())}
            <ErrorSummary problem=problem/>
            <PageHead title=start.mode.words() lead=lead problem=problem/>
            <p class="quiet">"Step 1 of 2: how it is sent"</p>
            {services(&start)}
            {ladder(&start.resolved)}
            <PostForm action=begin class="form">
                {start.client.as_ref().map(|(id, _)| view! { <input type="hidden" name="client" value=id.to_string()/> })}
                {start.answers.as_ref().map(|(id, _)| view! { <input type="hidden" name="answers" value=id.to_string()/> })}
                {start.choice.map(|id| view! { <input type="hidden" name="choice" value=id.to_string()/> })}
                <input type="hidden" name="mode" value=start.mode.as_str()/>
                <div class="cluster"><Submit label="Go on and write"/></div>
            </PostForm>
        }
        .into_any()
    })
}

/// Where one is.
pub fn crumbs(client: Option<(ClientId, String)>) -> AnyView {
    view! {
        <nav class="crumbs" aria-label="You are here">
            {match client {
                Some((id, name)) => view! { <a href="/clients">"Clients"</a><a href=format!("/clients/{id}")>{name}</a> }.into_any(),
                None => view! { <a href="/drafts">"Drafts"</a> }.into_any(),
            }}
        </nav>
    }
    .into_any()
}

fn about(start: &ComposeStart) -> String {
    let client = start.client.as_ref().map(|(_, name)| name.clone());
    let letter = start.answers.as_ref().map(|(_, subject)| format!("“{}”", text::subject(subject)));
    match (letter, client) {
        (Some(letter), Some(client)) => format!("{letter}, in the history of {client}."),
        (Some(letter), None) => format!("{letter}."),
        (None, Some(client)) => format!("To {client}."),
        (None, None) => "To anybody.".to_owned(),
    }
}

/// Another service than the office would choose: a plain form that only looks.
fn services(start: &ComposeStart) -> AnyView {
    if start.services.is_empty() {
        return ().into_any();
    }
    let mut options = vec![(String::new(), "As the office chooses".to_owned())];
    options.extend(start.services.iter().map(|(id, name)| (id.to_string(), name.clone())));
    let chosen = start.choice.map(|id| id.to_string()).unwrap_or_default();
    view! {
        <form method="get" action="/compose" class="form panel">
            {start.client.as_ref().map(|(id, _)| view! { <input type="hidden" name="client" value=id.to_string()/> })}
            {start.answers.as_ref().map(|(id, _)| view! { <input type="hidden" name="answers" value=id.to_string()/> })}
            <input type="hidden" name="mode" value=start.mode.as_str()/>
            <Select id="service" label="Service" options=options value=chosen/>
            <div class="cluster"><button type="submit" class="button" data-variant="secondary">"Show how it is sent"</button></div>
        </form>
    }
    .into_any()
}

/// Every rung, the one that decided marked.
pub fn ladder(resolved: &Resolved) -> AnyView {
    let rungs = resolved.rungs.iter().cloned().map(rung).collect_view();
    let from = resolved.from.as_ref().map(|from| {
        let name = if from.name.is_empty() { from.address.clone() } else { format!("{} <{}>", from.name, from.address) };
        format!("It leaves as {name}. {}", from.origin)
    });
    let why = resolved.missing.clone();
    let missing = (!why.is_empty()).then(|| {
        view! {
            <Banner tone="warn">
                <p><strong>"This letter cannot be sent yet. "</strong>"You can write it and keep it as a draft."</p>
                <ul>{why.into_iter().map(|why| view! { <li>{why}</li> }).collect_view()}</ul>
            </Banner>
        }
    });
    view! {
        {missing}
        <section class="panel" aria-labelledby="ladder-title">
            <h2 id="ladder-title">"How it is sent"</h2>
            {from.map(|from| view! { <p>{from}</p> })}
            <ol class="ladder">{rungs}</ol>
        </section>
    }
    .into_any()
}
