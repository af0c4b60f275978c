//! Texts that letters are made from.

use super::*;
use model::DocumentText;

fn text(name: &str, body: &str) -> DocumentText {
    DocumentText { name: name.into(), subject: "About {{ client.name }}".into(), body: body.into() }
}

// FN-15: versions are kept, and one can go back.
#[tokio::test]
async fn every_version_of_a_text_is_kept() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let id = store.keep_document_text(None, &text("Reminder", "one"), "Ann", &event("text.kept")).await.unwrap();
        store.keep_document_text(Some(id), &text("Reminder", "two"), "Bob", &event("text.kept")).await.unwrap();
        assert_eq!(store.document_text(id).await.unwrap().body, "two");
        let versions = store.document_text_versions(id).await.unwrap();
        let short: Vec<_> = versions.iter().map(|version| (version.version, version.body.as_str(), version.by.as_str())).collect();
        assert_eq!(short, [(2, "two", "Bob"), (1, "one", "Ann")], "{}", shelf.name);
        let taken = store.keep_document_text(None, &text("Reminder", "x"), "Ann", &event("text.kept")).await;
        assert!(matches!(taken, Err(StoreError::Conflict("document_text_name_taken"))), "{taken:?}");
        assert!(matches!(
            store.keep_document_text(Some(model::TextId(99)), &text("y", "x"), "Ann", &event("x")).await,
            Err(StoreError::NotFound)
        ));
        assert_eq!(store.document_texts().await.unwrap(), [(id, "Reminder".to_owned())]);
        store.drop_document_text(id, &event("text.dropped")).await.unwrap();
        assert!(matches!(store.drop_document_text(id, &event("text.dropped")).await, Err(StoreError::NotFound)));
        assert!(matches!(store.document_text(id).await, Err(StoreError::NotFound)));
    }
}
