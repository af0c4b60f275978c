//! Letters that are made on a date: planned by their pages without script, written when the day comes, and in sight when they are not.

mod form;
mod waiting;
mod written;

use crate::api::{ALL, System, token};
use crate::browser::{Browser, House, NOW};
use crate::compose::office;
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
