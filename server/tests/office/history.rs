//! Filing by hand, and what stands above a history.

use crate::browser::House;
use crate::letters::{collected_in, found, history};
use http::StatusCode;
use model::{ClientId, FilingView, HistoryFilter, HistoryHead, MissedLetter, Permission, Role, Rule, WhyNot};

#[tokio::test]
async fn filing_by_hand_opens_a_letter_keeping_off_closes_it_and_both_leave_a_trace() {
    // DESIGN §5 `filing`, FP-04, O28
    for house in House::everywhere_with_ada().await {
        let (house, mut ada, _) = collected_in(house).await;
        let private = found(&mut ada, "fishing").await[0].id.to_string();
        house.add_user("ben@example.com", Role::Staff, &[Permission::ClientsEdit]).await;
        house.add_user("eve@example.com", Role::Staff, &[]).await;
        let (mut ben, mut eve) = (house.signed_in("ben@example.com").await, house.signed_in("eve@example.com").await);
        let decision = |letter: &str, decision: &'static str, reason: &'static str| {
            vec![
                ("form[letter]".to_owned(), letter.to_owned()),
                ("form[client]".to_owned(), "1".to_owned()),
                ("form[decision]".to_owned(), decision.to_owned()),
                ("form[reason]".to_owned(), reason.to_owned()),
            ]
        };
        let post = async |browser: &mut crate::browser::Browser, fields: Vec<(String, String)>| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            browser.call("/api/history/file", &fields).await.status
        };
        assert_eq!(post(&mut ben, decision(&private, "belongs", "mine")).await, StatusCode::NOT_FOUND, "what he cannot see he cannot file");
        assert_eq!(ben.get(&format!("/messages/{private}/file")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(post(&mut eve, decision(&private, "belongs", "mine")).await, StatusCode::FORBIDDEN);
        assert_eq!(post(&mut ada, decision(&private, "belongs", " ")).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(post(&mut ada, decision(&private, "belongs", "About\r\nthe boat")).await, StatusCode::OK);
        let rows = history(&mut eve).await;
        assert_eq!(rows.len(), 3);
        let filed = rows.iter().find_map(|row| row.filing.clone()).unwrap();
        assert_eq!((filed.by.as_deref(), filed.reason.as_str()), (Some("ada"), "About the boat"));
        assert_eq!(eve.get(&format!("/messages/{private}")).await.status, StatusCode::OK);
        assert!(eve.get("/clients/1").await.text.contains("Filed here by hand by ada"));

        assert_eq!(post(&mut ben, decision(&private, "keep_off", "wrong")).await, StatusCode::OK);
        assert_eq!(eve.get(&format!("/messages/{private}")).await.status, StatusCode::NOT_FOUND);
        let question = serde_json::json!({ "letter": private.parse::<i64>().unwrap(), "client": 1, "words": "" });
        let view = ben.ask("/api/history/filing", &question).await.json::<FilingView>();
        assert_eq!((view.letter, view.decisions.len()), (None, 1), "only the decision is told");
        assert_eq!(ben.call("/api/history/undo", &[("client", "1"), ("letter", &private)]).await.status, StatusCode::OK);
        assert_eq!(ben.call("/api/history/undo", &[("client", "1"), ("letter", &private)]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(history(&mut eve).await.len(), 2);
        let head = serde_json::json!({ "client": 1, "filter": HistoryFilter::default() });
        assert_eq!(eve.ask("/api/history/head", &head).await.json::<HistoryHead>().letters, 2);

        let events = house.office.events(&house.console(), None).await.unwrap().rows;
        let trace: Vec<(&str, &str)> = events
            .iter()
            .filter(|event| event.subject == format!("letter:{private}") && event.action != "letter.viewed")
            .map(|event| (event.action.as_str(), event.principal.as_str()))
            .collect();
        assert_eq!(
            trace,
            [("filing.undone", "ben@example.com"), ("letter.kept_off", "ben@example.com"), ("letter.filed", "ada@example.com")]
        );
    }
}

#[tokio::test]
async fn filters_are_kept_under_a_name_and_lead_only_to_histories() {
    let house = House::with_ada().await;
    let mut ada = house.signed_in("ada@example.com").await;
    let came = ada.call("/api/history/save-filter", &[("client", "1"), ("name", "Sent"), ("query", "direction=sent&files=1")]).await;
    assert_eq!(came.status, StatusCode::OK, "{}", came.text);
    for bad in ["", "x y", "a\r\nb", "a#b", "\"><script>"] {
        let came = ada.call("/api/history/save-filter", &[("client", "1"), ("name", "Bad"), ("query", bad)]).await;
        assert_eq!(came.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad:?}");
    }
}

#[tokio::test]
async fn a_history_leaves_as_one_file_with_the_permission_and_leaves_a_trace() {
    for house in House::everywhere_with_ada().await {
        let (house, mut ada, _) = collected_in(house).await;
        let came = ada.get("/clients/1/history.mbox").await;
        assert_eq!((came.status, came.header("content-type")), (StatusCode::OK, "application/mbox"));
        let entries = came.text.matches("\nFrom ").count() + usize::from(came.text.starts_with("From "));
        assert_eq!(entries, history(&mut ada).await.len(), "{}", came.text);
        let filtered = ada.get("/clients/1/history.mbox?until=1999-01-01").await;
        assert_eq!((filtered.status, filtered.text.as_str()), (StatusCode::OK, ""));
        house.add_user("ben@example.com", Role::Staff, &[]).await;
        assert_eq!(house.signed_in("ben@example.com").await.get("/clients/1/history.mbox").await.status, StatusCode::FORBIDDEN);
        assert_eq!(ada.get("/clients/99/history.mbox").await.status, StatusCode::NOT_FOUND);
        let events = house.office.events(&house.console(), None).await.unwrap().rows;
        let trace: Vec<(&str, &str)> = events
            .iter()
            .filter(|event| event.action.starts_with("history.") && event.subject == "client:1")
            .map(|event| (event.action.as_str(), event.detail.as_str()))
            .collect();
        assert_eq!(
            trace,
            [
                ("history.exported", "0 letters"),
                ("history.export_begun", ""),
                ("history.exported", "2 letters"),
                ("history.export_begun", "")
            ]
        );
    }
}

#[tokio::test]
async fn a_missed_letter_is_found_and_the_rule_is_named() {
    // S2
    for house in House::everywhere_with_ada().await {
        let (house, mut ada, _) = collected_in(house).await;
        let ask = |subject: &str| serde_json::json!({ "client": 1, "missed": { "sender": "", "subject": subject, "after": null, "before": null } });
        let answer = ada.ask("/api/history/why-not", &ask("fish")).await.json::<WhyNot>();
        assert_eq!(answer.letters.len(), 1, "{answer:?}");
        assert_eq!(answer.letters[0].1.rule, Rule::NotOnFile);
        assert!(answer.accounts.iter().any(|account| account.missing == 0 && account.collected.is_some()), "{answer:?}");
        // To somebody else Ada's private letter does not exist, nor does her mailbox.
        house.add_user("ben@example.com", Role::Staff, &[]).await;
        let mut ben = house.signed_in("ben@example.com").await;
        let answer = ben.ask("/api/history/why-not", &ask("fish")).await.json::<WhyNot>();
        assert!(answer.letters.is_empty() && answer.accounts.is_empty(), "{answer:?}");
        let missed = MissedLetter { subject: String::new(), ..MissedLetter::default() };
        let all = house.office.why_not(&house.console(), ClientId(1), &missed).await.unwrap();
        assert_eq!(all.letters.iter().filter(|(_, explanation)| matches!(explanation.rule, Rule::Here(_))).count(), 2);
    }
}
