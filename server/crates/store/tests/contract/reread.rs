//! Reading stored letters again.

use super::*;
use model::{AddressRole, RereadChange, RereadObstacle, RereadState, RereadTrouble};
use postroom_store::{NewLetter, StoredReading, Threading, refers_digest};

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
            store.save_index(&super::search::rows_of(store, waiting)).await.unwrap();
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
                refers: Some(refers_digest(&[])),
                tries: 0,
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

// S16: what a letter refers to is read anew too: its conversation falls apart, and is put together from what its letters say now.
#[tokio::test]
async fn a_letter_that_refers_to_something_else_now_is_threaded_anew() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (_, inbox) = shelf.mailbox("Desk").await;
        let mut window: Vec<_> =
            (1..=3).map(|n| letter(n, "cy@client.example", "desk@office.example", &format!("s{n}"), NOW + n)).collect();
        let first = window[0].letter.message_key;
        window[1].letter.refers = vec![first];
        for one in &window {
            store.save_import(inbox, 1, std::slice::from_ref(one), &[], NOW).await.unwrap();
        }
        let [one, two, three] = [1, 2, 3].map(MessageId);
        let threads = async || {
            let threads = store.threads_of(&[one, two, three]).await.unwrap();
            (threads[&one] == threads[&two], threads[&two] == threads[&three])
        };
        assert_eq!(threads().await, (true, false), "{}", shelf.name);
        let stored = store.stored_readings(0, 3, 9).await.unwrap();
        assert_eq!(stored[1].refers, Some(refers_digest(&[first])));
        assert!(store.is_threaded_with(two, &[first, 0]).await.unwrap());
        assert!(!store.is_threaded_with(two, &[window[2].letter.message_key]).await.unwrap());

        // A newer reader finds that it answers the third letter, not the first.
        let anew = NewLetter { refers: vec![window[2].letter.message_key], ..window[1].letter.clone() };
        let found = RereadChange { letter: two, what: "conversation".into(), figures: String::new() };
        store.begin_reread(9, &event("letters.reread_begun")).await.unwrap();
        store.keep_look(0, 3, 3, &[found]).await.unwrap();
        store.accept_reread(&event("letters.reread_accepted")).await.unwrap();
        store.write_anew(two, &anew).await.unwrap();
        let waiting = store.threads_waiting(9).await.unwrap();
        assert_eq!(waiting.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [two, one], "both are put together anew");
        assert!(store.is_threaded_with(two, &[12_345]).await.unwrap(), "it is not known yet");
        let entries: Vec<Threading> = waiting
            .into_iter()
            .map(|(message, key)| Threading { message, key, refers: if message == two { anew.refers.clone() } else { Vec::new() } })
            .collect();
        store.save_threads(&entries).await.unwrap();
        assert_eq!(threads().await, (false, true), "{}", shelf.name);
        // Written once more, nothing is taken apart.
        store.write_anew(two, &anew).await.unwrap();
        assert!(store.threads_waiting(9).await.unwrap().is_empty());
    }
}

// S16: a letter that fails is counted and told, and does not count as read by the newer reader.
#[tokio::test]
async fn a_letter_that_could_not_be_read_again_is_kept_with_its_tries_and_why() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (_, inbox) = shelf.mailbox("Desk").await;
        for n in 1..=3 {
            let one = letter(n, "cy@client.example", "desk@office.example", &format!("s{n}"), NOW + n);
            store.save_import(inbox, 1, &[one], &[], NOW).await.unwrap();
        }
        store.begin_reread(9, &event("letters.reread_begun")).await.unwrap();
        assert_eq!(store.note_reread_trouble(MessageId(1), RereadObstacle::Octets).await.unwrap(), 1, "{}", shelf.name);
        assert_eq!(store.note_reread_trouble(MessageId(2), RereadObstacle::Octets).await.unwrap(), 1);
        assert_eq!(store.note_reread_trouble(MessageId(2), RereadObstacle::Reader).await.unwrap(), 2);
        assert_eq!(store.note_reread_trouble(MessageId(99), RereadObstacle::Reader).await.unwrap(), 0, "a letter that is gone");
        let tries: Vec<i64> = store.stored_readings(0, 3, 9).await.unwrap().iter().map(|one| one.tries).collect();
        assert_eq!(tries, [1, 2, 0]);
        store.forget_reread_trouble(MessageId(1)).await.unwrap();
        let told = RereadTrouble { letter: MessageId(2), tries: 2, why: RereadObstacle::Reader };
        assert_eq!(store.reread_troubles(9).await.unwrap(), (1, vec![told]));

        store.keep_look(0, 3, 3, &[]).await.unwrap();
        store.accept_reread(&event("letters.reread_accepted")).await.unwrap();
        store.end_reread().await.unwrap();
        assert_eq!(store.read_before(9).await.unwrap(), 1, "the letter that failed");
        assert_eq!(store.reread_troubles(9).await.unwrap().0, 1, "it is still told");
        store.begin_reread(9, &event("letters.reread_begun")).await.unwrap();
        assert_eq!(store.reread_troubles(9).await.unwrap(), (0, vec![]), "it is tried anew");
    }
}
