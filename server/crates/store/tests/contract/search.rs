//! Search.

use super::*;
use postroom_store::{IndexEntry, IndexRow, Store, place_of};

pub fn clause(text: &str) -> Clause {
    Clause { words: text.split(' ').map(str::to_owned).collect(), ..Clause::default() }
}

/// Entries as this store's index takes them.
pub fn rows_of(store: &Store, entries: impl IntoIterator<Item = IndexEntry>) -> Vec<IndexRow> {
    entries.into_iter().map(|entry| IndexRow::new(store.database(), entry)).collect()
}

/// Indexes what waits; these tests write their words as they are folded, but for signs.
pub async fn index(store: &Store) {
    let plain =
        |text: &str| text.to_lowercase().replace(|c: char| !c.is_alphanumeric(), " ").split_whitespace().collect::<Vec<_>>().join(" ");
    loop {
        let entries = store.index_waiting(50).await.unwrap();
        if entries.is_empty() {
            return store.tidy_index().await.unwrap();
        }
        let folded = entries.into_iter().map(|entry| IndexEntry {
            subject: plain(&entry.subject),
            senders: plain(&entry.senders),
            recipients: plain(&entry.recipients),
            files: plain(&entry.files),
            body: plain(&entry.body),
            ..entry
        });
        let rows = rows_of(store, folded);
        store.save_index(&rows).await.unwrap();
        store.save_index(&rows).await.unwrap();
    }
}

#[tokio::test]
async fn words_are_found_where_they_stand() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (_, inbox) = shelf.mailbox("Desk").await;
        let window = [
            letter(1, "cy@client.example", "desk@office.example", "pension transfer", NOW),
            letter(2, "dee@client.example", "desk@office.example", "mortgage", NOW + 1000),
        ];
        store.save_import(inbox, 1, &window, &[], NOW).await.unwrap();
        assert_eq!(store.index_behind().await.unwrap(), 2);
        index(store).await;
        assert_eq!(store.index_behind().await.unwrap(), 0);
        let find = async |query: SearchQuery| store.search(ALL, &query, None, 10).await.unwrap().places.len();
        let with = |clause: Clause| SearchQuery { clauses: vec![clause], ..SearchQuery::default() };
        assert_eq!(find(with(clause("pension"))).await, 1, "{}", shelf.name);
        assert_eq!(find(with(clause("pension transfer"))).await, 1);
        assert_eq!(find(with(clause("transfer pension"))).await, 0);
        assert_eq!(find(with(Clause { prefix: true, ..clause("mort") })).await, 1);
        assert_eq!(find(with(Clause { field: Field::Subject, ..clause("more") })).await, 0);
        assert_eq!(find(with(clause("more"))).await, 2);
        assert_eq!(find(with(Clause { negated: true, ..clause("pension") })).await, 1);
        assert_eq!(find(with(Clause { field: Field::Sender, ..clause("dee client") })).await, 1);
        assert_eq!(find(with(Clause { field: Field::Sender, ..clause("desk") })).await, 0);
        let to = Clause { field: Field::Recipient, prefix: true, ..clause("des") };
        assert_eq!(find(SearchQuery { before: Some(NOW + 1), ..with(to) }).await, 1);
        let folders = store.named_folders(ALL).await.unwrap();
        assert_eq!(folders, [(inbox, "INBOX".to_owned(), "Desk".to_owned(), String::new())]);
        assert_eq!(
            find(SearchQuery {
                within: vec![Within { folders: vec![inbox], ..Within::default() }],
                after: Some(NOW + 1000),
                ..SearchQuery::default()
            })
            .await,
            1
        );
        assert_eq!(find(SearchQuery { within: vec![Within::default()], ..SearchQuery::default() }).await, 0);
        assert_eq!(find(SearchQuery { has_attachment: true, ..SearchQuery::default() }).await, 0);
        let cy = client("CY", &[(Person::Myself, 1, "cy@client.example")]);
        let cy = store.save_client(ALL, None, &cy, &event("client.added")).await.unwrap();
        assert_eq!(find(SearchQuery { clients: vec![vec![cy]], ..SearchQuery::default() }).await, 1);
        let newest = store.search(ALL, &SearchQuery::default(), None, 1).await.unwrap();
        let older = store.search(ALL, &SearchQuery::default(), Some(newest.places[0]), 10).await.unwrap();
        assert_eq!(older.places, [place_of(NOW, older.letters()[0])]);
        let texts = store.texts(&[newest.letters()[0], MessageId(99)]).await.unwrap();
        assert_eq!((texts.len(), texts[0].body.as_str(), texts[0].from.as_str()), (1, "about mortgage and more", "Ada"));
    }
}

// P24: the copy in Sent names the Bcc that the recipient's copy does not; then the letter is found by it, too.
#[tokio::test]
async fn a_letter_that_gains_people_is_indexed_anew() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (_, inbox) = shelf.mailbox("Desk").await;
        let seen = letter(1, "cy@client.example", "desk@office.example", "matter", NOW);
        store.save_import(inbox, 1, std::slice::from_ref(&seen), &[], NOW).await.unwrap();
        index(store).await;
        let mut sent = letter(2, "cy@client.example", "desk@office.example", "matter", NOW);
        sent.letter.people.push((model::AddressRole::Bcc, "zoe@hidden.example".into(), String::new()));
        sent.raw = b"another copy".to_vec().into();
        sent.digest = sha2::Digest::finalize(sha2::Digest::chain_update(<sha2::Sha256 as sha2::Digest>::new(), b"another copy")).into();
        store.save_import(inbox, 1, &[sent], &[], NOW).await.unwrap();
        index(store).await;
        let query = SearchQuery { clauses: vec![Clause { field: Field::Recipient, ..clause("zoe") }], ..SearchQuery::default() };
        assert_eq!(store.search(ALL, &query, None, 10).await.unwrap().places.len(), 1, "{}", shelf.name);
    }
}
