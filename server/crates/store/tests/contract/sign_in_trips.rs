//! People on their way to a provider's sign-in and back.

use super::*;
use model::AccountId;
use postroom_store::{ApplicationRecord, Store, Trip};

const LASTS: i64 = 600_000;

fn trip(account: i64) -> Trip {
    let application = ApplicationRecord {
        sign_in_server: "login.example".into(),
        consent_server: "consent.example".into(),
        tenant: "t".into(),
        client_id: "c".into(),
        delegated: true,
        secret_expires_at: None,
        has_refresh: false,
        sends: true,
    };
    Trip {
        account: AccountId(account),
        application,
        verifier: "verified".to_owned().into(),
        redirect: "https://post.example/back".into(),
        url: "https://consent.example/?state=s".into(),
        expires_at: NOW + LASTS,
    }
}

// DESIGN §8: what a trip is begun and ended with stands in no log.
#[test]
fn a_trip_tells_nobody_what_the_browser_carries() {
    let told = format!("{:?}", Trip { url: "https://consent.example/?state=carried".into(), ..trip(7) });
    assert!(told.contains("AccountId(7)") && !told.contains("carried") && !told.contains("verified"), "{told}");
}

// DESIGN §10, O21: a trip is its session's own, lasts ten minutes, ends once, and can end on another node.
#[tokio::test]
async fn a_trip_is_its_sessions_own_and_ends_once_on_any_node() {
    for shelf in shelves().await {
        let (ann, bob, state) = ([1; 32], [2; 32], [9; 32]);
        shelf.store.begin_trip(&ann, &state, &trip(1), NOW).await.unwrap();
        // Another node: the same database and key, nothing in memory.
        let store = Store::open(&shelf.url, shelf.folder.path()).await.unwrap();
        let seen = store.trip(&ann, &state, NOW).await.unwrap().unwrap();
        assert_eq!((seen.account, seen.verifier.expose_secret(), seen.application), (AccountId(1), "verified", trip(1).application));
        assert_eq!((seen.redirect, seen.url), (trip(1).redirect, trip(1).url));
        assert!(store.trip_of_account(&ann, AccountId(1), NOW).await.unwrap().is_some(), "{}", shelf.name);
        assert!(store.trip_of_account(&ann, AccountId(2), NOW).await.unwrap().is_none());
        assert!(store.trip(&bob, &state, NOW).await.unwrap().is_none() && store.end_trip(&bob, &state, NOW).await.unwrap().is_none());
        assert!(store.trip(&ann, &[8; 32], NOW).await.unwrap().is_none());
        assert!(store.end_trip(&ann, &state, NOW).await.unwrap().is_some() && store.end_trip(&ann, &state, NOW).await.unwrap().is_none());
        store.begin_trip(&ann, &state, &trip(1), NOW).await.unwrap();
        assert!(store.trip(&ann, &state, NOW + LASTS).await.unwrap().is_none());
        assert!(store.end_trip(&ann, &state, NOW + LASTS).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_second_begin_makes_the_first_worthless() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let ann = [1; 32];
        store.begin_trip(&ann, &[1; 32], &trip(1), NOW).await.unwrap();
        store.begin_trip(&ann, &[2; 32], &trip(1), NOW + 1).await.unwrap();
        store.begin_trip(&ann, &[3; 32], &trip(2), NOW + 1).await.unwrap();
        assert!(store.trip(&ann, &[1; 32], NOW + 2).await.unwrap().is_none(), "{}", shelf.name);
        assert!(
            store.trip(&ann, &[2; 32], NOW + 2).await.unwrap().is_some() && store.trip(&ann, &[3; 32], NOW + 2).await.unwrap().is_some()
        );
    }
}

// O21: a double click begins two trips at the same moment: neither fails, and one of them counts.
#[tokio::test]
async fn two_trips_begun_at_once_are_one() {
    for shelf in shelves().await {
        let (store, ann) = (&shelf.store, [1; 32]);
        for round in 0..20_u8 {
            let (one, other) = ([2 * round; 32], [2 * round + 1; 32]);
            let trip = trip(1);
            let (first, second) = tokio::join!(store.begin_trip(&ann, &one, &trip, NOW), store.begin_trip(&ann, &other, &trip, NOW));
            first.unwrap();
            second.unwrap();
            let here = [store.trip(&ann, &one, NOW).await.unwrap(), store.trip(&ann, &other, NOW).await.unwrap()];
            assert_eq!(here.iter().flatten().count(), 1, "{}", shelf.name);
        }
    }
}
