//! What is compressed on the way, and what never is (BREACH; see `server/src/http/squeeze.rs`).

use crate::browser::House;
use axum::body::Body;
use http::{Method, Request, header};
use model::Role;

#[tokio::test]
async fn only_pages_that_our_own_pages_or_a_typed_address_ask_for_are_compressed() {
    let house = House::new().await;
    house.add_user("ada@example.com", Role::Administrator, &[]).await;
    let mut ada = house.signed_in("ada@example.com").await;
    let mut asked = async |path: &str, site: Option<&str>| {
        let mut request = Request::builder().method(Method::GET).uri(path).header(header::HOST, "localhost");
        request = request.header(header::ACCEPT, "text/html").header(header::ACCEPT_ENCODING, "br, gzip");
        if let Some(site) = site {
            request = request.header("sec-fetch-site", site);
        }
        let came = ada.send(request.body(Body::empty()).unwrap()).await;
        assert!(came.status.is_success(), "{path}: {}", came.status);
        (came.header("content-encoding").to_owned(), came.headers.get_all(header::VARY).iter().any(|by| by == "sec-fetch-site"))
    };
    for site in ["same-origin", "none"] {
        assert_eq!(asked("/clients", Some(site)).await, ("br".to_owned(), true), "{site}");
    }
    for site in [Some("cross-site"), Some("same-site"), None] {
        assert_eq!(asked("/clients", site).await, (String::new(), true), "{site:?}");
    }
    // No page of the app: its answer is its own business.
    assert_eq!(asked("/health", Some("same-origin")).await.0, "");
}
