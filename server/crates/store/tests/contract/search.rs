//! Search.

use super::*;

fn clause(text: &str) -> Clause {
    Clause { words: text.split(' ').map(str::to_owned).collect(), ..Clause::default() }
}

#[tokio::test]
async fn words_are_found_where_they_stand() {
    for shelf in shelves().await {
        let store = &shelf.store;
        let (_, inbox) = shelf.mailbox("Desk").await;
        let window = [
            letter(1, "cy@client.example", "desk@office.example", "pension transfer", NOW),
            letter(2, "dee@client.example", "desk@office.example", "mortgage", NOW + 1),
        ];
        store.save_import(inbox, 1, &window, &[], NOW).await.unwrap();
        assert_eq!(store.index_behind().await.unwrap(), 2);
        let entries = store.index_waiting(10).await.unwrap();
        let folded: Vec<_> = entries
            .into_iter()
            .map(|entry| postroom_store::IndexEntry {
                people: entry.people.to_lowercase().replace(['@', '.', '\n'], " "),
                body: entry.body.replace(',', ""),
                ..entry
            })
            .collect();
        store.save_index(&folded).await.unwrap();
        store.save_index(&folded).await.unwrap();
        assert_eq!(store.index_behind().await.unwrap(), 0);
        let find = async |query: SearchQuery| store.search(ALL, &query, None, 10).await.unwrap().len();
        let with = |clause: Clause| SearchQuery { clauses: vec![clause], ..SearchQuery::default() };
        assert_eq!(find(with(clause("pension"))).await, 1, "{}", shelf.name);
        assert_eq!(find(with(clause("pension transfer"))).await, 1);
        assert_eq!(find(with(clause("transfer pension"))).await, 0);
        assert_eq!(find(with(Clause { prefix: true, ..clause("mort") })).await, 1);
        assert_eq!(find(with(Clause { subject_only: true, ..clause("more") })).await, 0);
        assert_eq!(find(with(clause("more"))).await, 2);
        assert_eq!(find(with(Clause { negated: true, ..clause("pension") })).await, 1);
        assert_eq!(find(SearchQuery { from: vec!["dee@".into()], ..SearchQuery::default() }).await, 1);
        assert_eq!(find(SearchQuery { to: vec!["desk".into()], before: Some(NOW + 1), ..SearchQuery::default() }).await, 1);
        assert_eq!(find(SearchQuery { in_folder: vec!["inbox".into()], after: Some(NOW + 1), ..SearchQuery::default() }).await, 1);
        assert_eq!(find(SearchQuery { has_attachment: true, ..SearchQuery::default() }).await, 0);
        store.save_client(ALL, None, &client("ÅSE", &[(Person::Myself, 1, "cy@client.example")]), &event("client.added")).await.unwrap();
        assert_eq!(find(SearchQuery { client: vec!["åse".into()], ..SearchQuery::default() }).await, 1);
        let newest = store.search(ALL, &SearchQuery::default(), None, 1).await.unwrap()[0];
        let older = store.search(ALL, &SearchQuery::default(), Some((newest.1, newest.0.0)), 10).await.unwrap();
        assert_eq!(older.len(), 1);
        assert_eq!(store.texts(&[newest.0, MessageId(99)]).await.unwrap()[0].1, "about mortgage and more");
    }
}
