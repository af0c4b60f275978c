//! Numbers for letters that their server names by text, and their deletion there.

use super::*;

// P35: a name keeps its number, numbers are given in order, and never twice.
#[tokio::test]
async fn a_servers_names_keep_their_numbers() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (_, inbox) = shelf.mailbox("Desk").await;
        assert_eq!(store.number_remote_ids(inbox, 1, &["b", "a", "b", "ä"]).await.unwrap(), [1, 2, 1, 3], "{}", shelf.name);
        assert_eq!(store.number_remote_ids(inbox, 1, &["A", "a", "new"]).await.unwrap(), [4, 2, 5]);
        // Another numbering of the server, and another folder, begin anew.
        assert_eq!(store.number_remote_ids(inbox, 2, &["new"]).await.unwrap(), [1]);
        assert_eq!(store.number_remote_ids(inbox, 1, &[]).await.unwrap(), Vec::<i64>::new());
        let known = store.remote_numbers(inbox, 1, &["new", "never seen", "b"]).await.unwrap();
        assert_eq!((known.len(), known["new"], known["b"]), (2, 5, 1));
        let names = store.remote_names(inbox, 1, &[2, 4, 77]).await.unwrap();
        assert_eq!((names.len(), names[&2].as_str(), names[&4].as_str()), (2, "a", "A"));
    }
}

// PERFORMANCE §limits: a mailbox of ten thousand letters is numbered at once.
#[tokio::test]
async fn ten_thousand_names_are_numbered_quickly() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (_, inbox) = shelf.mailbox("Desk").await;
        let names: Vec<String> = (0..10_000).map(|n| format!("{n:016x}-0123456789abcdef")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let began = std::time::Instant::now();
        let numbers = store.number_remote_ids(inbox, 1, &names).await.unwrap();
        assert_eq!(numbers, (1..=10_000).collect::<Vec<i64>>(), "{}", shelf.name);
        assert_eq!(store.number_remote_ids(inbox, 1, &names).await.unwrap(), numbers);
        // Generous: an unoptimised build on a busy machine.
        assert!(began.elapsed().as_secs() < 3, "{}: {:?}", shelf.name, began.elapsed());
        assert_eq!(store.remote_names(inbox, 1, &numbers).await.unwrap().len(), 10_000);
        assert_eq!(store.remote_numbers(inbox, 1, &names).await.unwrap().len(), 10_000);
    }
}

// P35, RFC 1939 §7: a name that was gone and is listed again may stand for another letter.
#[tokio::test]
async fn a_name_that_comes_back_gets_a_new_number() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, inbox) = shelf.mailbox("Desk").await;
        let epoch = store.close_census(inbox, &census(1, &[1, 2]), NOW).await.unwrap();
        assert_eq!(store.number_remote_ids(inbox, epoch, &["x", "y"]).await.unwrap(), [1, 2]);
        let window = [
            letter(1, "cy@client.example", "desk@office.example", "tax", NOW),
            letter(2, "cy@client.example", "desk@office.example", "loan", NOW),
        ];
        store.save_import(inbox, epoch, &window, &[], NOW).await.unwrap();
        assert_eq!(store.part_returned_names(inbox, epoch, &["x", "y"]).await.unwrap(), 0, "{}", shelf.name);
        store.close_census(inbox, &census(1, &[2]), NOW).await.unwrap();
        assert_eq!(store.part_returned_names(inbox, epoch, &["y"]).await.unwrap(), 0);
        assert_eq!(store.part_returned_names(inbox, epoch, &["x", "y"]).await.unwrap(), 1);
        assert_eq!(store.number_remote_ids(inbox, epoch, &["x", "y"]).await.unwrap(), [3, 2]);
        store.close_census(inbox, &census(1, &[2, 3]), NOW).await.unwrap();
        assert_eq!(store.ledger(Some(account)).await.unwrap()[0].sums.missing, 1);
    }
}

// P35: a name that another letter bears now is told from the letter that bore it by what is known of its head.
#[tokio::test]
async fn heads_are_noted_once_and_names_can_be_parted() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (_, inbox) = shelf.mailbox("Desk").await;
        assert_eq!(store.number_remote_ids(inbox, 1, &["x", "y"]).await.unwrap(), [1, 2]);
        assert!(store.heads(inbox, 1, &[1, 2]).await.unwrap().is_empty());
        store.note_heads(inbox, 1, &[(1, "one".into()), (7, "nobody's".into())]).await.unwrap();
        store.note_heads(inbox, 1, &[(1, "later".into()), (2, "two".into())]).await.unwrap();
        let known = store.heads(inbox, 1, &[1, 2, 7]).await.unwrap();
        assert_eq!((known.len(), known[&1].as_str(), known[&2].as_str()), (2, "one", "two"), "{}", shelf.name);
        store.part_names(inbox, 1, &[(1, "x".into())]).await.unwrap();
        store.part_names(inbox, 1, &[]).await.unwrap();
        assert_eq!(store.number_remote_ids(inbox, 1, &["x", "y"]).await.unwrap(), [3, 2]);
        assert!(!store.heads(inbox, 1, &[3]).await.unwrap().contains_key(&3));
    }
}

// A poll that brings nothing new does not wait for whoever writes.
#[tokio::test]
async fn known_names_are_numbered_beside_a_writer() {
    for shelf in shelves().await {
        let (_, inbox) = shelf.mailbox("Desk").await;
        let epoch = shelf.store.close_census(inbox, &census(1, &[1]), NOW).await.unwrap();
        shelf.store.number_remote_ids(inbox, epoch, &["x", "y"]).await.unwrap();
        if !shelf.url.starts_with("sqlite:") {
            continue; // PostgreSQL has no one writer
        }
        let pool = sqlx::SqlitePool::connect(&shelf.url).await.unwrap();
        let writer = pool.begin_with("begin immediate").await.unwrap();
        assert_eq!(shelf.store.number_remote_ids(inbox, epoch, &["y", "x"]).await.unwrap(), [2, 1]);
        assert_eq!(shelf.store.part_returned_names(inbox, epoch, &["x", "y"]).await.unwrap(), 0);
        writer.rollback().await.unwrap();
        pool.close().await;
    }
}

// O8: only what is stored long enough, never what waits in a queue; the deed is recorded before the server is asked.
#[tokio::test]
async fn what_is_stored_long_enough_may_be_deleted_on_the_server() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, inbox) = shelf.mailbox("Desk").await;
        assert_eq!(store.delete_after_days(account).await.unwrap(), None);
        store.set_delete_after_days(account, Some(0), &event("account.deletion")).await.unwrap();
        store.set_delete_after_days(account, Some(0), &event("account.deletion")).await.unwrap();
        assert_eq!(store.delete_after_days(account).await.unwrap(), Some(0));
        assert_eq!(store.events(None, 10).await.unwrap().iter().filter(|event| event.action == "account.deletion").count(), 1);
        assert!(store.set_delete_after_days(model::AccountId(999), None, &event("account.deletion")).await.is_err());

        let epoch = store.close_census(inbox, &census(1, &[1, 2, 3]), NOW).await.unwrap();
        store.number_remote_ids(inbox, epoch, &["x", "y", "z"]).await.unwrap();
        let window = [letter(1, "cy@client.example", "desk@office.example", "tax", NOW)];
        let refused = [Refusal { uid: 2, outcome: Outcome::Errored, reason: "no".into(), size: 1 }];
        store.save_import(inbox, epoch, &window, &refused, NOW).await.unwrap();
        assert!(store.deletable(inbox, epoch, NOW - 1, NOW, 10).await.unwrap().is_empty());
        let due = store.deletable(inbox, epoch, NOW, NOW, 10).await.unwrap();
        assert_eq!(due.iter().map(|due| (due.uid, due.name.as_str(), due.digest)).collect::<Vec<_>>(), [(1, "x", window[0].digest)]);
        assert_eq!(store.read_back(&due[0].digest).await.unwrap().length(), window[0].raw.length());
        assert!(store.read_back(&[7; 32]).await.is_err());
        store.note_deletions(inbox, epoch, &[1], NOW, &event("letters.deleted_on_server")).await.unwrap();
        assert_eq!(store.events(None, 1).await.unwrap()[0].action, "letters.deleted_on_server");
        // An answer of the server's, whatever it was, counts for a day.
        assert_eq!(store.kept_by_server(account).await.unwrap(), 0);
        store.note_answered(inbox, epoch, &[1], NOW).await.unwrap();
        assert!(store.deletable(inbox, epoch, NOW, NOW - 1, 10).await.unwrap().is_empty());
        assert_eq!(store.deletable(inbox, epoch, NOW, NOW, 10).await.unwrap().len(), 1);
        assert_eq!(store.kept_by_server(account).await.unwrap(), 0, "it has not listed the letter since");
        store.close_census(inbox, &census(1, &[1, 2, 3]), NOW + 1).await.unwrap();
        assert_eq!(store.kept_by_server(account).await.unwrap(), 1, "{}", shelf.name);
        // Asked for, not yet gone: it still counts as filed.
        assert_eq!(store.deleted_by_us(inbox).await.unwrap(), 0);
        store.close_census(inbox, &census(1, &[2, 3]), NOW).await.unwrap();
        assert_eq!(store.deleted_by_us(inbox).await.unwrap(), 1, "{}", shelf.name);
        assert!(store.deletable(inbox, epoch, NOW, NOW, 10).await.unwrap().is_empty());
    }
}
