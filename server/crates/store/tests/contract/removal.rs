//! The end of an account, and its schedule.

use super::*;
use model::{AccountId, Protocol, Schedule};
use postroom_store::{ArrivedLetter, RemovalStep, Store};

/// Removes an account to the end; how many letters went.
pub async fn remove(store: &Store, id: AccountId) -> i64 {
    store.begin_removal(id, "all of it", &event("account.removal_begun")).await.unwrap();
    assert!(store.claim_removal(id, "a", NOW, NOW + 9).await.unwrap());
    loop {
        match store.remove_some(id, "a", NOW, NOW + 9, 2).await.unwrap() {
            RemovalStep::More(_) => {}
            RemovalStep::Done(removed) => return removed,
            RemovalStep::Lost => panic!("nobody else is at it"),
        }
    }
}

fn mailbox(name: &str, user: &str) -> NewAccount {
    NewAccount { user_name: user.into(), address: format!("{user}@office.example"), ..account(name) }
}

// P36: what is removed does not come back with the same mailbox until somebody asks for it; what others hold stays.
#[tokio::test]
async fn removed_letters_come_back_only_when_asked_for() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let id = store.add_account(&mailbox("Ann", "ann"), &event("account.added")).await.unwrap();
        store.keep_folders(id, &[folder("INBOX")]).await.unwrap();
        let inbox = store.folders(id).await.unwrap()[0].id;
        let (other, others) = shelf.mailbox("Bob").await;
        let letters: Vec<_> = (1..=4).map(|n| letter(n, "x@y.example", "ann@office.example", &format!("letter {n}"), NOW - n)).collect();
        store.import_clients(&[client("H1", &[(Person::Myself, 1, "x@y.example")])], false, &event("clients.imported")).await.unwrap();
        let epoch = store.close_census(inbox, &census(1, &[1, 2, 3, 4]), NOW).await.unwrap();
        store.save_import(inbox, epoch, &letters, &[], NOW).await.unwrap();
        let epoch = store.close_census(others, &census(1, &[1]), NOW).await.unwrap();
        store.save_import(others, epoch, &letters[..1], &[], NOW).await.unwrap();
        let waiting = store.index_waiting(100).await.unwrap();
        store.save_index(&super::search::rows_of(store, waiting)).await.unwrap();
        assert_eq!(store.removal_effect(id).await.unwrap(), (4, 3, 3), "on {}", shelf.name);

        assert_eq!(remove(store, id).await, 3);
        assert!(matches!(store.account(id).await, Err(StoreError::NotFound)));
        let cards = store.mailboxes(ALL).await.unwrap();
        assert_eq!(cards.iter().map(|card| (card.id, card.letters)).collect::<Vec<_>>(), [(other, 1)]);
        assert!(matches!(store.begin_removal(id, "", &event("account.removal_begun")).await, Err(StoreError::NotFound)));

        // The name is free again; the mailbox is known by server and user name, its address by itself.
        let again = store.add_account(&mailbox("Ann", "ann"), &event("account.added")).await.unwrap();
        assert_eq!(store.removed_letters(again).await.unwrap(), 3);
        assert_eq!(store.removed_letters(other).await.unwrap(), 0);
        store.keep_folders(again, &[folder("INBOX")]).await.unwrap();
        let inbox = store.folders(again).await.unwrap()[0].id;
        let epoch = store.close_census(inbox, &census(7, &[1, 2, 3, 4]), NOW).await.unwrap();
        let count = store.save_import(inbox, epoch, &letters, &[], NOW).await.unwrap();
        assert_eq!((count.filed, count.elsewhere), (0, 1));
        let row = store.ledger(Some(again)).await.unwrap()[0].sums;
        assert_eq!((row.server, row.elsewhere, row.excluded, row.missing), (4, 1, 3, 0));
        let reason = store.sightings(ALL, inbox, Outcome::Excluded, None, 9).await.unwrap().remove(0).reason;
        assert!(reason.starts_with("Removed here") && !reason.contains("Ann"), "another account's name is not for everybody: {reason}");
        // An address that somebody typed is no proof of a mailbox.
        let claimed =
            NewAccount { user_name: "mallory".into(), server: "mail.elsewhere.example".into(), tested: false, ..mailbox("Claimed", "ann") };
        let claimed = store.add_account(&claimed, &event("account.added")).await.unwrap();
        assert_eq!(store.removed_letters(claimed).await.unwrap(), 0, "{}", shelf.name);

        store.bring_back(again, &event("account.letters_brought_back")).await.unwrap();
        assert_eq!(store.removed_letters(again).await.unwrap(), 0);
        assert_eq!(store.ledger(Some(again)).await.unwrap()[0].sums.missing, 3);
        let count = store.save_import(inbox, epoch, &letters, &[], NOW).await.unwrap();
        assert_eq!(count.filed, 3);
        assert_eq!(store.ledger(Some(again)).await.unwrap()[0].sums.missing, 0);
    }
}

// A removal is cut off in its midst and gone on with by another process: at each step the ledger balances, whatever went has its stone,
// others write in between, and nothing can be done with the account.
#[tokio::test]
async fn a_removal_goes_step_by_step_and_goes_on_after_a_kill() {
    for shelf in shelves().await {
        let (url, data) = (shelf.url.clone(), shelf.folder.path().to_owned());
        let store = &shelf.store;
        let (id, inbox) = shelf.mailbox("Desk").await;
        let (other, others) = shelf.mailbox("Other").await;
        let letters: Vec<_> = (1..=9).map(|n| letter(n, "x@y.example", "z@y.example", &format!("letter {n}"), NOW - n)).collect();
        let present: Vec<i64> = (1..=12).collect();
        let epoch = store.close_census(inbox, &census(1, &present), NOW).await.unwrap();
        let refused = Refusal { uid: 10, outcome: Outcome::Errored, reason: "no".into(), size: 1 };
        store.save_import(inbox, epoch, &letters, &[refused], NOW).await.unwrap();
        store.number_remote_ids(inbox, epoch, &["a", "b", "c"]).await.unwrap();
        store.keep_remote_listing(inbox, epoch, Some("next")).await.unwrap();
        let theirs = store.close_census(others, &census(1, &[1]), NOW).await.unwrap();
        store.save_import(others, theirs, &[ArrivedLetter { uid: 1, ..letters[0].clone() }], &[], NOW).await.unwrap();
        assert_eq!(store.ledger(Some(id)).await.unwrap()[0].sums.missing, 2);

        store.begin_removal(id, "nine letters", &event("account.removal_begun")).await.unwrap();
        assert!(matches!(
            store.begin_removal(id, "", &event("account.removal_begun")).await,
            Err(StoreError::Conflict("account_is_being_removed"))
        ));
        let record = store.account(id).await.unwrap();
        assert_eq!((record.state, record.has_secret), (AccountState::Paused, false));
        assert!(store.claim_account(id, "x", i64::MAX - 1, i64::MAX).await.unwrap().is_none(), "nothing begins any more");
        assert_eq!(store.remove_some(id, "first", NOW, NOW + 9, 4).await.unwrap(), RemovalStep::Lost, "only under its lease");
        assert!(store.claim_removal(id, "first", NOW, NOW + 9).await.unwrap());
        assert_eq!(store.remove_some(id, "first", NOW, NOW + 10, 4).await.unwrap(), RemovalStep::More(4));
        let job = store.removals().await.unwrap().remove(0);
        assert_eq!((job.account, job.letters, job.done, job.holder), (id, 9, 4, Some(("first".to_owned(), NOW + 10))));

        // Here the process is killed.
        store.close().await;
        let store = Store::open(&url, &data).await.unwrap();
        let sums = store.ledger(Some(id)).await.unwrap()[0].sums;
        assert_eq!((sums.server, sums.filed, sums.errored, sums.missing), (6, 5, 1, 0), "{}", shelf.name);
        assert_eq!(store.removal_effect(id).await.unwrap().0, 5);
        let cards = store.mailboxes(ALL).await.unwrap();
        assert_eq!(cards.iter().map(|card| (card.id, card.letters)).collect::<Vec<_>>(), [(id, 5), (other, 1)]);
        let same = store.add_account(&account("Same mailbox"), &event("account.added")).await.unwrap();
        assert_eq!(store.removed_letters(same).await.unwrap(), 4, "what went has its stone, nothing else has");
        assert!(!store.claim_removal(id, "second", NOW + 10, NOW + 20).await.unwrap(), "the lease of the first still runs");
        assert!(store.claim_removal(id, "second", NOW + 11, NOW + 20).await.unwrap());
        assert_eq!(store.remove_some(id, "first", NOW + 11, NOW + 20, 4).await.unwrap(), RemovalStep::Lost);
        let mut steps = 0;
        let removed = loop {
            // Somebody else's work between the steps.
            store.set_setting("between", &steps.to_string()).await.unwrap();
            match store.remove_some(id, "second", NOW + 11, NOW + 20, 4).await.unwrap() {
                RemovalStep::More(_) => steps += 1,
                RemovalStep::Done(removed) => break removed,
                RemovalStep::Lost => panic!("nobody else is at it"),
            }
        };
        assert!(steps >= 3 && removed == 8, "{steps} steps, {removed} letters: {}", shelf.name);
        assert!(store.removals().await.unwrap().is_empty());
        assert!(matches!(store.account(id).await, Err(StoreError::NotFound)));
        assert_eq!(store.removed_letters(same).await.unwrap(), 8);
        assert_eq!(store.ledger(Some(other)).await.unwrap()[0].sums.elsewhere, 1);
        assert_eq!(store.mailboxes(ALL).await.unwrap().iter().find(|card| card.id == other).unwrap().letters, 1);
        assert!(store.verify(&mut |_, _| ()).await.unwrap().findings.is_empty(), "{}", shelf.name);
        store.break_removal_claim(id, "second").await.unwrap();
        store.close().await;
    }
}

// The letters stay, server and password go, and nothing is collected any more.
#[tokio::test]
async fn an_account_can_become_an_archive() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (id, inbox) = shelf.mailbox("Desk").await;
        let epoch = store.close_census(inbox, &census(1, &[1, 2]), NOW).await.unwrap();
        store.save_import(inbox, epoch, &[letter(1, "x@y.example", "z@y.example", "one", NOW)], &[], NOW).await.unwrap();
        store.archive_account(id, &event("account.archived")).await.unwrap();
        let record = store.account(id).await.unwrap();
        assert_eq!((record.settings.protocol, record.has_secret, record.settings.server.as_str()), (Protocol::Archive, false, ""));
        assert_eq!((record.settings.name.as_str(), record.settings.address.as_str()), ("Desk", "desk@office.example"));
        let row = store.ledger(Some(id)).await.unwrap()[0].sums;
        assert_eq!((row.server, row.filed, row.missing), (1, 1, 0));
        assert!(store.claim_due_account("x", i64::MAX - 1, i64::MAX).await.unwrap().is_none());
        assert!(matches!(store.archive_account(id, &event("account.archived")).await, Err(StoreError::NotFound)));
    }
}

// TP-46
#[tokio::test]
async fn a_schedule_is_kept_and_counts_from_now_on() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (id, _) = shelf.mailbox("Desk").await;
        assert_eq!(store.account(id).await.unwrap().schedule, Schedule::Usual);
        store.set_schedule(id, "at 08:00 12:30", NOW + 7, &event("account.scheduled")).await.unwrap();
        let record = store.account(id).await.unwrap();
        assert_eq!((record.schedule, record.next_at), (Schedule::At(vec![480, 750]), Some(NOW + 7)));
        store.collect_soon(id).await.unwrap();
        store.set_schedule(id, "every 30", NOW + 9, &event("account.scheduled")).await.unwrap();
        assert_eq!(store.account(id).await.unwrap().next_at, Some(0), "what was asked for at once stays asked for");
        assert!(matches!(store.set_schedule(model::AccountId(999), "", NOW, &event("account.scheduled")).await, Err(StoreError::NotFound)));
    }
}
