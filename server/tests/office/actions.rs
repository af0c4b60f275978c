//! Letters that are made on a date: planned by their pages without script, written when the day comes, and in sight when they are not.

use crate::api::{ALL, System, token};
use crate::browser::{Browser, House, NOW, event};
use crate::compose::{office, save};
use http::StatusCode;
use model::*;
use postroom_store::Scope;
use serde_json::json;

const HOUR: i64 = 3_600_000;
/// From the moment at which every test begins (21 September 2026, 14:13:20 UTC) to nine o'clock the next morning.
const TO_NINE: i64 = 67_600_000;

async fn text(house: &House, name: &str, body: &str) -> TextId {
    let text = DocumentText { name: name.into(), subject: "Papers of {{ client.name }}".into(), body: body.into() };
    house.office.keep_text(&house.console(), None, text).await.unwrap()
}

/// Posts the form of a new action; answers where it leads.
async fn plan(browser: &mut Browser, party: ClientId, text: TextId, day: &str, every: &str, mode: &str) -> String {
    plan_until(browser, party, text, (day, ""), every, mode).await
}

/// The same with a last day.
async fn plan_until(browser: &mut Browser, party: ClientId, text: TextId, (day, last): (&str, &str), every: &str, mode: &str) -> String {
    let (csrf, party, text) = (browser.csrf().await, party.to_string(), text.to_string());
    let fields = [
        ("csrf", csrf.as_str()),
        ("party", &party),
        ("form[text]", &text),
        ("form[to]", "self"),
        ("form[day]", day),
        ("form[time]", "09:00"),
        ("form[every]", every),
        ("form[last]", last),
        ("form[mode]", mode),
    ];
    browser.post("/api/actions/save", &fields).await.header("location").to_owned()
}

fn id_in(location: &str) -> ActionId {
    location.trim_start_matches("/actions/").split('?').next().unwrap().parse().unwrap_or_else(|_| panic!("{location}"))
}

async fn days(house: &House, id: ActionId) -> Vec<DueRow> {
    house.office.store.days_of_action(Scope::Everything, id).await.unwrap()
}

/// The day of an action that has come, after the loop has run once.
async fn after_a_run(house: &House, id: ActionId) -> DueRow {
    house.office.engine.do_actions(&*house.office).await.unwrap();
    days(house, id).await.remove(0)
}

async fn outbox(house: &House) -> Vec<OutboxRow> {
    house.office.store.outbox(Scope::Everything, OutboxFilter::All, None, 20).await.unwrap()
}

async fn deeds(house: &House) -> Vec<String> {
    let trail = house.office.store.events(None, 50).await.unwrap();
    trail.into_iter().map(|event| event.action).filter(|action| action.starts_with("action.")).collect()
}

// FC-29, P31: it leaves on its day, once, marked as an automatic letter; days that were missed are one.
#[tokio::test]
async fn a_letter_leaves_on_its_day_and_missed_days_are_one() {
    let (house, mut ada, client, _lab) = office().await;
    let reminder = text(&house, "Reminder", "Dear {{ client.name }}, yours, {{ sender.name }}").await;
    let form = ada.get(&format!("/actions/new?client={client}")).await;
    assert!(form.status == StatusCode::OK && form.text.contains("To Zoe Ferrante.") && form.text.contains("Reminder"), "{}", form.text);
    let at = plan(&mut ada, client, reminder, "2026-09-22", "month", "send").await;
    assert!(at.ends_with("?done=planned"), "{at}");
    let id = id_in(&at);
    let page = ada.get(&at).await.text;
    for words in [
        "The letter is planned.",
        "22 September 2026 at 09:00",
        "Every month",
        "zoe@example.com",
        "Dear Zoe Ferrante, yours, Kontor",
        " at 09:00, UTC time.",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("it would not leave"), "{page}");
    assert!(ada.get(&format!("/clients/{client}")).await.text.contains("1 planned letter, on 22 September 2026"));
    assert!(ada.get("/actions?only=coming").await.text.contains("Zoe Ferrante"));

    let run = async || house.office.engine.do_actions(&*house.office).await.unwrap();
    assert_eq!(run().await, 0, "its day has not come");
    house.clock.advance(TO_NINE);
    let mut ada = house.signed_in("ada@example.com").await;
    assert_eq!(run().await, 1);
    assert_eq!(run().await, 0, "it leaves once");
    let rows = outbox(&house).await;
    assert_eq!((rows.len(), rows[0].subject.as_str(), rows[0].sender.as_str()), (1, "Papers of Zoe Ferrante", "office@kontor.example"));
    let letter = house.office.store.outbox_letter(Scope::Everything, rows[0].id).await.unwrap();
    assert_eq!((letter.origin, letter.principal.as_str()), (Origin::Action, "scheduler"));
    let raw = String::from_utf8(house.office.store.outbox_bytes(rows[0].id).await.unwrap()).unwrap();
    assert!(raw.contains("Auto-Submitted: auto-generated") && raw.contains("Dear Zoe Ferrante, yours, Kontor"), "{raw}");
    assert_eq!(deeds(&house).await, ["action.sent", "action.planned"]);
    let trail = format!("{:?}", house.office.store.events(None, 50).await.unwrap());
    assert!(trail.contains("Zoe Ferrante: “Reminder”, every month from 2026-09-22 at 09:00"), "the trail names the text: {trail}");
    let page = ada.get("/actions?only=done").await.text;
    assert!(page.contains(&format!("href=\"/outbox/{}\"", rows[0].id)), "{page}");

    // Nobody was there for three months: the last of the missed days counts, and the next one is to come.
    house.clock.advance(3 * 31 * 24 * HOUR);
    let mut ada = house.signed_in("ada@example.com").await;
    assert_eq!(run().await, 1);
    let days: Vec<String> = days(&house, id).await.into_iter().map(|row| row.day).collect();
    assert_eq!(days, ["2026-12-22", "2026-09-22"]);
    let card = house.office.store.action(Scope::Everything, id).await.unwrap();
    assert_eq!(card.next.unwrap().0, "2027-01-22");

    // Paused, days pass; it goes on with the next one.
    let with = |to: &str| [("id".to_owned(), id.to_string()), ("to".to_owned(), to.to_owned())];
    let turn = async |ada: &mut Browser, to: &str| {
        let fields = with(to);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        ada.call("/api/actions/turn", &fields).await
    };
    assert_eq!(turn(&mut ada, "paused").await.header("location"), format!("/actions/{id}?done=paused"));
    house.clock.advance(62 * 24 * HOUR);
    let mut ada = house.signed_in("ada@example.com").await;
    assert_eq!(run().await, 0);
    assert!(ada.get(&format!("/actions/{id}")).await.text.contains("Nothing leaves until it goes on."));
    turn(&mut ada, "active").await;
    assert_eq!(run().await, 0, "what passed meanwhile is not made up for");
    let look = ada.get(&format!("/actions/{id}/end")).await.text;
    assert!(look.contains("No letter leaves on") && look.contains("It does not go on again"), "{look}");
    assert_eq!(house.office.store.action(Scope::Everything, id).await.unwrap().state, ActionState::Active, "a look ends nothing");
    turn(&mut ada, "ended").await;
    assert!(ada.get(&format!("/actions/{id}/end")).await.text.contains("It has ended already."));
    house.clock.advance(62 * 24 * HOUR);
    assert_eq!(run().await, 0);
    assert_eq!(deeds(&house).await[..3], ["action.ended", "action.resumed", "action.paused"]);
}

// FC-29: without script nothing but the server stands between a double click and a second letter.
#[tokio::test]
async fn a_form_that_is_sent_twice_plans_one_letter() {
    let (house, mut ada, client, _lab) = office().await;
    let reminder = text(&house, "Reminder", "Dear {{ client.name }}").await.to_string();
    let form = ada.get(&format!("/actions/new?client={client}")).await.text;
    let key = form.split("name=\"form[key]\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
    assert!(key.len() > 20, "{key}");
    let (csrf, party) = (ada.csrf().await, client.to_string());
    let mut planned = Vec::new();
    for day in ["2026-09-22", "2026-09-22", "2026-09-23"] {
        let fields = [
            ("csrf", csrf.as_str()),
            ("party", &party),
            ("form[text]", &reminder),
            ("form[to]", "self"),
            ("form[day]", day),
            ("form[every]", "once"),
            ("form[mode]", "send"),
            ("form[key]", &key),
        ];
        planned.push(id_in(ada.post("/api/actions/save", &fields).await.header("location")));
    }
    assert_eq!(planned[0], planned[1]);
    assert_ne!(planned[1], planned[2], "changed and sent anew it is another letter");
    assert_eq!(deeds(&house).await, ["action.planned", "action.planned"]);
}

// FC-29, S13, P27: whatever is wrong with it, it waits in sight with the reason, and leaves when that is mended.
#[tokio::test]
async fn what_cannot_leave_waits_in_sight_with_the_reason() {
    let (house, mut ada, client, _lab) = office().await;
    let store = &house.office.store;
    let good = text(&house, "Good", "Dear {{ client.name }}").await;
    let partner = text(&house, "Partner", "To {{ client.partner_address }}").await;
    let attached = text(&house, "Attached", "The lease is attached.").await;
    let doomed = text(&house, "Doomed", "Dear all").await;
    let nobody = b"code,name,self1\nK3,Nobody Known,\n";
    house.office.import_file(&house.console(), nobody.to_vec(), false).await.unwrap();
    let silent = house.office.client_named(&house.console(), "K3").await.unwrap().id;
    let mut ids = Vec::new();
    for (client, text) in [(client, partner), (client, attached), (client, doomed), (silent, good)] {
        ids.push(id_in(&plan(&mut ada, client, text, "2026-09-22", "once", "send").await));
    }
    store.drop_document_text(doomed, &event("text.dropped")).await.unwrap();
    house.clock.advance(TO_NINE);
    let mut ada = house.signed_in("ada@example.com").await;
    let mut reasons = Vec::new();
    for id in &ids {
        let row = after_a_run(&house, *id).await;
        assert_eq!(row.state, DueState::Failed, "{row:?}");
        reasons.push(row.reason);
    }
    assert!(reasons[0].contains("There is nothing to put in for “client.partner_address”."), "{reasons:?}");
    assert!(reasons[1].contains("speaks of something attached"), "a warning keeps it: {reasons:?}");
    assert!(reasons[2].contains("The text “Doomed” was deleted."), "{reasons:?}");
    assert!(reasons[3].contains("Nobody Known has no address on file"), "{reasons:?}");
    assert!(outbox(&house).await.is_empty());
    let page = ada.get("/actions?only=failed").await.text;
    assert!(page.contains("Failed (4)") && page.contains("client.partner_address") && page.contains("Try again"), "{page}");
    // Nothing is due: the page begins with what failed. Where something else was chosen, it is told of.
    let page = ada.get("/actions").await.text;
    assert!(page.contains("Failed (4)") && page.contains("Try again"), "{page}");
    assert!(ada.get("/actions?only=due").await.text.contains("4 letters did not leave."));

    // A colleague for whom e-mail is switched off sets nothing going, whoever planned it.
    let ben_id = house.add_user("ben@example.com", Role::Administrator, &[]).await;
    let off = Sender { name: "Ben".into(), address: "office@kontor.example".into(), may_send: false, ..Sender::default() };
    store.keep_sender(ben_id, &off, &event("sender.kept")).await.unwrap();
    let mut ben = house.signed_in("ben@example.com").await;
    let day = days(&house, ids[1]).await.remove(0).id.to_string();
    let refused = ben.call("/api/actions/settle", &[("id", &day), ("again", "true")]).await;
    assert!(refused.status == StatusCode::CONFLICT && refused.text.contains("switched off for you"), "{}", refused.text);
    assert_eq!(after_a_run(&house, ids[1]).await.state, DueState::Failed);

    // Changed, and tried again: it leaves, once.
    let (csrf, id, party, with) = (ada.csrf().await, ids[0].to_string(), client.to_string(), good.to_string());
    let fields = [
        ("csrf", csrf.as_str()),
        ("id", &id),
        ("party", &party),
        ("form[text]", &with),
        ("form[day]", "2026-09-22"),
        ("form[time]", "09:00"),
        ("form[every]", "once"),
        ("form[mode]", "send"),
    ];
    assert_eq!(ada.post("/api/actions/save", &fields).await.header("location"), format!("/actions/{id}?done=changed"));
    let day = days(&house, ids[0]).await.remove(0);
    let again =
        ada.post("/api/actions/settle", &[("csrf", &csrf), ("id", &day.id.to_string()), ("again", "true"), ("list", "failed")]).await;
    assert_eq!(again.header("location"), "/actions?only=failed&done=again");
    assert_eq!(after_a_run(&house, ids[0]).await.state, DueState::Done);
    assert_eq!(days(&house, ids[0]).await.len(), 1);
    // Given up.
    let day = days(&house, ids[3]).await.remove(0);
    ada.post("/api/actions/settle", &[("csrf", &csrf), ("id", &day.id.to_string()), ("again", "false"), ("list", "failed")]).await;
    assert_eq!(after_a_run(&house, ids[3]).await.state, DueState::GivenUp);

    // Moved to another day, it does not wait for the old one besides; the form says so before, and the answer says what happened.
    let id = ids[1].to_string();
    let form = ada.get(&format!("/actions/{id}/edit")).await.text;
    assert!(form.contains("With another day, 1 letter that waits is given up."), "{form}");
    let csrf = ada.csrf().await;
    let fields = fields.map(|(name, value)| match name {
        "csrf" => (name, csrf.as_str()),
        "id" => (name, id.as_str()),
        "form[day]" => (name, "2026-09-25"),
        _ => (name, value),
    });
    let moved = ada.post("/api/actions/save", &fields).await.header("location").to_owned();
    assert_eq!(moved, format!("/actions/{id}?done=moved"));
    assert!(ada.get(&moved).await.text.contains("What waited for the old day is given up."));
    assert_eq!(days(&house, ids[1]).await.remove(0).state, DueState::GivenUp);
}

// FC-29, P31: who planned it may not write any more, or nothing sends any more: it waits, with the reason.
#[tokio::test]
async fn a_letter_does_not_leave_for_a_planner_who_may_not_write_or_by_an_account_that_stopped() {
    let (house, _, client, _lab) = office().await;
    let store = &house.office.store;
    let ada_id = store.user_by_email("ada@example.com").await.unwrap().unwrap().id;
    let good = text(&house, "Good", "Dear {{ client.name }}").await;
    house.clock.advance(TO_NINE);
    let mut ada = house.signed_in("ada@example.com").await;
    let sender = Sender { name: "Ada".into(), address: "office@kontor.example".into(), may_send: false, ..Sender::default() };
    store.keep_sender(ada_id, &sender, &event("sender.kept")).await.unwrap();
    let id = id_in(&plan(&mut ada, client, good, "2026-09-22", "once", "send").await);
    let row = after_a_run(&house, id).await;
    assert!(row.reason.contains("E-mail is switched off for ada, who planned it."), "{}", row.reason);
    store.keep_sender(ada_id, &Sender { may_send: true, ..sender }, &event("sender.kept")).await.unwrap();
    let account = store.sending_book().await.unwrap().accounts[0].id;
    store.stop_sending(account.0, "The password was refused.", &event("account.sending_stopped")).await.unwrap();
    let id = id_in(&plan(&mut ada, client, good, "2026-09-22", "once", "send").await);
    let row = after_a_run(&house, id).await;
    assert!(row.reason.contains("No letter can leave by itself") && row.reason.contains("was stopped"), "{}", row.reason);
}

// FC-29: no day comes after the last one; what needs a person is counted in the navigation.
#[tokio::test]
async fn a_series_ends_with_its_last_day() {
    let (house, mut ada, client, _lab) = office().await;
    let reminder = text(&house, "Reminder", "Dear {{ client.name }}").await;
    for (last, words) in [("2026-09-21", "the first one or later"), ("2026-02-30", "Enter a last day that exists")] {
        let back = plan_until(&mut ada, client, reminder, ("2026-09-22", last), "week", "edit").await;
        let asked = back.split_once('?').unwrap_or_default().1;
        let page = ada.get(&format!("/actions/new?client={client}&{asked}")).await.text;
        assert!(page.contains(words) && page.contains("id=\"last-error\"") && page.contains(&format!("value=\"{last}\"")), "{page}");
    }
    let at = plan_until(&mut ada, client, reminder, ("2026-09-22", "2026-10-05"), "week", "edit").await;
    let id = id_in(&at);
    let page = ada.get(&at).await.text;
    assert!(page.contains("Every week from 22 September 2026 until 5 October 2026 at 09:00"), "{page}");
    assert!(page.contains("data-badge=\"actions\" hidden"), "nothing waits yet: {page}");
    house.clock.advance(TO_NINE);
    after_a_run(&house, id).await;
    assert_eq!(house.office.store.action(Scope::Everything, id).await.unwrap().next.unwrap().0, "2026-09-29");
    house.clock.advance(7 * 24 * HOUR);
    after_a_run(&house, id).await;
    assert_eq!(house.office.store.action(Scope::Everything, id).await.unwrap().next, None, "6 October comes after the last day");
    let came: Vec<String> = days(&house, id).await.into_iter().map(|row| row.day).collect();
    assert_eq!(came, ["2026-09-29", "2026-09-22"]);
    let page = house.signed_in("ada@example.com").await.get("/clients").await.text;
    assert!(page.contains("data-badge=\"actions\" class=\"badge\">2<"), "{page}");
    let waiting = house.office.letters_waiting(&house.console()).await.unwrap();
    assert_eq!(waiting.actions, 2);
}

// P31: what is due and does not leave yet says why, wherever it stands.
#[tokio::test]
async fn a_letter_that_is_due_and_held_back_says_why() {
    let (house, mut ada, client, _lab) = office().await;
    let store = &house.office.store;
    let good = text(&house, "Good", "Dear {{ client.name }}").await;
    let id = id_in(&plan(&mut ada, client, good, "2026-09-21", "month", "send").await);
    // Nine o'clock of today has passed: it is raised at once, and not written yet.
    let raised = store.actions_to_raise(NOW, 1).await.unwrap().remove(0);
    store.raise_action(&raised, &raised.next, Some(&("2026-10-21".to_owned(), NOW + 720 * HOUR))).await.unwrap();
    let pages = [format!("/actions/{id}"), "/actions".to_owned(), format!("/clients/{client}")];
    for page in &pages {
        assert!(ada.get(page).await.text.contains("Leaves in a moment"), "{page}");
    }
    ada.call("/api/actions/turn", &[("id", &id.to_string()), ("to", "paused")]).await;
    for page in &pages {
        let came = ada.get(page).await.text;
        assert!(came.contains("It is paused: nothing leaves") && !came.contains("Leaves in a moment"), "{page}: {came}");
    }
    // Three weeks later it goes on: what was due then is a letter of long ago, and leaves when a person says so.
    house.clock.advance(21 * 24 * HOUR);
    let mut ada = house.signed_in("ada@example.com").await;
    ada.call("/api/actions/turn", &[("id", &id.to_string()), ("to", "active")]).await;
    let row = after_a_run(&house, id).await;
    assert_eq!(row.state, DueState::Failed);
    assert!(outbox(&house).await.is_empty());
    let page = ada.get("/actions?only=failed").await.text;
    assert!(page.contains("It was paused when this letter was due.") && page.contains("Try again"), "{page}");
    ada.call("/api/actions/settle", &[("id", &row.id.to_string()), ("again", "true")]).await;
    assert_eq!(after_a_run(&house, id).await.state, DueState::Done);
}

// FC-29: a letter that failed while its action was paused, and has no other day, goes on and is tried again.
#[tokio::test]
async fn a_letter_that_is_sent_once_and_failed_goes_on_after_a_pause() {
    let (house, mut ada, client, _lab) = office().await;
    let partner = text(&house, "Partner", "To {{ client.partner_address }}").await;
    let id = id_in(&plan(&mut ada, client, partner, "2026-09-22", "once", "send").await);
    house.clock.advance(TO_NINE);
    let mut ada = house.signed_in("ada@example.com").await;
    let row = after_a_run(&house, id).await;
    assert_eq!(row.state, DueState::Failed, "{row:?}");
    let (action, day) = (id.to_string(), row.id.to_string());
    ada.call("/api/actions/turn", &[("id", &action), ("to", "paused")]).await;
    let refused = ada.call("/api/actions/settle", &[("id", &day), ("again", "true")]).await;
    assert!(refused.text.contains("Let it go on first."), "{}", refused.text);
    let on = ada.call("/api/actions/turn", &[("id", &action), ("to", "active")]).await;
    assert_eq!(on.header("location"), format!("/actions/{id}?done=active"));
    let again = ada.call("/api/actions/settle", &[("id", &day), ("again", "true")]).await;
    assert_eq!(again.header("location"), format!("/actions/{id}?done=again"));
    // Given up, nothing of it is left that could go on.
    ada.call("/api/actions/settle", &[("id", &day), ("again", "false")]).await;
    ada.call("/api/actions/turn", &[("id", &action), ("to", "paused")]).await;
    let refused = ada.call("/api/actions/turn", &[("id", &action), ("to", "active")]).await;
    assert!(refused.status == StatusCode::CONFLICT && refused.text.contains("Its last day has passed"), "{}", refused.text);
}

// FC-26, FC-29: on its day it stands among what is due; one click opens it filled in; sent, it is done.
#[tokio::test]
async fn a_letter_is_opened_for_edit_and_done_when_it_is_sent() {
    let (house, mut ada, client, _lab) = office().await;
    house.add_user("ben@example.com", Role::Administrator, &[]).await;
    let mut ben = house.signed_in("ben@example.com").await;
    let reminder = text(&house, "Reminder", "Dear {{ client.name }}, {{ sender.job_title }}").await;
    let id = id_in(&plan(&mut ada, client, reminder, "2026-09-21", "once", "edit").await);
    // Nine o'clock of today has passed: it is due at once.
    assert_eq!(after_a_run(&house, id).await.state, DueState::Open);
    assert!(outbox(&house).await.is_empty(), "it never leaves by itself");
    let page = ada.get("/actions").await.text;
    assert!(page.contains("Waits to be opened") && page.contains("Open for edit"), "{page}");
    assert!(ada.get(&format!("/clients/{client}")).await.text.contains("1 letter waits for you"));
    let day = days(&house, id).await.remove(0).id.to_string();
    let csrf = ada.csrf().await;
    let at = ada.post("/api/actions/open", &[("csrf", &csrf), ("id", &day)]).await.header("location").to_owned();
    let page = ada.get(&at).await.text;
    assert!(
        page.contains("Dear Zoe Ferrante, Adviser") && page.contains("Papers of Zoe Ferrante") && page.contains("zoe@example.com"),
        "{page}"
    );
    let of_client = ben.get(&format!("/clients/{client}")).await.text;
    assert!(of_client.contains("1 letter is being written") && !of_client.contains("waits for you"), "{of_client}");
    assert_eq!(
        ada.post("/api/actions/open", &[("csrf", &csrf), ("id", &day)]).await.header("location"),
        at,
        "a second click goes on with it"
    );
    let other = ben.call("/api/actions/open", &[("id", &day)]).await;
    assert!(other.status == StatusCode::CONFLICT && other.text.contains("ada has opened this letter already"), "{}", other.text);
    let sent = save(&mut ada, &at, "zoe@example.com", "Dear Zoe", "send", "").await;
    assert_eq!(sent, format!("{at}/sent"));
    let row = days(&house, id).await.remove(0);
    assert_eq!((row.state, row.outbox.map(|(_, state)| state)), (DueState::Done, Some(OutboxState::Held)));
    assert_eq!(outbox(&house).await.len(), 1);

    // What cannot be filled in stands there, and the last look names it.
    let unclear = text(&house, "Unclear", "To {{ client.partner_address }}").await;
    let id = id_in(&plan(&mut ada, client, unclear, "2026-09-21", "once", "edit").await);
    let day = after_a_run(&house, id).await.id.to_string();
    let at = ada.post("/api/actions/open", &[("csrf", &csrf), ("id", &day)]).await.header("location").to_owned();
    assert!(ada.get(&at).await.text.contains("{{ client.partner_address }}"));
    assert_eq!(save(&mut ada, &at, "zoe@example.com", "To {{ client.partner_address }}", "send", "").await, format!("{at}?check=1"));
}

// FC-26: a letter that is being written when its day is moved does not leave beside the one of the new day unasked.
#[tokio::test]
async fn a_letter_whose_day_was_moved_asks_before_it_leaves() {
    let (house, mut ada, client, _lab) = office().await;
    let reminder = text(&house, "Reminder", "Dear {{ client.name }}").await;
    let id = id_in(&plan(&mut ada, client, reminder, "2026-09-21", "once", "edit").await);
    let day = after_a_run(&house, id).await.id.to_string();
    let csrf = ada.csrf().await;
    let at = ada.post("/api/actions/open", &[("csrf", &csrf), ("id", &day)]).await.header("location").to_owned();
    let (action, party, with) = (id.to_string(), client.to_string(), reminder.to_string());
    let fields = [
        ("csrf", csrf.as_str()),
        ("id", &action),
        ("party", &party),
        ("form[text]", &with),
        ("form[day]", "2026-09-23"),
        ("form[every]", "once"),
        ("form[mode]", "edit"),
    ];
    assert_eq!(ada.post("/api/actions/save", &fields).await.header("location"), format!("/actions/{id}?done=moved"));
    assert_eq!(save(&mut ada, &at, "zoe@example.com", "Dear Zoe", "send", "").await, format!("{at}?check=1"));
    assert!(outbox(&house).await.is_empty());
    let page = ada.get(&format!("{at}?check=1")).await.text;
    assert!(page.contains("written for the planned letter of 21 September 2026, which was given up since"), "{page}");
}

// FC-29, FC-30: the form says what it does not take, and gives back what was typed; a contact is a party too.
#[tokio::test]
async fn the_form_says_what_it_does_not_take() {
    let (house, mut ada, client, _lab) = office().await;
    let reminder = text(&house, "Reminder", "Dear {{ client.name }}").await;
    for (day, words) in [
        ("2026-09-20", "Choose today or a later day"),
        ("2026-02-30", "Enter a day that exists"),
        ("", "Enter a day that exists"),
        ("2099-01-01", "within the next twenty years"),
    ] {
        let back = plan(&mut ada, client, reminder, day, "month", "send").await;
        // A browser says which page it comes from, and is sent back there.
        let asked = back.split_once('?').unwrap_or_default().1;
        let page = ada.get(&format!("/actions/new?client={client}&{asked}")).await.text;
        assert!(back.contains("__err=") && page.contains(words) && page.contains("id=\"day-error\""), "{day}: {page}");
        assert!(day.is_empty() || page.contains(&format!("value=\"{day}\"")), "{day} is given back: {page}");
    }
    let kind = house.office.store.contact_types().await.unwrap()[0].id;
    let form = ContactForm {
        name: "Tour desk".into(),
        side: "agent".into(),
        contact_type: Some(kind),
        addresses: vec![SlotForm { address: "desk@tour.example".into(), ..SlotForm::default() }],
        ..ContactForm::default()
    };
    let contact = house.office.save_contact(&house.console(), None, form).await.unwrap();
    let id = id_in(&plan(&mut ada, contact, reminder, "2026-09-21", "once", "send").await);
    assert_eq!(after_a_run(&house, id).await.state, DueState::Done);
    assert_eq!(outbox(&house).await[0].recipients, ["desk@tour.example"]);
    assert!(ada.get(&format!("/contacts/{contact}")).await.text.contains(&format!("/actions/new?client={contact}")));
    let (party, text) = (contact.to_string(), reminder.to_string());
    let fields = [
        ("party", party.as_str()),
        ("form[text]", &text),
        ("form[to]", "partner"),
        ("form[day]", "2026-09-22"),
        ("form[every]", "once"),
        ("form[mode]", "send"),
    ];
    let refused = ada.call("/api/actions/save", &fields).await;
    assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.text.contains("A contact has no partner"), "{}", refused.text);
}

// FP-07, FC-29: the letter goes to the address that counts on its day, and names it.
#[tokio::test]
async fn a_letter_names_the_address_that_counts_on_its_day() {
    let (house, mut ada, _, _lab) = office().await;
    let crm = System { house: &house, word: token(&house, "CRM", ALL, None, "").await };
    let moves =
        json!([{ "address": "old@cy.example", "valid_to": "2026-09-21" }, { "address": "new@cy.example", "valid_from": "2026-09-22" }]);
    let past = json!([{ "address": "past@cy.example", "valid_to": "2026-01-31" }]);
    crm.put("CY", json!({ "name": "Cy Hale", "self": moves, "partner": past })).await;
    let cy = house.office.client_named(&house.console(), "CY").await.unwrap().id;
    let words = "We write to {{ client.address }}.{% if client.partner_address %} And {{ client.partner_address }}.{% endif %}";
    let named = text(&house, "Named", words).await;
    let at = plan(&mut ada, cy, named, "2026-09-22", "once", "send").await;
    let today = ada.get(&at).await.text;
    assert!(today.contains("We write to old@cy.example.") && !today.contains("past@cy.example"), "{today}");
    house.clock.advance(TO_NINE);
    assert_eq!(after_a_run(&house, id_in(&at)).await.state, DueState::Done);
    let row = outbox(&house).await.remove(0);
    let raw = String::from_utf8(house.office.store.outbox_bytes(row.id).await.unwrap()).unwrap();
    assert!(row.recipients == ["new@cy.example"] && raw.contains("We write to new@cy.example.\r\n"), "{raw}");
}

// FC-29: a contact stays one whatever else cannot be read of it at the moment: nobody is asked for its partner.
#[tokio::test]
async fn a_contact_is_not_taken_for_a_client_when_its_file_cannot_be_read() {
    let (house, mut ada, _, _lab) = office().await;
    text(&house, "Reminder", "Dear {{ client.name }}").await;
    let kind = house.office.store.contact_types().await.unwrap()[0].id;
    let addresses = vec![SlotForm { address: "desk@tour.example".into(), ..SlotForm::default() }];
    let form =
        ContactForm { name: "Tour desk".into(), side: "agent".into(), contact_type: Some(kind), addresses, ..ContactForm::default() };
    let contact = house.office.save_contact(&house.console(), None, form).await.unwrap();
    let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", house.folder.path().join("postroom.db").display())).await.unwrap();
    sqlx::query("alter table contact_type rename to away").execute(&pool).await.unwrap();
    let page = ada.get(&format!("/actions/new?client={contact}")).await.text;
    assert!(page.contains("To Tour desk.") && !page.contains("The client and the partner"), "{page}");
}

// FC-29: the office's time zone decides what nine o'clock is.
#[tokio::test]
async fn nine_o_clock_is_the_offices_own() {
    let house = House::in_zone("Europe/Berlin").await;
    let mut ada = house.signed_in("ada@example.com").await;
    house.office.import_file(&house.console(), b"code,name,self1\nK1,Zoe Ferrante,zoe@example.com\n".to_vec(), false).await.unwrap();
    let client = house.office.client_named(&house.console(), "K1").await.unwrap().id;
    let reminder = text(&house, "Reminder", "Dear {{ client.name }}").await;
    let at = plan(&mut ada, client, reminder, "2026-10-31", "month", "send").await;
    let card = house.office.store.action(Scope::Everything, id_in(&at)).await.unwrap();
    // Winter time: eight o'clock UTC on 31 October 2026.
    assert_eq!(card.next, Some(("2026-10-31".into(), 1_793_433_600_000)));
    const { assert!(NOW < 1_793_433_600_000) };
    let page = ada.get(&at).await.text;
    assert!(page.contains("Europe/Berlin time.") && page.contains("As things stand today it would not leave."), "{page}");
}
