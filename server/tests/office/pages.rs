//! Pages as they leave the server: headers, and that each one renders.

use crate::browser::House;
use crate::fields::strays;
use http::StatusCode;
use postroom_server::permissions::{Kind, TABLE};

#[tokio::test]
async fn every_page_without_a_number_renders_for_an_administrator_under_a_policy_without_inline_script() {
    // RELIABILITY §3.3 layer 4
    // A demo, since a real office answers 404 for the demo's own page.
    let (house, _) = House::demo().await;
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
        let strays = strays(&came.text);
        assert!(strays.is_empty(), "{}: in no form stand {strays:#?}", rule.path);
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

#[tokio::test]
async fn a_refusal_is_drawn_in_the_frame_of_who_is_signed_in_and_as_a_plain_page_for_others() {
    let house = House::with_ada().await;
    house.add_user("ben@example.com", model::Role::Staff, &[]).await;
    let mut ben = house.signed_in("ben@example.com").await;
    let csrf = ben.csrf().await;
    let too_large = "a".repeat(1024 * 1024 + 1);
    let refused = [
        (ben.get("/settings/people").await, StatusCode::FORBIDDEN, "This is not open to you"),
        (ben.get("/messages/99/files/0").await, StatusCode::NOT_FOUND, "Page not found"),
        (ben.get("/nowhere").await, StatusCode::NOT_FOUND, "Page not found"),
        (
            ben.post("/api/session/theme", &[("csrf", &csrf), ("theme", &too_large)]).await,
            StatusCode::PAYLOAD_TOO_LARGE,
            "This is too large",
        ),
        (ben.post("/api/session/sign-out", &[("csrf", "another")]).await, StatusCode::FORBIDDEN, "from another session"),
    ];
    for (came, status, words) in refused {
        assert_eq!(came.status, status, "{words}");
        assert!(
            came.text.contains(words) && came.text.contains("aria-label=\"Main\"") && came.text.contains("ben@example.com"),
            "{}",
            came.text
        );
        assert_eq!(came.text.matches("<h1").count(), 1, "{words}");
        let policy = came.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe-inline"), "{policy}");
    }
    let stranger = house.browser().get("/nowhere").await;
    assert_eq!(stranger.status, StatusCode::NOT_FOUND);
    assert!(stranger.text.contains("class=\"plain\"") && !stranger.text.contains("aria-label=\"Main\""), "{}", stranger.text);
    // A program is told in JSON, and a letter's frame stays as isolated as it was.
    assert!(matches!(ben.call("/api/people/add", &[]).await.json::<model::Problem>(), model::Problem::NotAllowed(_)));
    let framed = ben.get_as("/messages/99/body", "iframe").await;
    assert!(framed.header("content-security-policy").starts_with("sandbox") && !framed.text.contains("ben@example.com"), "{}", framed.text);
}
