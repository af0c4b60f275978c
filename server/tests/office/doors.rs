//! Every door of the server, generated from the permission table (DESIGN §10, RELIABILITY §4.1).

use crate::browser::{FORM, House, ours, request};
use axum::body::Body;
use http::{Method, StatusCode, header};
use model::{Permission, Role};
use postroom_server::http::{PLAIN_ROUTES, page_routes};
use postroom_server::permissions::{Kind, Rule, TABLE, Who};
use std::collections::BTreeSet;

fn of(kinds: &[Kind]) -> BTreeSet<(String, String)> {
    TABLE.iter().filter(|rule| kinds.contains(&rule.kind)).map(|rule| (rule.method.to_string(), rule.path.to_owned())).collect()
}

/// A path that fits a pattern.
fn example(rule: &Rule) -> String {
    rule.path.replace("{id}", "1").replace("{n}", "0").replace("{statement}", "1").replace("{account}", "1").replace("{*path}", "x.js")
}

fn calls() -> impl Iterator<Item = &'static Rule> {
    TABLE.iter().filter(|rule| rule.method == Method::POST)
}

#[test]
fn the_table_names_every_server_function_and_nothing_else() {
    let _ = page_routes(); // makes sure that the app is linked
    let registered: BTreeSet<(String, String)> =
        server_fn::axum::server_fn_paths().map(|(path, method)| (method.to_string(), path.to_owned())).collect();
    assert_eq!(of(&[Kind::Call]), registered);
}

#[tokio::test]
async fn the_table_names_every_page_and_every_route_of_our_own_and_nothing_else() {
    let pages: BTreeSet<(String, String)> = page_routes().iter().map(|page| ("GET".to_owned(), page.path().to_owned())).collect();
    assert_eq!(of(&[Kind::Page]), pages);
    let plain: BTreeSet<&str> = PLAIN_ROUTES.iter().copied().collect();
    let table: BTreeSet<&str> = TABLE.iter().filter(|rule| matches!(rule.kind, Kind::File | Kind::Asset)).map(|rule| rule.path).collect();
    assert_eq!(table, plain);
}

#[tokio::test]
async fn without_a_session_every_door_but_the_public_ones_is_shut() {
    let house = House::with_ada().await;
    for rule in TABLE.iter().filter(|rule| !matches!(rule.who, Who::Public | Who::SetUpOnly)) {
        let mut nobody = house.browser();
        let path = example(rule);
        let came = if rule.method == Method::POST {
            nobody.call(&path, &[]).await
        } else {
            nobody.send(request(Method::GET, &path).body(Body::empty()).unwrap()).await
        };
        let expected = if rule.kind == Kind::Page { StatusCode::SEE_OTHER } else { StatusCode::UNAUTHORIZED };
        assert_eq!(came.status, expected, "{path}: {}", came.text);
    }
}

#[tokio::test]
async fn without_the_permission_every_door_that_needs_one_is_shut() {
    let house = House::with_ada().await;
    house.add_user("ben@example.com", Role::Staff, &[]).await;
    let mut ben = house.signed_in("ben@example.com").await;
    for rule in TABLE.iter().filter(|rule| matches!(rule.who, Who::Needs(_) | Who::Administrators)) {
        let path = example(rule);
        let came = if rule.method == Method::POST { ben.call(&path, &[]).await } else { ben.get(&path).await };
        assert_eq!(came.status, StatusCode::FORBIDDEN, "{path}: {}", came.text);
    }
}

#[tokio::test]
async fn each_permission_opens_its_own_doors_only() {
    let house = House::with_ada().await;
    for permission in Permission::ALL {
        let email = format!("{permission:?}@example.com").to_lowercase();
        house.add_user(&email, Role::Staff, &[*permission]).await;
        let mut somebody = house.signed_in(&email).await;
        for rule in TABLE.iter().filter(|rule| matches!(rule.who, Who::Needs(_)) && rule.kind == Kind::Call) {
            let Who::Needs(one_of) = rule.who else { continue };
            let came = somebody.ask(rule.path, &serde_json::json!({})).await;
            assert_eq!(
                came.status != StatusCode::FORBIDDEN,
                one_of.contains(permission),
                "{} with {permission:?}: {}",
                rule.path,
                came.text
            );
        }
    }
}

#[tokio::test]
async fn a_foreign_origin_is_refused_at_every_door_that_is_posted_to() {
    let house = House::with_ada().await;
    let ada = house.signed_in("ada@example.com").await;
    let foreign: [&[(&str, &str)]; 5] = [
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://127.0.0.1:3000"), ("sec-fetch-site", "cross-site")],
        &[("origin", "http://127.0.0.1:3000"), ("sec-fetch-site", "same-site")],
        &[],
    ];
    for rule in calls() {
        for headers in foreign {
            let mut builder = request(Method::POST, rule.path).header(header::CONTENT_TYPE, FORM);
            for (name, value) in headers {
                builder = builder.header(*name, *value);
            }
            let came = ada.clone().send(builder.body(Body::empty()).unwrap()).await;
            assert_eq!(came.status, StatusCode::FORBIDDEN, "{} with {headers:?}", rule.path);
        }
    }
    assert_eq!(ada.clone().get("/clients").await.status, StatusCode::OK, "the session lives on");
}

#[tokio::test]
async fn nothing_that_is_posted_to_answers_a_get() {
    let house = House::with_ada().await;
    let mut ada = house.signed_in("ada@example.com").await;
    for rule in calls() {
        assert_eq!(ada.get(rule.path).await.status, StatusCode::METHOD_NOT_ALLOWED, "{}", rule.path);
    }
}

#[tokio::test]
async fn a_form_without_script_must_carry_the_sessions_token() {
    let house = House::with_ada().await;
    let mut ada = house.signed_in("ada@example.com").await;
    let other = house.signed_in("ada@example.com").await.csrf().await;
    for rule in calls().filter(|rule| rule.kind == Kind::Call && !matches!(rule.who, Who::Public | Who::SetUpOnly)) {
        for fields in [&[][..], &[("csrf", "")], &[("csrf", other.as_str())]] {
            assert_eq!(ada.post(rule.path, fields).await.status, StatusCode::FORBIDDEN, "{} {fields:?}", rule.path);
        }
    }
    let csrf = ada.csrf().await;
    let came = ada.post("/api/cost-centres/add", &[("csrf", &csrf), ("name", "North")]).await;
    assert_eq!((came.status, came.header("location")), (StatusCode::FOUND, "/settings/cost-centres?done=added"), "{}", came.text);
}

#[tokio::test]
async fn what_is_not_in_the_table_does_not_exist() {
    let house = House::with_ada().await;
    let mut ada = house.signed_in("ada@example.com").await;
    for path in ["/api/session/get2", "/clients/1/secret", "/pkg/../../etc/passwd", "/pkg/%2e%2e/key", "//", "/messages/x/y/z"] {
        assert_eq!(ada.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(
        ada.send(request(Method::PUT, "/clients").header("origin", "http://127.0.0.1:3000").body(Body::empty()).unwrap()).await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[tokio::test]
async fn a_form_larger_than_a_megabyte_is_refused() {
    let house = House::with_ada().await;
    let big = ours("/api/session/sign-in").header(header::CONTENT_TYPE, FORM).body(Body::from(vec![b'a'; 1024 * 1024 + 1])).unwrap();
    assert_eq!(house.browser().send(big).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}
