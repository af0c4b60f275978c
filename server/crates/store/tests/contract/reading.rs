//! What stands around a letter, and who has read it.

use super::*;
use model::{Decision, HistoryRow, MessageId};
use postroom_store::Octets;
use postroom_store::{Look, NewFiling};

fn ids(rows: &[HistoryRow]) -> Vec<MessageId> {
    rows.iter().map(|row| row.id).collect()
}

// O7: the mark is each person's own, comes with the record of the view, and can be taken off.
#[tokio::test]
async fn each_person_has_marks_of_his_own() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let ada = store.add_first_user("ada@office.example", "Ada", "hash", &event("office.set_up")).await.unwrap();
        let ben = store.add_user("ben@office.example", "Ben", Role::Staff, "hash", &event("user.added")).await.unwrap();
        let (account, inbox) = shelf.mailbox("Desk").await;
        let window: Vec<_> = (0..3).map(|n| letter(n + 1, "cy@client.example", "desk@office.example", &format!("s{n}"), NOW + n)).collect();
        store.save_import(inbox, 1, &window, &[], NOW).await.unwrap();
        let all = ids(&store.mailbox(ALL, account, None, 9).await.unwrap());
        assert!(store.read_by(ada, &all).await.unwrap().is_empty());
        let look = |user, letter| Look { user, letter, at: NOW };
        store
            .record_looks(&[event("letter.viewed"), event("letter.viewed")], &[look(ada, all[0]), look(ada, all[0]), look(ben, all[1])])
            .await
            .unwrap();
        assert_eq!(store.read_by(ada, &all).await.unwrap().into_iter().collect::<Vec<_>>(), vec![all[0]], "{}", shelf.name);
        assert_eq!(store.read_by(ben, &all).await.unwrap().into_iter().collect::<Vec<_>>(), vec![all[1]]);
        assert_eq!(store.read_by(ada, &[]).await.unwrap().len(), 0);
        // Ben may not see the letter: for him it does not exist, and nothing of anybody else's changes.
        let refused = store.mark_unread(staff(ben), ben, all[0], &event("letter.marked_unread")).await;
        assert!(matches!(refused, Err(StoreError::NotFound)));
        store.mark_unread(ALL, ada, all[0], &event("letter.marked_unread")).await.unwrap();
        assert!(store.read_by(ada, &all).await.unwrap().is_empty());
        assert_eq!(store.events(None, 1).await.unwrap()[0].action, "letter.marked_unread");
        assert_eq!(store.read_by(ben, &all).await.unwrap().len(), 1);
    }
}

// O7: what was there before somebody came is no news to him; a mark of his own says otherwise, and lists, counts and filters agree.
#[tokio::test]
async fn letters_from_before_somebody_came_count_as_read_until_marked() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let ada = store.add_first_user("ada@office.example", "Ada", "hash", &event("office.set_up")).await.unwrap();
        let ben = store.add_user("ben@office.example", "Ben", Role::Staff, "hash", &event("user.added")).await.unwrap();
        let (_, inbox) = shelf.mailbox("Desk").await;
        let cy =
            store.save_client(ALL, None, &client("C", &[(Person::Myself, 1, "cy@client.example")]), &event("client.added")).await.unwrap();
        let window: Vec<_> =
            (0..4).map(|n| letter(n + 1, "cy@client.example", "desk@office.example", &format!("s{n}"), NOW + (n - 2) * 1000)).collect();
        store.save_import(inbox, 1, &window, &[], NOW).await.unwrap();
        let open = HistoryFilter::default();
        let unread = HistoryFilter { unread: true, ..open.clone() };
        let all = ids(&store.history(ALL, cy, &open, None, 9).await.unwrap());
        // Newest first: two came since, two were there before.
        let (new, old) = (all[0], all[2]);
        // A letter filed by hand goes another way through the store.
        let by_hand = NewFiling { client: cy, letter: all[3], decision: Decision::Belongs, by: None, reason: String::new() };
        store.file_letter(ALL, &by_hand, &event("letter.filed")).await.unwrap();
        let read = async |user| store.read_by(user, &all).await.unwrap();
        let news = async |user| {
            let scope = Scope::User { id: user, administrator: true };
            let rows = ids(&store.history(scope, cy, &unread, None, 9).await.unwrap());
            let counted = store.history_count(scope, cy, &unread, 99).await.unwrap();
            assert_eq!(counted, (rows.len() as i64, false), "{}", shelf.name);
            assert_eq!(store.conversation_count(scope, cy, &unread).await.unwrap().1, rows.len() as i64);
            assert!(rows.iter().all(|id| all.contains(id)));
            rows
        };
        assert_eq!(news(ada).await, all[..2], "{}", shelf.name);
        assert_eq!(read(ada).await.into_iter().collect::<Vec<_>>().len(), 2);
        store.mark_unread(ALL, ada, old, &event("letter.marked_unread")).await.unwrap();
        store.record_looks(&[event("letter.viewed")], &[Look { user: ada, letter: new, at: NOW }]).await.unwrap();
        assert_eq!(news(ada).await, [all[1], old], "{}", shelf.name);
        assert!(!read(ada).await.contains(&old) && read(ada).await.contains(&new));
        assert_eq!(news(ben).await, all[..2], "a mark is one's own");
        // Opened again, it is read again.
        store.record_looks(&[event("letter.viewed")], &[Look { user: ada, letter: old, at: NOW + 1 }]).await.unwrap();
        assert_eq!(news(ada).await, [all[1]]);
        // Who came earlier has more to read.
        store.set_arrival(ben, NOW - 5000, &event("user.arrival_dated")).await.unwrap();
        assert_eq!(news(ben).await, all);
        assert!(matches!(store.set_arrival(UserId(99), NOW, &event("user.arrival_dated")).await, Err(StoreError::NotFound)));
        // To the console nothing is marked.
        assert_eq!(store.history(ALL, cy, &unread, None, 9).await.unwrap().len(), 4);
    }
}

// S11, P7: every copy with its places; letters by their Message-ID; nothing of it outside the scope.
#[tokio::test]
async fn copies_and_namesakes_are_found_within_the_scope() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let ben = store.add_first_user("ben@office.example", "Ben", "hash", &event("office.set_up")).await.unwrap();
        let (account, inbox) = shelf.mailbox("Desk").await;
        let first = letter(1, "cy@client.example", "desk@office.example", "tax", NOW);
        // The same letter on another way: other bytes, one identity.
        let mut other = letter(2, "cy@client.example", "desk@office.example", "tax", NOW);
        let octets = |raw: &Octets| match raw {
            Octets::Held(octets) => octets.to_vec(),
            Octets::Spooled(_) => panic!("a small letter is held"),
        };
        let raw = [b"Received: elsewhere\r\n".as_slice(), &octets(&other.raw)].concat();
        other.digest = sha2::Sha256::digest(&raw).into();
        other.raw = raw.clone().into();
        // And one that only carries its name.
        let mut variant = letter(3, "cy@client.example", "desk@office.example", "tax, changed", NOW + 1);
        variant.letter.message_id.clone_from(&first.letter.message_id);
        variant.letter.message_key = first.letter.message_key;
        let key = first.letter.message_key;
        store.save_import(inbox, 1, &[first.clone(), other, variant], &[], NOW).await.unwrap();
        let rows = store.mailbox(ALL, account, None, 9).await.unwrap();
        let (newer, id) = (rows[0].id, rows[1].id);
        let copies = store.copies_seen(ALL, id).await.unwrap();
        assert_eq!(copies.len(), 2, "{}", shelf.name);
        assert!(copies.iter().all(|copy| copy.places == vec![("Desk".to_owned(), "INBOX".to_owned())]));
        let bytes = [store.raw_copy(ALL, id, copies[0].id).await.unwrap(), store.raw_copy(ALL, id, copies[1].id).await.unwrap()];
        assert!(bytes.contains(&raw) && bytes.contains(&octets(&first.raw)));
        assert!(matches!(store.raw_copy(ALL, newer, copies[0].id).await, Err(StoreError::NotFound)), "a copy of another letter");
        let called = store.letters_called(ALL, key, &first.letter.message_id).await.unwrap();
        assert_eq!(called.iter().map(|(letter, _)| *letter).collect::<Vec<_>>(), vec![id, newer]);
        let named = [(key, first.letter.message_id.clone())];
        assert_eq!(store.conversation(ALL, id, &named).await.unwrap(), vec![id, newer]);
        assert_eq!(store.conversation(ALL, id, &[]).await.unwrap(), vec![id, newer], "one Message-ID, one conversation");
        assert_eq!(store.conversation(ALL, id, &[(key, "another".into())]).await.unwrap(), vec![], "a key is a hash");
        shelf.tamper("delete from message_thread").await;
        shelf.tamper("insert into message_thread (message_id, thread) select id, 5 from message").await;
        assert_eq!(store.conversation(ALL, id, &[]).await.unwrap(), vec![id, newer]);
        assert!(store.file_names(&[id, newer]).await.unwrap().is_empty());
        shelf.tamper("update message_text set files = 'one.pdf\ntwo, three.txt'").await;
        assert_eq!(store.file_names(&[id]).await.unwrap()[&id], ["one.pdf", "two, three.txt"]);
        assert_eq!(store.receivers_of(id).await.unwrap().len(), 1);
        assert_eq!(store.mailbox_newer(ALL, account, (rows[1].date, id.0)).await.unwrap(), Some(newer));
        assert_eq!(store.mailbox_newer(ALL, account, (rows[0].date, newer.0)).await.unwrap(), None);
        for scope in [staff(ben), Scope::User { id: ben, administrator: true }] {
            assert!(matches!(store.copies_seen(scope, id).await, Err(StoreError::NotFound)));
            assert!(matches!(store.raw_copy(scope, id, copies[0].id).await, Err(StoreError::NotFound)));
            assert!(store.conversation(scope, id, &named).await.unwrap().is_empty());
            assert!(store.letters_called(scope, key, &first.letter.message_id).await.unwrap().is_empty());
            assert_eq!(store.mailbox_newer(scope, account, (0, 0)).await.unwrap(), None);
        }
    }
}
