//! Histories.

use super::*;

// FP-05…FP-07, O20, P24, P25, P26, S2: a history is a query; validity dates, shared addresses and paging hold.
#[tokio::test]
async fn a_history_is_a_live_query_with_reasons() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (_, inbox) = shelf.mailbox("Desk").await;
        let mut window: Vec<_> =
            (0..30).map(|n| letter(n + 1, "cy@client.example", "desk@office.example", &format!("s{n}"), NOW + n / 3)).collect();
        window.push(letter(50, "desk@office.example", "dee@client.example", "reply", NOW + 100));
        store.save_import(inbox, 1, &window, &[], NOW).await.unwrap();
        let smith = client("SMITH", &[(Person::Myself, 1, "cy@client.example"), (Person::Partner, 2, "dee@client.example")]);
        let id = store.save_client(ALL, None, &smith, &event("client.added")).await.unwrap();
        let other = store
            .save_client(ALL, None, &client("JONES", &[(Person::Myself, 1, "dee@client.example")]), &event("client.added"))
            .await
            .unwrap();

        let whole = store.history(ALL, id, &HistoryFilter::default(), None, 100).await.unwrap();
        assert_eq!(whole.len(), 31);
        assert_eq!((whole[0].subject.as_str(), whole[0].direction), ("reply", Direction::Sent));
        assert_eq!(
            (whole[0].why[0].person, whole[0].why[0].slot, whole[0].why[0].address.as_str()),
            (Some(Person::Partner), Some(2), "dee@client.example")
        );
        let mut paged = Vec::new();
        let mut before = None;
        loop {
            let page = store.history(ALL, id, &HistoryFilter::default(), before, 4).await.unwrap();
            let Some(last) = page.last() else { break };
            before = Some((last.date, last.id.0));
            paged.extend(page);
        }
        assert_eq!(paged, whole);
        assert_eq!(store.history(ALL, other, &HistoryFilter::default(), None, 9).await.unwrap().len(), 1);
        let sent = HistoryFilter { direction: Some(Direction::Sent), ..HistoryFilter::default() };
        assert_eq!(store.history(ALL, id, &sent, None, 9).await.unwrap().len(), 1);
        let mine = HistoryFilter { person: Some(Person::Myself), after: Some(NOW + 9), ..HistoryFilter::default() };
        assert_eq!(store.history(ALL, id, &mine, None, 9).await.unwrap().len(), 3);

        let mut dated = smith.clone();
        dated.addresses[0].valid_from = Some(NOW + 9);
        store.save_client(ALL, Some(id), &dated, &event("client.changed")).await.unwrap();
        assert_eq!(store.history(ALL, id, &HistoryFilter::default(), None, 100).await.unwrap().len(), 4);
        store.save_client(ALL, Some(id), &smith, &event("client.changed")).await.unwrap();
        assert_eq!(store.history(ALL, id, &HistoryFilter::default(), None, 100).await.unwrap(), whole);
        let record = store.letter(ALL, whole[0].id).await.unwrap();
        assert_eq!(record.clients.len(), 2);
        assert_eq!(store.letter_rows(&[whole[1].id, whole[0].id]).await.unwrap()[0].id, whole[1].id);
        assert_eq!(store.addresses_on_file().await.unwrap()["dee@client.example"].len(), 2);
    }
}
