//! Deleting on the server (O8, IT-11): off by default; only what is stored, read back and on record; never more than that.

use crate::office::{NOW, Office, event, offices};
use crate::pop3::{LETTERS, connect, lab, raw};
use model::AccountId;
use postroom_lab::pop3::{PopFault, PopLab, PopStep, asks_for_a_letter};
use postroom_store::Scope;
use postroom_sync::{Engine, EngineSettings, StillClock};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

const DAY: i64 = 24 * 60 * 60 * 1000;

fn deletions(lab: &PopLab) -> usize {
    lab.commands().iter().filter(|line| line.starts_with("DELE")).count()
}

async fn collect_at(office: &Office, account: AccountId, at: i64) -> postroom_sync::CollectionReport {
    let engine = Engine::new(Arc::clone(&office.store), Arc::new(StillClock::at(at)), EngineSettings::default());
    engine.collect_account(account, &CancellationToken::new()).await.unwrap()
}

async fn delete_after(office: &Office, account: AccountId, days: i64) {
    office.store.set_delete_after_days(account, Some(days), &event("account.deletion")).await.unwrap();
}

// IT-11, O8
#[tokio::test(flavor = "multi_thread")]
async fn letters_go_days_after_they_were_stored_and_not_before() {
    for office in offices().await {
        let lab = lab();
        let account = connect(&office, "Days", lab.port(), lab.fingerprint(), 5).await;
        office.collect(account).await;
        assert_eq!(deletions(&lab), 0, "never, unless it is asked for");
        delete_after(&office, account, 7).await;
        collect_at(&office, account, NOW + 7 * DAY - 1).await;
        assert_eq!(deletions(&lab), 0);
        lab.deliver(raw(200));
        let report = collect_at(&office, account, NOW + 7 * DAY).await;
        assert_eq!((report.error, report.ledger.missing), (None, 0), "{}", office.name);
        assert_eq!((deletions(&lab), lab.letters().len()), (LETTERS, 1), "{}", office.name);
        let report = collect_at(&office, account, NOW + 8 * DAY).await;
        assert_eq!((report.ledger.server, report.ledger.filed, report.ledger.missing), (1, 1, 0));
        let folder = office.store.folders(account).await.unwrap().remove(0);
        assert_eq!(office.store.deleted_by_us(folder.id).await.unwrap(), LETTERS as i64);
        for n in 0..LETTERS {
            assert_eq!(office.store.copy_bytes(&office.digest(&raw(n))).await.unwrap(), raw(n));
        }
        let events = office.store.events(None, 20).await.unwrap();
        let deed = events.iter().find(|event| event.action == "account.letters_deleted_on_server").unwrap();
        assert!(deed.detail.starts_with("40 letters"), "{deed:?}");
        // S10: the one write stands in the record.
        let record = office.store.account(account).await.unwrap().hands_off;
        assert!(record.commands.contains(&("DELE".to_owned(), LETTERS as i64)), "{record:?}");
    }
}

// O8: at once means in the same session, after the commit.
#[tokio::test(flavor = "multi_thread")]
async fn at_once_is_after_the_commit_in_the_session_that_listed_the_letter() {
    for office in offices().await {
        let lab = lab();
        let account = connect(&office, "Once", lab.port(), lab.fingerprint(), 5).await;
        delete_after(&office, account, 0).await;
        lab.forget_commands();
        let report = office.collect(account).await;
        assert_eq!((report.error, report.filed), (None, LETTERS as i64), "{}", office.name);
        assert!(lab.letters().is_empty());
        let heard = lab.heard();
        let listed = heard.iter().find(|heard| heard.line == "UIDL").unwrap().connection;
        assert!(heard.iter().filter(|heard| heard.line.starts_with("DELE")).all(|heard| heard.connection == listed));
        let (last_retr, first_dele) =
            (heard.iter().rposition(|h| asks_for_a_letter(&h.line)), heard.iter().position(|h| h.line.starts_with("DELE")));
        assert!(last_retr < first_dele);
    }
}

// R3: a store that cannot commit lets no DELE leave.
#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_fails_at_the_commit_deletes_nothing() {
    let office = offices().await.remove(0);
    let lab = lab();
    let account = connect(&office, "Full", lab.port(), lab.fingerprint(), 5).await;
    delete_after(&office, account, 0).await;
    // What a full disk does to the transaction.
    office.tamper("create trigger full before insert on sighting begin select raise(abort, 'disk full'); end").await;
    let report = office.collect(account).await;
    assert!(report.error.is_some());
    assert_eq!((deletions(&lab), lab.letters().len()), (0, LETTERS));
    office.tamper("drop trigger full").await;
    // The deed cannot be put on record: then it is not done either.
    office
        .tamper("create trigger full before insert on event when new.action like '%deleted%' begin select raise(abort, 'disk full'); end")
        .await;
    office.collect(account).await;
    assert_eq!((deletions(&lab), lab.letters().len()), (0, LETTERS));
    office.tamper("drop trigger full").await;
    assert_eq!(office.collect(account).await.error, None);
    assert!(lab.letters().is_empty());
}

// O8: what cannot be read back stays on the server, whose copy is the only whole one.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_back_is_not_deleted() {
    let office = offices().await.remove(0);
    let lab = lab();
    let account = connect(&office, "Rotten", lab.port(), lab.fingerprint(), 5).await;
    office.collect(account).await;
    delete_after(&office, account, 0).await;
    office.spoil_packs();
    let report = office.collect(account).await;
    assert_eq!((report.error, deletions(&lab), lab.letters().len()), (None, 0, LETTERS));
}

// O8, R2: whatever ends a letter early on its way, its head is right all the same; the whole one is the server's, and stays there.
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_came_short_is_not_deleted() {
    for office in offices().await {
        let lab = lab();
        let account = connect(&office, "Short", lab.port(), lab.fingerprint(), 5).await;
        delete_after(&office, account, 0).await;
        lab.set_fault(PopFault::ShortLetter(3));
        assert_eq!(office.collect(account).await.error, None, "{}", office.name);
        assert_eq!((deletions(&lab), lab.letters().len()), (LETTERS - 1, 1), "{}", office.name);
        assert_eq!(*lab.letters()[0].raw, raw(2), "{}", office.name);
    }
}

// P35: another letter under a name that we know, as long as the one before it: it is held here before it goes there.
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_under_the_name_of_a_stored_one_is_stored_before_it_is_deleted() {
    let office = offices().await.remove(0);
    let lab = lab();
    let account = connect(&office, "Swap", lab.port(), lab.fingerprint(), 5).await;
    office.collect(account).await;
    delete_after(&office, account, 0).await;
    let first = lab.letters()[0].clone();
    lab.remove(&first.name);
    let other = String::from_utf8(first.raw.to_vec()).unwrap().replace("cy0@client", "xy0@client");
    lab.deliver_named(&first.name, other.clone());
    assert_eq!(office.collect(account).await.filed, 1);
    assert!(lab.letters().is_empty());
    let held = office.store.mailbox(Scope::Everything, account, None, 100).await.unwrap();
    assert_eq!(held.len(), LETTERS + 1);
}

// I5: a letter that ends the connection when its head is asked for stays on the server, and the others go.
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_cannot_be_looked_at_holds_up_no_other_deletion() {
    for office in offices().await {
        let lab = lab();
        let account = connect(&office, "Held up", lab.port(), lab.fingerprint(), 5).await;
        office.collect(account).await;
        delete_after(&office, account, 0).await;
        let poison = lab.letters()[4].name.clone();
        lab.set_fault(PopFault::TopCloses(poison.clone()));
        assert_eq!(office.collect(account).await.error, None, "{}", office.name);
        assert_eq!(lab.letters().len(), LETTERS, "{}: it was not known before", office.name);
        assert_eq!(office.collect(account).await.error, None);
        assert_eq!(lab.letters().iter().map(|letter| letter.name.as_str()).collect::<Vec<_>>(), [poison.as_str()], "{}", office.name);
        lab.clear_faults();
        assert_eq!(collect_at(&office, account, NOW + DAY).await.error, None);
        assert!(lab.letters().is_empty(), "{}: it is tried again a day later", office.name);
    }
}

// Failures of deletions are harmless: the letter stays, the collection is well, and it is tried again.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_delete_harms_nothing() {
    for office in offices().await {
        for (at, fault) in [
            PopFault::ErrAt(PopStep::Dele, "Not allowed".into()),
            PopFault::CloseAt(PopStep::Dele),
            PopFault::HangAt(PopStep::Dele),
            PopFault::QuitDeletesNothing,
            PopFault::ErrAt(PopStep::Top, "What?".into()),
            PopFault::CloseAt(PopStep::Quit),
        ]
        .into_iter()
        .enumerate()
        {
            let what = format!("{}: {fault:?}", office.name);
            let lab = lab();
            let account = connect(&office, &format!("Keeps {at}"), lab.port(), lab.fingerprint(), 2).await;
            delete_after(&office, account, 0).await;
            let refused = matches!(fault, PopFault::ErrAt(PopStep::Dele, _) | PopFault::QuitDeletesNothing);
            lab.set_fault(fault);
            let report = office.collect(account).await;
            assert_eq!((report.error, report.ledger.server, report.ledger.missing), (None, LETTERS as i64, 0), "{what}");
            assert_eq!(lab.letters().len(), LETTERS, "{what}");
            if refused {
                // An answer is an answer: it is not asked at every poll, but once a day, and the account says so.
                lab.forget_commands();
                office.collect(account).await;
                let again = collect_at(&office, account, NOW + DAY - 1).await;
                assert_eq!((again.error, deletions(&lab)), (None, 0), "{what}");
                assert_eq!(office.store.kept_by_server(account).await.unwrap(), LETTERS as i64, "{what}");
            }
            lab.clear_faults();
            let report = collect_at(&office, account, if refused { NOW + DAY } else { NOW }).await;
            assert_eq!((report.error, lab.letters().len()), (None, 0), "{what}");
            assert_eq!(office.store.kept_by_server(account).await.unwrap(), 0, "{what}");
            assert_eq!(office.collect(account).await.ledger.missing, 0, "{what}");
        }
    }
}
