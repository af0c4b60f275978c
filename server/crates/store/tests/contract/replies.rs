//! Which accounts import replies, under which rules, where errors wait, and to whom letters may be forwarded (TP-37 to TP-42).

use super::contacts::contact;
use super::*;
use model::{AccountId, BUILT_IN_QUEUE, ContactSide, ImportSettings};

// TP-39, TP-40: types are administered; one in use stays.
#[tokio::test]
async fn contact_types_have_names_of_their_own_and_stay_while_in_use() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let id = store.keep_contact_type(None, "Groups", &event("contact_type.added")).await.unwrap();
        let taken = store.keep_contact_type(None, "GROUPS", &event("contact_type.added")).await;
        assert!(matches!(taken, Err(StoreError::Conflict("contact_type_name_taken"))), "{taken:?} on {}", shelf.name);
        assert_eq!(store.keep_contact_type(Some(id), "groups", &event("contact_type.changed")).await.unwrap(), id);
        assert!(matches!(store.keep_contact_type(Some(99), "X", &event("contact_type.changed")).await, Err(StoreError::NotFound)));
        store.save_contact(ALL, None, &contact("A", ContactSide::Agent, id, &[]), &event("contact.added")).await.unwrap();
        let used = store.contact_types_in_use().await.unwrap().into_iter().find(|kind| kind.id == id).unwrap();
        assert_eq!((used.name.as_str(), used.count, used.is_free()), ("groups", 1, false));
        let kept = store.remove_contact_type(id, &event("contact_type.removed")).await;
        assert!(matches!(kept, Err(StoreError::Conflict("contact_type_in_use"))));
        let free = store.contact_types().await.unwrap().into_iter().find(|kind| kind.name == "Sales").unwrap();
        store.remove_contact_type(free.id, &event("contact_type.removed")).await.unwrap();
        assert!(matches!(store.remove_contact_type(free.id, &event("contact_type.removed")).await, Err(StoreError::NotFound)));
    }
}

// TP-38, O24: the built-in queue is always there; one in use says by which accounts.
#[tokio::test]
async fn a_queue_in_use_stays_and_the_built_in_one_always() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, _) = shelf.mailbox("Desk").await;
        let id = store.keep_queue(None, "Billing", &event("queue.added")).await.unwrap();
        let queues = store.queues().await.unwrap();
        assert_eq!(queues.iter().map(|queue| queue.name.as_str()).collect::<Vec<_>>(), ["Email Management", "Billing"]);
        assert!(queues[0].is_built_in() && queues[0].id == BUILT_IN_QUEUE);
        let taken = store.keep_queue(None, "email management", &event("queue.added")).await;
        assert!(matches!(taken, Err(StoreError::Conflict("queue_name_taken"))));
        let settings = ImportSettings { on: true, queue: Some(id), ..ImportSettings::default() };
        store.save_import_settings(account, &settings, &event("account.import_changed")).await.unwrap();
        let used = store.queues_in_use().await.unwrap();
        assert_eq!((used[1].accounts.as_slice(), used[0].is_built_in), (["Desk".to_owned()].as_slice(), true), "{}", shelf.name);
        assert!(matches!(store.remove_queue(id, &event("queue.removed")).await, Err(StoreError::Conflict("queue_in_use"))));
        assert!(matches!(store.remove_queue(1, &event("queue.removed")).await, Err(StoreError::Conflict("queue_is_built_in"))));
        store.save_import_settings(account, &ImportSettings::default(), &event("account.import_changed")).await.unwrap();
        store.remove_queue(id, &event("queue.removed")).await.unwrap();
        assert!(matches!(store.remove_queue(id, &event("queue.removed")).await, Err(StoreError::NotFound)));
        assert_eq!(store.queues().await.unwrap().len(), 1);
    }
}

// TP-37 to TP-41: what is saved is read again; each change counts the rules up; addresses are the account's own.
#[tokio::test]
async fn the_rules_of_an_account_count_up_and_its_approved_addresses_are_its_own() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, _) = shelf.mailbox("Desk").await;
        let (other, _) = shelf.mailbox("Other").await;
        assert_eq!(store.import_settings(account).await.unwrap(), ImportSettings::default());
        let kinds = store.contact_types().await.unwrap();
        let types = vec![(ContactSide::Agent, kinds[1].id), (ContactSide::Supplier, kinds[0].id)];
        let new = ImportSettings { on: true, since: NOW, types: types.clone(), ..ImportSettings::default() };
        let save = |settings: ImportSettings| async move {
            store.save_import_settings(account, &settings, &event("account.import_changed")).await.unwrap();
            store.import_settings(account).await.unwrap()
        };
        let saved = save(new.clone()).await;
        assert_eq!((saved.on, saved.queue, saved.since, saved.rules, &saved.types), (true, None, NOW, 1, &types), "{}", shelf.name);
        assert_eq!(save(new.clone()).await.rules, 1);
        assert_eq!(save(ImportSettings { types: Vec::new(), ..new.clone() }).await.rules, 2);
        assert_eq!(store.importing_accounts().await.unwrap().iter().map(|(id, _)| *id).collect::<Vec<_>>(), [account]);
        for wrong in
            [ImportSettings { queue: Some(99), ..new.clone() }, ImportSettings { types: vec![(ContactSide::Agent, 99)], ..new.clone() }]
        {
            let refused = store.save_import_settings(account, &wrong, &event("account.import_changed")).await;
            assert!(matches!(refused, Err(StoreError::NotFound)), "{wrong:?}");
        }
        assert!(matches!(store.save_import_settings(AccountId(99), &new, &event("x")).await, Err(StoreError::NotFound)));

        let keep = |id, address: &'static str| store.keep_forward(account, id, address, "Pay", Box::leak(Box::new(event("forward"))));
        let id = keep(None, "pay@x.example").await.unwrap();
        assert!(matches!(keep(None, "pay@x.example").await, Err(StoreError::Conflict("account_forward_taken"))));
        let second = keep(None, "a@x.example").await.unwrap();
        assert_eq!(keep(Some(second), "b@x.example").await.unwrap(), second);
        let addresses: Vec<_> = store.import_settings(account).await.unwrap().forwards.into_iter().map(|forward| forward.address).collect();
        assert_eq!(addresses, ["b@x.example", "pay@x.example"]);
        assert!(matches!(store.keep_forward(other, Some(id), "c@x.example", "C", &event("x")).await, Err(StoreError::NotFound)));
        assert!(matches!(store.remove_forward(other, id, &event("x")).await, Err(StoreError::NotFound)));
        store.remove_forward(account, id, &event("x")).await.unwrap();
        assert_eq!(store.import_settings(account).await.unwrap().forwards.len(), 1);
    }
}

// All of it stands in a backup, gives way to one, and goes with its account.
#[tokio::test]
async fn the_rules_stand_in_a_backup_and_go_with_the_account() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, inbox) = shelf.mailbox("Desk").await;
        let letters = [letter(1, "book@hotel.example", "desk@office.example", "Your booking", NOW)];
        store.save_import(inbox, 1, &letters, &[], NOW).await.unwrap();
        let kind = store.keep_contact_type(None, "Groups", &event("contact_type.added")).await.unwrap();
        let queue = store.keep_queue(None, "Billing", &event("queue.added")).await.unwrap();
        let hotel = contact("Hotel", ContactSide::Supplier, kind, &["book@hotel.example"]);
        let hotel = store.save_contact(ALL, None, &hotel, &event("contact.added")).await.unwrap();
        let new = ImportSettings { on: true, queue: Some(queue), types: vec![(ContactSide::Supplier, kind)], ..ImportSettings::default() };
        store.save_import_settings(account, &new, &event("account.import_changed")).await.unwrap();
        store.keep_forward(account, None, "pay@x.example", "Pay", &event("account.forward_added")).await.unwrap();
        shelf
            .tamper(
                "insert into import_outcome (account_id, message_id, at, rules, outcome, cause, answers, state)
             select a.id, m.id, 1, 1, 'queued', 'unknown', m.id, 'waiting' from account a, message m",
            )
            .await;
        let folder = tempfile::tempdir().unwrap();
        let backup = folder.path().join("backup");
        store.backup(&backup).await.unwrap();
        for there in shelves().await {
            there.store.restore(&backup).await.unwrap();
            assert_eq!(there.store.contact(ALL, hotel).await.unwrap(), store.contact(ALL, hotel).await.unwrap());
            assert_eq!(there.store.import_settings(account).await.unwrap(), store.import_settings(account).await.unwrap());
            assert_eq!(there.store.contact_types().await.unwrap(), store.contact_types().await.unwrap());
            assert_eq!(there.store.queues().await.unwrap(), store.queues().await.unwrap());
            assert!(there.store.keep_queue(None, "New", &event("queue.added")).await.unwrap() > queue);
        }
        super::removal::remove(store, account).await;
        assert_eq!(store.import_settings(account).await.unwrap(), ImportSettings::default());
        store.remove_queue(queue, &event("queue.removed")).await.unwrap();
    }
}
