//! The stream of progress lives no longer than the session it was opened in.

use crate::browser::{Browser, House, PASSWORD};
use axum::body::{Body, BodyDataStream};
use futures::StreamExt;
use http::{Method, StatusCode, header};
use model::Role;
use std::time::Duration;
use tower::ServiceExt;

const HOUR: i64 = 3_600_000;

async fn open(house: &House, browser: &Browser) -> BodyDataStream {
    let cookie = format!("postroom_session={}", browser.cookies["postroom_session"]);
    let request = crate::browser::request(Method::GET, "/events/progress").header(header::COOKIE, cookie).body(Body::empty()).unwrap();
    let response = house.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    response.into_body().into_data_stream()
}

/// Well below the fifteen seconds after which a quiet stream looks by itself.
async fn ends(mut stream: BodyDataStream, why: &str) {
    let end = tokio::time::timeout(Duration::from_secs(5), stream.next()).await;
    assert!(matches!(end, Ok(None)), "{why}: {end:?}");
}

#[tokio::test]
async fn a_stream_ends_at_once_with_its_session() {
    // W2, DESIGN §10
    let house = House::with_ada().await;
    let ben = house.add_user("ben@example.com", Role::Staff, &[]).await;

    let mut browser = house.signed_in("ben@example.com").await;
    let stream = open(&house, &browser).await;
    browser.call("/api/session/sign-out", &[]).await;
    ends(stream, "signed out").await;

    let (one, mut other) = (house.signed_in("ben@example.com").await, house.signed_in("ben@example.com").await);
    let stream = open(&house, &one).await;
    other.call("/api/people/sign-out-everywhere", &[]).await;
    ends(stream, "signed out everywhere").await;

    let one = house.signed_in("ben@example.com").await;
    let stream = open(&house, &one).await;
    house.office.reset_password(&house.console(), "ben@example.com", PASSWORD.into()).await.unwrap();
    ends(stream, "a new password").await;

    let one = house.signed_in("ben@example.com").await;
    let stream = open(&house, &one).await;
    house.office.change_user(&house.console(), ben, Role::Staff, true, vec![], vec![]).await.unwrap();
    ends(stream, "disabled").await;
}

#[tokio::test]
async fn a_stream_of_a_session_that_grew_old_ends_and_a_page_left_open_does_not_keep_it_young() {
    let house = House::with_ada().await;
    let mut ada = house.signed_in("ada@example.com").await;
    for _ in 0..2 {
        house.clock.advance(HOUR / 3 + 1);
        drop(open(&house, &ada).await);
    }
    // Asked for progress all the time, but never used: out after the hour.
    house.clock.advance(HOUR / 3 + 1);
    assert_eq!(ada.get("/clients").await.status, StatusCode::SEE_OTHER);

    let ada = house.signed_in("ada@example.com").await;
    let stream = open(&house, &ada).await;
    house.clock.advance(HOUR + 1);
    // Anything that happens makes it look.
    let mut other = house.signed_in("ada@example.com").await;
    other.call("/api/session/sign-out", &[]).await;
    ends(stream, "too old").await;
}
