//! What the trail says of a history that was taken away as a file: what really left.

use crate::browser::House;
use crate::letters::{collected_in, found};
use model::{ClientId, Decision, FilingForm, HistoryFilter, Permission, Role};
use std::time::Duration;

#[tokio::test]
async fn letters_that_are_not_ones_own_to_open_neither_leave_nor_count() {
    for house in House::everywhere_with_ada().await {
        let (house, mut ada, _) = collected_in(house).await;
        let private = found(&mut ada, "fishing").await[0].id;
        let file = FilingForm { letter: private, client: Some(ClientId(1)), decision: Decision::Belongs, reason: "The boat".into() };
        let console = house.console();
        house.office.file_letter(&console, &file).await.unwrap();
        house.office.file_letter(&console, &FilingForm { decision: Decision::KeepOff, ..file }).await.unwrap();
        house.add_user("ben@example.com", Role::Staff, &[Permission::LettersExport, Permission::ClientsEdit]).await;
        let mut ben = house.signed_in("ben@example.com").await;
        assert!(ben.get("/clients/1?hand=kept-off").await.text.contains("A letter that is not yours to open"));
        assert_eq!(ben.get("/clients/1/history.mbox?hand=kept-off").await.text, "");
        let events = house.office.events(&console, None).await.unwrap().rows;
        let told = events.iter().find(|event| event.action == "history.exported").unwrap();
        assert_eq!((told.principal.as_str(), told.detail.as_str()), ("ben@example.com", "0 letters"));
    }
}

#[tokio::test]
async fn a_file_that_broke_off_is_told_with_what_had_left_by_then() {
    let (house, _ada, _) = collected_in(House::with_ada().await).await;
    let console = house.console();
    let mut export = house.office.export_history(&console, ClientId(1), HistoryFilter::default()).await.unwrap();
    assert!(export.entry().await.unwrap().is_some());
    // The browser went away.
    drop(export);
    let told = tokio::time::timeout(Duration::from_secs(20), async {
        loop {
            let events = house.office.events(&console, None).await.unwrap().rows;
            if let Some(told) = events.into_iter().find(|event| event.action == "history.export_broke_off") {
                break told;
            }
            tokio::task::yield_now().await;
        }
    });
    let told = told.await.unwrap();
    assert_eq!((told.subject.as_str(), told.detail.as_str()), ("client:1", "After 1 letter"));
    let events = house.office.events(&console, None).await.unwrap().rows;
    assert!(!events.iter().any(|event| event.action == "history.exported"), "{events:?}");
}
