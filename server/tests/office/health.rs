//! How accounts fare.

use crate::browser::Browser;
use crate::letters::collected;
use http::StatusCode;
use model::{Certificate, Checklist, CollectionHistory, Finding, Mend, Permission, Role, Statements};

#[tokio::test]
async fn a_collection_is_on_record_for_whoever_may_see_the_account() {
    // FP-32, FP-28
    let (house, mut ada, id) = collected().await;
    let question = serde_json::json!({ "id": id, "cursor": null });
    let history: CollectionHistory = ada.ask("/api/health/collections", &question).await.json();
    let [row] = &history.page.rows[..] else { panic!("{:?}", history.page) };
    assert_eq!((row.filed, row.missing, row.stopped, &row.error), (3, 0, false, &None));
    assert_eq!((history.days.len(), history.days[29].letters, history.days[29].collections), (30, 3, 1));
    assert!(ada.get(&format!("/accounts/{id}/collections")).await.text.contains("3 new letters"));
    let odd = serde_json::json!({ "id": id, "cursor": "x" });
    assert_eq!(ada.ask("/api/health/collections", &odd).await.status, StatusCode::NOT_FOUND);

    house.add_user("ben@example.com", Role::Staff, &[]).await;
    let mut ben = house.signed_in("ben@example.com").await;
    assert_eq!(ben.ask("/api/health/collections", &question).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ben.get(&format!("/accounts/{id}/collections")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_days_statement_is_drawn_up_once_and_another_when_asked_for() {
    // S1
    let (house, mut ada, id) = collected().await;
    house.office.keep_daily_statements().await.unwrap();
    house.office.keep_daily_statements().await.unwrap();
    let question = serde_json::json!({ "id": id, "cursor": null });
    let list: Statements = ada.ask("/api/health/statements", &question).await.json();
    let [daily] = &list.page.rows[..] else { panic!("{:?}", list.page) };
    assert_eq!(
        (daily.asked_by.as_str(), daily.day.is_some(), daily.sealed, daily.sums.server, daily.sums.missing),
        ("scheduler", true, true, 3, 0)
    );
    let asked = ada.call("/api/health/ask-statement", &[("id", &id.to_string())]).await;
    assert!(asked.header("location").starts_with(&format!("/accounts/{id}/statements/")), "{}", asked.text);
    let page = ada.get(asked.header("location")).await;
    assert!(page.text.contains("for ada@example.com") && page.text.contains("Complete: all 3 letters"), "{}", page.text);
    let list: Statements = ada.ask("/api/health/statements", &question).await.json();
    assert_eq!((list.page.rows.len(), list.may_ask), (2, true));

    house.add_user("ben@example.com", Role::Staff, &[Permission::AccountsOwn]).await;
    let mut ben = house.signed_in("ben@example.com").await;
    for path in ["statements", "statements/1", "hands-off"] {
        assert_eq!(ben.get(&format!("/accounts/{id}/{path}")).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(ben.call("/api/health/ask-statement", &[("id", &id.to_string())]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ada.get(&format!("/accounts/{id}/statements/99")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_certificate_counts_what_was_really_said_and_finds_no_write() {
    // S10
    let (house, mut ada, id) = collected().await;
    let certificate: Certificate = ada.ask("/api/health/certificate", &serde_json::json!({ "id": id })).await.json();
    assert_eq!(certificate.writes, 0);
    assert!(certificate.record.sessions > 0 && certificate.record.commands.iter().any(|(verb, times)| verb == "EXAMINE" && *times > 0));
    let page = ada.get(&format!("/accounts/{id}/hands-off")).await;
    assert!(page.text.contains("no command was sent that could change this mailbox"), "{}", page.text);
    assert!(!page.text.contains("Letters of our own"));

    // What we added is said, and is no change of what was there.
    let added = model::Added { sessions: 2, commands: vec![("EXAMINE".into(), 2), ("APPEND".into(), 2)], copies: 1, drafts: 1 };
    house.office.store.note_added(id, &added).await.unwrap();
    let certificate: Certificate = ada.ask("/api/health/certificate", &serde_json::json!({ "id": id })).await.json();
    assert_eq!((certificate.writes, certificate.record.added.letters()), (0, 2));
    let page = ada.get(&format!("/accounts/{id}/hands-off")).await;
    assert!(page.text.contains("1 copy of a sent letter and 1 draft") && page.text.contains("Adds a letter"), "{}", page.text);
    assert!(page.text.contains("no command was sent that could change this mailbox"));
    // A command that changes what is there is told, although what we added has a part of its own.
    let odd = model::Added { commands: vec![("UID STORE".into(), 1)], ..model::Added::default() };
    house.office.store.note_added(id, &odd).await.unwrap();
    assert!(ada.get(&format!("/accounts/{id}/hands-off")).await.text.contains("1 command was sent that could change this mailbox"));
}

async fn checks(browser: &mut Browser, client: Option<i64>, address: &str) -> Checklist {
    browser.ask("/api/health/checklist", &serde_json::json!({ "client": client, "address": address })).await.json()
}

#[tokio::test]
async fn the_checklist_finds_what_keeps_letters_away() {
    // FP-34
    let (house, mut ada, id) = collected().await;
    let list = checks(&mut ada, Some(1), "").await;
    assert_eq!((list.client.clone().map(|client| client.1), list.bad()), (Some("Zoe".to_owned()), 0), "{list:?}");

    let list = checks(&mut ada, None, "zoee@example.com").await;
    let said = |list: &Checklist, words: &str| list.about.iter().chain(&list.mailboxes).any(|check| check.sentence.contains(words));
    assert!(said(&list, "on the file of no client") && said(&list, "Did you mean zoe@example.com?"), "{list:?}");
    assert!(said(&checks(&mut ada, Some(1), "not an address").await, "no complete e-mail address"));
    assert!(said(&checks(&mut ada, Some(1), "else@example.com").await, "is not on the file of Zoe"));

    ada.call("/api/accounts/pause", &[("id", &id.to_string())]).await;
    let list = checks(&mut ada, Some(1), "").await;
    let paused = list.mailboxes.iter().find(|check| check.sentence.contains("is paused")).expect("a check");
    assert_eq!((paused.finding, &paused.mend), (Finding::Bad, &Some(Mend::Resume(id))));
    let page = ada.get("/accounts/checklist?client=1").await;
    assert!(page.text.contains("1 thing may keep letters away.") && page.text.contains("Collect again"), "{}", page.text);

    // O28: who may look at no mailbox learns nothing about any; another scope's client is not there.
    house.add_user("ben@example.com", Role::Staff, &[]).await;
    let mut ben = house.signed_in("ben@example.com").await;
    let list = checks(&mut ben, None, "zoee@example.com").await;
    assert!(list.mailboxes.len() == 1 && list.mailboxes[0].mend.is_none(), "{list:?}");
    let missing = ben.ask("/api/health/checklist", &serde_json::json!({ "client": 99, "address": "" })).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}
