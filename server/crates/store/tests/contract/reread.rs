//! Reading stored letters again.

use super::*;
use model::{AddressRole, RereadChange, RereadState};
use postroom_store::{NewLetter, StoredReading};

// S16: first only looked at, in steps that can stop and go on; then accepted or dropped; the bytes stay.
#[tokio::test]
async fn letters_are_read_again_step_by_step_and_nothing_changes_before_somebody_says_so() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (account, inbox) = shelf.mailbox("Desk").await;
        let window: Vec<_> = (1..=5).map(|n| letter(n, "cy@client.example", "desk@office.example", &format!("s{n}"), NOW + n)).collect();
        for one in &window {
            store.save_import(inbox, 1, std::slice::from_ref(one), &[], NOW).await.unwrap();
        }
        loop {
            let waiting = store.index_waiting(50).await.unwrap();
            if waiting.is_empty() {
                break;
            }
            store.save_index(&waiting).await.unwrap();
        }
        let raw = store.raw(ALL, MessageId(2)).await.unwrap();
        assert_eq!((store.reread_job().await.unwrap(), store.read_before(9).await.unwrap()), (None, 5), "{}", shelf.name);
        store.begin_reread(9, &event("letters.reread_begun")).await.unwrap();
        let first = store.stored_readings(0, 5, 3).await.unwrap();
        assert_eq!(first.iter().map(|one| one.id.0).collect::<Vec<_>>(), [1, 2, 3]);
        let person = |role, address: &str, name: &str| (role, address.to_owned(), name.to_owned());
        assert_eq!(
            first[1],
            StoredReading {
                id: MessageId(2),
                date: NOW + 2,
                subject: "s2".into(),
                attachments: 0,
                has_html: false,
                is_automatic: false,
                is_unreadable: false,
                people: vec![person(AddressRole::From, "cy@client.example", "Ada"), person(AddressRole::To, "desk@office.example", "")],
            }
        );
        let found = RereadChange { letter: MessageId(2), what: "date, files".into(), figures: "2 files instead of 0".into() };
        assert!(store.keep_look(0, 3, 3, std::slice::from_ref(&found)).await.unwrap());
        assert!(!store.keep_look(0, 3, 3, std::slice::from_ref(&found)).await.unwrap(), "nobody makes a step twice");
        assert!(matches!(store.accept_reread(&event("x")).await, Err(StoreError::Conflict("reread_is_not_ready"))));
        assert!(store.keep_look(3, 5, 2, &[]).await.unwrap());
        let job = store.reread_job().await.unwrap().unwrap();
        assert_eq!((job.state, job.looked, job.changed, job.next), (RereadState::Ready, 5, 1, 5));
        assert_eq!(store.reread_found(9).await.unwrap(), (vec![("date, files".to_owned(), 1)], vec![found.clone()]));
        assert_eq!(store.read_before(9).await.unwrap(), 5, "nothing is changed by looking");

        // Dropped, it is as if nobody had looked.
        store.drop_reread(&event("letters.reread_dropped")).await.unwrap();
        assert!(store.reread_job().await.unwrap().is_none() && store.reread_found(9).await.unwrap().1.is_empty());
        store.begin_reread(9, &event("letters.reread_begun")).await.unwrap();
        let gone = RereadChange { letter: MessageId(1), what: "files".into(), figures: String::new() };
        assert!(store.keep_look(0, 5, 5, &[found, gone]).await.unwrap());
        store.accept_reread(&event("letters.reread_accepted")).await.unwrap();
        assert!(matches!(store.begin_reread(9, &event("x")).await, Err(StoreError::Conflict("reread_is_written"))));
        assert!(matches!(store.drop_reread(&event("x")).await, Err(StoreError::Conflict("reread_is_written"))));
        assert_eq!(store.to_write_anew(9).await.unwrap(), [(MessageId(1), NOW + 1), (MessageId(2), NOW + 2)]);
        store.leave_as_it_is(MessageId(1)).await.unwrap();
        assert_eq!(store.to_write_anew(9).await.unwrap(), [(MessageId(2), NOW + 2)]);
        let anew = NewLetter {
            parser_version: 9,
            date: NOW + 50,
            attachments: 2,
            files: "a.pdf\nb.pdf".into(),
            people: vec![person(AddressRole::From, "cyd@client.example", "Cyd"), person(AddressRole::To, "desk@office.example", "Desk")],
            ..window[1].letter.clone()
        };
        store.write_anew(MessageId(2), &anew).await.unwrap();
        assert!(store.to_write_anew(9).await.unwrap().is_empty());
        store.end_reread().await.unwrap();
        assert_eq!((store.reread_job().await.unwrap().unwrap().state, store.read_before(9).await.unwrap()), (RereadState::Done, 0));
        let row = store.letter(ALL, MessageId(2)).await.unwrap();
        assert_eq!((row.date, row.people[0].1.address.as_str()), (NOW + 50, "cyd@client.example"));
        assert_eq!(store.raw(ALL, MessageId(2)).await.unwrap(), raw, "the bytes stay");
        // The mailbox's list and the index follow.
        let rows = store.mailbox(ALL, account, None, 9).await.unwrap();
        assert_eq!((rows.len(), rows[0].id, rows[0].attachments), (5, MessageId(2), 2));
        assert!(store.index_waiting(9).await.unwrap().iter().any(|entry| entry.message == MessageId(2) && entry.files.contains("b.pdf")));
    }
}
