//! Windows whose knowledge is out of date when they are saved.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a failed unwrap is a failed test; a skipped part says why")]

use crate::{ArrivedLetter, Census, Known, NewAccount, NewEvent, NewLetter, SeenFolder, Store};
use model::{AddressRole, MessageId, Preset, Protocol, Security};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

fn letter(raw: &str) -> ArrivedLetter {
    let digest: [u8; 32] = Sha256::digest(raw).into();
    let letter = NewLetter {
        identity: digest,
        identity_version: 1,
        parser_version: 1,
        message_id: String::new(),
        message_key: 0,
        refers: Vec::new(),
        subject: raw.into(),
        preview: String::new(),
        date: 5,
        date_header: String::new(),
        received_at: None,
        date_looks_wrong: false,
        people: vec![(AddressRole::From, "x@y.example".into(), String::new())],
        attachments: 0,
        files: String::new(),
        has_html: false,
        remote_content: false,
        is_bounce: false,
        is_automatic: false,
        unreadable: None,
        remarks: Vec::new(),
        text: raw.into(),
    };
    ArrivedLetter { uid: 1, digest, raw: raw.as_bytes().to_vec().into(), letter }
}

fn account() -> NewAccount {
    NewAccount {
        name: "Desk".into(),
        description: String::new(),
        protocol: Protocol::Imap,
        preset: Preset::Custom,
        address: "desk@office.example".into(),
        server: "mail.office.example".into(),
        port: 993,
        security: Security::Tls,
        user_name: "desk".into(),
        secret: None,
        timeout_seconds: 60,
        connection_limit: None,
        pinned_fingerprint: None,
        allow_clear_text: false,
        owner: None,
        reach_anywhere: false,
        tested: true,
    }
}

// A removal beside an import takes a copy away between the look and the transaction: the letter in hand is stored anew, nothing is lost.
#[tokio::test]
async fn a_copy_that_is_gone_by_the_time_of_the_commit_is_stored_anew() {
    let folder = tempfile::tempdir().unwrap();
    let mut urls = vec![format!("sqlite:{}", folder.path().join("postroom.db").display())];
    match postroom_lab::postgres::fresh_database() {
        Ok(url) => urls.push(url),
        Err(why) => println!("skipped on PostgreSQL: {why}"),
    }
    for url in urls {
        let data = tempfile::tempdir().unwrap();
        let store = Store::open(&url, data.path()).await.unwrap();
        let event =
            NewEvent { at: 1, principal: "console".into(), action: "account.added".into(), subject: String::new(), detail: String::new() };
        let id = store.add_account(&account(), &[event]).await.unwrap();
        let seen = SeenFolder {
            raw_name: "INBOX".into(),
            name: "INBOX".into(),
            role: None,
            selectable: true,
            letters: None,
            select_by_default: true,
        };
        store.keep_folders(id, &[seen]).await.unwrap();
        let inbox = store.folders(id).await.unwrap()[0].id;
        let census = Census { uid_validity: Some(1), uid_next: None, modseq: None, exists: 1, present: &[1], continues: None };
        let epoch = store.close_census(inbox, &census, 1).await.unwrap();
        let letters = [letter("a letter")];
        // It was held under these numbers a moment ago.
        let stale = HashMap::from([(letters[0].digest, Known { copy: 777, message: MessageId(888) })]);
        let count = store.save_window_knowing(inbox, epoch, &letters, &[], &stale, 1).await.unwrap();
        assert_eq!((count.filed, count.elsewhere), (1, 0));
        assert_eq!(store.known_copies(&[letters[0].digest]).await.unwrap().len(), 1);
        assert_eq!(store.ledger(Some(id)).await.unwrap()[0].sums.missing, 0);
    }
}
