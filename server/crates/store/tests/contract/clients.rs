//! Clients.

use super::*;

fn codes(cards: &[model::ClientCard]) -> Vec<&str> {
    cards.iter().map(|card| card.code.as_str()).collect()
}

// Clients by list: the same code updates, nothing is deleted, a rehearsal keeps nothing.
#[tokio::test]
async fn a_list_of_clients_can_be_imported_again() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let list = [client("A", &[(Person::Myself, 1, "a@client.example")]), client("B", &[])];
        assert_eq!(store.import_clients(&list, true, &event("clients.imported")).await.unwrap().counts(), (2, 0, 0));
        assert_eq!(store.client_count(ALL).await.unwrap(), 0);
        assert_eq!(store.import_clients(&list, false, &event("clients.imported")).await.unwrap().counts(), (2, 0, 0));
        let more = [client("A", &[(Person::Partner, 3, "p@client.example")]), client("B", &[])];
        assert_eq!(store.import_clients(&more, false, &event("clients.imported")).await.unwrap().counts(), (0, 1, 1));
        assert_eq!(store.client_by_code(ALL, "A").await.unwrap().addresses.len(), 2);
        let found = store.clients(ALL, &["p@client".into(), "cli".into()], None, 10).await.unwrap();
        assert_eq!(codes(&found), ["A"]);
        let first = store.clients(ALL, &[], None, 1).await.unwrap();
        let rest = store.clients(ALL, &[], Some(first[0].id), 9).await.unwrap();
        assert_eq!((first[0].code.as_str(), rest[0].code.as_str(), rest.len()), ("A", "B", 1));
        assert!(matches!(store.client(ALL, ClientId(77)).await, Err(StoreError::NotFound)));
    }
}

#[tokio::test]
async fn a_list_that_changes_a_client_says_so_in_the_trail_of_that_client() {
    for shelf in shelves().await {
        let store = &shelf.store;
        store.import_clients(&[client("A", &[(Person::Myself, 1, "a@x.example")])], false, &event("clients.imported")).await.unwrap();
        let changed = [client("a", &[(Person::Myself, 1, "b@x.example")]), client("C", &[])];
        assert_eq!(store.import_clients(&changed, false, &event("clients.imported")).await.unwrap().counts(), (1, 1, 0));
        let events = store.events(None, 10).await.unwrap();
        let entry = events.iter().find(|entry| entry.action == "client.changed").unwrap();
        assert!(
            entry.detail.contains("A by a list: ") && entry.detail.contains("self1 a@x.example became b@x.example"),
            "{}",
            entry.detail
        );
    }
}

// Two codes that differ only by capitals are one client.
#[tokio::test]
async fn codes_that_differ_by_capitals_only_are_one_client() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let id = store.save_client(ALL, None, &client("Ä1", &[]), &event("client.added")).await.unwrap();
        for code in ["ä1", "Ä1 ", "Ä1"] {
            let refused = store.save_client(ALL, None, &client(code, &[]), &event("client.added")).await;
            assert!(matches!(refused, Err(StoreError::Conflict("client_code_taken"))), "{code:?} {refused:?}");
        }
        let plain = store.save_client(ALL, None, &client("A1", &[]), &event("client.added")).await.unwrap();
        let refused = store.save_client(ALL, Some(plain), &client("ä1", &[]), &event("client.changed")).await;
        assert!(matches!(refused, Err(StoreError::Conflict("client_code_taken"))));
        assert_eq!(store.client_by_code(ALL, "ä1").await.unwrap().id, id);
        store.save_client(ALL, Some(id), &client("ä1", &[]), &event("client.changed")).await.unwrap();
        assert_eq!(store.client(ALL, id).await.unwrap().code, "ä1");
        store.save_client(ALL, Some(id), &client("Z9", &[]), &event("client.changed")).await.unwrap();
        assert!(matches!(store.client_by_code(ALL, "ä1").await, Err(StoreError::NotFound)));
        store.save_client(ALL, None, &client("Ä1", &[]), &event("client.added")).await.unwrap();
        assert_eq!(store.import_clients(&[client("z9", &[])], true, &event("clients.imported")).await.unwrap().counts(), (0, 1, 0));
    }
}

#[tokio::test]
async fn clients_are_found_and_sorted_without_regard_to_capitals_and_accents() {
    for shelf in shelves().await {
        let store = &shelf.store;
        for (code, name, address) in [
            ("K1", "Zoë MÜLLER", "zoe@xn--bcher-kva.example"),
            ("K2", "Łukasz z Łodzi", "Łukasz@example.com"),
            ("K3", "ΣΊΣΥΦΟΣ", "s@example.com"),
            ("K4", "Österreicher", "o@example.com"),
            ("K5", "Otto", "100%_sure@example.com"),
        ] {
            let mut change = client(code, &[(Person::Partner, 2, &address.to_lowercase())]);
            change.name = name.into();
            store.save_client(ALL, None, &change, &event("client.added")).await.unwrap();
        }
        for (words, found) in [
            ("muller", "K1"),
            ("Müller ZOE", "K1"),
            ("bücher", "K1"),
            ("lodzi", "K2"),
            ("ŁUKASZ@", "K2"),
            ("σίσυφος", "K3"),
            ("OSTERREICH", "K4"),
            ("0%_S", "K5"),
            ("k5", "K5"),
        ] {
            let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
            assert_eq!(codes(&store.clients(ALL, &words, None, 9).await.unwrap()), [found], "{words:?} on {}", shelf.name);
            assert_eq!(store.clients_found(ALL, &words).await.unwrap(), 1);
        }
        assert_eq!(store.clients_found(ALL, &["%".into()]).await.unwrap(), 1);
        assert_eq!(store.clients_found(ALL, &[]).await.unwrap(), 5);
        assert_eq!(codes(&store.clients(ALL, &[], None, 9).await.unwrap()), ["K2", "K4", "K5", "K1", "K3"]);
    }
}

#[tokio::test]
async fn clients_of_before_are_folded_when_the_store_is_opened() {
    for shelf in shelves().await {
        let id = shelf.store.save_client(ALL, None, &client("Ä1", &[]), &event("client.added")).await.unwrap();
        shelf.tamper("delete from client_code").await;
        shelf.tamper("update party set sort_name = 'müller', search_text = 'ä1 müller', name = 'Müller'").await;
        // Two clients whose codes an earlier version took for different ones: both stay, the first keeps the code.
        shelf.tamper("insert into party (kind, code, name, sort_name, search_text, created_at) values ('client', 'ä1', 'Twin', 'twin', 'twin', 1)").await;
        let reopened = postroom_store::Store::open(&shelf.url, shelf.folder.path()).await.unwrap();
        assert_eq!(reopened.clients_found(ALL, &["muller".into()]).await.unwrap(), 1);
        assert_eq!(reopened.client_count(ALL).await.unwrap(), 2);
        assert_eq!(reopened.client_by_code(ALL, "Ä1").await.unwrap().id, id);
        assert_eq!(reopened.client_by_code(ALL, "ä1").await.unwrap().name, "Twin");
        reopened.close().await;
    }
}

// S12: an address may stand on several files; each says so, to those who may know.
#[tokio::test]
async fn a_shared_address_names_the_other_clients_in_scope() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let centre = store.add_cost_centre("North", &event("cost_centre.added")).await.unwrap();
        store.add_user("ada@x.example", "Ada", Role::Administrator, "x", &event("user.added")).await.unwrap();
        let ben = store.add_user("ben@x.example", "Ben", Role::Staff, "x", &event("user.added")).await.unwrap();
        store.change_user(ben, Role::Staff, false, &[], &[centre], &event("user.changed")).await.unwrap();
        let mut one = client("ONE", &[(Person::Myself, 1, "joint@x.example"), (Person::Partner, 1, "joint@x.example")]);
        one.cost_centre = Some(centre);
        let mut two = client("TWO", &[(Person::Myself, 1, "joint@x.example"), (Person::Myself, 2, "own@x.example")]);
        two.cost_centre = Some(centre);
        let secret = client("SECRET", &[(Person::Partner, 3, "joint@x.example")]);
        let one = store.save_client(ALL, None, &one, &event("client.added")).await.unwrap();
        let two = store.save_client(ALL, None, &two, &event("client.added")).await.unwrap();
        let secret = store.save_client(ALL, None, &secret, &event("client.added")).await.unwrap();
        let all = store.shared_addresses(ALL, one).await.unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].others, [(secret, "Client SECRET".to_owned()), (two, "Client TWO".to_owned())]);
        let bens = store.shared_addresses(staff(ben), one).await.unwrap();
        assert_eq!(bens[0].others, [(two, "Client TWO".to_owned())]);
        assert!(matches!(store.shared_addresses(staff(ben), secret).await, Err(StoreError::NotFound)));
        assert_eq!(store.also_on_file(staff(ben), None, &["own@x.example".into(), "no@x.example".into()]).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn saving_a_client_records_what_is_different() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let id = store.save_client(ALL, None, &client("A", &[(Person::Myself, 1, "a@x.example")]), &event("client.added")).await.unwrap();
        let mut change = client("A", &[(Person::Myself, 1, "b@x.example")]);
        change.name = "Ada".into();
        store.save_client(ALL, Some(id), &change, &event("client.changed")).await.unwrap();
        let details: Vec<String> = store.events(None, 10).await.unwrap().into_iter().map(|entry| entry.detail).collect();
        assert!(details.iter().any(|detail| detail == "because: self1 a@x.example added"), "{details:?}");
        let wanted = "because: name “Client A” became “Ada”; self1 a@x.example became b@x.example";
        assert!(details.iter().any(|detail| detail == wanted), "{details:?}");
    }
}
