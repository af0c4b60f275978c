//! Settings and health.

use super::*;

#[tokio::test]
async fn settings_and_health_answer() {
    for shelf in shelves().await {
        let store = &shelf.store;
        store.ping().await.unwrap();
        assert_eq!(store.database() == Database::Sqlite, shelf.name == "SQLite");
        assert_eq!(store.setting("zone").await.unwrap(), None);
        store.set_setting("zone", "Europe/London").await.unwrap();
        store.set_setting("zone", "Europe/Paris").await.unwrap();
        assert_eq!(store.setting("zone").await.unwrap().as_deref(), Some("Europe/Paris"));
        store.close().await;
    }
}
