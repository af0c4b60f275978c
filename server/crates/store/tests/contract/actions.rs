//! Letters that are made on a date.

use super::outbox::{desk, outgoing};
use super::*;
use model::{
    ActionId, ActionMode, ActionPlan, ActionState, ActionTo, ActionsFilter, DocumentText, DraftId, DueState, Every, LetterForm, Origin,
    OutboxFilter, TextId,
};
use postroom_store::{ActionBounds, ActionDay, DueAction, NewDraft, NewEvent, Outgoing, Store};
use shelf::Shelf;

#[path = "action_races.rs"]
pub(crate) mod races;

const HOUR: i64 = 3_600_000;
const BOUNDS: ActionBounds = ActionBounds { office: (NOW - HOUR, 60), party: (NOW - 24 * HOUR, 3) };

struct Desk {
    account: i64,
    client: ClientId,
    text: TextId,
    ann: UserId,
}

async fn office(shelf: &Shelf) -> Desk {
    let store = &shelf.store;
    let (account, _) = desk(shelf).await;
    let ann = store.add_user("ann@x.example", "Ann", Role::Staff, "x", &event("user.added")).await.unwrap();
    let client = store.save_client(ALL, None, &client("A1", &[(Person::Myself, 1, "cy@client.example")]), &event("x")).await.unwrap();
    let text = DocumentText { name: "Reminder".into(), subject: "Papers".into(), body: "Dear Cy".into() };
    let text = store.keep_document_text(None, &text, "Ann", &event("text.kept")).await.unwrap();
    Desk { account, client, text, ann }
}

fn plan(text: TextId, mode: ActionMode) -> ActionPlan {
    ActionPlan { text, to: ActionTo::Myself, mode, every: Every::Month, first_day: "2026-09-21".into(), last_day: None, minute: 540 }
}

fn day(day: &str, at: i64) -> ActionDay {
    (day.to_owned(), at)
}

/// An action whose day came a moment ago.
async fn planned(store: &Store, desk: &Desk, mode: ActionMode) -> ActionId {
    store
        .plan_action(ALL, desk.client, &plan(desk.text, mode), &day("2026-09-21", NOW - 1), desk.ann, None, &event("action.planned"))
        .await
        .unwrap()
}

/// The same, raised: its next day is in a month.
async fn come(store: &Store, desk: &Desk, mode: ActionMode) -> ActionId {
    let id = planned(store, desk, mode).await;
    let raised = store.actions_to_raise(NOW, 9).await.unwrap();
    assert_eq!(raised.len(), 1);
    assert!(store.raise_action(&raised[0], &raised[0].next.clone(), Some(&day("2026-10-21", NOW + 720 * HOUR))).await.unwrap());
    id
}

async fn claim(store: &Store, now: i64) -> Option<DueAction> {
    store.claim_action("me", now, now + 60_000, BOUNDS).await.unwrap()
}

fn letter_of(desk: &Desk, due: &DueAction) -> Outgoing {
    let (letter, _) = outgoing(desk.account, &format!("papers-{}-{}", due.action, due.day), &["cy@client.example"]);
    Outgoing { origin: Origin::Action, party: Some(due.party.0), form_key: Some(format!("action:{}:{}", due.action, due.day)), ..letter }
}

async fn state(store: &Store, id: ActionId) -> DueState {
    store.days_of_action(ALL, id).await.unwrap()[0].state
}

// FC-29: planned for one party, seen by whoever may open it, changed, paused, ended.
#[tokio::test]
async fn an_action_is_planned_changed_paused_and_ended() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let desk = office(&shelf).await;
        let id = planned(store, &desk, ActionMode::Send).await;
        let card = store.action(ALL, id).await.unwrap();
        assert_eq!(
            (card.party.name.as_str(), card.text_name.as_str(), card.by.1.as_str()),
            ("Client A1", "Reminder", "Ann"),
            "{}",
            shelf.name
        );
        assert_eq!(store.actions_of(ALL, desk.client).await.unwrap().plans, std::slice::from_ref(&card));
        assert_eq!(store.actions_coming(ALL, (0, 0), 9).await.unwrap(), std::slice::from_ref(&card));
        assert!(store.actions_coming(ALL, (NOW - 1, id.0), 9).await.unwrap().is_empty());

        let centre = store.add_cost_centre("North", &event("x")).await.unwrap();
        store.add_user("cleo@office.example", "Cleo", Role::Administrator, "hash", &event("x")).await.unwrap();
        store.change_user(desk.ann, Role::Staff, false, &[], &[centre], &event("x")).await.unwrap();
        let ann = staff(desk.ann);
        assert!(matches!(store.action(ann, id).await, Err(StoreError::NotFound)), "a client of no cost centre of hers");
        assert!(store.actions_coming(ann, (0, 0), 9).await.unwrap().is_empty());
        assert!(store.action_counts(ann).await.unwrap().iter().all(|(_, count)| *count == 0));
        assert!(matches!(store.turn_action(ann, id, ActionState::Ended, None, &event("x")).await, Err(StoreError::NotFound)));
        let elsewhere = plan(desk.text, ActionMode::Send);
        let next = day("2026-09-21", NOW - 1);
        let planned = store.plan_action(ann, desk.client, &elsewhere, &next, desk.ann, None, &event("x")).await;
        assert!(matches!(planned, Err(StoreError::NotFound)), "{planned:?}");
        assert!(matches!(store.change_action(ann, id, &elsewhere, None, false, desk.ann, &event("x")).await, Err(StoreError::NotFound)));

        let gone = plan(TextId(99), ActionMode::Send);
        let refused = store.change_action(ALL, id, &gone, None, false, desk.ann, &event("x")).await;
        assert!(matches!(refused, Err(StoreError::Conflict("action_text_is_gone"))), "{refused:?}");
        assert_eq!(card.last_day, None);
        let last_day = Some("2030-09-22".to_owned());
        let other = ActionPlan { to: ActionTo::Both, every: Every::Year, last_day: last_day.clone(), ..plan(desk.text, ActionMode::Edit) };
        store
            .change_action(ALL, id, &other, Some(&day("2026-09-22", NOW + HOUR)), false, desk.ann, &event("action.changed"))
            .await
            .unwrap();
        let card = store.action(ALL, id).await.unwrap();
        assert_eq!(
            (card.to, card.every, card.mode, card.next),
            (ActionTo::Both, Every::Year, ActionMode::Edit, Some(day("2026-09-22", NOW + HOUR)))
        );
        assert_eq!((&card.last_day, &store.actions_to_raise(NOW + HOUR, 9).await.unwrap()[0].last_day), (&last_day, &last_day));

        store.turn_action(ALL, id, ActionState::Paused, None, &event("action.paused")).await.unwrap();
        assert!(store.actions_to_raise(NOW + 2 * HOUR, 9).await.unwrap().is_empty(), "its days pass");
        store.turn_action(ALL, id, ActionState::Active, Some(&day("2027-09-21", NOW + 3 * HOUR)), &event("action.resumed")).await.unwrap();
        assert_eq!(store.actions_to_raise(NOW + 4 * HOUR, 9).await.unwrap()[0].next, day("2027-09-21", NOW + 3 * HOUR));
        store.turn_action(ALL, id, ActionState::Ended, None, &event("action.ended")).await.unwrap();
        assert_eq!(store.action(ALL, id).await.unwrap().next, None);
        let ended = store.turn_action(ALL, id, ActionState::Active, None, &event("x")).await;
        assert!(matches!(ended, Err(StoreError::Conflict("action_is_ended"))), "{ended:?}");
        assert!(store.actions_of(ALL, desk.client).await.unwrap().plans.is_empty());
    }
}

// FC-29: a day is there once; its letter is claimed by lease and leaves once, whatever happens in between.
#[tokio::test]
async fn a_day_comes_once_and_its_letter_leaves_once() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let desk = office(&shelf).await;
        assert!(store.actions_to_raise(NOW, 9).await.unwrap().is_empty());
        let id = planned(store, &desk, ActionMode::Send).await;
        let raised = store.actions_to_raise(NOW, 9).await.unwrap().remove(0);
        let (due, next) = (day("2026-09-21", NOW - 1), day("2026-10-21", NOW + 720 * HOUR));
        assert!(store.raise_action(&raised, &due, Some(&next)).await.unwrap());
        assert!(!store.raise_action(&raised, &due, Some(&next)).await.unwrap(), "another process was slower");
        assert_eq!(store.action(ALL, id).await.unwrap().next, Some(next.clone()));

        let none = ActionBounds { office: (0, 0), ..BOUNDS };
        assert!(store.claim_action("me", NOW, NOW + 60_000, none).await.unwrap().is_none(), "P31");
        assert!(store.actions_are_held(none).await.unwrap() && !store.actions_are_held(BOUNDS).await.unwrap());
        let row = store.days_of_action(ALL, id).await.unwrap().remove(0);
        assert_eq!((row.state, row.reason.as_str()), (DueState::Due, ""));
        store.turn_action(ALL, id, ActionState::Paused, None, &event("x")).await.unwrap();
        let row = store.days_of_action(ALL, id).await.unwrap().remove(0);
        assert!(row.state == DueState::Due && row.reason.contains("paused"), "{row:?}");
        store.turn_action(ALL, id, ActionState::Active, Some(&next), &event("x")).await.unwrap();
        let row = store.days_of_action(ALL, id).await.unwrap().remove(0);
        assert!(row.state == DueState::Failed && row.reason.contains("paused when"), "a letter of long ago: {row:?}");
        assert!(claim(store, NOW).await.is_none());
        store.try_action_again(ALL, row.id, &event("action.tried_again")).await.unwrap();
        store.turn_action(ALL, id, ActionState::Active, Some(&next), &event("x")).await.unwrap();
        assert_eq!(state(store, id).await, DueState::Due, "it goes on already");
        let later = day("2026-11-21", NOW + 1_460 * HOUR);
        store.turn_action(ALL, id, ActionState::Active, Some(&later), &event("x")).await.unwrap();
        assert_eq!(store.action(ALL, id).await.unwrap().next, Some(next.clone()), "no day is passed over");
        let first = claim(store, NOW).await.unwrap();
        assert_eq!((first.action, first.text_name.as_str(), first.by, first.tries), (id, "Reminder", desk.ann, 1), "{}", shelf.name);
        assert!(claim(store, NOW + 1).await.is_none(), "it is held");
        let second = store.claim_action("other", NOW + 70_000, NOW + 130_000, BOUNDS).await.unwrap().unwrap();
        assert_eq!(second.tries, 2, "the lease has run out");
        let late = store.send_action(&first, &letter_of(&desk, &first), BOUNDS, &event("letter.queued")).await;
        assert!(matches!(late, Err(StoreError::Conflict("action_is_dealt_with"))), "{late:?}");
        assert!(store.outbox(ALL, OutboxFilter::All, None, 9).await.unwrap().is_empty(), "nothing of it stays");
        assert!(!store.fail_action(&first, "late", &event("action.failed")).await.unwrap());
        let sent = store.send_action(&second, &letter_of(&desk, &second), BOUNDS, &event("letter.queued")).await.unwrap();
        assert!(!sent.already);
        let rows = store.days_of_action(ALL, id).await.unwrap();
        assert_eq!((rows[0].state, rows[0].outbox.map(|(letter, _)| letter)), (DueState::Done, Some(sent.id)));
        assert!(claim(store, NOW + HOUR).await.is_none());
        assert!(store.actions_are_held(ActionBounds { office: (NOW - HOUR, 1), ..BOUNDS }).await.unwrap(), "one has left");
        let again = store.send_action(&second, &letter_of(&desk, &second), BOUNDS, &event("letter.queued")).await;
        assert!(matches!(again, Err(StoreError::Conflict("action_is_dealt_with"))), "{again:?}");
        assert_eq!(store.outbox(ALL, OutboxFilter::All, None, 9).await.unwrap().len(), 1);
        let deeds: Vec<String> = store.events(None, 2).await.unwrap().into_iter().map(|event| event.action).collect();
        assert_eq!(deeds, ["action.sent", "letter.queued"]);
    }
}

// P31: only so many letters go to one party by themselves.
#[tokio::test]
async fn letters_to_one_party_are_bounded() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let desk = office(&shelf).await;
        let bounds = ActionBounds { party: (NOW - 24 * HOUR, 1), ..BOUNDS };
        come(store, &desk, ActionMode::Send).await;
        let due = claim(store, NOW).await.unwrap();
        store.send_action(&due, &letter_of(&desk, &due), bounds, &event("letter.queued")).await.unwrap();
        let id = come(store, &desk, ActionMode::Send).await;
        let due = claim(store, NOW).await.unwrap();
        let many = store.send_action(&due, &letter_of(&desk, &due), bounds, &event("letter.queued")).await;
        assert!(matches!(many, Err(StoreError::Conflict("action_too_many"))), "{}: {many:?}", shelf.name);
        assert_eq!(state(store, id).await, DueState::Due);
    }
}

// FC-29: what failed waits in sight with the reason, until it is tried again or given up.
#[tokio::test]
async fn what_failed_waits_for_a_person() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let desk = office(&shelf).await;
        let id = come(store, &desk, ActionMode::Send).await;
        let due = claim(store, NOW).await.unwrap();
        let failed = NewEvent { action: "action.failed".into(), ..event("x") };
        assert!(store.fail_action(&due, "No address.", &failed).await.unwrap());
        let row = store.action_days(ALL, ActionsFilter::Failed, None, 9).await.unwrap().remove(0);
        assert_eq!((row.action, row.state, row.reason.as_str()), (id, DueState::Failed, "No address."), "{}", shelf.name);
        assert_eq!(store.actions_of(ALL, desk.client).await.unwrap().waiting, std::slice::from_ref(&row));
        let centre = store.add_cost_centre("North", &event("x")).await.unwrap();
        store.add_user("cleo@office.example", "Cleo", Role::Administrator, "hash", &event("x")).await.unwrap();
        store.change_user(desk.ann, Role::Staff, false, &[], &[centre], &event("x")).await.unwrap();
        let waiting = [store.actions_waiting(ALL).await.unwrap(), store.actions_waiting(staff(desk.ann)).await.unwrap()];
        assert_eq!(waiting, [1, 0], "not for whoever may not open the client");
        assert!(claim(store, NOW + HOUR).await.is_none(), "nothing is tried by itself");
        store.turn_action(ALL, id, ActionState::Paused, None, &event("x")).await.unwrap();
        let paused = store.try_action_again(ALL, row.id, &event("x")).await;
        assert!(matches!(paused, Err(StoreError::Conflict("action_is_paused"))), "{paused:?}");
        store.turn_action(ALL, id, ActionState::Active, Some(&day("2026-10-21", NOW + 720 * HOUR)), &event("x")).await.unwrap();
        store.try_action_again(ALL, row.id, &event("action.tried_again")).await.unwrap();
        assert_eq!(claim(store, NOW).await.unwrap().tries, 1);
        store.give_back_claims("me").await.unwrap();
        assert!(claim(store, NOW).await.is_some(), "a process that ends gives its leases back");
        store.give_up_action(ALL, row.id, &event("action.given_up")).await.unwrap();
        assert_eq!(state(store, id).await, DueState::GivenUp);
        let again = store.give_up_action(ALL, row.id, &event("x")).await;
        assert!(matches!(again, Err(StoreError::Conflict("action_is_dealt_with"))), "{again:?}");
        assert!(matches!(store.try_action_again(ALL, row.id, &event("x")).await, Err(StoreError::Conflict("action_is_dealt_with"))));
        let counts = store.action_counts(ALL).await.unwrap();
        let due: Vec<i64> = counts.into_iter().map(|(_, count)| count).collect();
        assert_eq!(due, [0, 1, 0, 1]);
        assert_eq!(store.actions_waiting(ALL).await.unwrap(), 0, "nothing needs a person");
        assert_eq!(store.action_days(ALL, ActionsFilter::Done, None, 9).await.unwrap().len(), 1);
        assert!(store.action_days(ALL, ActionsFilter::Done, Some((NOW, row.id.0)), 9).await.unwrap().is_empty());
        assert!(store.action_days(ALL, ActionsFilter::Due, None, 9).await.unwrap().is_empty());
        let missing = store.action_day(ALL, model::OccurrenceId(99)).await;
        assert!(matches!(missing, Err(StoreError::NotFound)), "{missing:?}");
        // What is given up with the end of an action, or moved to another day.
        let other = come(store, &desk, ActionMode::Edit).await;
        let edit = plan(desk.text, ActionMode::Edit);
        assert_eq!(store.change_action(ALL, other, &edit, None, false, desk.ann, &event("x")).await.unwrap(), 0);
        assert_eq!(state(store, other).await, DueState::Open);
        assert_eq!(store.change_action(ALL, other, &edit, None, true, desk.ann, &event("x")).await.unwrap(), 1);
        assert_eq!(state(store, other).await, DueState::GivenUp);
        let last = come(store, &desk, ActionMode::Edit).await;
        store.turn_action(ALL, last, ActionState::Ended, None, &event("action.ended")).await.unwrap();
        assert_eq!(state(store, last).await, DueState::GivenUp);
    }
}

async fn opened(store: &Store, desk: &Desk, id: ActionId) -> Result<DraftId, StoreError> {
    opened_by(store, desk, id, desk.ann).await
}

async fn opened_by(store: &Store, desk: &Desk, id: ActionId, user: UserId) -> Result<DraftId, StoreError> {
    let row = store.days_of_action(ALL, id).await.unwrap().remove(0);
    let form = LetterForm { to: "cy@client.example".into(), subject: "Papers".into(), ..LetterForm::default() };
    let new = NewDraft { client: Some(desk.client), form, ..NewDraft::default() };
    store.open_action(ALL, row.id, user, &new, &event("action.opened")).await
}

// FC-26: opened by one person, done when it is sent, due again when it is taken back or thrown away.
#[tokio::test]
async fn a_letter_opened_for_edit_is_done_when_it_is_sent() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let desk = office(&shelf).await;
        let id = come(store, &desk, ActionMode::Edit).await;
        assert!(claim(store, NOW + HOUR).await.is_none(), "it never leaves by itself");
        assert_eq!((state(store, id).await, store.actions_waiting(ALL).await.unwrap()), (DueState::Open, 1));
        let draft = opened(store, &desk, id).await.unwrap();
        let row = store.days_of_action(ALL, id).await.unwrap().remove(0);
        assert_eq!(row.draft, Some((draft, desk.ann, "Ann".to_owned())), "{}", shelf.name);
        assert_eq!(opened(store, &desk, id).await.unwrap(), draft, "opened again, it is gone on with");
        let bob = store.add_user("bob@x.example", "Bob", Role::Staff, "x", &event("user.added")).await.unwrap();
        let second = opened_by(store, &desk, id, bob).await;
        assert!(matches!(second, Err(StoreError::Conflict("action_is_opened"))), "{second:?}");
        assert_eq!((store.drafts(desk.ann).await.unwrap().len(), store.drafts(bob).await.unwrap().len()), (1, 0));

        let letter = outgoing(desk.account, "tax", &["cy@client.example"]).0;
        let stale = store.send_draft(desk.ann, draft, 2, &letter, &event("x")).await;
        assert!(matches!(stale, Err(StoreError::Conflict("draft_changed"))), "{stale:?}");
        assert!(store.outbox(ALL, OutboxFilter::All, None, 9).await.unwrap().is_empty(), "the letter and its day go together, or neither");
        let outbox = store.send_draft(desk.ann, draft, 1, &letter, &event("x")).await.unwrap().id;
        let late = opened(store, &desk, id).await;
        assert!(matches!(late, Err(StoreError::Conflict("action_is_dealt_with"))), "{late:?}");
        let row = store.days_of_action(ALL, id).await.unwrap().remove(0);
        assert_eq!((row.state, row.outbox.map(|(letter, _)| letter), row.settled_at), (DueState::Done, Some(outbox), Some(NOW)));
        store.withdraw(ALL, outbox, &event("x")).await.unwrap();
        store.reopen_draft(desk.ann, draft, NOW).await.unwrap();
        let row = store.days_of_action(ALL, id).await.unwrap().remove(0);
        assert_eq!((row.state, row.outbox, row.settled_at), (DueState::Open, None, None));
        store.discard_draft(desk.ann, draft, &event("x")).await.unwrap();
        let row = store.days_of_action(ALL, id).await.unwrap().remove(0);
        assert_eq!((row.state, row.draft), (DueState::Open, None), "it waits to be opened anew");

        // Sent for good; the draft goes with the next one that is begun, and so may the account.
        let draft = opened(store, &desk, id).await.unwrap();
        store.send_draft(desk.ann, draft, 1, &outgoing(desk.account, "again", &["cy@client.example"]).0, &event("x")).await.unwrap();
        shelf.tamper("update outbox set state = 'sent'").await;
        store.begin_draft(desk.ann, &NewDraft::default(), &event("draft.begun")).await.unwrap();
        let late = opened(store, &desk, id).await;
        assert!(matches!(late, Err(StoreError::Conflict("action_is_dealt_with"))), "{late:?}");
        crate::removal::remove(store, model::AccountId(desk.account)).await;
        let row = store.days_of_action(ALL, id).await.unwrap().remove(0);
        assert_eq!((row.state, row.outbox, row.draft), (DueState::Done, None, None));
    }
}

// FC-29: a letter that failed long ago is still among the days of its action, however many came after it.
#[tokio::test]
async fn a_day_that_waits_is_shown_however_many_came_after_it() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let desk = office(&shelf).await;
        let id = come(store, &desk, ActionMode::Edit).await;
        shelf
            .tamper(
                "insert into action_occurrence (action_id, day, due_at, state, settled_at)
                 with recursive later (n) as (select 1 union all select n + 1 from later where n < 120)
                 select o.action_id, 'later ' || n, o.due_at + n, 'done', 1 from later cross join action_occurrence o",
            )
            .await;
        let days = store.days_of_action(ALL, id).await.unwrap();
        assert_eq!((days.len(), days[0].day.as_str()), (101, "later 120"), "{}", shelf.name);
        let waits: Vec<&str> = days.iter().filter(|row| row.state.waits()).map(|row| row.day.as_str()).collect();
        assert_eq!(waits, ["2026-09-21"]);
    }
}

// FC-29: a text that is deleted is named when the day comes; merged clients carry their actions over, and back.
#[tokio::test]
async fn actions_outlive_their_text_and_follow_their_client() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let desk = office(&shelf).await;
        let id = planned(store, &desk, ActionMode::Send).await;
        let stays = store.save_client(ALL, None, &client("B1", &[(Person::Myself, 1, "di@client.example")]), &event("x")).await.unwrap();
        let own = store
            .plan_action(ALL, stays, &plan(desk.text, ActionMode::Edit), &day("2030-01-01", NOW + HOUR), desk.ann, None, &event("x"))
            .await
            .unwrap();
        let look = store.merge_clients(ALL, stays, desk.client, &[], None, &event("x")).await.unwrap();
        let effect = look.effect.clone().unwrap();
        assert_eq!((effect.planned, effect.paused), (1, 1), "{}", shelf.name);
        let other = store.merge_clients(ALL, desk.client, stays, &[], None, &event("x")).await.unwrap().effect.unwrap();
        assert_eq!((other.planned, other.paused), (1, 0), "one that is opened by hand goes on");
        assert_eq!(store.action(ALL, id).await.unwrap().party.id, desk.client, "a look changes nothing");
        store.merge_clients(ALL, stays, desk.client, &[], Some(&look.mark()), &event("client.merged")).await.unwrap();
        let carried = store.action(ALL, id).await.unwrap();
        assert_eq!((carried.party.id, carried.state), (stays, ActionState::Paused), "{}", shelf.name);
        assert!(carried.note.contains("whom it goes to"), "{}", carried.note);
        assert_eq!(store.action(ALL, own).await.unwrap().state, ActionState::Active);
        assert_eq!(store.actions_of(ALL, stays).await.unwrap().plans.len(), 2);
        store.undo_merge(ALL, stays, desk.client, &event("client.merge_undone")).await.unwrap();
        assert_eq!(store.action(ALL, id).await.unwrap().party.id, desk.client);
        assert_eq!(store.action(ALL, own).await.unwrap().party.id, stays);
        store.drop_document_text(desk.text, &event("text.dropped")).await.unwrap();
        let card = store.action(ALL, id).await.unwrap();
        assert_eq!((card.text, card.text_name.as_str()), (None, "Reminder"));
    }
}

// FC-29: a letter that was sent once and has left is planned no more: a merger neither counts nor pauses it.
#[tokio::test]
async fn a_letter_that_has_left_is_not_planned_when_clients_are_merged() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let desk = office(&shelf).await;
        let id = planned(store, &desk, ActionMode::Send).await;
        let raised = store.actions_to_raise(NOW, 9).await.unwrap().remove(0);
        assert!(store.raise_action(&raised, &raised.next, None).await.unwrap());
        let stays = store.save_client(ALL, None, &client("B1", &[(Person::Myself, 1, "di@client.example")]), &event("x")).await.unwrap();
        let look = store.merge_clients(ALL, stays, desk.client, &[], None, &event("x")).await.unwrap().effect.unwrap();
        assert_eq!((look.planned, look.paused), (1, 1), "its letter waits: {}", shelf.name);
        let due = claim(store, NOW).await.unwrap();
        store.send_action(&due, &letter_of(&desk, &due), BOUNDS, &event("letter.queued")).await.unwrap();
        let look = store.merge_clients(ALL, stays, desk.client, &[], None, &event("x")).await.unwrap();
        let effect = look.effect.clone().unwrap();
        assert_eq!((effect.planned, effect.paused), (0, 0), "{}", shelf.name);
        store.merge_clients(ALL, stays, desk.client, &[], Some(&look.mark()), &event("client.merged")).await.unwrap();
        let card = store.action(ALL, id).await.unwrap();
        assert_eq!((card.party.id, card.state), (stays, ActionState::Active), "{}", shelf.name);
    }
}

// A backup keeps what is planned; nobody knows what has left since, so nothing leaves by itself after a restore.
#[tokio::test]
async fn a_restored_office_sends_nothing_by_itself() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let desk = office(&shelf).await;
        let (sends, edits) = (come(store, &desk, ActionMode::Send).await, come(store, &desk, ActionMode::Edit).await);
        let before = store.action(ALL, sends).await.unwrap();
        let to = tempfile::tempdir().unwrap();
        store.backup(&to.path().join("b")).await.unwrap();
        for other in shelves().await {
            let store = &other.store;
            store.restore(&to.path().join("b")).await.unwrap();
            let after = store.action(ALL, sends).await.unwrap();
            assert!(after.state == ActionState::Paused && after.note.contains("restored"), "{after:?}");
            assert_eq!((after.next, after.text, after.party), (before.next.clone(), before.text, before.party.clone()));
            assert_eq!(store.action(ALL, edits).await.unwrap().state, ActionState::Active);
            assert_eq!((state(store, sends).await, state(store, edits).await), (DueState::Failed, DueState::Open));
            assert!(planned(store, &desk, ActionMode::Send).await > edits, "numbers go on");
        }
    }
}

// FC-29: for a contact that is deleted nothing leaves any more, not even when it is put back.
#[tokio::test]
async fn actions_end_with_a_contact_that_is_deleted() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let desk = office(&shelf).await;
        let kind = store.contact_types().await.unwrap()[0].id;
        let agent = contacts::contact("Agent", model::ContactSide::Agent, kind, &["agent@h.example"]);
        let agent = store.save_contact(ALL, None, &agent, &event("contact.added")).await.unwrap();
        let desk = Desk { client: agent, ..desk };
        let id = come(store, &desk, ActionMode::Send).await;
        let told = store.remove_contact(ALL, agent, None, &event("contact.deleted")).await.unwrap();
        assert_eq!((told.planned, told.waiting), (1, 1), "{}", shelf.name);
        // A letter that is planned meanwhile is not agreed to.
        planned(store, &desk, ActionMode::Edit).await;
        let changed = store.remove_contact(ALL, agent, Some(&told.mark()), &event("contact.deleted")).await;
        assert!(matches!(changed, Err(StoreError::Conflict("removal_changed"))), "{changed:?}");
        let told = store.remove_contact(ALL, agent, None, &event("contact.deleted")).await.unwrap();
        assert_eq!((told.planned, told.waiting), (2, 1));
        store.remove_contact(ALL, agent, Some(&told.mark()), &event("contact.deleted")).await.unwrap();
        assert!(
            claim(store, NOW).await.is_none() && store.actions_to_raise(NOW + 1000 * HOUR, 9).await.unwrap().is_empty(),
            "{}",
            shelf.name
        );
        assert!(matches!(store.action(ALL, id).await, Err(StoreError::NotFound)));
        store.put_contact_back(ALL, agent, &event("contact.put_back")).await.unwrap();
        assert_eq!((store.action(ALL, id).await.unwrap().state, state(store, id).await), (ActionState::Ended, DueState::GivenUp));
    }
}
