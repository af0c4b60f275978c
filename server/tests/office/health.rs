//! How accounts fare.

use crate::letters::collected;
use http::StatusCode;
use model::{CollectionHistory, Role};

#[tokio::test]
async fn a_collection_is_on_record_for_whoever_may_see_the_account() {
    // FP-32, FP-28
    let (house, mut ada, id) = collected().await;
    let question = serde_json::json!({ "id": id, "cursor": null });
    let history: CollectionHistory = ada.ask("/api/health/collections", &question).await.json();
    let [row] = &history.page.rows[..] else { panic!("{:?}", history.page) };
    assert_eq!((row.filed, row.missing, row.stopped, &row.error), (3, 0, false, &None));
    assert_eq!((history.days.len(), history.days[29].letters, history.days[29].collections), (30, 3, 1));
    assert!(ada.get(&format!("/accounts/{id}/collections")).await.text.contains("3 new letters"));
    let odd = serde_json::json!({ "id": id, "cursor": "x" });
    assert_eq!(ada.ask("/api/health/collections", &odd).await.status, StatusCode::NOT_FOUND);

    house.add_user("ben@example.com", Role::Staff, &[]).await;
    let mut ben = house.signed_in("ben@example.com").await;
    assert_eq!(ben.ask("/api/health/collections", &question).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ben.get(&format!("/accounts/{id}/collections")).await.status, StatusCode::NOT_FOUND);
}
