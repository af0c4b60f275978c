//! What the trail says of a history that was taken away as a file: what really left.

use crate::browser::House;
use crate::letters::{collected_in, found};
use http::StatusCode;
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

/// What a reader gets out of a PDF; `None` where there is no pdftotext.
fn words_of(pdf: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("summary.pdf");
    std::fs::write(&file, pdf).unwrap();
    let Ok(output) = std::process::Command::new("pdftotext").arg("-layout").arg(&file).arg("-").output() else {
        assert!(std::env::var_os("POSTROOM_TEST_STRICT").is_none(), "pdftotext is missing");
        println!("skipped: pdftotext is not installed (package poppler-utils)");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

// FC-24.
#[tokio::test]
async fn a_clients_summary_is_a_pdf_of_what_its_reader_may_open_and_is_on_record() {
    for house in House::everywhere_with_ada().await {
        let (house, mut ada, _) = collected_in(house).await;
        let rows = house.office.history(&house.console(), ClientId(1), &HistoryFilter::default(), None, 50).await.unwrap().rows;
        let full = ada.get("/clients/1/summary.pdf?letters=full").await;
        assert_eq!(
            (full.status, full.header("content-type"), full.header("x-content-type-options")),
            (StatusCode::OK, "application/pdf", "nosniff")
        );
        assert!(
            full.header("content-disposition").starts_with("attachment; filename=\"summary-"),
            "{}",
            full.header("content-disposition")
        );
        let list = ada.get("/clients/1/summary.pdf").await;
        if let (Some(full), Some(list)) = (words_of(&full.bytes), words_of(&list.bytes)) {
            for row in &rows {
                let start: String = row.subject.split_whitespace().next().unwrap_or_default().to_owned();
                assert!(full.contains(&start) && list.contains(&start), "{start} in {list}");
            }
            assert!(full.contains("Letters in full") && !list.contains("Letters in full"));
        }
        house.add_user("ben@example.com", Role::Staff, &[]).await;
        assert_eq!(house.signed_in("ben@example.com").await.get("/clients/1/summary.pdf").await.status, StatusCode::FORBIDDEN);
        assert_eq!(ada.get("/clients/99/summary.pdf").await.status, StatusCode::NOT_FOUND);
        let events = house.office.events(&house.console(), None).await.unwrap().rows;
        let told: Vec<&str> =
            events.iter().filter(|event| event.action == "client.summary_printed").map(|event| event.detail.as_str()).collect();
        let in_full = format!("{} letters in full", rows.len());
        assert_eq!(told, ["The list of letters", in_full.as_str()]);
        house.add_user("cy@example.com", Role::Staff, &[Permission::LettersExport, Permission::ClientsEdit]).await;
        let private = found(&mut ada, "fishing").await[0].id;
        let file = FilingForm { letter: private, client: Some(ClientId(1)), decision: Decision::Belongs, reason: "The boat".into() };
        house.office.file_letter(&house.console(), &file).await.unwrap();
        let theirs = house.signed_in("cy@example.com").await.get("/clients/1/summary.pdf?letters=full").await;
        if let (Some(words), Some(row)) = (words_of(&theirs.bytes), found(&mut ada, "fishing").await.first()) {
            let seen = house.signed_in("cy@example.com").await.get("/clients/1").await.text.contains(&row.subject);
            assert_eq!(words.contains(&row.subject), seen, "paper shows what the page shows: {words}");
        }
    }
}
