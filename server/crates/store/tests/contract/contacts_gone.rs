//! Contacts that are gone: merged into another, or deleted and put back.

use super::*;
use contacts::contact;
use model::{ContactFilter, ContactRemoval, ContactSide, Decision};
use postroom_store::{NewFiling, Store};
use std::collections::BTreeSet;

async fn letters(store: &Store, party: ClientId) -> BTreeSet<MessageId> {
    store.history(ALL, party, &HistoryFilter::default(), None, 99).await.unwrap().into_iter().map(|row| row.id).collect()
}

async fn added(store: &Store, name: &str, addresses: &[&str]) -> ClientId {
    let kind = store.contact_types().await.unwrap()[0].id;
    store.save_contact(ALL, None, &contact(name, ContactSide::Supplier, kind, addresses), &event("contact.added")).await.unwrap()
}

async fn merge(store: &Store, stays: ClientId, goes: ClientId) {
    let mark = store.merge_clients(ALL, stays, goes, &[], None, &event("contact.merged")).await.unwrap().mark();
    store.merge_clients(ALL, stays, goes, &[], Some(&mark), &event("contact.merged")).await.unwrap();
}

async fn remove(store: &Store, id: ClientId) -> ContactRemoval {
    let told = store.remove_contact(ALL, id, None, &event("contact.deleted")).await.unwrap();
    store.remove_contact(ALL, id, Some(&told.mark()), &event("contact.deleted")).await.unwrap()
}

async fn found(store: &Store, word: &str) -> Vec<ClientId> {
    let filter = ContactFilter { words: vec![word.into()], ..ContactFilter::default() };
    store.contacts(ALL, &filter, None, 9).await.unwrap().into_iter().map(|card| card.id).collect()
}

// A merger of contacts does what one of clients does, in its own words; only two of a kind become one.
#[tokio::test]
async fn contacts_are_merged_and_taken_apart_as_clients_are() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (_, inbox) = shelf.mailbox("Desk").await;
        let arrived =
            [letter(1, "book@h.example", "desk@office.example", "one", NOW), letter(2, "pay@h.example", "desk@office.example", "two", NOW)];
        store.save_import(inbox, 1, &arrived, &[], NOW).await.unwrap();
        let (hotel, desk) = (added(store, "Hotel", &["book@h.example"]).await, added(store, "Desk", &["pay@h.example"]).await);
        let client = store.save_client(ALL, None, &client("K1", &[]), &event("client.added")).await.unwrap();
        for (stays, goes) in [(hotel, client), (client, hotel)] {
            let mixed = store.merge_clients(ALL, stays, goes, &[], None, &event("x")).await;
            assert!(matches!(mixed, Err(StoreError::NotFound)), "{}", shelf.name);
        }
        merge(store, hotel, desk).await;
        assert_eq!(letters(store, hotel).await.len(), 2);
        let told = store.events(None, 1).await.unwrap().remove(0);
        assert_eq!(
            (told.subject, told.detail),
            (format!("contact:{hotel}"), format!("“Desk” (contact {desk}) was merged into “Hotel”: self2 pay@h.example added"))
        );
        assert_eq!(
            (found(store, "pay@h").await, found(store, "gmbh").await, found(store, "desk").await.len()),
            (vec![hotel], vec![hotel], 0)
        );
        assert!(matches!(store.contact(ALL, desk).await, Err(StoreError::NotFound)));
        assert_eq!(store.merged_into(ALL, desk).await.unwrap(), hotel);
        let gone = store.merged_clients(ALL, hotel).await.unwrap();
        assert_eq!((gone[0].code.as_str(), gone[0].can_undo), ("Desk GmbH", true), "a contact's made-up code is shown to nobody");
        let names = store.merged_contact_names().await.unwrap();
        assert_eq!(names, [("Desk".to_owned(), "Desk GmbH".to_owned(), ContactSide::Supplier, hotel)]);

        // A list that still names it adds addresses to where it went, and replaces nothing.
        let other = store.contact_types().await.unwrap()[1].id;
        let list = [contact("desk", ContactSide::Supplier, other, &["new@h.example"])];
        let list = list.map(|row| postroom_store::ContactChange { company: "DESK gmbh".into(), ..row });
        let done = store.import_contacts(&list, false, &event("contacts.imported")).await.unwrap();
        assert_eq!((done.added, done.updated), (0, 1));
        let card = store.contact(ALL, hotel).await.unwrap();
        assert_ne!(card.contact_type.id, other);
        assert!(card.addresses.iter().any(|on_file| on_file.address == "new@h.example"));
        assert!(matches!(store.undo_merge(ALL, hotel, desk, &event("x")).await, Err(StoreError::Conflict("merge_is_past"))));
        let kind = card.contact_type.id;
        let before = contact("Hotel", ContactSide::Supplier, kind, &["book@h.example", "pay@h.example"]);
        store.save_contact(ALL, Some(hotel), &before, &event("contact.changed")).await.unwrap();
        store.undo_merge(ALL, hotel, desk, &event("contact.merge_undone")).await.unwrap();
        assert_eq!((letters(store, hotel).await.len(), letters(store, desk).await.len()), (1, 1));
        let told = store.events(None, 1).await.unwrap().remove(0).detail;
        assert_eq!(told, format!("“Desk” (contact {desk}) is a contact of its own again"));
        assert_eq!(found(store, "gmbh").await, [desk, hotel]);
    }
}

// Deleted, a contact is nowhere but where it explains what became of letters; put back, everything is as it was.
#[tokio::test]
async fn a_contact_is_deleted_as_announced_and_put_back_as_it_was() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, inbox) = shelf.mailbox("Desk").await;
        let arrived: Vec<_> = [(1, "book@h.example"), (2, "book@h.example"), (3, "else@x.example"), (4, "both@h.example")]
            .map(|(n, from)| letter(n, from, "desk@office.example", &format!("s{n}"), NOW + n))
            .into();
        store.save_import(inbox, 1, &arrived, &[], NOW).await.unwrap();
        let ids = store.newest_of_account(account, 9).await.unwrap();
        let hotel = added(store, "Hotel", &["book@h.example", "both@h.example"]).await;
        store.save_client(ALL, None, &client("K1", &[(Person::Myself, 1, "both@h.example")]), &event("client.added")).await.unwrap();
        // The letter of somebody else is the hotel's by hand; one of its own is not.
        for (letter, decision) in [(ids[1], Decision::Belongs), (ids[3], Decision::KeepOff)] {
            let filing = NewFiling { client: hotel, letter, decision, by: None, reason: "x".into() };
            store.file_letter(ALL, &filing, &event("letter.filed")).await.unwrap();
        }
        let before = letters(store, hotel).await;
        assert_eq!(before, BTreeSet::from([ids[0], ids[1], ids[2]]), "{}", shelf.name);
        let told = store.remove_contact(ALL, hotel, None, &event("contact.deleted")).await.unwrap();
        assert_eq!((told.letters, told.alone, told.by_hand, told.replies), (3, 2, 2, 0));
        assert_eq!(letters(store, hotel).await, before, "a look changes nothing");
        let wrong = store.remove_contact(ALL, hotel, Some("something else"), &event("contact.deleted")).await;
        assert!(matches!(wrong, Err(StoreError::Conflict("removal_changed"))));
        assert!(matches!(store.gone_contact(ALL, hotel).await, Err(StoreError::NotFound)));

        assert_eq!(remove(store, hotel).await, told);
        assert!(matches!(store.contact(ALL, hotel).await, Err(StoreError::NotFound)));
        assert!(matches!(store.merged_into(ALL, hotel).await, Err(StoreError::NotFound)));
        assert!(matches!(store.remove_contact(ALL, hotel, None, &event("x")).await, Err(StoreError::NotFound)));
        assert_eq!(store.contacts_found(ALL, &ContactFilter::default()).await.unwrap(), 0);
        assert!(store.people_with("book@h.example", NOW).await.unwrap().is_empty(), "the import rules know it no more");
        let gone = store.gone_contact(ALL, hotel).await.unwrap();
        assert_eq!((gone.name.as_str(), gone.company.as_str(), gone.at), ("Hotel", "Hotel GmbH", event("x").at));
        let by = |words: &str| ContactFilter { words: vec![words.to_owned()], ..ContactFilter::default() };
        let listed = store.gone_contacts(ALL, &by("hotel"), 9).await.unwrap();
        assert_eq!(listed.iter().map(|line| (line.id, line.at)).collect::<Vec<_>>(), [(hotel, gone.at)], "{}", shelf.name);
        assert!(store.gone_contacts(ALL, &by("nobody"), 9).await.unwrap().is_empty());
        let deed = store.events(None, 1).await.unwrap().remove(0);
        assert_eq!((deed.subject, deed.detail), (format!("contact:{hotel}"), "Hotel: book@h.example, both@h.example taken off".to_owned()));

        // A list that still names it adds it anew.
        let kind = store.contact_types().await.unwrap()[0].id;
        let list = [contact("Hotel", ContactSide::Supplier, kind, &[])];
        assert_eq!(store.import_contacts(&list, true, &event("contacts.imported")).await.unwrap().added, 1);

        store.put_contact_back(ALL, hotel, &event("contact.put_back")).await.unwrap();
        assert_eq!(letters(store, hotel).await, before);
        assert!(store.gone_contacts(ALL, &ContactFilter::default(), 9).await.unwrap().is_empty());
        assert_eq!(found(store, "both@h").await, [hotel]);
        assert!(matches!(store.put_contact_back(ALL, hotel, &event("x")).await, Err(StoreError::NotFound)));
        assert_eq!(store.verify(&mut |_, _| ()).await.unwrap().findings, Vec::<String>::new());
    }
}

// P36: a decision by hand goes with its letter; the past that tells of it keeps nobody from coming back.
#[tokio::test]
async fn contacts_come_back_although_a_letter_that_was_decided_about_is_gone_with_its_account() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (ends, inbox) = shelf.mailbox("Ends").await;
        let (stays, others) = shelf.mailbox("Stays").await;
        let arrived = [1, 2].map(|n| letter(n, "else@x.example", "desk@office.example", &format!("goes {n}"), NOW + n));
        store.save_import(inbox, 1, &arrived, &[], NOW).await.unwrap();
        let held = [letter(1, "else@x.example", "desk@office.example", "stays", NOW)];
        store.save_import(others, 1, &held, &[], NOW).await.unwrap();
        let gone = store.newest_of_account(ends, 9).await.unwrap();
        let left = store.newest_of_account(stays, 9).await.unwrap()[0];
        let (deleted, hotel, desk) =
            (added(store, "Deleted", &[]).await, added(store, "Hotel", &[]).await, added(store, "Desk", &[]).await);
        for (client, letter, decision) in [
            (deleted, gone[0], Decision::Belongs),
            (deleted, left, Decision::Belongs),
            (desk, gone[1], Decision::Belongs),
            (desk, left, Decision::Belongs),
            (hotel, gone[0], Decision::KeepOff),
        ] {
            let filing = NewFiling { client, letter, decision, by: None, reason: "x".into() };
            store.file_letter(ALL, &filing, &event("letter.filed")).await.unwrap();
        }
        remove(store, deleted).await;
        merge(store, hotel, desk).await;
        super::removal::remove(store, ends).await;

        store.put_contact_back(ALL, deleted, &event("contact.put_back")).await.unwrap();
        assert_eq!(letters(store, deleted).await, BTreeSet::from([left]), "{}", shelf.name);
        store.undo_merge(ALL, hotel, desk, &event("contact.merge_undone")).await.unwrap();
        assert_eq!(letters(store, desk).await, BTreeSet::from([left]), "{}", shelf.name);
        assert!(letters(store, hotel).await.is_empty());
        assert_eq!(store.verify(&mut |_, _| ()).await.unwrap().findings, Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_deleted_contact_of_another_cost_centre_is_not_there() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let kind = store.contact_types().await.unwrap()[0].id;
        let (north, south) = (
            store.add_cost_centre("North", &event("cost_centre.added")).await.unwrap(),
            store.add_cost_centre("South", &event("cost_centre.added")).await.unwrap(),
        );
        store.add_user("ada@x.example", "Ada", Role::Administrator, "x", &event("user.added")).await.unwrap();
        let ben = store.add_user("ben@x.example", "Ben", Role::Staff, "x", &event("user.added")).await.unwrap();
        store.change_user(ben, Role::Staff, false, &[], &[north], &event("user.changed")).await.unwrap();
        let mut theirs = contact("Theirs", ContactSide::Agent, kind, &["t@a.example"]);
        theirs.cost_centre = Some(south);
        let id = store.save_contact(ALL, None, &theirs, &event("contact.added")).await.unwrap();
        assert!(matches!(store.remove_contact(staff(ben), id, None, &event("x")).await, Err(StoreError::NotFound)), "{}", shelf.name);
        remove(store, id).await;
        assert!(matches!(store.gone_contact(staff(ben), id).await, Err(StoreError::NotFound)));
        let any = ContactFilter::default();
        assert!(store.gone_contacts(staff(ben), &any, 9).await.unwrap().is_empty());
        assert_eq!(store.gone_contacts(ALL, &any, 9).await.unwrap().len(), 1);
        assert!(matches!(store.put_contact_back(staff(ben), id, &event("x")).await, Err(StoreError::NotFound)));
        store.put_contact_back(ALL, id, &event("contact.put_back")).await.unwrap();
        assert_eq!(store.contact(ALL, id).await.unwrap().cost_centre, Some((south, "South".to_owned())));
    }
}

/// Puts a row where the store would put none: what a write beside a deletion once left behind.
async fn write_behind(shelf: &shelf::Shelf, sql: String) {
    if shelf.url.starts_with("sqlite:") {
        let pool = sqlx::SqlitePool::connect(&shelf.url).await.unwrap();
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&pool).await.unwrap();
        pool.close().await;
    } else {
        let pool = sqlx::PgPool::connect(&shelf.url).await.unwrap();
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&pool).await.unwrap();
        pool.close().await;
    }
}

// A contact that is gone takes no changes, and is nobody's sender even if an address is left on its file.
#[tokio::test]
async fn a_contact_that_is_gone_takes_no_changes_and_sends_no_letters() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (hotel, desk) = (added(store, "Hotel", &["book@h.example"]).await, added(store, "Desk", &["pay@h.example"]).await);
        let spare = added(store, "Spare", &["spare@h.example"]).await;
        assert!(!store.contact_is_gone(ALL, desk).await.unwrap(), "{}", shelf.name);
        merge(store, hotel, desk).await;
        remove(store, spare).await;
        let kind = store.contact_types().await.unwrap()[0].id;
        let change = contact("Late", ContactSide::Supplier, kind, &["late@h.example"]);
        for gone in [desk, spare] {
            assert!(store.contact_is_gone(ALL, gone).await.unwrap());
            let saved = store.save_contact(ALL, Some(gone), &change, &event("contact.changed")).await;
            assert!(matches!(saved, Err(StoreError::Conflict("contact_is_gone"))), "{saved:?} on {}", shelf.name);
        }
        assert!(matches!(store.contact_is_gone(ALL, ClientId(999)).await, Err(StoreError::NotFound)));
        assert!(found(store, "late").await.is_empty() && store.people_with("late@h.example", NOW).await.unwrap().is_empty());

        write_behind(&shelf, format!("update party_address set party_id = {spare} where party_id = {hotel}")).await;
        assert!(store.people_with("book@h.example", NOW).await.unwrap().is_empty(), "{}", shelf.name);
    }
}

// TP-39: who is gone holds no contact type; put back, such a contact has another one.
#[tokio::test]
async fn a_contact_that_is_gone_does_not_keep_its_type() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let own = store.keep_contact_type(None, "Aardvarks", &event("contact_type.added")).await.unwrap();
        let hotel = contact("Hotel", ContactSide::Supplier, own, &["book@h.example"]);
        let hotel = store.save_contact(ALL, None, &hotel, &event("contact.added")).await.unwrap();
        remove(store, hotel).await;
        let used = store.contact_types_in_use().await.unwrap().into_iter().find(|kind| kind.id == own).unwrap();
        assert_eq!((used.count, used.is_free()), (0, true), "{}", shelf.name);
        let first = store.contact_types().await.unwrap().into_iter().find(|kind| kind.id != own).unwrap();
        store.remove_contact_type(own, &event("contact_type.removed")).await.unwrap();
        let told = store.events(None, 1).await.unwrap().remove(0).detail;
        assert!(told.ends_with(&format!("1 deleted or merged contact has the type “{}” now", first.name)), "{told}");
        store.put_contact_back(ALL, hotel, &event("contact.put_back")).await.unwrap();
        assert_eq!(store.contact(ALL, hotel).await.unwrap().contact_type, first);

        // The last type stays while somebody who is gone has it.
        remove(store, hotel).await;
        for other in store.contact_types().await.unwrap().into_iter().filter(|kind| *kind != first) {
            store.remove_contact_type(other.id, &event("contact_type.removed")).await.unwrap();
        }
        let last = store.remove_contact_type(first.id, &event("contact_type.removed")).await;
        assert!(matches!(last, Err(StoreError::Conflict("contact_type_is_last"))), "{last:?} on {}", shelf.name);
    }
}
