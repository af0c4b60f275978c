//! Searching: what is counted, what is remarked upon, and what stays hidden.

use crate::browser::{Browser, House};
use crate::letters::collected_in;
use http::StatusCode;
use model::{Matches, Role, SearchResults};
use serde_json::json;

async fn ask(browser: &mut Browser, query: &str) -> SearchResults {
    browser.ask("/api/letters/search", &json!({ "query": query, "cursor": null })).await.json()
}

#[tokio::test]
async fn words_people_clients_and_folders_narrow_a_search_and_the_results_are_counted() {
    for house in House::everywhere_with_ada().await {
        let (_house, mut ada, _) = collected_in(house).await;
        for (question, count) in [
            ("pension", 2),
            ("PENSIÓN", 2),
            ("pens*", 2),
            ("\"please find\"", 1),
            ("\"find please\"", 0),
            ("pension -thank", 1),
            ("from:ZOE", 1),
            ("to:zoe@example.com", 1),
            ("subject:re", 1),
            ("client:zoe", 2),
            ("client:k1 from:office", 1),
            ("filename:page", 3),
            ("has:attachment in:sent", 1),
            ("in:office", 3),
            ("after:2000-01-31 before:2100", 3),
            ("after:2100-02", 0),
            ("in:nowhere pension", 0),
            ("client:nobody pension", 0),
        ] {
            let found = ask(&mut ada, question).await;
            assert_eq!(found.matches, Some(Matches::Exactly(count)), "{question} {:?}", found.remarks);
            assert_eq!(found.page.rows.len() as i64, count, "{question}");
            assert_eq!(found.remarks.is_empty(), !question.contains("no"), "{question} {:?}", found.remarks);
        }
        let marked = ask(&mut ada, "offer").await.page.rows;
        assert_eq!(marked[0].snippet, "Please find the pension \u{2}offer\u{3}.");
        let by_file = ask(&mut ada, "page fishing").await.page.rows;
        assert_eq!(by_file[0].snippet, "File: \u{2}page\u{3}.html");
    }
}

#[tokio::test]
async fn an_order_and_a_page_of_it_can_be_asked_for() {
    let (_house, mut ada, _) = collected_in(House::with_ada().await).await;
    let best = json!({ "query": "pension thank", "order": "best", "cursor": null });
    assert_eq!(ada.ask("/api/letters/search", &best).await.json::<SearchResults>().page.rows.len(), 1);
    let typed = json!({ "query": "pension than", "cursor": null, "typing": true });
    assert_eq!(ada.ask("/api/letters/search", &typed).await.json::<SearchResults>().page.rows.len(), 1);
    for cursor in ["b.1", "7", "p.x"] {
        let foreign = json!({ "query": "pension", "cursor": cursor });
        assert_eq!(ada.ask("/api/letters/search", &foreign).await.status, StatusCode::NOT_FOUND, "{cursor}");
    }
}

#[tokio::test]
async fn a_count_betrays_nothing_that_the_viewer_may_not_see() {
    // O28, P23
    for house in House::everywhere_with_ada().await {
        let (house, _, _) = collected_in(house).await;
        house.add_user("ben@example.com", Role::Staff, &[]).await;
        let mut ben = house.signed_in("ben@example.com").await;
        for (question, count) in [("fishing", 0), ("from:friend", 0), ("in:inbox", 0), ("-nothing", 2), ("filename:page", 2)] {
            assert_eq!(ask(&mut ben, question).await.matches, Some(Matches::Exactly(count)), "{question}");
        }
        assert_eq!(ask(&mut ben, "in:sent").await.remarks, ["No folder, label or account you may see is called “sent”."]);
    }
}
