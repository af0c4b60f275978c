//! Clients: upload, import, scope.

use crate::browser::{House, event};
use http::StatusCode;
use model::{ImportPreview, ImportReport, Permission, Role};

const LIST: &[u8] =
    b"code;name;self1;partner1\nK1;Zo\xeb;zoe@example.com;\nK2;Ben;ben@client.example;bea@client.example\n;Nobody;x@example.com;\n";

#[tokio::test]
async fn a_list_is_looked_at_before_it_is_imported_and_a_second_import_changes_nothing() {
    // FP-05
    for house in House::everywhere_with_ada().await {
        let mut ada = house.signed_in("ada@example.com").await;
        let csrf = ada.csrf().await;
        assert_eq!(ada.upload("wrong", LIST).await.status, StatusCode::FORBIDDEN);
        let came = ada.upload(&csrf, LIST).await;
        assert_eq!((came.status, came.header("location")), (StatusCode::SEE_OTHER, "/clients/import"), "{}", came.text);
        let preview: Option<ImportPreview> = ada.ask("/api/clients/import-preview", &serde_json::json!({})).await.json();
        let preview = preview.unwrap();
        assert_eq!((preview.delimiter, preview.encoding.as_str(), preview.report.added), (';', "Windows-1252", 2));
        assert_eq!(preview.report.refused.len(), 1);
        assert_eq!(house.office.client_count(&house.console()).await, Ok(0), "a look changes nothing");
        let report: ImportReport = ada.call("/api/clients/import", &[]).await.json();
        assert_eq!((report.added, report.dry_run), (2, false));
        let again = house.office.import_file(&house.console(), LIST.to_vec(), false).await.unwrap();
        assert_eq!((again.added, again.updated, again.unchanged), (0, 0, 2));
        assert_eq!(house.office.client_named(&house.console(), "K1").await.unwrap().name, "Zoë");
    }
}

#[tokio::test]
async fn a_client_of_another_cost_centre_cannot_be_seen_named_or_changed() {
    // DESIGN §10: another scope's id answers 404
    for house in House::everywhere_with_ada().await {
        let console = house.console();
        let north = house.office.add_cost_centre(&console, "North").await.unwrap();
        house.office.add_cost_centre(&console, "South").await.unwrap();
        let ben = house.add_user("ben@example.com", Role::Staff, &[Permission::ClientsEdit]).await;
        house
            .office
            .store
            .change_user(ben, Role::Staff, false, &[Permission::ClientsEdit], &[north], &event("user.changed"))
            .await
            .unwrap();
        let list = b"code,name,self1,cost_centre\nN1,Nora,nora@example.com,North\nS1,Sam,sam@example.com,South\n";
        house.office.import_file(&console, list.to_vec(), false).await.unwrap();
        let sam = house.office.client_named(&console, "S1").await.unwrap().id;
        let mut desk = house.signed_in("ben@example.com").await;
        assert_eq!(desk.get(&format!("/clients/{sam}")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(desk.ask("/api/clients/get", &serde_json::json!({ "id": sam })).await.status, StatusCode::NOT_FOUND);
        assert_eq!(
            desk.ask(
                "/api/letters/history",
                &serde_json::json!({ "client": sam, "filter": model::HistoryFilter::default(), "cursor": null })
            )
            .await
            .status,
            StatusCode::NOT_FOUND
        );
        let (page, count): (model::Page<model::ClientCard>, i64) =
            desk.ask("/api/clients/list", &serde_json::json!({ "words": "", "cursor": null })).await.json();
        assert_eq!((page.rows.len(), count), (1, 1));
        let csrf = desk.csrf().await;
        desk.upload(&csrf, b"code,name,self1\nS1,Hijacked,ben@example.com\nN2,New,new@example.com\n").await;
        let report: ImportReport = desk.call("/api/clients/import", &[]).await.json();
        assert_eq!((report.added, report.updated, report.refused.len()), (1, 0, 1), "{report:?}");
        assert_eq!(house.office.client_named(&console, "S1").await.unwrap().name, "Sam");
        assert_eq!(house.office.client_named(&console, "N2").await.unwrap().cost_centre.as_deref(), Some("North"));
    }
}

#[tokio::test]
async fn ten_thousand_clients_are_imported_within_seconds() {
    let house = House::new().await;
    let mut list = String::from("code,name,self1,partner1\n");
    for n in 0..10_000 {
        list.push_str(&format!("K{n},Client {n},client{n}@example.com,partner{n}@example.com\n"));
    }
    let started = std::time::Instant::now();
    let report = house.office.import_file(&house.console(), list.into_bytes(), false).await.unwrap();
    assert_eq!(report.added, 10_000);
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}
