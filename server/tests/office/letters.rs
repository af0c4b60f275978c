//! Letters: histories, private mail, isolation.

use crate::accounts::{connected, detail, lab};
use crate::browser::{Browser, House};
use http::StatusCode;
use model::{AccountId, HistoryRow, MessageId, Outcome, Page, Role, SearchResults, SightingRow};
use tokio_util::sync::CancellationToken;

/// An office whose administrator ada has collected three letters, two of them with the client K1.
pub async fn collected() -> (House, Browser, AccountId) {
    collected_in(House::with_ada().await).await
}

async fn collected_in(house: House) -> (House, Browser, AccountId) {
    let lab = lab();
    let mut ada = house.signed_in("ada@example.com").await;
    house.office.import_file(&house.console(), b"code,name,self1\nK1,Zoe,zoe@example.com\n".to_vec(), false).await.unwrap();
    let id = connected(&mut ada, &lab).await;
    ada.call("/api/accounts/enable", &[("id", &id.to_string())]).await;
    let stop = CancellationToken::new();
    let report = house.office.engine.collect_account(id, &stop).await.unwrap();
    assert_eq!((report.filed, report.ledger.missing, report.error), (3, 0, None));
    house.office.engine.index_waiting(&stop).await.unwrap();
    (house, ada, id)
}

async fn history(browser: &mut Browser) -> Vec<HistoryRow> {
    let question = serde_json::json!({ "client": 1, "filter": model::HistoryFilter::default(), "cursor": null });
    browser.ask("/api/letters/history", &question).await.json::<Page<HistoryRow>>().rows
}

async fn found(browser: &mut Browser, query: &str) -> Vec<HistoryRow> {
    browser.ask("/api/letters/search", &serde_json::json!({ "query": query, "cursor": null })).await.json::<SearchResults>().page.rows
}

#[tokio::test]
async fn a_clients_letters_are_in_the_history_with_the_reason() {
    // FP-06, FP-07, S2
    for house in House::everywhere_with_ada().await {
        let (_house, mut ada, id) = collected_in(house).await;
        let rows = history(&mut ada).await;
        assert_eq!(rows.len(), 2);
        assert!(rows.iter().all(|row| row.why.iter().any(|why| why.address == "zoe@example.com" && why.slot == Some(1))), "{rows:?}");
        assert_eq!(ada.get("/clients/1").await.status, StatusCode::OK);
        assert_eq!(found(&mut ada, "pension").await.len(), 2);
        let account = detail(&mut ada, id).await;
        assert_eq!((account.card.ledger.server, account.card.ledger.filed, account.card.ledger.missing), (3, 3, 0));
    }
}

#[tokio::test]
async fn private_mail_is_seen_by_its_owner_alone_and_clients_mail_by_whoever_may_open_the_client() {
    // O28, P23, I10
    for house in House::everywhere_with_ada().await {
        let (house, mut ada, id) = collected_in(house).await;
        let private = found(&mut ada, "fishing").await[0].id;
        house.add_user("ben@example.com", Role::Staff, &[]).await;
        house.add_user("eve@example.com", Role::Administrator, &[]).await;
        for email in ["ben@example.com", "eve@example.com"] {
            let mut other = house.signed_in(email).await;
            assert_eq!(history(&mut other).await.len(), 2, "{email}");
            assert!(found(&mut other, "fishing").await.is_empty(), "{email}");
            for path in [
                format!("/messages/{private}"),
                format!("/messages/{private}/body"),
                format!("/messages/{private}/files/0"),
                format!("/messages/{private}/original"),
            ] {
                assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND, "{email} {path}");
            }
            assert_eq!(
                other.ask("/api/letters/mailbox", &serde_json::json!({ "account": id, "cursor": null })).await.status,
                StatusCode::NOT_FOUND
            );
        }
        // Managing every account does not open its letters: neither by sharing it with oneself nor by its ledger.
        let mut eve = house.signed_in("eve@example.com").await;
        assert_eq!(eve.call("/api/accounts/share", &[("id", &id.to_string()), ("users[0]", "3")]).await.status, StatusCode::CONFLICT);
        let inbox = detail(&mut eve, id).await.folders.iter().find(|folder| folder.name == "INBOX").unwrap().id;
        let rows = eve
            .ask("/api/accounts/sightings", &serde_json::json!({ "folder": inbox, "outcome": Outcome::Filed, "cursor": null }))
            .await
            .json::<Page<SightingRow>>()
            .rows;
        assert_eq!(rows.len(), 2);
        assert!(rows.iter().all(|row| row.subject.as_deref() != Some("Fishing")), "{rows:?}");
    }
}

#[tokio::test]
async fn a_letter_is_shown_in_isolation_and_only_in_its_frame() {
    // RELIABILITY §3.3 layer 1
    let (_house, mut ada, _) = collected().await;
    let id = history(&mut ada).await[0].id;
    let came = ada.get_as(&format!("/messages/{id}/body?as=html"), "iframe").await;
    assert_eq!(came.status, StatusCode::OK);
    let policy = came.header("content-security-policy");
    assert!(
        policy.starts_with(
            "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline';"
        ),
        "{policy}"
    );
    assert_eq!(came.header("referrer-policy"), "no-referrer");
    assert_eq!(came.header("x-dns-prefetch-control"), "off");
    assert!(
        !came.text.contains("<script") && !came.text.contains("onclick") && !came.text.contains("tracker.example/x.png"),
        "{}",
        came.text
    );
    for destination in ["document", "image", "script", "object", "embed", "empty"] {
        assert_eq!(ada.get_as(&format!("/messages/{id}/body"), destination).await.status, StatusCode::FORBIDDEN, "{destination}");
    }
    // Alone in a tab, to be read or printed: the same words under the same policy, below what the envelope says.
    let alone = ada.get_as(&format!("/messages/{id}/body?print=1"), "document").await;
    assert_eq!((alone.status, alone.header("content-security-policy")), (StatusCode::OK, policy));
    assert!(
        alone.text.contains("<dt>From</dt>") && alone.text.contains("<dt>Date</dt>") && !alone.text.contains("<script"),
        "{}",
        alone.text
    );
    assert!(!came.text.contains("<dt>From</dt>"));
    let pictures = ada.get_as(&format!("/messages/{id}/body?as=html&pictures=1"), "iframe").await;
    assert!(pictures.header("content-security-policy").contains("img-src data: https:;"));
}

#[tokio::test]
async fn an_attachment_is_saved_never_shown() {
    // RELIABILITY §3.4
    let (_house, mut ada, _) = collected().await;
    let id = history(&mut ada).await[0].id;
    let came = ada.get(&format!("/messages/{id}/files/0")).await;
    assert_eq!(came.status, StatusCode::OK);
    assert_eq!(came.header("content-disposition"), "attachment; filename=\"page.html\"; filename*=UTF-8''page.html");
    assert_eq!((came.header("content-type"), came.header("x-content-type-options")), ("application/octet-stream", "nosniff"));
    assert!(came.header("content-security-policy").starts_with("sandbox"));
    assert_eq!(ada.get(&format!("/messages/{id}/files/7")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ada.get("/messages/999/files/0").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_original_leaves_byte_for_byte_with_the_permission_and_leaves_a_trace() {
    // I1
    for house in House::everywhere_with_ada().await {
        let (house, mut ada, _) = collected_in(house).await;
        let id = history(&mut ada).await[0].id;
        let raw = house.office.raw(&house.console(), id).await.unwrap();
        let came = ada.get(&format!("/messages/{id}/letter.eml")).await;
        assert_eq!(came.bytes, raw);
        house.add_user("ben@example.com", Role::Staff, &[]).await;
        let mut ben = house.signed_in("ben@example.com").await;
        assert_eq!(ben.get(&format!("/messages/{id}/letter.eml")).await.status, StatusCode::FORBIDDEN);
        // Reading the original as text is reading: no file, no bytes, no permission. The file is export (Letters.Export).
        let text = ben.get(&format!("/messages/{id}/original")).await;
        assert_eq!(
            (text.status, text.header("content-type"), text.header("content-disposition")),
            (StatusCode::OK, "text/plain; charset=utf-8", "")
        );
        assert!(text.header("content-security-policy").starts_with("sandbox;") && text.bytes != raw && text.text.contains("Subject:"));
        assert!(!ben.get(&format!("/messages/{id}")).await.text.contains("letter.eml"));
        ben.get(&format!("/messages/{id}")).await;
        house.office.write_views().await.unwrap();
        let events = house.office.events(&house.console(), None).await.unwrap().rows;
        let has = |action: &str, who: &str| {
            events.iter().any(|event| event.action == action && event.principal == who && event.subject == format!("letter:{id}"))
        };
        assert!(has("letter.exported", "ada@example.com") && has("letter.viewed", "ben@example.com"), "{events:?}");
        assert!(house.office.export_letter(&house.console(), MessageId(999)).await.is_err());
    }
}
