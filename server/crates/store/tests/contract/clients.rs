//! Clients.

use super::*;

// Clients by list: the same code updates, nothing is deleted, a rehearsal keeps nothing.
#[tokio::test]
async fn a_list_of_clients_can_be_imported_again() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let list = [client("A", &[(Person::Myself, 1, "a@client.example")]), client("B", &[])];
        assert_eq!(store.import_clients(&list, true, &event("clients.imported")).await.unwrap(), (2, 0, 0));
        assert_eq!(store.client_count(ALL).await.unwrap(), 0);
        assert_eq!(store.import_clients(&list, false, &event("clients.imported")).await.unwrap(), (2, 0, 0));
        let more = [client("A", &[(Person::Partner, 3, "p@client.example")]), client("B", &[])];
        assert_eq!(store.import_clients(&more, false, &event("clients.imported")).await.unwrap(), (0, 1, 1));
        assert_eq!(store.client_by_code(ALL, "A").await.unwrap().addresses.len(), 2);
        let found = store.clients(ALL, &["p@client".into(), "cli".into()], None, 10).await.unwrap();
        assert_eq!(found.iter().map(|card| card.code.as_str()).collect::<Vec<_>>(), vec!["A"]);
        let first = store.clients(ALL, &[], None, 1).await.unwrap();
        let rest = store.clients(ALL, &[], Some((first[0].name.to_lowercase(), first[0].id.0)), 9).await.unwrap();
        assert_eq!((first[0].code.as_str(), rest[0].code.as_str(), rest.len()), ("A", "B", 1));
        assert!(matches!(store.client(ALL, ClientId(77)).await, Err(StoreError::NotFound)));
    }
}
