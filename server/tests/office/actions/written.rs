//! Letters that wait until somebody opens them and writes on.

use super::{after_a_run, days, id_in, outbox, plan, text};
use crate::compose::{office, save};
use http::StatusCode;
use model::{DueState, OutboxState, Role};

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
