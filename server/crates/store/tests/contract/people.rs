//! People and sessions.

use super::*;

// I10: nothing is granted that was not given; the last administrator stays.
#[tokio::test]
async fn people_come_with_what_they_were_given() {
    for shelf in shelves().await {
        let store = &shelf.store;
        assert_eq!(store.user_count().await.unwrap(), 0);
        let ada = store.add_first_user("ada@office.example", "Ada", "hash", &event("office.set_up")).await.unwrap();
        assert!(matches!(
            store.add_first_user("eve@office.example", "Eve", "hash", &event("office.set_up")).await,
            Err(StoreError::Conflict("already_set_up"))
        ));
        let ben = store.add_user("ben@office.example", "Ben", Role::Staff, "hash", &event("user.added")).await.unwrap();
        assert!(matches!(
            store.add_user("ben@office.example", "Ben", Role::Staff, "hash", &event("user.added")).await,
            Err(StoreError::Conflict("user_email_taken"))
        ));
        assert_eq!(store.user_by_email("ben@office.example").await.unwrap().unwrap().granted, []);
        let north = store.add_cost_centre("North", &event("cost_centre.added")).await.unwrap();
        assert!(matches!(
            store.add_cost_centre("North", &event("cost_centre.added")).await,
            Err(StoreError::Conflict("cost_centre_name_taken"))
        ));
        store.change_user(ben, Role::Staff, false, &[Permission::ClientsEdit], &[north], &event("user.changed")).await.unwrap();
        let card = store.users().await.unwrap().into_iter().find(|user| user.id == ben).unwrap();
        assert_eq!((card.granted, card.cost_centres), (vec![Permission::ClientsEdit], vec![north]));
        assert_eq!(store.cost_centres().await.unwrap()[0].users, 1);
        assert!(matches!(
            store.change_user(ada, Role::Staff, false, &[], &[], &event("user.changed")).await,
            Err(StoreError::Conflict("last_administrator"))
        ));
        assert_eq!(store.user(ada).await.unwrap().unwrap().role, Role::Administrator);
        assert!(store.user(UserId(99)).await.unwrap().is_none());
    }
}

// RELIABILITY §4.2: sessions end when they must.
#[tokio::test]
async fn sessions_start_and_end() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let ada = store.add_first_user("ada@office.example", "Ada", "hash", &event("office.set_up")).await.unwrap();
        let ben = store.add_user("ben@office.example", "Ben", Role::Staff, "hash", &event("user.added")).await.unwrap();
        for (token, user) in [(b"one", ada), (b"two", ben), (b"six", ben)] {
            store.start_session(token, user, NOW, "127.0.0.1", "Browser").await.unwrap();
        }
        store.touch_session(b"two", NOW + 5).await.unwrap();
        assert_eq!(store.session(b"two").await.unwrap().unwrap().seen_at, NOW + 5);
        store.end_session(b"six").await.unwrap();
        assert!(store.session(b"six").await.unwrap().is_none());
        store.change_user(ben, Role::Staff, true, &[], &[], &event("user.disabled")).await.unwrap();
        assert!(store.session(b"two").await.unwrap().is_none());
        store.set_password(ada, "other", &event("user.password")).await.unwrap();
        assert!(store.session(b"one").await.unwrap().is_none());
        store.start_session(b"ten", ada, NOW, "", "").await.unwrap();
        assert_eq!(store.drop_old_sessions(NOW - 1, NOW - 1).await.unwrap(), 0);
        store.end_sessions_of(ada).await.unwrap();
        assert!(store.session(b"ten").await.unwrap().is_none());

        assert_eq!(store.count_attempt("door", NOW, NOW - 10).await.unwrap(), 1);
        assert_eq!(store.count_attempt("door", NOW + 5, NOW - 10).await.unwrap(), 2);
        assert_eq!(store.count_attempt("door", NOW + 50, NOW + 40).await.unwrap(), 1);
        store.clear_attempts("door").await.unwrap();
        assert_eq!(store.count_attempt("door", NOW + 51, NOW).await.unwrap(), 1);
    }
}

// WCAG 2.1.4: the switch is kept for each person.
#[tokio::test]
async fn a_persons_choice_is_kept() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let ada = store.add_first_user("ada@office.example", "Ada", "hash", &event("office.set_up")).await.unwrap();
        assert!(store.user(ada).await.unwrap().unwrap().shortcuts);
        store.set_choice(ada, "shortcuts", "off", &event("user.choice")).await.unwrap();
        assert_eq!(store.choice(ada, "shortcuts").await.unwrap().as_deref(), Some("off"));
        assert!(!store.user(ada).await.unwrap().unwrap().shortcuts);
    }
}
