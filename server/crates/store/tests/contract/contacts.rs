//! Contacts: agents and suppliers (TP-39, TP-40).

use super::*;
use model::{ContactFilter, ContactSide};
use postroom_store::ContactChange;

pub fn contact(name: &str, side: ContactSide, contact_type: i64, addresses: &[&str]) -> ContactChange {
    ContactChange {
        name: name.into(),
        company: format!("{name} GmbH"),
        side,
        contact_type,
        cost_centre: None,
        addresses: addresses
            .iter()
            .zip(1..)
            .map(|(address, slot)| NewClientAddress {
                person: Person::Myself,
                slot,
                address: (*address).into(),
                valid_from: None,
                valid_to: None,
            })
            .collect(),
    }
}

fn names(cards: &[model::ContactCard]) -> Vec<&str> {
    cards.iter().map(|card| card.name.as_str()).collect()
}

// Contacts are found by name, company and address, and narrowed by side and type.
#[tokio::test]
async fn contacts_are_listed_by_name_and_narrowed() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let kinds = store.contact_types().await.unwrap();
        assert_eq!(kinds.iter().map(|kind| kind.name.as_str()).collect::<Vec<_>>(), ["Accounts", "Operations", "Reservations", "Sales"]);
        let (accounts, reservations) = (kinds[0].id, kinds[2].id);
        let hotel = contact("Élysée", ContactSide::Supplier, reservations, &["book@hotel.example", "desk@hotel.example"]);
        let hotel = store.save_contact(ALL, None, &hotel, &event("contact.added")).await.unwrap();
        let agent = contact("Adria Tours", ContactSide::Agent, accounts, &["pay@adria.example"]);
        let agent = store.save_contact(ALL, None, &agent, &event("contact.added")).await.unwrap();
        store.save_client(ALL, None, &client("K1", &[(Person::Myself, 1, "book@hotel.example")]), &event("client.added")).await.unwrap();
        let by = |words: &[&str], side, kind| ContactFilter {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            side,
            contact_type: kind,
        };
        let all = store.contacts(ALL, &ContactFilter::default(), None, 9).await.unwrap();
        assert_eq!(names(&all), ["Adria Tours", "Élysée"], "{}", shelf.name);
        assert_eq!(all[1].line(), "Supplier · Reservations · Élysée GmbH");
        assert_eq!(all[1].addresses.len(), 2);
        assert_eq!(names(&store.contacts(ALL, &ContactFilter::default(), Some(agent), 9).await.unwrap()), ["Élysée"]);
        for (filter, found) in [
            (by(&["elysee"], None, None), 1),
            (by(&["gmbh"], None, None), 2),
            (by(&["desk@hotel"], None, None), 1),
            (by(&[], Some(ContactSide::Agent), None), 1),
            (by(&[], Some(ContactSide::Agent), Some(reservations)), 0),
            (by(&["hotel"], Some(ContactSide::Supplier), Some(reservations)), 1),
        ] {
            assert_eq!(store.contacts(ALL, &filter, None, 9).await.unwrap().len(), found, "{filter:?}");
            assert_eq!(store.contacts_found(ALL, &filter).await.unwrap(), found as i64, "{filter:?}");
        }
        // A contact stands among no clients, and no client among the contacts.
        assert_eq!(store.client_count(ALL).await.unwrap(), 1);
        assert!(store.is_contact(hotel).await.unwrap());
        let client = store.client_by_code(ALL, "K1").await.unwrap().id;
        assert!(!store.is_contact(client).await.unwrap());
        assert!(matches!(store.contact(ALL, client).await, Err(StoreError::NotFound)));
        // Saving tells the trail what is different.
        let mut changed = contact("Élysée", ContactSide::Agent, accounts, &["book@hotel.example"]);
        changed.company = "Adria".into();
        assert_eq!(store.save_contact(ALL, Some(hotel), &changed, &event("contact.changed")).await.unwrap(), hotel);
        let entry = store.events(None, 1).await.unwrap().remove(0);
        assert_eq!(entry.subject, format!("contact:{hotel}"));
        let words = "because: supplier became agent; type “Reservations” became “Accounts”; company “Élysée GmbH” became “Adria”; self2 desk@hotel.example removed";
        assert_eq!(entry.detail, words);
        assert_eq!(store.contact(ALL, hotel).await.unwrap().side, ContactSide::Agent);
        let unknown = contact("X", ContactSide::Agent, 99, &[]);
        assert!(matches!(store.save_contact(ALL, None, &unknown, &event("contact.added")).await, Err(StoreError::NotFound)));
    }
}

// Contacts belong to a cost centre as clients do.
#[tokio::test]
async fn a_contact_of_another_cost_centre_is_not_there() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let kind = store.contact_types().await.unwrap()[0].id;
        let north = store.add_cost_centre("North", &event("cost_centre.added")).await.unwrap();
        let south = store.add_cost_centre("South", &event("cost_centre.added")).await.unwrap();
        store.add_user("ada@x.example", "Ada", Role::Administrator, "x", &event("user.added")).await.unwrap();
        let ben = store.add_user("ben@x.example", "Ben", Role::Staff, "x", &event("user.added")).await.unwrap();
        store.change_user(ben, Role::Staff, false, &[], &[north], &event("user.changed")).await.unwrap();
        let mut one = contact("One", ContactSide::Agent, kind, &["one@a.example"]);
        one.cost_centre = Some(north);
        let mut two = contact("Two", ContactSide::Agent, kind, &["two@a.example"]);
        two.cost_centre = Some(south);
        let one = store.save_contact(ALL, None, &one, &event("contact.added")).await.unwrap();
        let two_id = store.save_contact(ALL, None, &two, &event("contact.added")).await.unwrap();
        assert_eq!(names(&store.contacts(staff(ben), &ContactFilter::default(), None, 9).await.unwrap()), ["One"]);
        assert_eq!(store.contacts_found(staff(ben), &ContactFilter::default()).await.unwrap(), 1);
        assert_eq!(store.contact(staff(ben), one).await.unwrap().cost_centre, Some((north, "North".to_owned())));
        assert!(matches!(store.contact(staff(ben), two_id).await, Err(StoreError::NotFound)));
        assert!(matches!(store.save_contact(staff(ben), Some(two_id), &two, &event("x")).await, Err(StoreError::NotFound)));
        assert!(matches!(store.history(staff(ben), two_id, &HistoryFilter::default(), None, 9).await, Err(StoreError::NotFound)));
    }
}

// A person may be contact and client: both histories show the letter.
#[tokio::test]
async fn a_letter_stands_in_the_history_of_the_contact_and_of_the_client() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let kind = store.contact_types().await.unwrap()[0].clone();
        let (_, inbox) = shelf.mailbox("Desk").await;
        let letters = [letter(1, "book@hotel.example", "desk@office.example", "Your booking", NOW)];
        store.save_import(inbox, 1, &letters, &[], NOW).await.unwrap();
        let hotel = contact("Hotel", ContactSide::Supplier, kind.id, &["book@hotel.example", "pay@hotel.example"]);
        let hotel = store.save_contact(ALL, None, &hotel, &event("contact.added")).await.unwrap();
        let cy = client("CY", &[(Person::Partner, 2, "book@hotel.example")]);
        let cy = store.save_client(ALL, None, &cy, &event("client.added")).await.unwrap();
        let ada = store.add_user("ada@x.example", "Ada", Role::Staff, "x", &event("user.added")).await.unwrap();
        for party in [hotel, cy] {
            let rows = store.history(staff(ada), party, &HistoryFilter::default(), None, 9).await.unwrap();
            assert_eq!(rows.len(), 1, "{} {party}", shelf.name);
            assert_eq!(rows[0].why[0].address, "book@hotel.example");
        }
        let id = store.history(ALL, hotel, &HistoryFilter::default(), None, 9).await.unwrap()[0].id;
        let files = store.clients_with(ALL, &[id]).await.unwrap().remove(&id).unwrap();
        assert_eq!(files.iter().map(|file| file.id).collect::<Vec<_>>(), [cy, hotel]);
        let shared = store.shared_addresses(ALL, hotel).await.unwrap();
        assert_eq!(shared[0].others, [(cy, "Client CY".to_owned())]);
        // Whoever may open the contact may open its letter.
        assert!(store.may_see(staff(ada), id).await.unwrap());
    }
}

// A list can be imported again: nothing twice, nothing lost, and what finds no room is told.
#[tokio::test]
async fn a_list_of_contacts_can_be_imported_again() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let kinds = store.contact_types().await.unwrap();
        let hotel = contact("Hotel", ContactSide::Supplier, kinds[0].id, &["a@h.example", "b@h.example"]);
        let list = [hotel.clone(), contact("Agency", ContactSide::Agent, kinds[0].id, &[])];
        let counts = |done: &postroom_store::ContactListOutcome| (done.added, done.updated, done.unchanged);
        assert_eq!(counts(&store.import_contacts(&list, true, &event("contacts.imported")).await.unwrap()), (2, 0, 0));
        assert_eq!(store.contacts_found(ALL, &ContactFilter::default()).await.unwrap(), 0);
        assert_eq!(counts(&store.import_contacts(&list, false, &event("contacts.imported")).await.unwrap()), (2, 0, 0), "{}", shelf.name);
        assert_eq!(counts(&store.import_contacts(&list, false, &event("contacts.imported")).await.unwrap()), (0, 0, 2));
        let mut more = contact("HOTEL", ContactSide::Supplier, kinds[1].id, &["c@h.example", "d@h.example"]);
        more.company = "hotel gmbh".into();
        // The other side of the business is another contact.
        let other = contact("Hotel", ContactSide::Agent, kinds[0].id, &[]);
        let done = store.import_contacts(&[more, other], false, &event("contacts.imported")).await.unwrap();
        assert_eq!((counts(&done), done.left_off), ((1, 1, 0), vec![(0, "d@h.example".to_owned())]));
        let card =
            store.contacts(ALL, &ContactFilter { words: vec!["c@h".into()], ..ContactFilter::default() }, None, 9).await.unwrap().remove(0);
        assert_eq!((card.name.as_str(), card.contact_type.id, card.addresses.len()), ("Hotel", kinds[1].id, 3));
        assert!(store.events(None, 3).await.unwrap().iter().any(|entry| entry.detail.starts_with("Hotel by a list: type")));
    }
}
