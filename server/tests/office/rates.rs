//! What costs much is bounded, per person and per address, and says when to come back.

use crate::browser::House;
use http::StatusCode;
use model::{Permission, Role};
use postroom_server::rates::Cost;

const MINUTE: i64 = 60_000;

#[tokio::test]
async fn whoever_searches_without_a_pause_is_asked_to_wait_in_words_and_goes_on_afterwards() {
    // ASVS 5 V2.4.1
    let house = House::with_ada().await;
    house.add_user("ben@example.com", Role::Staff, &[]).await;
    let (mut ada, mut ben) = (house.signed_in("ada@example.com").await, house.signed_in("ben@example.com").await);
    let question = serde_json::json!({ "query": "kettle", "cursor": null });
    for n in 0..Cost::Search.bounds().0 {
        assert_eq!(ada.ask("/api/letters/search", &question).await.status, StatusCode::OK, "{n}");
    }
    let refused = ada.ask("/api/letters/search", &question).await;
    assert_eq!((refused.status, refused.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "1"));
    assert!(refused.text.contains("SlowDown"), "a program understands it: {}", refused.text);
    let page = ada.get("/search?q=kettle").await;
    assert_eq!((page.status, page.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "1"));
    assert!(page.text.contains("You have searched very often") && page.text.contains("Wait 1 second"), "{}", page.text);
    assert!(!page.text.contains("kettle") || page.text.contains("<main"), "in the app's frame");

    assert_eq!(ada.get("/search").await.status, StatusCode::OK, "the empty page costs nothing");
    assert_eq!(ada.get("/clients").await.status, StatusCode::OK, "everything else goes on");
    assert_eq!(ben.ask("/api/letters/search", &question).await.status, StatusCode::OK, "and so does everybody else");
    house.clock.advance(MINUTE);
    assert_eq!(ada.ask("/api/letters/search", &question).await.status, StatusCode::OK);
}

#[tokio::test]
async fn checking_the_whole_record_is_bounded_for_its_page_too() {
    let house = House::with_ada().await;
    house.add_user("ben@example.com", Role::Staff, &[Permission::AuditView]).await;
    let mut ben = house.signed_in("ben@example.com").await;
    for _ in 0..Cost::Verify.bounds().0 {
        assert_eq!(ben.get("/audit?verify=1").await.status, StatusCode::OK);
    }
    assert_eq!(ben.get("/audit?verify=1").await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(ben.call("/api/audit/verify", &[]).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(ben.get("/audit").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_stranger_who_tries_links_is_slowed_down_by_address() {
    let house = House::with_ada().await;
    let mut nobody = house.browser();
    for n in 0..Cost::Link.bounds().1 {
        assert_ne!(nobody.get(&format!("/welcome?link={n}")).await.status, StatusCode::TOO_MANY_REQUESTS);
    }
    let refused = nobody.get("/welcome?link=another").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.text.contains("Too many tries") && refused.text.contains("Wait 1 second, then go on."), "{}", refused.text);
    assert_eq!(house.office.rates.refused()[&Cost::Link], 1);
}
