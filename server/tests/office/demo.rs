//! A demo says that it is one, and can be left; a real office knows of no such thing.

use crate::browser::{House, PASSWORD};
use http::StatusCode;
use std::sync::atomic::Ordering;

#[tokio::test]
async fn every_page_of_a_demo_says_so_and_names_its_sign_ins() {
    // DESIGN §13
    let (house, _) = House::demo().await;
    let door = house.browser().get("/sign-in").await;
    assert!(door.text.contains("Demo office") && door.text.contains("Sign in as Ada (administrator)"), "{}", door.text);
    let mut ada = house.signed_in("ada@example.com").await;
    for path in ["/clients", "/accounts", "/settings", "/audit", "/demo", "/nowhere"] {
        let page = ada.get(path).await;
        assert!(page.text.contains("Demo office") && page.text.contains(PASSWORD), "{path}: {}", page.text);
    }
}

#[tokio::test]
async fn a_demo_is_left_by_a_confirmed_form_of_ones_own_session() {
    let (house, demo) = House::demo().await;
    let mut ada = house.signed_in("ada@example.com").await;
    let csrf = ada.csrf().await;
    assert_eq!(house.browser().post("/demo/leave", &[("confirm", "yes")]).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(ada.post("/demo/leave", &[("confirm", "yes"), ("csrf", "x")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(ada.post("/demo/leave", &[("csrf", &csrf)]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!demo.stop.is_cancelled(), "nothing has happened yet");
    let page = ada.post("/demo/leave", &[("csrf", &csrf), ("confirm", "yes")]).await;
    assert!(page.status == StatusCode::OK && page.text.contains("The demo is over"), "{}", page.text);
    assert!(demo.stop.is_cancelled() && demo.left.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_real_office_has_no_demo_to_show_or_to_leave() {
    // DESIGN §4: not reachable from a release's ordinary pages
    let house = House::with_ada().await;
    assert!(!house.browser().get("/sign-in").await.text.contains("Demo office"));
    let mut ada = house.signed_in("ada@example.com").await;
    let csrf = ada.csrf().await;
    assert_eq!(ada.get("/demo").await.status, StatusCode::NOT_FOUND);
    assert_eq!(ada.post("/demo/leave", &[("csrf", &csrf), ("confirm", "yes")]).await.status, StatusCode::NOT_FOUND);
}
