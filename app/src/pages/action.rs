//! `/actions/:id`: what is sent, when, how it would read today, and what came of its days.

use super::action_list::{DONE, DayDeeds, days};
use crate::api::actions::{TurnAction, look_at_action};
use crate::ui::*;
use leptos::prelude::*;
use model::*;

/// One action.
#[component]
pub fn ActionPage() -> impl IntoView {
    let id = param("id", ActionId(0));
    let (turn, deeds) = (ServerAction::<TurnAction>::new(), DayDeeds::new());
    let (turned, done_to_day) = (problem_of(turn), deeds.problem());
    let problem = Signal::derive(move || turned.get().or_else(|| done_to_day.get()));
    let data = Resource::new(move || id.get(), look_at_action);
    let mut done = vec![
        ("planned", "The letter is planned."),
        ("moved", "The change is saved. What waited for the old day is given up."),
        ("paused", "It is paused. Days that pass meanwhile are not made up for."),
        ("active", "It goes on."),
        ("ended", "It has ended. Nothing more leaves."),
    ];
    done.extend(DONE);
    load(data, "the action", move |view| {
        let ActionView { card, rows, .. } = view.clone();
        let failed = rows.iter().any(|row| row.state == DueState::Failed);
        let mut done = done.clone();
        done.push(("changed", if failed { "The change is saved. What failed before still waits." } else { "The change is saved." }));
        let lead = format!("To {}. {}, {} time.", card.party.name, card.when(), view.zone);
        let steps = steps(&card, turn);
        view! {
            <nav class="crumbs" aria-label="You are here"><a href="/actions">"Actions"</a></nav>
            <Done words=done/>
            <ErrorSummary problem=problem/>
            <PageHead title=card.text_name.clone() lead=lead problem=problem>{steps}</PageHead>
            {state(&card)}
            {hindered(&view)}
            {facts(&view)}
            {preview(&view)}
            {(!rows.is_empty()).then(|| view! {
                <section aria-labelledby="days-title"><h2 id="days-title">"Days that have come"</h2>{days(rows, deeds, "", false)}</section>
            })}
        }
        .into_any()
    })
}

fn steps(card: &ActionCard, turn: ServerAction<TurnAction>) -> AnyView {
    if card.state == ActionState::Ended {
        return ().into_any();
    }
    let with = |to: ActionState| vec![("id", card.id.to_string()), ("to", to.as_str().to_owned())];
    let pause = match card.state {
        ActionState::Paused => {
            view! { <PlainButton action=turn label="Go on" variant="primary" with=with(ActionState::Active)/> }.into_any()
        }
        _ if card.next.is_some() => view! { <PlainButton action=turn label="Pause" with=with(ActionState::Paused)/> }.into_any(),
        _ => ().into_any(),
    };
    view! {
        {pause}
        <a class="button" data-variant="secondary" href=format!("/actions/{}/edit", card.id)>"Change"</a>
        <a class="button" data-variant="quiet" href=format!("/actions/{}/end", card.id)>"End"</a>
    }
    .into_any()
}

/// What is not as usual with it.
fn state(card: &ActionCard) -> AnyView {
    match card.state {
        ActionState::Active => ().into_any(),
        ActionState::Paused => {
            let why = if card.note.is_empty() { "Nothing leaves until it goes on.".to_owned() } else { card.note.clone() };
            view! { <Banner tone="warn"><p><strong>"Paused. "</strong>{why}</p></Banner> }.into_any()
        }
        ActionState::Ended => view! { <Banner tone="info"><p>"It has ended. Nothing more leaves."</p></Banner> }.into_any(),
    }
}

/// What would keep the next letter from leaving, or from being whole when it is opened.
fn hindered(view: &ActionView) -> AnyView {
    if view.card.state == ActionState::Ended || view.card.next.is_none() {
        return ().into_any();
    }
    let mut why: Vec<String> = Vec::new();
    if view.card.mode == ActionMode::Send {
        why.extend(view.missing.iter().cloned());
    }
    if view.to.is_empty() {
        why.push("There is no address on file that counts today.".to_owned());
    }
    if let Err(reason) = &view.preview {
        why.push(reason.clone());
    }
    if why.is_empty() {
        return ().into_any();
    }
    let lines = why.into_iter().map(|why| view! { <li>{why}</li> }).collect_view();
    let what = match view.card.mode {
        ActionMode::Send => "As things stand today it would not leave.",
        ActionMode::Edit => "As things stand today something is missing when it is opened.",
    };
    view! { <Banner tone="warn"><p><strong>{what}</strong></p><ul>{lines}</ul></Banner> }.into_any()
}

fn facts(view: &ActionView) -> AnyView {
    let card = &view.card;
    let next = match (&card.next, card.state) {
        (Some((day, _)), ActionState::Active) => format!("{} at {}", day_words(day), time_of_day(card.minute)),
        (Some(_), _) => "None while it is paused".to_owned(),
        (None, _) => "No day is left".to_owned(),
    };
    let last = card.last_day.as_deref().map(|day| view! { <div><dt>"Last day"</dt><dd>{day_words(day)}</dd></div> });
    let to = if view.to.is_empty() { "No address on file".to_owned() } else { view.to.join(", ") };
    view! {
        <section class="panel" aria-labelledby="facts-title">
            <h2 id="facts-title">"What is planned"</h2>
            <dl class="facts">
                <div><dt>"About"</dt><dd><a href=card.party.page()>{card.party.name.clone()}</a></dd></div>
                <div><dt>"Next day"</dt><dd>{next}</dd></div>
                <div><dt>"How often"</dt><dd>{card.every.words()}</dd></div>
                {last}
                <div><dt>"On the day"</dt><dd>{card.mode.words()}</dd></div>
                <div><dt>"To"</dt><dd>{to}</dd></div>
                <div><dt>"Responsible"</dt><dd>{card.by.1.clone()}</dd></div>
            </dl>
        </section>
    }
    .into_any()
}

fn preview(view: &ActionView) -> AnyView {
    let Ok((subject, body)) = view.preview.clone() else { return ().into_any() };
    let title = format!("As {} would read it today", view.card.party.name);
    view! {
        <section class="panel" aria-labelledby="preview-title">
            <h2 id="preview-title">{title}</h2>
            <p><strong>{subject}</strong></p>
            <pre class="text-preview">{body}</pre>
        </section>
    }
    .into_any()
}
