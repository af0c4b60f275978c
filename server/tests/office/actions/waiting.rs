//! What does not leave on its day waits in sight, with the reason.

use super::{HOUR, TO_NINE, after_a_run, days, id_in, outbox, plan, text};
use crate::browser::{NOW, event};
use crate::compose::office;
use http::StatusCode;
use model::{DueState, Role, Sender};

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
