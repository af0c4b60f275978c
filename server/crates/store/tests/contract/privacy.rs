//! What a scope hides.

use super::*;

// O28, P23, W2: another cost centre's client and another person's private mail do not exist.
#[tokio::test]
async fn the_scope_hides_what_is_not_ones_own() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let ada = store.add_first_user("ada@office.example", "Ada", "hash", &event("office.set_up")).await.unwrap();
        let ben = store.add_user("ben@office.example", "Ben", Role::Staff, "hash", &event("user.added")).await.unwrap();
        let own = NewAccount { owner: Some(ada), address: "ada@office.example".into(), ..account("Ada") };
        let account_id = store.add_account(&own, &event("account.added")).await.unwrap();
        store.keep_folders(account_id, &[folder("INBOX")]).await.unwrap();
        let inbox = store.folders(account_id).await.unwrap()[0].id;
        let window = [
            letter(1, "cy@client.example", "ada@office.example", "matter", NOW),
            letter(2, "mum@home.example", "ada@office.example", "dinner", NOW + 1000),
        ];
        store.save_import(inbox, 1, &window, &[], NOW).await.unwrap();
        store.close_census(inbox, &census(1, &[1, 2]), NOW).await.unwrap();
        let north = store.add_cost_centre("North", &event("cost_centre.added")).await.unwrap();
        let change = ClientChange { cost_centre: Some(north), ..client("CY", &[(Person::Myself, 1, "cy@client.example")]) };
        let cy = store.save_client(ALL, None, &change, &event("client.added")).await.unwrap();
        let ids = store.search(ALL, &SearchQuery::default(), None, 10).await.unwrap().letters();
        let [dinner, matter] = [ids[0], ids[1]];

        for (scope, sees_matter, sees_dinner) in
            [(staff(ada), true, true), (staff(ben), false, false), (Scope::User { id: ben, administrator: true }, true, false)]
        {
            assert_eq!(store.may_see(scope, matter).await.unwrap(), sees_matter, "{} {scope:?}", shelf.name);
            assert_eq!(store.may_see(scope, dinner).await.unwrap(), sees_dinner, "{} {scope:?}", shelf.name);
            assert_eq!(store.letter(scope, matter).await.is_ok(), sees_matter);
            assert_eq!(store.raw(scope, dinner).await.is_ok(), sees_dinner);
            assert_eq!(
                store.search(scope, &SearchQuery::default(), None, 10).await.unwrap().places.len(),
                usize::from(sees_matter) + usize::from(sees_dinner)
            );
            let shown = store.sightings(scope, inbox, Outcome::Filed, None, 10).await.unwrap();
            assert_eq!(shown.iter().filter(|row| row.subject.is_some()).count(), usize::from(sees_matter) + usize::from(sees_dinner));
        }
        // A colleague's own address on a client's file opens nothing.
        let trick = client("TRICK", &[(Person::Myself, 1, "ada@office.example")]);
        let trick = store.save_client(ALL, None, &trick, &event("client.added")).await.unwrap();
        assert_eq!(store.history(ALL, trick, &HistoryFilter::default(), None, 9).await.unwrap().len(), 0);
        assert!(!store.may_see(Scope::User { id: ben, administrator: true }, dinner).await.unwrap());
        // Nor does the letter tell in which of her folders it lies.
        let seen = store.letter(Scope::User { id: ben, administrator: true }, matter).await.unwrap().sightings;
        assert_eq!(
            seen.iter().map(|place| (place.account.as_str(), place.folder.as_str())).collect::<Vec<_>>(),
            vec![("A private mailbox", "")]
        );
        assert!(matches!(store.history(staff(ben), cy, &HistoryFilter::default(), None, 9).await, Err(StoreError::NotFound)));
        assert!(matches!(store.client(staff(ben), cy).await, Err(StoreError::NotFound)));
        assert!(matches!(store.client_by_code(staff(ben), "CY").await, Err(StoreError::NotFound)));
        assert_eq!((store.client_count(staff(ben)).await.unwrap(), store.clients(staff(ben), &[], None, 9).await.unwrap().len()), (0, 0));
        assert!(store.save_client(staff(ben), Some(cy), &change, &event("client.changed")).await.is_err());
        store.change_user(ben, Role::Staff, false, &[], &[north], &event("user.changed")).await.unwrap();
        assert!(store.may_see(staff(ben), matter).await.unwrap());
        assert!(!store.may_see(staff(ben), dinner).await.unwrap());
    }
}
