//! Collecting from a real Dovecot, on SQLite and (where `POSTROOM_TEST_POSTGRES` names a server) PostgreSQL.

use crate::office::{expunge_newest, offices};
use model::{HistoryFilter, LedgerSums};
use postroom_lab::{
    corpus::{Corpus, clients_csv},
    dovecot::{Dovecot, DovecotOptions},
};
use postroom_store::Scope;
use std::collections::{BTreeMap, BTreeSet};

pub fn dovecot() -> Option<Dovecot> {
    if let Err(why) = Dovecot::available() {
        assert!(std::env::var_os("CI").is_none(), "skipped in CI: {why}");
        println!("skipped: {why}");
        return None;
    }
    Some(Dovecot::start(DovecotOptions::default()).unwrap())
}

// FP-06, FP-07, S2, I4: histories hold the right letters, each says why, and an address added and removed leaves no trace.
#[tokio::test(flavor = "multi_thread")]
async fn histories_follow_the_addresses_on_file() {
    let Some(server) = dovecot() else { return };
    let truths = server.deliver_corpus("ada", Corpus::small(12, 500)).unwrap();
    let drafts: BTreeSet<u64> =
        Corpus::small(12, 500).filter(|letter| letter.flags.contains(&"\\Draft")).map(|letter| letter.truth.number).collect();
    let mut dumps: Vec<BTreeMap<String, Vec<String>>> = Vec::new();
    for office in offices().await {
        let account = office.connect_account(&server, "Ada").await;
        assert_eq!(office.collect(account).await.ledger.missing, 0);
        office.import_clients(&clients_csv(40)).await;
        let before = office.histories().await;
        for (code, letters) in &before {
            let expected: BTreeSet<&str> = truths
                .iter()
                .filter(|truth| truth.oddity.is_none() && !drafts.contains(&truth.number) && truth.clients.contains(code))
                .filter_map(|truth| truth.message_id.as_deref())
                .collect();
            let found: BTreeSet<&str> = letters.iter().map(String::as_str).collect();
            let missing: Vec<_> = expected.difference(&found).collect();
            assert!(missing.is_empty(), "{}: history of {code} lacks {missing:?}", office.name);
        }
        assert!(before.values().any(|letters| letters.len() > 3), "the corpus fills histories");

        let code = before.iter().max_by_key(|(_, letters)| letters.len()).map(|(code, _)| code.clone()).unwrap();
        let other = before.keys().find(|key| **key != code).unwrap().clone();
        let card = office.store.client_by_code(Scope::Everything, &code).await.unwrap();
        office.with_address_added_and_removed(&other, &card.addresses[0].address).await;
        assert_eq!(office.histories().await, before);

        let rows = office.store.history(Scope::Everything, card.id, &HistoryFilter::default(), None, 500).await.unwrap();
        for row in rows {
            assert!(!row.why.is_empty());
            for why in row.why {
                assert!(card.addresses.iter().any(|on_file| {
                    on_file.address == why.address && Some(on_file.person) == why.person && Some(on_file.slot) == why.slot
                }));
                assert!(why.role.is_some());
            }
        }
        dumps.push(before);
    }
    // The same import gives the same histories on both databases.
    assert!(dumps.windows(2).all(|pair| pair[0] == pair[1]));
}

// S1, R11: a row that vanished is noticed and fetched again.
#[tokio::test(flavor = "multi_thread")]
async fn letters_that_come_and_go_keep_the_ledger_balanced() {
    let Some(server) = dovecot() else { return };
    server.deliver_corpus("ada", Corpus::small(13, 60)).unwrap();
    for office in offices().await {
        let account = office.connect_account(&server, "Ada").await;
        let first = office.collect(account).await.ledger;
        server.deliver("ada", "INBOX", b"From: new@example.org\r\nSubject: One more\r\n\r\nHello\r\n", &[]).unwrap();
        let second = office.collect(account).await.ledger;
        assert_eq!(second, LedgerSums { server: first.server + 1, filed: first.filed + 1, ..first }, "{}", office.name);
        expunge_newest(&server);
        let third = office.collect(account).await.ledger;
        assert_eq!((third.server, third.missing), (first.server, 0));
        // Deleting on the server does not delete here.
        assert_eq!(office.search("subject:more").await.len(), 1);
    }
}
