//! Mailboxes: letters of one account.

use super::*;

// IT-27, O28, P23: each letter once, newest first, by key; counted without counting; nobody else's mailbox exists.
#[tokio::test]
async fn a_mailbox_holds_each_letter_once_and_opens_to_its_owner_alone() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let ada = store.add_first_user("ada@office.example", "Ada", "hash", &event("office.set_up")).await.unwrap();
        let ben = store.add_user("ben@office.example", "Ben", Role::Staff, "hash", &event("user.added")).await.unwrap();
        let own = NewAccount { owner: Some(ada), ..account("Ada") };
        let account_id = store.add_account(&own, &event("account.added")).await.unwrap();
        store.keep_folders(account_id, &[folder("INBOX"), folder("Archive")]).await.unwrap();
        let folders = store.folders(account_id).await.unwrap();
        let (other, elsewhere) = shelf.mailbox("Desk").await;
        let window: Vec<_> =
            (0..30).map(|n| letter(n + 1, "cy@client.example", "ada@office.example", &format!("s{n}"), NOW + n / 3)).collect();
        store.save_import(folders[0].id, 1, &window, &[], NOW).await.unwrap();
        store.save_import(folders[1].id, 1, &window[..10], &[], NOW).await.unwrap();
        store.save_import(folders[0].id, 2, &window[..5], &[], NOW).await.unwrap();
        store.save_import(elsewhere, 1, &window[..2], &[], NOW).await.unwrap();

        let whole = store.mailbox(staff(ada), account_id, None, 100).await.unwrap();
        assert_eq!(whole.len(), 30, "{}", shelf.name);
        assert!(whole.windows(2).all(|pair| (pair[0].date, pair[0].id) > (pair[1].date, pair[1].id)));
        let mut paged = Vec::new();
        let mut before = None;
        loop {
            let page = store.mailbox(staff(ada), account_id, before, 4).await.unwrap();
            let Some(last) = page.last() else { break };
            before = Some((last.date, last.id.0));
            paged.extend(page);
        }
        assert_eq!(paged, whole);
        assert_eq!(store.mailbox(ALL, other, None, 9).await.unwrap().len(), 2);

        // S15: by hour of the letters' dates, own letters left out.
        let hour = NOW / 3_600_000 * 3_600_000;
        assert_eq!(store.arrivals(NOW).await.unwrap(), [(account_id, hour, 30), (other, hour, 2)]);
        assert!(store.arrivals(NOW + 1_000_000).await.unwrap().is_empty());
        // O7: what is dated since one came is unread until one reads it; then it is not.
        let unread = |cards: Vec<model::MailboxCard>| cards.into_iter().map(|card| card.unread).collect::<Vec<_>>();
        assert_eq!(unread(store.mailboxes(staff(ada)).await.unwrap()), [30]);
        assert_eq!(unread(store.mailboxes(ALL).await.unwrap()), [0, 0]);
        let look = postroom_store::Look { user: ada, letter: whole[0].id, at: NOW };
        store.record_looks(&[event("letter.viewed")], &[look]).await.unwrap();
        assert_eq!(unread(store.mailboxes(staff(ada)).await.unwrap()), [29]);
        store.set_arrival(ada, NOW + 1_000_000, &event("user.arrival_dated")).await.unwrap();
        assert_eq!(unread(store.mailboxes(staff(ada)).await.unwrap()), [0]);
        store.mark_unread(staff(ada), ada, whole[1].id, &event("letter.marked_unread")).await.unwrap();
        assert_eq!(unread(store.mailboxes(staff(ada)).await.unwrap()), [1]);

        let counts = |cards: Vec<model::MailboxCard>| cards.into_iter().map(|card| (card.name, card.letters)).collect::<Vec<_>>();
        assert_eq!(counts(store.mailboxes(staff(ada)).await.unwrap()), vec![("Ada".to_owned(), 30)]);
        assert_eq!(counts(store.mailboxes(ALL).await.unwrap()), vec![("Ada".to_owned(), 30), ("Desk".to_owned(), 2)]);
        for scope in [staff(ben), Scope::User { id: ben, administrator: true }] {
            assert!(store.mailboxes(scope).await.unwrap().is_empty());
            assert!(matches!(store.mailbox(scope, account_id, None, 9).await, Err(StoreError::NotFound)));
        }
        assert!(matches!(store.mailbox(staff(ada), other, None, 9).await, Err(StoreError::NotFound)));
        store.share_account(account_id, &[ben], &event("account.shared")).await.unwrap();
        assert_eq!(store.mailbox(staff(ben), account_id, None, 9).await.unwrap().len(), 9);
    }
}
