//! Collections on record, statements, misspelled addresses.

use super::*;

// FP-32, FP-33: each collection leaves a line with its outcome; lines older than ninety days are dropped.
#[tokio::test]
async fn a_collection_leaves_a_line_for_ninety_days() {
    const DAY: i64 = 86_400_000;
    for shelf in shelves().await {
        let store = &shelf.store;
        let (id, _) = shelf.mailbox("Desk").await;
        let (other, _) = shelf.mailbox("Other").await;
        let run = async |account, at: i64, filed, error: Option<Verdict>| {
            let claim = store.claim_account(account, "me", at - 5000, at).await.unwrap().unwrap();
            let end = CollectionEnd {
                at,
                error: error.map(|verdict| ("the server's own words".into(), verdict)),
                next_at: at + 900_000,
                poll: 900_000,
                hands_off: HandsOff::default(),
                run: Run { started_at: at - 5000, filed, missing: 2, stopped: filed == 0 },
            };
            store.end_collection(&claim, &end).await.unwrap();
        };
        run(id, NOW, 3, None).await;
        run(id, NOW + 80 * DAY, 0, Some(Verdict::Connection)).await;
        run(other, NOW + 80 * DAY, 9, None).await;
        assert_eq!(store.collections(id, None, 10).await.unwrap().len(), 2, "{}", shelf.name);
        run(id, NOW + 91 * DAY, 7, None).await;
        run(id, NOW + 91 * DAY + 6000, 1, None).await;

        let rows = store.collections(id, None, 2).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.filed).collect::<Vec<_>>(), [1, 7]);
        assert_eq!((rows[0].ended_at - rows[0].started_at, rows[0].missing, rows[0].stopped, &rows[0].error), (5000, 2, false, &None));
        let rest = store.collections(id, Some((rows[1].ended_at, rows[1].id)), 10).await.unwrap();
        assert_eq!(rest.len(), 1, "the first one is dropped");
        assert_eq!((rest[0].verdict, rest[0].error.as_deref()), (Some(Verdict::Connection), Some("the server's own words")));

        let hours = store.collected_hours(id, NOW + 90 * DAY).await.unwrap();
        let sums = hours.iter().fold((0, 0, 0), |sum, hour| (sum.0 + hour.collections, sum.1 + hour.letters, sum.2 + hour.failed));
        assert_eq!(sums, (2, 8, 0));
        let hours = store.collected_hours(id, 0).await.unwrap();
        assert_eq!(hours[0].failed, 1);
        assert!(hours.iter().all(|hour| hour.hour % 3_600_000 == 0));
    }
}

// S1: a statement says what the ledger said, once a day, and whoever alters it is found out.
#[tokio::test]
async fn a_statement_is_kept_for_ever_and_sealed_by_the_trail() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (id, _) = shelf.mailbox("Desk").await;
        let (other, _) = shelf.mailbox("Other").await;
        let first = store.keep_statement(id, Some("2026-03-14"), NOW, "scheduler").await.unwrap().unwrap();
        assert_eq!(store.keep_statement(id, Some("2026-03-14"), NOW + 5, "scheduler").await.unwrap(), None, "{}", shelf.name);
        assert_eq!(store.accounts_stated("2026-03-14").await.unwrap(), [id]);
        assert!(store.accounts_stated("2026-03-15").await.unwrap().is_empty());
        let second = store.keep_statement(id, None, NOW + 7, "ada@office.example").await.unwrap().unwrap();
        let third = store.keep_statement(id, None, NOW + 8, "ada@office.example").await.unwrap().unwrap();

        let kept = store.statement(id, first).await.unwrap();
        assert_eq!((kept.day.as_deref(), kept.at, kept.asked_by.as_str(), kept.sealed), (Some("2026-03-14"), NOW, "scheduler", true));
        assert_eq!(kept.lines, store.ledger(Some(id)).await.unwrap());
        let event = store.events(Some(kept.event + 1), 1).await.unwrap().remove(0);
        assert_eq!((event.action.as_str(), event.subject), ("ledger.stated", format!("account:{id}")));
        assert!(event.detail.contains(&kept.digest));
        assert!(matches!(store.statement(other, first).await, Err(StoreError::NotFound)));

        let page = store.statements(id, None, 2).await.unwrap();
        assert_eq!(page.iter().map(|kept| kept.id).collect::<Vec<_>>(), [third, second]);
        let rest = store.statements(id, Some((page[1].at, page[1].id.0)), 9).await.unwrap();
        assert_eq!(rest, [kept]);
        assert!(store.verify(&mut |_, _| ()).await.unwrap().findings.is_empty());

        shelf.tamper("update statement set at = at + 1 where day is not null").await;
        assert!(!store.statement(id, first).await.unwrap().sealed);
        let findings = store.verify(&mut |_, _| ()).await.unwrap().findings;
        assert!(
            findings.len() == 1 && findings[0].starts_with(&format!("Statement {first} of account {id}")),
            "{}: {findings:?}",
            shelf.name
        );
    }
}

// FP-34, O28: "did you mean" names addresses of letters that the viewer may see, and no others.
#[tokio::test]
async fn an_address_that_is_almost_the_same_is_named_to_whoever_may_see_its_letters() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (_, inbox) = shelf.mailbox("Desk").await;
        let window = [
            letter(1, "jo.hartly@example.com", "desk@office.example", "a", NOW),
            letter(2, "jim@example.com", "desk@office.example", "b", NOW),
        ];
        store.save_import(inbox, 1, &window, &[], NOW).await.unwrap();
        assert_eq!(store.similar_addresses(ALL, "jo.hartley@example.com", 3).await.unwrap(), [("jo.hartly@example.com".to_owned(), 1)]);
        assert_eq!(store.letters_with(ALL, "jo.hartly@example.com").await.unwrap(), (1, Some(NOW)));
        assert_eq!(store.letters_with(ALL, "nobody@example.com").await.unwrap(), (0, None));
        let ben = store.add_user("ben@office.example", "Ben", Role::Staff, "hash", &event("user.added")).await.unwrap();
        assert!(store.similar_addresses(staff(ben), "jo.hartley@example.com", 3).await.unwrap().is_empty());
        assert_eq!(store.letters_with(staff(ben), "jo.hartly@example.com").await.unwrap().0, 0);
    }
}
