//! A colleague forwards a client's letter: whose it was is offered beside it, to those who may file letters.

use crate::accounts::{connected, lab};
use crate::browser::House;
use crate::letters::history;
use http::StatusCode;
use model::{ClientId, FilingView, LetterView, Quoted, Role};
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn the_sender_quoted_in_a_colleagues_forward_is_offered_in_the_history_and_beside_the_letter() {
    // P30
    for house in House::everywhere_with_ada().await {
        let lab = lab();
        let forward = "From: <office@office.example>\r\nTo: <zoe@example.com>\r\nSubject: Fwd: The kiln\r\nDate: Tue, 2 Jun 2026 10:00:00 +0000\r\n\
             Message-ID: <forward@lab>\r\n\r\nFor your information.\r\n\r\n---------- Forwarded message ----------\r\n\
             From: Max Potter <max@example.com>\r\nSubject: The kiln\r\n\r\nIt is sold.\r\n";
        lab.deliver("ada", "Sent", forward.as_bytes().to_vec(), &["\\Seen"]);
        let mut ada = house.signed_in("ada@example.com").await;
        let list = b"code,name,self1\nK1,Zoe,zoe@example.com\nK2,Max Potter,max@example.com\n".to_vec();
        house.office.import_file(&house.console(), list, false).await.unwrap();
        let account = connected(&mut ada, &lab).await;
        ada.call("/api/accounts/enable", &[("id", &account.to_string())]).await;
        let stop = CancellationToken::new();
        house.office.engine.collect_account(account, &stop).await.unwrap();
        house.office.engine.index_waiting(&stop).await.unwrap();

        let offered = vec![Quoted { address: "max@example.com".into(), clients: vec![(ClientId(2), "Max Potter".into())] }];
        let row = history(&mut ada).await.into_iter().find(|row| row.subject == "Fwd: The kiln").unwrap();
        assert_eq!(row.quoted, offered);
        assert!(ada.get("/clients/1").await.text.contains("File it to Max Potter"));
        let asked = serde_json::json!({ "id": row.id });
        assert_eq!(ada.ask("/api/letters/get", &asked).await.json::<LetterView>().facts.quoted, offered);
        let filing = serde_json::json!({ "letter": row.id, "client": null, "words": "" });
        let view = ada.ask("/api/history/filing", &filing).await.json::<FilingView>();
        assert_eq!(view.suggested, [(ClientId(2), "Max Potter".to_owned(), "max@example.com".to_owned())]);

        // Nothing is filed by itself; whoever may not file is offered nothing.
        house.add_user("eve@example.com", Role::Staff, &[]).await;
        let mut eve = house.signed_in("eve@example.com").await;
        assert!(history(&mut eve).await.iter().all(|row| row.quoted.is_empty()));
        assert!(!ada.get("/clients/2").await.text.contains("Fwd: The kiln"));

        let id = row.id.to_string();
        let fields = [("form[letter]", id.as_str()), ("form[client]", "2"), ("form[decision]", "belongs"), ("form[reason]", "His letter")];
        assert_eq!(ada.call("/api/history/file", &fields).await.status, StatusCode::OK);
        assert!(ada.get("/clients/2").await.text.contains("Fwd: The kiln"));
        assert!(history(&mut ada).await.iter().all(|row| row.quoted.is_empty()), "offered no more");
    }
}
