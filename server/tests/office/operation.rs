//! How Postroom itself fares: the status page, metrics behind their token.

use crate::browser::{House, request};
use crate::letters::collected;
use axum::body::Body;
use http::{Method, StatusCode, header};
use model::{Operation, Permission, Role};
use prometheus_parse::{Scrape, Value};
use serde_json::json;

const TOKEN: &str = "a token of thirty-two characters";

#[tokio::test]
async fn administrators_see_how_postroom_fares_and_nobody_else_does() {
    // DESIGN §12, point "Operation"
    let (house, mut ada, id) = collected().await;
    let store = &house.office.store;
    store.claim_account(id, "4711@desk/boot", house.office.now(), house.office.now() + 60_000).await.unwrap().unwrap();
    house.office.beat("views", house.office.now() - 40, 1000, None);
    let told: Operation = ada.ask("/api/operation/get", &json!({})).await.json();
    assert_eq!(
        told.leases.iter().map(|lease| (lease.name.as_str(), lease.holder.as_str(), lease.ours)).collect::<Vec<_>>(),
        [("Office", "Process 4711 on desk", false)]
    );
    assert_eq!(
        told.loops.iter().filter(|row| row.last.is_some()).map(|row| (row.name.as_str(), row.took)).collect::<Vec<_>>(),
        [("Index", 0), ("Views", 40)]
    );
    assert!(told.database.octets > 0 && told.room.folder > 0 && told.queues.len() == 3, "{told:?}");
    let page = ada.get("/status").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("Process 4711 on desk") && page.text.contains("SQLite"), "{}", page.text);

    house.add_user("ben@example.com", Role::Staff, Permission::ALL).await;
    let mut ben = house.signed_in("ben@example.com").await;
    let refused = ben.get("/status").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.text.contains("This is for administrators."), "{}", refused.text);
    assert_eq!(ben.ask("/api/operation/get", &json!({})).await.status, StatusCode::FORBIDDEN);
    assert!(!ben.get("/settings").await.text.contains("/status"));
}

#[tokio::test]
async fn a_status_page_left_open_does_not_keep_the_session_young() {
    const HOUR: i64 = 3_600_000;
    let house = House::with_ada().await;
    let mut ada = house.signed_in("ada@example.com").await;
    for _ in 0..2 {
        house.clock.advance(HOUR / 3 + 1);
        assert_eq!(ada.get("/status?left-open=1").await.status, StatusCode::OK);
    }
    house.clock.advance(HOUR / 3 + 1);
    assert_eq!(ada.get("/status?left-open=1").await.status, StatusCode::SEE_OTHER);
}

async fn scrape(house: &House, authorization: &str) -> crate::browser::Came {
    let asked = request(Method::GET, "/metrics").header(header::AUTHORIZATION, authorization).body(Body::empty()).unwrap();
    house.browser().send(asked).await
}

#[tokio::test]
async fn metrics_are_off_without_a_token_and_shut_without_the_right_one() {
    let house = House::with_ada().await;
    assert_eq!(scrape(&house, "Bearer ").await.status, StatusCode::NOT_FOUND);
    let mut ada = house.signed_in("ada@example.com").await;
    assert_eq!(ada.get("/metrics").await.status, StatusCode::NOT_FOUND, "to an administrator too");

    let house = House::with_metrics(TOKEN).await;
    for wrong in ["", "Bearer", "Bearer ", "Bearer wrong", "Basic YWRh", &format!("Bearer {TOKEN}x"), &TOKEN[..10]] {
        let refused = scrape(&house, wrong).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{wrong}");
        assert!(refused.header("www-authenticate").starts_with("Bearer") && !refused.text.contains("postroom_"));
    }
    assert_eq!(scrape(&house, &format!("Bearer {TOKEN}")).await.status, StatusCode::OK);
}

fn value_of(scrape: &Scrape, name: &str, labels: &[(&str, &str)]) -> f64 {
    let fits = |sample: &&prometheus_parse::Sample| {
        sample.metric == name && labels.iter().all(|(label, value)| sample.labels.get(label) == Some(*value))
    };
    let sample = scrape.samples.iter().find(fits).unwrap_or_else(|| panic!("{name} {labels:?} is not told"));
    match &sample.value {
        Value::Counter(value) | Value::Gauge(value) | Value::Untyped(value) => *value,
        Value::Histogram(buckets) => buckets.last().map_or(0.0, |last| last.count),
        Value::Summary(_) => panic!("{name} is a summary"),
    }
}

#[tokio::test]
async fn metrics_are_read_by_a_parser_and_name_nobody() {
    let house = House::with_metrics(TOKEN).await;
    house.add_user("ada@example.com", Role::Administrator, &[]).await;
    let mut ada = house.signed_in("ada@example.com").await;
    ada.get("/clients/424242?words=kettle").await;
    ada.get("/no/such/kettle").await;
    ada.get("/search?q=kettle").await;
    house.office.beat("views", house.office.now(), 1000, Some("no room".into()));
    let came = scrape(&house, &format!("bearer {TOKEN}")).await;
    assert!(came.header("content-type").starts_with("application/openmetrics-text"));
    assert!(came.text.ends_with("# EOF\n"), "{}", came.text);
    let scrape = Scrape::parse(came.text.lines().map(|line| Ok(line.to_owned()))).unwrap();

    let requests = "postroom_http_request_duration_seconds";
    assert_eq!(value_of(&scrape, requests, &[("route", "/clients/:id"), ("method", "GET"), ("status", "4xx")]), 1.0);
    assert_eq!(value_of(&scrape, requests, &[("route", "unknown"), ("status", "4xx")]), 1.0);
    assert_eq!(value_of(&scrape, requests, &[("route", "/api/session/sign-in"), ("method", "POST"), ("status", "2xx")]), 1.0);
    assert_eq!(value_of(&scrape, "postroom_loop_failures_total", &[("loop", "views")]), 1.0);
    assert_eq!(value_of(&scrape, "postroom_queue_length", &[("queue", "index")]), 0.0);
    assert_eq!(value_of(&scrape, "postroom_letters_filed_total", &[]), 0.0);
    assert!(value_of(&scrape, "postroom_database_size_bytes", &[]) > 10_000.0);
    if cfg!(target_os = "linux") {
        assert!(value_of(&scrape, "postroom_resident_memory_bytes", &[]) > 1_000_000.0);
    }
    for private in ["ada", "kettle", "424242", "example.com", TOKEN] {
        assert!(!came.text.contains(private), "{private}: {}", came.text);
    }
}

#[tokio::test]
async fn collections_are_counted_by_outcome() {
    let (house, _, _) = collected().await;
    let tally = house.office.engine.pulse().tally();
    assert_eq!((tally.ended.get("well").copied(), tally.letters), (Some(1), 3));
    assert!(house.office.exposition().await.unwrap().contains("postroom_collections_total{outcome=\"well\"} 1"));
}
