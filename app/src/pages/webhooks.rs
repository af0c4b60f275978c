//! `/settings/webhooks`: systems that are told what happens, and what they were told.

use super::api_tokens::fresh_word;
use crate::api::systems::{AddWebhook, ForgetWord, Redeliver, RemoveWebhook, SwitchWebhook, TestWebhook, webhooks};
use crate::ui::*;
use leptos::prelude::*;
use model::{DeliveryRow, DeliveryState, WebhookCard, WebhookEvent, WebhooksView};

#[derive(Clone, Copy)]
struct Deeds {
    switch: ServerAction<SwitchWebhook>,
    remove: ServerAction<RemoveWebhook>,
    test: ServerAction<TestWebhook>,
    again: ServerAction<Redeliver>,
}

/// The list, what was told, and the form.
#[component]
pub fn WebhooksPage() -> impl IntoView {
    let (add, forget) = (ServerAction::<AddWebhook>::new(), ServerAction::<ForgetWord>::new());
    let deeds = Deeds { switch: ServerAction::new(), remove: ServerAction::new(), test: ServerAction::new(), again: ServerAction::new() };
    let data = Resource::new(|| (), |()| webhooks());
    let problem = Signal::derive(move || {
        let of = problem_of(add).get().or_else(|| problem_of(deeds.again).get()).or_else(|| problem_of(deeds.test).get());
        of.or_else(|| problem_of(deeds.switch).get()).or_else(|| problem_of(deeds.remove).get())
    });
    let done = vec![
        ("added", "The webhook is added. Copy its secret now."),
        ("on", "The webhook is on."),
        ("off", "The webhook is off. It is told nothing."),
        ("removed", "The webhook is taken away."),
        ("tested", "A test is on its way."),
        ("again", "It is told again."),
    ];
    view! {
        <nav class="crumbs" aria-label="You are here"><a href="/settings">"Settings"</a></nav>
        <Done words=done/>
        <ErrorSummary problem=problem/>
        <PageHead title="Webhooks" lead="Another system is told when something happens: numbers and links, never a letter’s words. It asks for more with a token." problem=problem/>
        {load(data, "the webhooks", move |view: WebhooksView| {
            view! {
                {view.fresh.clone().map(|word| fresh_word(word, "The secret", "The other system checks with it that a message is ours (Standard Webhooks).", forget, true))}
                {list(&view, deeds)}
                {deliveries(&view, deeds)}
                {form(&view, add)}
            }
            .into_any()
        })}
    }
}

fn list(view: &WebhooksView, deeds: Deeds) -> AnyView {
    if view.hooks.is_empty() {
        return view! { <Empty icon=Icon::Sent title="No webhooks" why="No other system is told anything yet."/> }.into_any();
    }
    let rows = view.hooks.iter().cloned().map(|hook| row(view, hook, deeds)).collect_view();
    view! {
        <table class="table" data-cards="true"><caption class="visually-hidden">"Webhooks"</caption>
            <thead><tr><th scope="col">"Address"</th><th scope="col">"Is told"</th><th scope="col">"About"</th><th scope="col">"State"</th><th scope="col">"What to do"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(view: &WebhooksView, hook: WebhookCard, deeds: Deeds) -> AnyView {
    let about = match hook.cost_centre {
        Some(id) => view.centres.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone()).unwrap_or_default(),
        None => "Every client".to_owned(),
    };
    let events = hook.events.iter().map(|event| view! { <li>{event.words()}</li> }).collect_view();
    let state = if hook.is_on {
        view! { <Tag text="On" tone="good" icon=Icon::Tick/> }.into_any()
    } else {
        view! { <span class="reasons"><Tag text="Off" tone="warn" icon=Icon::Warning/><span class="quiet">{hook.stopped.clone()}</span></span> }.into_any()
    };
    let id = hook.id.to_string();
    let (on, label) = if hook.is_on { ("false", "Switch off") } else { ("true", "Switch on") };
    let address = hook.url.clone();
    view! {
        <tr>
            <th scope="row" data-label="Address"><span class="break">{hook.url}</span></th>
            <td data-label="Is told"><ul class="plain">{events}</ul></td>
            <td data-label="About">{about}</td>
            <td data-label="State">{state}</td>
            <td data-label="What to do"><div class="cluster">
                {hook.is_on.then(|| view! { <PlainButton action=deeds.test label="Send a test" about=address.clone() with=vec![("id", id.clone())]/> })}
                <PlainButton action=deeds.switch label=label variant="quiet" about=address.clone() with=vec![("id", id.clone()), ("on", on.to_owned())]/>
                <PlainButton action=deeds.remove label="Take away" variant="quiet" about=address.clone() with=vec![("id", id.clone())]/>
            </div></td>
        </tr>
    }
    .into_any()
}

fn deliveries(view: &WebhooksView, deeds: Deeds) -> AnyView {
    if view.hooks.is_empty() {
        return ().into_any();
    }
    let rows = view.deliveries.iter().cloned().map(|row| delivery(view, row, deeds)).collect_view();
    let none = view.deliveries.is_empty();
    view! {
        <section id="deliveries" aria-labelledby="deliveries-title">
            <h2 id="deliveries-title">"Told lately"</h2>
            {if none {
                view! { <p class="quiet">"Nothing yet."</p> }.into_any()
            } else {
                view! {
                    <table class="table" data-cards="true"><caption class="visually-hidden">"Told lately"</caption>
                        <thead><tr><th scope="col">"What"</th><th scope="col">"When"</th><th scope="col">"To"</th><th scope="col">"State"</th><th scope="col">"What to do"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                }
                .into_any()
            }}
        </section>
    }
    .into_any()
}

fn delivery(view: &WebhooksView, row: DeliveryRow, deeds: Deeds) -> AnyView {
    let url = view.hooks.iter().find(|hook| hook.id == row.webhook).map(|hook| hook.url.clone()).unwrap_or_default();
    let tone = match row.state {
        DeliveryState::Delivered => "good",
        DeliveryState::Waiting => "info",
        DeliveryState::GivenUp => "bad",
    };
    let what = WebhookEvent::parse(&row.kind).map_or_else(|| row.kind.clone(), |event| event.words().to_owned());
    let tries = match row.tries {
        0 => String::new(),
        1 => "Tried once. ".to_owned(),
        n => format!("Tried {n} times. "),
    };
    let with = vec![("id", row.id.to_string())];
    view! {
        <tr>
            <th scope="row" data-label="What">{what.clone()}<span class="quiet block">{row.event_id.clone()}</span></th>
            <td data-label="When"><When at=row.at/></td>
            <td data-label="To"><span class="break">{url}</span></td>
            <td data-label="State"><span class="reasons"><Tag text=row.state.words() tone=tone/><span class="quiet">{tries + &row.answer}{row.next_at.map(|at| view! { " Next: "<When at=at/> })}</span></span></td>
            <td data-label="What to do"><PlainButton action=deeds.again label="Tell again" variant="quiet" about=format!("{what}, {}", row.event_id) with=with/></td>
        </tr>
    }
    .into_any()
}

fn form(view: &WebhooksView, add: ServerAction<AddWebhook>) -> AnyView {
    // Made inside the form: what was ticked comes back to boxes that know their form.
    let boxes = || {
        WebhookEvent::ALL
        .into_iter()
        .enumerate()
        .map(|(n, event)| view! { <Check id=format!("event-{n}") name="events[]" value=event.as_str() label=event.words() hint=event.as_str()/> })
        .collect_view()
    };
    let mut centres = vec![(String::new(), "Every client".to_owned())];
    centres.extend(view.centres.iter().map(|(id, name)| (id.to_string(), name.clone())));
    view! {
        <section class="panel" aria-labelledby="add-title">
            <h2 id="add-title">"Add a webhook"</h2>
            <PostForm action=add guard="yes">
                <Field id="url" label="Address" hint="It begins with https:// and lies in the internet, not in the office’s own network." inputmode="url"/>
                <fieldset class="checks" id="events"><legend>"What it is told"</legend>
                    <FieldError field="events"/>
                    {boxes()}
                </fieldset>
                <Select id="centre" label="About whose clients" options=centres/>
                <Submit label="Add the webhook"/>
            </PostForm>
        </section>
    }
    .into_any()
}
