//! Collections on record.

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
