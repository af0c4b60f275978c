//! Requests to read an account that collects a mailbox already.

use super::*;
use model::JoinState;
use postroom_store::Store;

async fn person(store: &Store, email: &str) -> UserId {
    store.add_user(email, "Zoe", Role::Staff, "hash", &event("user.added")).await.unwrap()
}

// O10: one request a person and account; an answer ends it, a declined one can be asked again, and a shared one opens the account.
#[tokio::test]
async fn a_request_is_kept_once_and_answered_once() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (desk, _) = shelf.mailbox("Desk").await;
        let (zoe, ben) = (person(store, "zoe@example.com").await, person(store, "ben@example.com").await);
        store.ask_to_join(desk, zoe, &event("account.join_asked")).await.unwrap();
        let again = store.ask_to_join(desk, zoe, &event("account.join_asked")).await;
        assert!(matches!(again, Err(StoreError::Conflict("join_is_asked"))), "{}: {again:?}", shelf.name);
        store.ask_to_join(desk, ben, &event("account.join_asked")).await.unwrap();
        let open = store.open_joins().await.unwrap();
        assert_eq!(open.iter().map(|request| request.user).collect::<Vec<_>>(), [zoe, ben]);
        assert_eq!((open[0].account_name.as_str(), open[0].asked_at, open[0].state), ("Desk", NOW, JoinState::Open));

        store.answer_join(desk, zoe, false, &event("account.join_declined")).await.unwrap();
        assert!(matches!(store.answer_join(desk, zoe, true, &event("account.shared")).await, Err(StoreError::NotFound)));
        assert!(!store.account_is_open_to(desk, zoe).await.unwrap());
        assert_eq!(store.joins_of(zoe).await.unwrap()[0].state, JoinState::Declined);
        store.ask_to_join(desk, zoe, &event("account.join_asked")).await.unwrap();
        assert_eq!(store.joins_of(zoe).await.unwrap()[0].state, JoinState::Open);

        store.answer_join(desk, ben, true, &event("account.shared")).await.unwrap();
        assert!(store.account_is_open_to(desk, ben).await.unwrap());
        assert_eq!(store.joins_of(ben).await.unwrap()[0].state, JoinState::Shared);
        assert_eq!(store.open_joins().await.unwrap().len(), 1);
        store.share_account(desk, &[zoe, ben], &event("account.shared")).await.unwrap();
        assert!(store.open_joins().await.unwrap().is_empty(), "sharing it by hand is an answer too");
        // An account that is deleted takes its requests along.
        crate::removal::remove(store, desk).await;
        assert!(store.joins_of(ben).await.unwrap().is_empty());
    }
}
