//! The life of an account: files brought in, a password that is refused and mended, its schedule, its end.

use crate::accounts::{connected, detail, lab, letter, post_form};
use crate::browser::{Browser, Came, House, ours};
use crate::sending::system_account;
use axum::body::Body;
use http::{StatusCode, header};
use model::{AccountHealth, AccountId, LedgerSums, MailboxCard, OutboxFilter, Permission, Protocol, Removal, Role, Schedule, Start, Tasks};
use postroom_server::office::{Principal, archives::ArchiveAccount};
use postroom_store::Scope;
use serde_json::json;
use tokio_util::sync::CancellationToken;

const MBOX: &[u8] = b"From a@b.example Sat Mar 14 09:12:00 2026\nFrom: zoe@example.com\nTo: old@office.example\nSubject: One\n\nFirst\n\n\
From a@b.example Sat Mar 14 09:13:00 2026\nFrom: zoe@example.com\nTo: old@office.example\nSubject: Two\n\nSecond\n";

async fn upload(browser: &mut Browser, csrf: &str, account: &str, name: &str, file: &[u8]) -> Came {
    let field = |name: &str, value: &str| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let mut body = (field("csrf", csrf) + &field("account", account)).into_bytes();
    body.extend_from_slice(format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").as_bytes());
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--b--\r\n");
    let request =
        ours("/upload/archive").header(header::ACCEPT, "text/html").header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
    browser.send(request.body(Body::from(body)).unwrap()).await
}

async fn collect(house: &House, id: AccountId) -> postroom_sync::CollectionReport {
    house.office.engine.collect_account(id, &CancellationToken::new()).await.unwrap()
}

/// Waits until nothing is imported any more.
async fn imported(house: &House, id: AccountId) -> LedgerSums {
    let mut changes = house.office.engine.progress();
    loop {
        let rows = house.office.store.ledger(Some(id)).await.unwrap();
        if house.office.engine.progress_of(id).is_none() && !rows.is_empty() {
            return rows[0].sums;
        }
        tokio::select! {
            _ = changes.recv() => {}
            () = tokio::task::yield_now() => {}
        }
    }
}

#[tokio::test]
async fn a_file_that_is_uploaded_becomes_a_folder_of_an_archive() {
    for house in House::everywhere_with_ada().await {
        let mut ada = house.signed_in("ada@example.com").await;
        let csrf = ada.csrf().await;
        let came = upload(&mut ada, &csrf, "Old mail", "old.mbox", MBOX).await;
        assert_eq!(came.status, StatusCode::SEE_OTHER, "{}", came.text);
        let id: AccountId = came.header("location").split(['/', '?']).nth(2).unwrap().parse().unwrap();
        let sums = imported(&house, id).await;
        assert_eq!((sums.server, sums.filed, sums.missing), (2, 2, 0));
        let account = detail(&mut ada, id).await;
        assert_eq!(
            (account.card.protocol, account.card.health, account.folders[0].name.as_str()),
            (Protocol::Archive, AccountHealth::UpToDate, "old.mbox")
        );
        let page = ada.get(came.header("location")).await;
        assert!(page.text.contains("Import another file") && !page.text.contains("Collect now"), "{}", page.text);
        assert_eq!(ada.call("/api/accounts/collect", &[("id", &id.to_string())]).await.status, StatusCode::CONFLICT);
        assert!(house.office.store.claim_due_account("x", i64::MAX - 1, i64::MAX).await.unwrap().is_none(), "it is never collected");
        // Unread, of one's own marks: nothing is news that is older than oneself (O7).
        house.all_is_news().await;
        let boxes: Vec<MailboxCard> = ada.ask("/api/letters/mailboxes", &json!({})).await.json();
        assert_eq!(boxes.iter().map(|card| (card.letters, card.unread)).collect::<Vec<_>>(), [(2, 2)]);
    }
}

#[tokio::test]
async fn an_import_that_a_stop_cut_off_goes_on_at_the_next_start() {
    let house = House::with_ada().await;
    let console = Principal::Console;
    let wanted = ArchiveAccount { name: "Old letters".into(), address: "old@office.example".into(), central: true };
    let id = house.office.archive_account(&console, &wanted).await.unwrap();
    let lease = house.office.store.claim_account(id, "another", 1, i64::MAX).await.unwrap().unwrap();
    let mut spool = house.office.store.spool().unwrap();
    spool.write(MBOX).unwrap();
    let stop = CancellationToken::new();
    house.office.clone().take_archive(&console, &wanted, "old.mbox", spool.finish().into(), stop.clone()).await.unwrap();
    assert_eq!(house.office.store.uploads().unwrap().len(), 1, "it waits for the other import, and is kept meanwhile");
    stop.cancel();
    house.office.store.break_claim(&lease).await.unwrap();
    house.office.resume_uploads(&CancellationToken::new()).await;
    assert_eq!(imported(&house, id).await.filed, 2);
    assert!(house.office.store.uploads().unwrap().is_empty(), "a file goes when its letters are in");
}

#[tokio::test]
async fn a_file_that_is_refused_is_told_on_its_page_with_what_was_typed() {
    let house = House::with_ada().await;
    house.add_user("ben@example.com", Role::Staff, &[]).await;
    house.add_user("zoe@example.com", Role::Staff, &[Permission::AccountsOwn]).await;
    let mut ada = house.signed_in("ada@example.com").await;
    let csrf = ada.csrf().await;
    for (csrf, name, file, word) in [
        (csrf.as_str(), "notes.txt", b"just notes".as_slice(), "No letter was found"),
        (csrf.as_str(), "old.mbox.gz", b"\x1F\x8B\x08\0", "gzip"),
        (csrf.as_str(), "empty.mbox", b"", "The file is empty"),
        ("wrong", "old.mbox", MBOX, "another session"),
    ] {
        let came = upload(&mut ada, csrf, "Old & new", name, file).await;
        assert_eq!(came.status, StatusCode::SEE_OTHER, "{name}");
        let page = ada.get(came.header("location")).await;
        assert!(page.text.contains(word), "{name}: {}", page.text);
        assert!(page.text.contains("Old &amp; new") || csrf == "wrong", "{name}: what was typed is kept: {}", page.text);
    }
    assert!(house.office.store.accounts().await.unwrap().is_empty());
    let mut ben = house.signed_in("ben@example.com").await;
    let csrf = ben.csrf().await;
    assert_eq!(upload(&mut ben, &csrf, "Old", "old.mbox", MBOX).await.status, StatusCode::FORBIDDEN);
    // Somebody else's archive is not one's own to fill.
    let csrf = ada.csrf().await;
    let came = upload(&mut ada, &csrf, "Ada's", "old.mbox", MBOX).await;
    let id: AccountId = came.header("location").split(['/', '?']).nth(2).unwrap().parse().unwrap();
    imported(&house, id).await;
    let mut zoe = house.signed_in("zoe@example.com").await;
    let csrf = zoe.csrf().await;
    let came = upload(&mut zoe, &csrf, "ada's", "old.mbox", MBOX).await;
    assert!(zoe.get(came.header("location")).await.text.contains("Another account has this name"));
}

#[tokio::test]
async fn a_refused_password_is_told_and_a_new_one_mends_it_in_one_step_and_nothing_is_missed() {
    // IT-15, O25
    let (house, lab) = (House::with_ada().await, lab());
    let mut ada = house.signed_in("ada@example.com").await;
    let id = connected(&mut ada, &lab).await;
    assert_eq!(ada.call("/api/accounts/enable", &[("id", &id.to_string())]).await.status, StatusCode::OK);
    assert_eq!(collect(&house, id).await.ledger.missing, 0);
    lab.set_password("ada", "changed");
    lab.drop_connections();
    assert!(!collect(&house, id).await.disabled, "one refusal is not enough");
    house.clock.advance(15 * 60_000);
    assert!(collect(&house, id).await.disabled);
    lab.deliver("ada", "INBOX", letter("zoe@example.com", "office@office.example", "Meanwhile", "In the gap."), &[]);
    let start: Start = ada.ask("/api/start/get", &json!({})).await.json();
    assert_eq!(start.accounts[0].state, model::AccountMood::NeedsPassword);
    assert!(ada.get("/").await.text.contains("Enter the new password or secret"));
    let mended = post_form(&mut ada, &lab, Some(id), "save", &[("form[password]", "changed"), ("form[password_repeat]", "changed")]).await;
    assert_eq!(mended.status, StatusCode::OK, "{}", mended.text);
    assert_ne!(detail(&mut ada, id).await.card.health, AccountHealth::NeedsPassword);
    let report = collect(&house, id).await;
    assert_eq!((report.filed, report.ledger.missing), (1, 0));
}

/// Who was told by letter, of what.
async fn told(house: &House) -> Vec<(String, Vec<String>)> {
    house.office.tell_of_disabled().await.unwrap();
    let rows = house.office.store.outbox(Scope::Everything, OutboxFilter::All, None, 100).await.unwrap();
    rows.into_iter().filter(|row| row.subject != "A code from Postroom").map(|row| (row.subject, row.recipients)).collect()
}

#[tokio::test]
async fn who_answers_for_a_disabled_account_is_told_by_letter_once_a_time() {
    // IT-15, O25
    for house in House::everywhere_with_ada().await {
        let lab = lab();
        house.add_user("ben@example.com", Role::Staff, &[]).await;
        let mut ada = house.signed_in("ada@example.com").await;
        let id = connected(&mut ada, &lab).await;
        assert_eq!(ada.call("/api/accounts/enable", &[("id", &id.to_string())]).await.status, StatusCode::OK);
        assert!(collect(&house, id).await.error.is_none());
        let refused = async |password: &str| {
            lab.set_password("ada", password);
            lab.drop_connections();
            for _ in 0..2 {
                house.clock.advance(15 * 60_000);
                collect(&house, id).await;
            }
        };
        refused("changed").await;
        assert_eq!(told(&house).await, [], "nothing can send yet");
        system_account(&house, &mut ada).await;
        let letter = ("Office is no longer collected".to_owned(), vec!["ada@example.com".to_owned()]);
        assert_eq!(told(&house).await, std::slice::from_ref(&letter), "an account of the office: its administrators, not Ben");
        assert_eq!(told(&house).await.len(), 1, "once a time");
        let mended =
            post_form(&mut ada, &lab, Some(id), "save", &[("form[password]", "changed"), ("form[password_repeat]", "changed")]).await;
        assert_eq!(mended.status, StatusCode::OK, "{}", mended.text);
        assert!(collect(&house, id).await.error.is_none());
        refused("again").await;
        assert_eq!(told(&house).await, [letter.clone(), letter], "the next time is told too");
    }
}

#[tokio::test]
async fn the_schedule_says_when_each_account_is_collected() {
    // TP-46
    let (house, lab) = (House::with_ada().await, lab());
    let mut ada = house.signed_in("ada@example.com").await;
    let id = connected(&mut ada, &lab).await;
    ada.call("/api/accounts/enable", &[("id", &id.to_string())]).await;
    let text = id.to_string();
    for (kind, minutes, times, word) in [("every", "0", "", "1 to 1440"), ("at", "", "25:00", "times of day"), ("", "", "", "Choose when")]
    {
        let came = ada.call("/api/life/schedule", &[("id", &text), ("kind", kind), ("minutes", minutes), ("times", times)]).await;
        assert!(came.status == StatusCode::UNPROCESSABLE_ENTITY && came.text.contains(word), "{kind}: {}", came.text);
    }
    let came = ada.call("/api/life/schedule", &[("id", &text), ("kind", "at"), ("minutes", ""), ("times", "8:00 12:30")]).await;
    assert_eq!(came.status, StatusCode::OK, "{}", came.text);
    assert!(collect(&house, id).await.error.is_none());
    let tasks: Tasks = ada.ask("/api/life/tasks", &json!({})).await.json();
    let task = &tasks.tasks[0];
    assert_eq!((task.account.as_str(), &task.schedule, task.filed, tasks.usual), ("Office", &Schedule::At(vec![480, 750]), Some(3), 15));
    // The moment of the tests is 14:13 UTC: next is eight in the morning.
    let next = task.next.unwrap();
    assert_eq!(next % 86_400_000, 8 * 3_600_000);
    assert!(next > crate::browser::NOW && next < crate::browser::NOW + 86_400_000);
    let page = ada.get(&format!("/accounts/schedule?change={id}")).await;
    assert!(page.text.contains("At 08:00, 12:30") && page.text.contains("Run now"), "{}", page.text);
}

#[tokio::test]
async fn a_deleted_account_keeps_its_letters_or_takes_its_own_along() {
    // P36
    for house in House::everywhere_with_ada().await {
        let lab = lab();
        let mut ada = house.signed_in("ada@example.com").await;
        let id = connected(&mut ada, &lab).await;
        ada.call("/api/accounts/enable", &[("id", &id.to_string())]).await;
        collect(&house, id).await;
        let text = id.to_string();
        let none = ada.call("/api/life/delete", &[("id", &text)]).await;
        assert!(none.status == StatusCode::UNPROCESSABLE_ENTITY && none.text.contains("Choose what becomes"), "{}", none.text);
        let effect: Removal = ada.ask("/api/life/removal", &json!({ "id": id })).await.json();
        assert_eq!((effect.letters, effect.only_here, effect.may_remove), (3, 3, true));
        assert!(ada.get(&format!("/accounts/{id}/delete")).await.text.contains("3 letters would be removed"));

        assert_eq!(ada.call("/api/life/delete", &[("id", &text), ("letters", "keep")]).await.status, StatusCode::OK);
        let kept = detail(&mut ada, id).await;
        assert_eq!((kept.card.protocol, kept.card.ledger.missing), (Protocol::Archive, 0));
        assert_eq!(ada.call("/api/life/delete", &[("id", &text), ("letters", "keep")]).await.status, StatusCode::CONFLICT);

        assert_eq!(ada.call("/api/life/delete", &[("id", &text), ("letters", "remove")]).await.status, StatusCode::OK);
        assert_eq!(ada.get(&format!("/accounts/{id}")).await.status, StatusCode::NOT_FOUND);
        let boxes: Vec<MailboxCard> = ada.ask("/api/letters/mailboxes", &json!({})).await.json();
        assert!(boxes.is_empty());

        assert!(house.office.store.removals().await.unwrap().is_empty(), "a small account is gone when the page comes back");

        // The same mailbox again: its letters are left out until somebody asks for them.
        let again = connected(&mut ada, &lab).await;
        ada.call("/api/accounts/enable", &[("id", &again.to_string())]).await;
        let report = collect(&house, again).await;
        assert_eq!((report.filed, report.ledger.excluded, report.ledger.missing), (0, 3, 0));
        assert!(ada.get(&format!("/accounts/{again}")).await.text.contains("Bring them back"));
        assert_eq!(ada.call("/api/life/bring-back", &[("id", &again.to_string())]).await.status, StatusCode::OK);
        let report = collect(&house, again).await;
        assert_eq!((report.filed, report.ledger.excluded, report.ledger.missing), (3, 0, 0));
    }
}

#[tokio::test]
async fn an_account_that_is_being_removed_says_so_and_can_be_used_for_nothing() {
    for house in House::everywhere_with_ada().await {
        let lab = lab();
        let mut ada = house.signed_in("ada@example.com").await;
        let id = connected(&mut ada, &lab).await;
        ada.call("/api/accounts/enable", &[("id", &id.to_string())]).await;
        collect(&house, id).await;
        // As after the first steps of a large one.
        let store = &house.office.store;
        let begun = postroom_store::NewEvent {
            at: house.office.now(),
            principal: "console".into(),
            action: "account.removal_begun".into(),
            subject: format!("account:{id}"),
            detail: String::new(),
        };
        store.begin_removal(id, "Office", &begun).await.unwrap();
        assert!(store.claim_removal(id, "1@elsewhere", 1, 2).await.unwrap());
        store.remove_some(id, "1@elsewhere", 1, house.office.now() + 60_000, 2).await.unwrap();
        let shown = detail(&mut ada, id).await;
        assert!(!shown.card.may_manage && shown.card.ledger.missing == 0);
        assert!(matches!(&shown.card.health, AccountHealth::Removing(far) if (far.done, far.total) == (2, 3)), "{:?}", shown.card.health);
        let page = ada.get(&format!("/accounts/{id}")).await;
        assert!(page.text.contains("is being removed") && page.text.contains("2 of 3 letters"), "{}", page.text);
        assert!(ada.get("/accounts").await.text.contains("Removing 2 of 3"));
        let text = id.to_string();
        for (path, more) in
            [("/api/accounts/enable", None), ("/api/accounts/collect", None), ("/api/life/delete", Some(("letters", "remove")))]
        {
            let fields: Vec<(&str, &str)> = [("id", text.as_str())].into_iter().chain(more).collect();
            assert_eq!(ada.call(path, &fields).await.status, StatusCode::CONFLICT, "{path}");
        }
        let stop = CancellationToken::new();
        let collected = house.office.engine.collect_account(id, &stop).await;
        assert!(matches!(collected, Err(postroom_sync::CollectError::Removing)), "{collected:?}");
        // Its holder runs on: nobody else begins; once its lease has run out, this process goes on where it was.
        assert!(!house.office.engine.carry_removal_on(id, 9, &stop).await.unwrap());
        house.clock.advance(61_000);
        house.office.engine.finish_removal(id, &stop).await.unwrap();
        assert_eq!(ada.get(&format!("/accounts/{id}")).await.status, StatusCode::NOT_FOUND);
        let last = store.events(None, 1).await.unwrap().remove(0);
        assert_eq!((last.action.as_str(), last.principal.as_str()), ("account.removed", "console"));
    }
}
