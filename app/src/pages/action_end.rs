//! `/actions/:id/end`: what goes when a planned letter ends, or, with `?day=`, when the letter of one day is given up; said before it is
//! done, since there is no way back.

use crate::api::actions::{SettleAction, TurnAction, look_at_action};
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::*;

/// What would go, and the button.
#[component]
pub fn EndActionPage() -> impl IntoView {
    let (id, day, list) = (param("id", ActionId(0)), query("day"), query("list"));
    let (turn, settle) = (ServerAction::<TurnAction>::new(), ServerAction::<SettleAction>::new());
    let (turned, settled) = (problem_of(turn), problem_of(settle));
    let problem = Signal::derive(move || turned.get().or_else(|| settled.get()));
    let data = Resource::new(move || id.get(), look_at_action);
    let me = use_context::<Viewer>().map(|viewer| viewer.id);
    load(data, "the planned letter", move |view: ActionView| {
        let day = day.get_untracked();
        let ActionView { card, rows, .. } = view;
        let waiting: Vec<DueRow> = rows.into_iter().filter(|row| row.state.waits()).collect();
        let (name, page) = (card.text_name.clone(), format!("/actions/{}", card.id));
        let lead = format!("“{name}” to {}. {}.", card.party.name, card.when());
        let title = if day.is_empty() { "End a planned letter" } else { "Give up a letter" };
        let body = if day.is_empty() {
            end(&card, &waiting, turn, me)
        } else {
            let row = waiting.into_iter().find(|row| row.id.to_string() == day);
            give_up(&card, row.as_ref(), settle, &list.get_untracked(), me)
        };
        view! {
            <nav class="crumbs" aria-label="You are here"><a href="/actions">"Actions"</a><a href=page>{name}</a></nav>
            <ErrorSummary problem=problem/>
            <PageHead title=title lead=lead problem=problem/>
            {body}
        }
        .into_any()
    })
}

fn end(card: &ActionCard, waiting: &[DueRow], turn: ServerAction<TurnAction>, me: Option<UserId>) -> AnyView {
    let page = format!("/actions/{}", card.id);
    if card.state == ActionState::Ended {
        return over("It has ended already. Nothing more leaves.", page);
    }
    let mut lines = Vec::new();
    if let Some((day, _)) = &card.next {
        let day = day_words(day);
        lines.push(match card.every {
            Every::Once => format!("The letter of {day} does not leave."),
            _ => format!("No letter leaves on {day} or later."),
        });
    }
    if !waiting.is_empty() {
        lines.push(format!(
            "{} given up:",
            text::count(waiting.len() as i64, "letter whose day has come is", "letters whose days have come are")
        ));
        lines.extend(waiting.iter().map(|row| goes(row, me)));
    }
    lines.push("What has left stays where it is.".to_owned());
    lines.push("It does not go on again: the letter would have to be planned anew.".to_owned());
    let id = card.id.to_string();
    let rest = card.next.is_some() && card.state == ActionState::Active;
    view! {
        {effect(lines)}
        <PostForm action=turn>
            <input type="hidden" name="id" value=id.clone()/>
            <input type="hidden" name="to" value=ActionState::Ended.as_str()/>
            <div class="cluster">
                <Submit label="End it for good" variant="danger"/>
                <a class="button" data-variant="quiet" href=page.clone()>"Cancel"</a>
                {rest.then(|| view! { <a href=page>"Rather pause it"</a> })}
            </div>
        </PostForm>
    }
    .into_any()
}

fn give_up(card: &ActionCard, row: Option<&DueRow>, settle: ServerAction<SettleAction>, list: &str, me: Option<UserId>) -> AnyView {
    let filter = ActionsFilter::parse(list);
    let back = filter.map_or_else(|| format!("/actions/{}", card.id), |filter| with_query("/actions", &[("only", filter.as_str())]));
    let Some(row) = row else {
        return over("This letter does not wait any more.", back);
    };
    let mut lines = vec![goes(row, me), format!("Nothing leaves for {}, and it cannot be tried again.", day_words(&row.day))];
    if let Some((day, _)) = &card.next {
        lines.push(format!("The letter of {} stays planned.", day_words(day)));
    }
    let (id, list) = (row.id.to_string(), list.to_owned());
    view! {
        {effect(lines)}
        <PostForm action=settle>
            <input type="hidden" name="id" value=id.clone()/>
            <input type="hidden" name="again" value="false"/>
            <input type="hidden" name="list" value=list.clone()/>
            <div class="cluster">
                <Submit label="Give it up" variant="danger"/>
                <a class="button" data-variant="quiet" href=back>"Cancel"</a>
            </div>
        </PostForm>
    }
    .into_any()
}

/// There is nothing to do any more.
fn over(words: &'static str, back: String) -> AnyView {
    view! { <Banner tone="info"><p>{words}</p></Banner><p><a href=back>"Back"</a></p> }.into_any()
}

fn effect(lines: Vec<String>) -> AnyView {
    let lines = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    view! { <section class="panel effect" id="effect"><h2>"What would happen"</h2><ul>{lines}</ul></section> }.into_any()
}

/// Where the letter of a day is that is given up; what somebody wrote for it is not lost.
fn goes(row: &DueRow, me: Option<UserId>) -> String {
    let day = day_words(&row.day);
    match (&row.draft, row.state) {
        (Some((_, user, _)), _) if Some(*user) == me => {
            format!("You are writing the letter of {day}. It stays among your drafts, and is no longer the letter of that day.")
        }
        (Some((_, _, name)), _) => {
            format!("{name} is writing the letter of {day}. It stays among the drafts of {name}, and is no longer the letter of that day.")
        }
        (None, DueState::Failed) => format!("The letter of {day} did not leave: {}", row.reason),
        (None, DueState::Due) if row.reason.is_empty() => format!("The letter of {day} is about to leave."),
        (None, DueState::Due) => format!("The letter of {day} has not left yet. {}", row.reason),
        (None, _) => format!("The letter of {day} waits to be opened for edit."),
    }
}
