//! Actions: a text is sent to a client or a contact on a date (FC-29). Planned and looked at here; `actions_write.rs` writes the letters.
//!
//! Whoever may write to a party may plan for it. Must never: plan one letter for many (FC-30), or show an action of a party that the one
//! who asks may not open.

use super::{Office, Principal, compose::person, trouble::problem_of};
use crate::tokens;
use model::*;
use postroom_store::{ActionDay, Scope, StoreError};
use postroom_sync::{ACTIONS_AN_HOUR, Series, action_bounds, day_of};

/// Rows a page.
const PAGE: i64 = 50;
/// So many years ahead a first day may lie.
const YEARS: i16 = 20;

impl Office {
    /// A page of one of the lists; without a filter, of the first one that has something to look at.
    pub async fn actions(&self, who: &Principal, filter: Option<ActionsFilter>, cursor: Option<&str>) -> Result<ActionsPage, Problem> {
        let scope = who.scope()?;
        let after = cursor.filter(|text| !text.is_empty()).map(|text| place(text).ok_or(Problem::NotFound)).transpose()?;
        let counts = self.store.action_counts(scope).await.map_err(problem_of)?;
        let filter = filter.unwrap_or_else(|| ActionsFilter::first_of(&counts));
        let mut page = ActionsPage { only: filter, counts, ..ActionsPage::default() };
        if filter == ActionsFilter::Coming {
            let first = after.unwrap_or((i64::MIN, i64::MIN));
            page.coming = self.store.actions_coming(scope, first, PAGE + 1).await.map_err(problem_of)?;
            let more = page.coming.len() as i64 > PAGE;
            page.coming.truncate(PAGE as usize);
            page.next =
                page.coming.last().filter(|_| more).map(|card| format!("{}.{}", card.next.as_ref().map_or(0, |next| next.1), card.id));
        } else {
            page.rows = self.told_why(self.store.action_days(scope, filter, after, PAGE + 1).await.map_err(problem_of)?).await?;
            let more = page.rows.len() as i64 > PAGE;
            page.rows.truncate(PAGE as usize);
            let at = |row: &DueRow| if filter == ActionsFilter::Done { row.settled_at.unwrap_or(0) } else { row.due_at };
            page.next = page.rows.last().filter(|_| more).map(|row| format!("{}.{}", at(row), row.id));
        }
        Ok(page)
    }

    /// What is planned for a party, and what waits.
    pub async fn actions_of(&self, who: &Principal, party: ClientId) -> Result<PartyActions, Problem> {
        let scope = who.scope()?;
        self.store.client(scope, party).await.map_err(problem_of)?;
        let found = self.store.actions_of(scope, party).await.map_err(problem_of)?;
        Ok(PartyActions { waiting: self.told_why(found.waiting).await?, ..found })
    }

    /// Letters that are due, with the reason where they do not leave yet.
    async fn told_why(&self, mut rows: Vec<DueRow>) -> Result<Vec<DueRow>, Problem> {
        let leaves = |row: &DueRow| row.state == DueState::Due && row.reason.is_empty();
        if rows.iter().any(leaves) && self.store.actions_are_held(action_bounds(self.now())).await.map_err(problem_of)? {
            for row in rows.iter_mut().filter(|row| leaves(row)) {
                row.reason = format!("{ACTIONS_AN_HOUR} letters have left by themselves within an hour. It leaves as soon as more may.");
            }
        }
        Ok(rows)
    }

    /// An action, how its letter would read today, and what has come of it.
    pub async fn action_view(&self, who: &Principal, id: ActionId) -> Result<ActionView, Problem> {
        let scope = who.scope()?;
        let card = self.store.action(scope, id).await.map_err(problem_of)?;
        let rows = self.told_why(self.store.days_of_action(scope, id).await.map_err(problem_of)?).await?;
        let client = self.store.client(scope, card.party.id).await.map_err(problem_of)?;
        let resolved = self.by_itself(&client).await?;
        let preview = match card.text {
            Some(text) => {
                let text = self.store.document_text(text).await.map_err(problem_of)?;
                match card.mode {
                    ActionMode::Send => self.filled_as(super::actions_write::sender_of(&resolved), &text, Some(&client)),
                    ActionMode::Edit => self.filled(who, &text, Some(&client)).await?,
                }
            }
            None => Err(format!("The text “{}” was deleted. Choose another one.", card.text_name)),
        };
        let to = self.recipients(&client, card.to);
        Ok(ActionView { card, rows, preview, to, missing: hindrances(&resolved), zone: self.zone_name() })
    }

    /// The form of an action; `None` = a new one for this party.
    pub async fn action_draft(&self, who: &Principal, id: Option<ActionId>, party: Option<ClientId>) -> Result<ActionDraft, Problem> {
        person(who)?;
        let scope = who.scope()?;
        let (form, party, waiting) = match id {
            Some(id) => {
                let card = self.store.action(scope, id).await.map_err(problem_of)?;
                let days = self.store.days_of_action(scope, id).await.map_err(problem_of)?;
                let waiting = days.iter().filter(|row| row.state.waits()).count() as i64;
                (form_of(&card), card.party, waiting)
            }
            None => (self.first_form(), self.party(scope, party.ok_or(Problem::NotFound)?).await?, 0),
        };
        let client = self.store.client(scope, party.id).await.map_err(problem_of)?;
        let texts = self.store.document_texts().await.map_err(problem_of)?;
        let resolved = self.by_itself(&client).await?;
        Ok(ActionDraft { id, party, form, texts, missing: hindrances(&resolved), zone: self.zone_name(), waiting })
    }

    /// Plans an action for a party, or changes one.
    pub async fn save_action(
        &self,
        who: &Principal,
        id: Option<ActionId>,
        party: ClientId,
        form: ActionForm,
    ) -> Result<ActionSaved, Problem> {
        let by = person(who)?;
        let scope = who.scope()?;
        let before = match id {
            Some(id) => Some(self.store.action(scope, id).await.map_err(problem_of)?),
            None => None,
        };
        let party = match &before {
            Some(card) => card.party.clone(),
            None => self.party(scope, party).await?,
        };
        let plan = form.read().map_err(Problem::Invalid)?;
        if party.is_contact && plan.to != ActionTo::Myself {
            return Err(Problem::field("to", "A contact has no partner"));
        }
        let next = match (id, self.next_day(&plan, before.as_ref())?) {
            (Some(id), Some(day)) => {
                let come = self.store.days_of_action(scope, id).await.map_err(problem_of)?.iter().any(|row| row.day == day.0);
                if come { self.day_after(&plan, &day, before.as_ref())? } else { Some(day) }
            }
            (_, next) => next,
        };
        let text = match self.store.document_text(plan.text).await.map_err(problem_of) {
            Ok(text) => text.name,
            Err(Problem::NotFound) => return Err(problem_of(StoreError::Conflict("action_text_is_gone"))),
            Err(other) => return Err(other),
        };
        let told = told(&plan, &text, &party);
        let Some(id) = id else {
            let next = next.ok_or_else(too_early)?;
            let event = self.event(who, "action.planned", "", told);
            let key = form_key(by, party.id, &plan, &form.key);
            let id = self.store.plan_action(scope, party.id, &plan, &next, by, key.as_deref(), &event).await.map_err(problem_of)?;
            self.engine.wake_actions();
            return Ok(ActionSaved { id, given_up: false });
        };
        // Another day for what was to be sent once: what came of the old one is not done besides.
        let moved = before.is_some_and(|card| card.every == Every::Once && card.first_day != plan.first_day);
        let event = self.event(who, "action.changed", format!("action:{id}"), told);
        let given_up = self.store.change_action(scope, id, &plan, next.as_ref(), moved, by, &event).await.map_err(problem_of)?;
        self.engine.wake_actions();
        Ok(ActionSaved { id, given_up: given_up > 0 })
    }

    /// Pauses an action, lets it go on, or ends it.
    pub async fn turn_action(&self, who: &Principal, id: ActionId, to: ActionState) -> Result<(), Problem> {
        person(who)?;
        let scope = who.scope()?;
        let card = self.store.action(scope, id).await.map_err(problem_of)?;
        let next = match to {
            ActionState::Active => self
                .series(&card.first_day, card.every, card.minute)
                .and_then(|series| series.until(card.last_day.as_deref()))
                .and_then(|series| series.after(self.now())),
            _ => None,
        };
        // Without a day to come it goes on for the letters that wait: tried again, they leave only while it is not paused.
        if to == ActionState::Active
            && next.is_none()
            && !self.store.days_of_action(scope, id).await.map_err(problem_of)?.iter().any(|row| row.state.waits())
        {
            return Err(Problem::Conflict("Its last day has passed while it was paused. Change the day, or end it.".into()));
        }
        let deed = match to {
            ActionState::Active => "action.resumed",
            ActionState::Paused => "action.paused",
            ActionState::Ended => "action.ended",
        };
        let event = self.event(who, deed, format!("action:{id}"), card.party.name);
        self.store.turn_action(scope, id, to, next.as_ref(), &event).await.map_err(problem_of)?;
        self.engine.wake_actions();
        Ok(())
    }

    /// Has a failed letter written again, or gives a day up. Answers its action. It leaves in the name of whoever planned it, whose rights are
    /// looked at when it is written; whoever sets it going must be one who may write letters as well.
    pub async fn settle_action(&self, who: &Principal, id: OccurrenceId, again: bool) -> Result<ActionId, Problem> {
        let user = person(who)?;
        let scope = who.scope()?;
        let day = self.store.action_day(scope, id).await.map_err(problem_of)?;
        let detail = if day.reason.is_empty() { day.day.clone() } else { format!("{}: {}", day.day, day.reason) };
        let event = |deed| self.event(who, deed, format!("action:{}", day.action), detail.as_str());
        if again {
            let sender = self.store.sender(user).await.map_err(problem_of)?;
            if sender.is_some_and(|sender| !sender.may_send) {
                let off =
                    "E-mail is switched off for you: an administrator can allow it under Senders. A colleague can try this letter again.";
                return Err(Problem::Conflict(off.into()));
            }
            self.store.try_action_again(scope, id, &event("action.tried_again")).await.map_err(problem_of)?;
            self.engine.wake_actions();
        } else {
            self.store.give_up_action(scope, id, &event("action.given_up")).await.map_err(problem_of)?;
        }
        Ok(day.action)
    }

    /// Whom an action is about, in scope.
    async fn party(&self, scope: Scope, id: ClientId) -> Result<ActionParty, Problem> {
        let card = self.store.client(scope, id).await.map_err(problem_of)?;
        let is_contact = self.store.is_contact(id).await.map_err(problem_of)?;
        Ok(ActionParty { id, name: card.name, is_contact })
    }

    /// What the ladder comes to for a letter to this party that nobody sends: its cost centre's default, else the system account.
    pub(super) async fn by_itself(&self, client: &ClientCard) -> Result<Resolved, Problem> {
        let centres = self.store.cost_centres().await.map_err(problem_of)?;
        let cost_centre = centres.into_iter().find(|centre| Some(&centre.name) == client.cost_centre.as_ref()).map(|centre| centre.id);
        self.resolve_sending(&Asked { cost_centre, ..Asked::default() }).await
    }

    /// First addresses on file that count today.
    pub(super) fn recipients(&self, client: &ClientCard, to: ActionTo) -> Vec<String> {
        let now = self.now();
        let first = |person: Person| client.first_address(person, now).map(str::to_owned);
        let mut list: Vec<String> = match to {
            ActionTo::Myself => vec![first(Person::Myself)],
            ActionTo::Partner => vec![first(Person::Partner)],
            ActionTo::Both => vec![first(Person::Myself), first(Person::Partner)],
        }
        .into_iter()
        .flatten()
        .collect();
        list.dedup();
        list
    }

    fn series(&self, first_day: &str, every: Every, minute: i64) -> Option<Series> {
        Series::new(first_day, every, minute, &self.time_zone())
    }

    /// The next day of a plan; none is left of one that was sent once and keeps its day.
    fn next_day(&self, plan: &ActionPlan, before: Option<&ActionCard>) -> Result<Option<ActionDay>, Problem> {
        let today = day_of(self.now(), &self.time_zone());
        let Some(series) = self.series(&plan.first_day, plan.every, plan.minute) else {
            return Err(Problem::field("day", "Enter a day that exists, as year-month-day, like 2026-03-31"));
        };
        let Some(series) = series.until(plan.last_day.as_deref()) else {
            return Err(Problem::field("last", "Enter a last day that exists, as year-month-day, like 2026-12-31, or none"));
        };
        if plan.last_day.as_ref().is_some_and(|last| *last < plan.first_day) {
            return Err(Problem::field("last", "Choose a last day that is the first one or later"));
        }
        let year = |day: &str| day.split('-').next().and_then(|year| year.parse::<i16>().ok()).unwrap_or(0);
        if year(&plan.first_day) > year(&today) + YEARS {
            return Err(Problem::field("day", "Choose a day within the next twenty years"));
        }
        // The first day of a series may be long past; a new one begins today or later.
        if plan.first_day < today && before.is_none_or(|card| card.first_day != plan.first_day) {
            return Err(too_early());
        }
        Ok(series.on_or_after(&today))
    }

    /// The next day of a plan after one that has come: a day is there once, whatever became of it.
    fn day_after(&self, plan: &ActionPlan, day: &ActionDay, before: Option<&ActionCard>) -> Result<Option<ActionDay>, Problem> {
        let series = self.series(&plan.first_day, plan.every, plan.minute);
        let next = series.and_then(|series| series.until(plan.last_day.as_deref())).and_then(|series| series.after(self.now().max(day.1)));
        if next.is_none() && before.is_some_and(|card| card.first_day != plan.first_day) {
            return Err(Problem::field("day", "This planned letter has had its day already. Choose another day, or plan a new letter"));
        }
        Ok(next)
    }

    fn first_form(&self) -> ActionForm {
        let every = Every::Once.as_str().to_owned();
        ActionForm {
            time: time_of_day(9 * 60),
            to: ActionTo::Myself.as_str().to_owned(),
            every,
            mode: ActionMode::Edit.as_str().to_owned(),
            key: tokens::hex(&tokens::random_bytes::<12>()),
            ..ActionForm::default()
        }
    }

    fn zone_name(&self) -> String {
        zone_words(self.time_zone().iana_name().unwrap_or("the office’s own"))
    }
}

fn too_early() -> Problem {
    Problem::field("day", "Choose today or a later day")
}

fn form_of(card: &ActionCard) -> ActionForm {
    ActionForm {
        text: card.text.map(|text| text.to_string()).unwrap_or_default(),
        to: card.to.as_str().to_owned(),
        day: card.first_day.clone(),
        time: time_of_day(card.minute),
        every: card.every.as_str().to_owned(),
        last: card.last_day.clone().unwrap_or_default(),
        mode: card.mode.as_str().to_owned(),
        key: String::new(),
    }
}

/// How a form is known when it comes a second time: who sends it, and what it plans. Changed and sent anew it plans another letter.
fn form_key(by: UserId, party: ClientId, plan: &ActionPlan, key: &str) -> Option<String> {
    let key: String = key.chars().filter(char::is_ascii_alphanumeric).take(64).collect();
    (!key.is_empty()).then(|| format!("{by}:{key}:{party}:{}", tokens::hex(&tokens::digest(&format!("{plan:?}")))))
}

/// What stands in the way of a letter that nobody sends.
pub(super) fn hindrances(resolved: &Resolved) -> Vec<String> {
    if resolved.account.is_some() && resolved.from.is_some() {
        return Vec::new();
    }
    let mut missing = resolved.missing.clone();
    if missing.is_empty() {
        missing.push("No account sends by itself here.".to_owned());
    }
    missing
}

/// The plan for the audit trail.
fn told(plan: &ActionPlan, text: &str, party: &ActionParty) -> String {
    let (every, time, mode) = (plan.every.words().to_lowercase(), time_of_day(plan.minute), plan.mode.words().to_lowercase());
    let last = until_day(plan.last_day.as_deref());
    format!("{}: “{text}”, {every} from {}{last} at {time}, {mode}", party.name, plan.first_day)
}

/// Where a page begins: "moment.number".
fn place(cursor: &str) -> Option<(i64, i64)> {
    let (at, id) = cursor.split_once('.')?;
    Some((at.parse().ok()?, id.parse().ok()?))
}
