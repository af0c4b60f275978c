//! Pages as they leave the server: headers, and that each one renders.

use crate::browser::House;
use http::StatusCode;
use postroom_server::permissions::{Kind, TABLE};

#[tokio::test]
async fn every_page_without_a_number_renders_for_an_administrator_under_a_policy_without_inline_script() {
    // RELIABILITY §3.3 layer 4
    let house = House::with_ada().await;
    let mut ada = house.signed_in("ada@example.com").await;
    for rule in TABLE.iter().filter(|rule| rule.kind == Kind::Page && !rule.path.contains('{') && rule.path != "/setup") {
        let came = ada.get(rule.path).await;
        assert!(came.status == StatusCode::OK || came.status.is_redirection(), "{}: {}", rule.path, came.status);
        let policy = came.header("content-security-policy");
        assert!(policy.contains("script-src 'nonce-") && policy.contains("frame-ancestors 'none'"), "{}: {policy}", rule.path);
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
        let scripts = came.text.matches("<script").count();
        assert_eq!(scripts, came.text.matches(&format!("nonce=\"{nonce}\"")).count(), "{}: every script carries the nonce", rule.path);
        assert_eq!(came.header("x-content-type-options"), "nosniff");
        assert_eq!(came.header("referrer-policy"), "same-origin");
        assert_eq!(came.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn each_page_has_a_nonce_of_its_own() {
    let house = House::with_ada().await;
    let mut browser = house.browser();
    let (one, other) = (browser.get("/sign-in").await, browser.get("/sign-in").await);
    assert_ne!(one.header("content-security-policy"), other.header("content-security-policy"));
}

#[tokio::test]
async fn what_does_not_exist_looks_like_a_page_to_who_is_signed_in_and_tells_nothing_to_who_is_not() {
    let house = House::with_ada().await;
    let came = house.signed_in("ada@example.com").await.get("/nowhere").await;
    assert_eq!(came.status, StatusCode::NOT_FOUND);
    assert!(came.text.contains("Postroom"), "{}", came.text);
    assert_eq!(house.browser().get("/nowhere").await.status, StatusCode::NOT_FOUND);
    let missing = house.signed_in("ada@example.com").await.get("/clients/99").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn health_needs_nobody() {
    let house = House::new().await;
    let came = house.browser().get("/health").await;
    assert_eq!((came.status, came.text.as_str()), (StatusCode::OK, "ok\n"));
}

#[tokio::test]
async fn progress_is_a_stream_for_whoever_is_signed_in() {
    use axum::body::Body;
    use http::{Method, header};
    use tower::ServiceExt;
    let house = House::with_ada().await;
    let ada = house.signed_in("ada@example.com").await;
    let cookie = format!("postroom_session={}", ada.cookies["postroom_session"]);
    let request = crate::browser::request(Method::GET, "/events/progress").header(header::COOKIE, cookie).body(Body::empty()).unwrap();
    let response = house.router.clone().oneshot(request).await.unwrap();
    assert_eq!((response.status(), response.headers()[header::CONTENT_TYPE].to_str().unwrap()), (StatusCode::OK, "text/event-stream"));
}
