//! A history as it is shown: marks, conversations, the printed sheet; and the way through the results of a search.

use crate::browser::House;
use crate::letters::{collected_in, found, history};
use model::{AddressRole, ClientId, HistoryFilter, HistoryHead, HistoryRow, HistorySheet, ListPlace, MessageId, Page, Role, SearchOrder};
use postroom_store::{ArrivedLetter, NewLetter, Octets};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

// O7: histories and results are bold for whoever has not opened them, and only for him or her.
#[tokio::test]
async fn what_one_has_not_opened_is_marked_in_histories_and_results() {
    for house in House::everywhere_with_ada().await {
        let (house, mut ada, _) = collected_in(house).await;
        house.add_user("ben@example.com", Role::Staff, &[]).await;
        let mut ben = house.signed_in("ben@example.com").await;
        assert!(history(&mut ben).await.iter().all(|row| !row.unread), "what was there before one came is no news");
        house.all_is_news().await;
        let rows = history(&mut ada).await;
        assert!(rows.len() == 2 && rows.iter().all(|row| row.unread), "{rows:?}");
        ada.get(&format!("/messages/{}", rows[0].id)).await;
        let marks = |rows: &[HistoryRow]| rows.iter().map(|row| row.unread).collect::<Vec<_>>();
        assert_eq!(marks(&history(&mut ada).await), [false, true]);
        assert_eq!(marks(&history(&mut ben).await), [true, true]);
        let results = found(&mut ada, "pension").await;
        assert!(results.iter().all(|row| row.unread == (row.id != rows[0].id)), "{results:?}");
        let unread = HistoryFilter { unread: true, ..HistoryFilter::default() };
        let question = serde_json::json!({ "client": 1, "filter": unread, "cursor": null });
        // At once: the look itself may still wait to be written.
        let left = ada.ask("/api/letters/history", &question).await.json::<Page<HistoryRow>>().rows;
        assert_eq!(left.iter().map(|row| row.id).collect::<Vec<_>>(), [rows[1].id]);
        assert_eq!(ben.ask("/api/letters/history", &question).await.json::<Page<HistoryRow>>().rows.len(), 2);
        let question = serde_json::json!({ "client": 1, "filter": unread });
        assert_eq!(ada.ask("/api/history/head", &question).await.json::<HistoryHead>().letters, 1);
    }
}

#[tokio::test]
async fn a_sheet_and_a_grouped_history_have_every_letter() {
    for house in House::everywhere_with_ada().await {
        let (house, mut ada, _) = collected_in(house).await;
        let rows = history(&mut ada).await;
        let filter = HistoryFilter { by_conversation: true, ..HistoryFilter::default() };
        let sheet = ada.ask("/api/history/sheet", &serde_json::json!({ "client": 1, "filter": filter })).await.json::<HistorySheet>();
        assert_eq!(sheet.lines.iter().map(|(row, _)| row.id).collect::<Vec<_>>(), rows.iter().map(|row| row.id).collect::<Vec<_>>());
        assert!(sheet.lines.iter().all(|(row, files)| row.attachments == files.len() as i64) && !sheet.cut, "{sheet:?}");
        let events = house.office.events(&house.console(), None).await.unwrap().rows;
        assert!(
            events.iter().any(|event| (event.action.as_str(), event.detail.as_str()) == ("history.printed", "2 letters")),
            "{events:?}"
        );
        let head = ada.ask("/api/history/head", &serde_json::json!({ "client": 1, "filter": filter })).await.json::<HistoryHead>();
        let page = house.office.history_page(&house.console(), ClientId(1), &filter, None, 50).await.unwrap();
        let letters: i64 = page.rows.iter().map(|row| row.conversation.as_ref().map_or(1, |conversation| conversation.letters)).sum();
        assert_eq!((head.letters, head.conversations), (letters, Some(page.rows.len() as i64)));
        assert_eq!(letters, 2);
    }
}

/// A letter about zebras as the reader would hand it over.
pub fn zebra(n: i64, date: i64) -> ArrivedLetter {
    let raw = format!("From: a@zoo.example\r\nTo: office@example.com\r\nSubject: zebra {n}\r\n\r\nstripes {n}\r\n").into_bytes();
    let digest: [u8; 32] = Sha256::digest(&raw).into();
    let letter = NewLetter {
        identity: digest,
        identity_version: 1,
        parser_version: 1,
        message_id: String::new(),
        message_key: 0,
        refers: Vec::new(),
        // Some have the word twice: the best first is not the newest first.
        subject: if n % 3 == 0 { format!("zebra {n}") } else { format!("letter {n}") },
        preview: String::new(),
        date,
        date_header: String::new(),
        received_at: None,
        date_looks_wrong: false,
        people: vec![(AddressRole::From, "a@zoo.example".into(), String::new())],
        attachments: 0,
        files: String::new(),
        has_html: false,
        remote_content: false,
        is_bounce: false,
        is_automatic: false,
        unreadable: None,
        remarks: Vec::new(),
        text: format!("the zebra {}", if n % 2 == 0 { "is here, a zebra indeed" } else { "is not" }),
    };
    ArrivedLetter { uid: 1000 + n, digest, raw: Octets::from(raw), letter }
}

// What one clicks is what stands next in the list, in either order: also among many letters of one second, and over years.
#[tokio::test]
async fn the_letters_beside_one_are_those_of_the_results() {
    for house in House::everywhere_with_ada().await {
        let (house, _ada, account) = collected_in(house).await;
        let folder = house.office.store.folders(account).await.unwrap()[0].clone();
        let now = 1_700_000_000_000;
        let dates =
            (0..58).map(|n| now + n % 7 * 100).chain((0..40).map(|n| now - n * n * 86_400_000)).chain((1..20).map(|n| now + n * 900_000));
        let letters: Vec<ArrivedLetter> = dates.enumerate().map(|(n, date)| zebra(n as i64, date)).collect();
        house.office.store.save_import(folder.id, folder.epoch, &letters, &[], now).await.unwrap();
        house.office.engine.index_waiting(&CancellationToken::new()).await.unwrap();
        let who = house.console();
        for order in [SearchOrder::Newest, SearchOrder::Best] {
            let mut listed: Vec<MessageId> = Vec::new();
            let mut cursor: Option<String> = None;
            loop {
                let asked = postroom_server::office::search::Asked { words: "zebra", order, cursor: cursor.as_deref(), typing: false };
                let page = house.office.search(&who, asked, 50).await.unwrap().page;
                listed.extend(page.rows.iter().map(|row| row.id));
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(listed.len(), letters.len());
            let list = ListPlace::Search { words: "zebra".into(), order, typing: false };
            for (at, id) in listed.iter().enumerate().filter(|(at, _)| at % 5 < 2 || *at > 110) {
                let found = house.office.neighbours(&who, *id, &list).await.unwrap();
                let ids = (found.newer.map(|letter| letter.id), found.older.map(|letter| letter.id));
                assert_eq!(ids, (at.checked_sub(1).map(|at| listed[at]), listed.get(at + 1).copied()), "{order:?} {at}");
                assert_eq!(found.ranked, order == SearchOrder::Best);
            }
        }
    }
}
