//! Rows of actions, wherever they stand: days that have come, and plans whose day will come.

use crate::api::actions::{OpenAction, SettleAction};
use crate::text;
use crate::ui::*;
use leptos::prelude::*;
use model::*;

/// What the buttons of rows do.
#[derive(Clone, Copy)]
pub struct DayDeeds {
    open: ServerAction<OpenAction>,
    settle: ServerAction<SettleAction>,
}

impl DayDeeds {
    /// For a page.
    pub fn new() -> Self {
        Self { open: ServerAction::new(), settle: ServerAction::new() }
    }

    /// Why the last one was not done.
    pub fn problem(self) -> Signal<Option<Problem>> {
        let (open, settle) = (problem_of(self.open), problem_of(self.settle));
        Signal::derive(move || open.get().or_else(|| settle.get()))
    }
}

/// What is told after a deed.
pub const DONE: [(&str, &str); 2] = [
    ("again", "The letter is tried again. In a moment it stands among those that are done, or here with the reason why not."),
    ("given-up", "It is given up. Nothing leaves for that day."),
];

/// Days that have come. `list` = the list to come back to; `named` = each says whom it is about.
pub fn days(rows: Vec<DueRow>, deeds: DayDeeds, list: &'static str, named: bool) -> AnyView {
    let me = use_context::<Viewer>().map(|viewer| viewer.id);
    let lines = rows.into_iter().map(|row| day(row, deeds, list, named, me)).collect_view();
    view! { <ul class="plain-list action-rows" aria-label="Letters by day">{lines}</ul> }.into_any()
}

fn day(row: DueRow, deeds: DayDeeds, list: &'static str, named: bool, me: Option<UserId>) -> AnyView {
    let page = format!("/actions/{}", row.action);
    let party = named.then(|| view! { <a href=row.party.page()>{row.party.name.clone()}</a>" · " });
    view! {
        <li class="action-row">
            <div>
                <p>{party}<a href=page>{row.text_name.clone()}</a><span class="quiet">{format!(" · {}", day_words(&row.day))}</span></p>
                {what(&row, me)}
            </div>
            {buttons(&row, deeds, list, me)}
        </li>
    }
    .into_any()
}

/// What became of it, in words.
fn what(row: &DueRow, me: Option<UserId>) -> AnyView {
    let writing = row
        .draft
        .as_ref()
        .map(|(_, user, name)| if Some(*user) == me { "You are writing it.".to_owned() } else { format!("{name} is writing it.") });
    match row.state {
        DueState::Due => {
            let words = if row.reason.is_empty() { "Leaves in a moment".to_owned() } else { row.reason.clone() };
            view! { <p class="quiet">{words}</p> }.into_any()
        }
        DueState::Open => view! { <p class="quiet">{writing.unwrap_or_else(|| "Waits to be opened for edit".to_owned())}</p> }.into_any(),
        DueState::Failed => view! {
            <p><Tag text="Not sent" tone="bad" icon=Icon::Warning/>" "{row.reason.clone()}</p>
            {writing.map(|words| view! { <p class="quiet">{words}</p> })}
        }
        .into_any(),
        DueState::Done => {
            let letter = row.outbox.map(|(id, state)| view! { <a href=format!("/outbox/{id}")>{state.words()}</a> });
            let letter = letter.map_or_else(|| "Sent".into_any(), |letter| letter.into_any());
            view! { <p class="quiet">{letter}{row.settled_at.map(|at| view! { " · "<When at=at/> })}</p> }.into_any()
        }
        DueState::GivenUp => {
            let words = format!("Given up by {}", row.settled_by);
            view! { <p class="quiet">{words}{row.settled_at.map(|at| view! { " · "<When at=at/> })}</p> }.into_any()
        }
    }
}

fn buttons(row: &DueRow, deeds: DayDeeds, list: &'static str, me: Option<UserId>) -> AnyView {
    if !matches!(row.state, DueState::Open | DueState::Failed) {
        return ().into_any();
    }
    let about = format!("{}, {}, {}", row.party.name, row.text_name, day_words(&row.day));
    let failed = row.state == DueState::Failed;
    let day = row.id.to_string();
    let give_up = with_query(&format!("/actions/{}/end", row.action), &[("day", day.as_str()), ("list", list)]);
    let open = match &row.draft {
        None => {
            let variant = if failed { "secondary" } else { "primary" };
            view! { <PlainButton action=deeds.open label="Open for edit" variant=variant with=vec![("id", row.id.to_string())] about=about.clone()/> }.into_any()
        }
        Some((draft, user, _)) if Some(*user) == me => {
            view! { <a class="button" data-variant="primary" href=format!("/compose/{draft}")>"Go on writing"<span class="visually-hidden">{format!(": {about}")}</span></a> }
                .into_any()
        }
        Some(_) => ().into_any(),
    };
    let again = (failed && row.draft.is_none()).then(|| {
        let change = format!("/actions/{}/edit", row.action);
        let by_itself = (row.mode == ActionMode::Send).then(|| {
            let with = vec![("id", row.id.to_string()), ("again", "true".to_owned()), ("list", list.to_owned())];
            view! { <PlainButton action=deeds.settle label="Try again" variant="primary" with=with about=about.clone()/> }
        });
        view! {
            {by_itself}
            <a class="button" data-variant="secondary" href=change>"Change"<span class="visually-hidden">{format!(": {about}")}</span></a>
        }
    });
    view! {
        <div class="cluster">
            {again}
            {open}
            <a class="button" data-variant="quiet" href=give_up>"Give up"<span class="visually-hidden">{format!(": {about}")}</span></a>
        </div>
    }
    .into_any()
}

/// Actions whose day will come.
pub fn plans(cards: Vec<ActionCard>, named: bool) -> AnyView {
    let lines = cards
        .into_iter()
        .map(|card| {
            let party = named.then(|| view! { <a href=card.party.page()>{card.party.name.clone()}</a>" · " });
            let next = card.next.as_ref().map(|(day, _)| format!("{} at {}", day_words(day), time_of_day(card.minute))).unwrap_or_default();
            let paused = (card.state == ActionState::Paused).then(|| view! { " "<Tag text="Paused" tone="warn"/> });
            let facts = format!("{}{} · {}", card.every.words(), card.until(), card.mode.words());
            view! {
                <li class="action-row">
                    <div>
                        <p>{party}<a href=format!("/actions/{}", card.id)>{card.text_name.clone()}</a>{paused}</p>
                        <p class="quiet">{next}" · "{facts}</p>
                    </div>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="plain-list action-rows" aria-label="Letters to come">{lines}</ul> }.into_any()
}

/// Where a letter is planned for a party.
pub fn plan_page(id: ClientId) -> String {
    format!("/actions/new?client={id}")
}

/// When the next of a party's planned letters leaves, or is opened; what is paused does neither.
fn next_of(plans: &[ActionCard]) -> String {
    let next = plans.iter().filter(|card| card.state == ActionState::Active).find_map(|card| card.next.as_ref());
    match (next, plans.len()) {
        (Some((day, _)), 1) => format!("on {}", day_words(day)),
        (Some((day, _)), _) => format!("the next one on {}", day_words(day)),
        (None, 1) => "paused".to_owned(),
        (None, _) => "all paused".to_owned(),
    }
}

/// What is planned for a party, in the head of its page.
pub fn of_party(party: PartyActions, deeds: DayDeeds) -> AnyView {
    if party.plans.is_empty() && party.waiting.is_empty() {
        return ().into_any();
    }
    let me = use_context::<Viewer>().map(|viewer| viewer.id);
    let by_another = |row: &&DueRow| row.draft.as_ref().is_some_and(|(_, user, _)| Some(*user) != me);
    let written = party.waiting.iter().filter(by_another).count() as i64;
    let waiting = party.waiting.iter().filter(|row| row.state != DueState::Due && !by_another(row)).count() as i64;
    let calls = waiting > 0;
    let planned = party.plans.len() as i64;
    let mut words = Vec::new();
    if calls {
        words.push(text::count(waiting, "letter waits for you", "letters wait for you"));
    }
    if written > 0 {
        words.push(text::count(written, "letter is being written", "letters are being written"));
    }
    if planned > 0 {
        words.push(text::count(planned, "planned letter", "planned letters"));
        words.push(next_of(&party.plans));
    }
    if words.is_empty() {
        let held = party.waiting.iter().all(|row| !row.reason.is_empty());
        words.push(if held { "A letter is due and held back" } else { "A letter leaves in a moment" }.to_owned());
    }
    view! {
        <details class="actions-of" open=calls>
            <summary>{words.join(", ")}</summary>
            {(!party.waiting.is_empty()).then(|| days(party.waiting, deeds, "", false))}
            {(!party.plans.is_empty()).then(|| plans(party.plans, false))}
        </details>
    }
    .into_any()
}
