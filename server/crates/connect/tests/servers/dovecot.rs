//! The reader against a real server: octet by octet, hands off, compressed or not.

use model::{FolderRole, Security};
use postroom_connect::{ConnectError, ImapSettings, LARGE_LETTER, Reach, Reader, SecretString, Woken, connect};
use postroom_lab::{
    corpus::Corpus,
    dovecot::{Dovecot, DovecotOptions},
};
use std::{collections::BTreeMap, time::Duration};

const COUNT: usize = 120;
const COMPRESSING: &str = "protocol imap {\n  mail_plugins = $mail_plugins imap_zlib\n}\n";

/// `None`, with a word on why, where Dovecot is not installed.
fn start(options: DovecotOptions) -> Option<Dovecot> {
    match Dovecot::available() {
        Ok(()) => Some(Dovecot::start(options).unwrap()),
        Err(why) => {
            eprintln!("skipped: {why}");
            None
        }
    }
}

fn settings(dovecot: &Dovecot, security: Security) -> ImapSettings {
    ImapSettings {
        protocol: model::Protocol::Imap,
        server: "localhost".to_owned(),
        port: if security == Security::Tls { dovecot.imaps_port() } else { dovecot.imap_port() },
        security,
        user_name: "ada".to_owned(),
        password: SecretString::from("secret"),
        bearer: false,
        timeout: Duration::from_secs(20),
        pinned_fingerprint: Some(dovecot.fingerprint().to_owned()),
        allow_clear_text: false,
        reach: Reach::Anywhere,
        extra_roots: Vec::new(),
    }
}

/// Every letter of every folder, sorted by folder and octets.
async fn collect(reader: &mut Reader) -> BTreeMap<String, Vec<Vec<u8>>> {
    let mut all: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    for folder in reader.folders().await.unwrap().into_iter().filter(|folder| folder.selectable) {
        let counted = folder.status.and_then(|status| status.messages).unwrap();
        let examined = reader.examine(&folder.raw_name).await.unwrap();
        assert!(examined.uid_validity.is_some());
        let uids = reader.uids().await.unwrap();
        assert_eq!((uids.len(), counted), (examined.exists as usize, examined.exists), "{}", folder.name);
        let letters = all.entry(folder.name).or_default();
        let sizes = reader.sizes(&uids).await.unwrap();
        assert_eq!(sizes.len(), uids.len());
        let small: Vec<u32> = sizes.iter().filter(|letter| letter.size <= LARGE_LETTER).map(|letter| letter.uid).collect();
        reader
            .fetch(&small, &mut |letter| {
                assert!(letter.internal_date.is_some());
                letters.push(letter.raw);
            })
            .await
            .unwrap();
        for large in sizes.iter().filter(|letter| letter.size > LARGE_LETTER) {
            let mut raw = Vec::new();
            assert!(
                reader
                    .fetch_large(large.uid, large.size, &mut |part| {
                        raw.extend_from_slice(part);
                        Ok(())
                    })
                    .await
                    .unwrap()
            );
            letters.push(raw);
        }
        letters.sort();
    }
    all.retain(|_, letters| !letters.is_empty());
    all
}

/// As delivered, and as Dovecot sends it: every line end as CRLF, NUL (which IMAP forbids outside BINARY) as 0x80.
fn deliver(dovecot: &Dovecot) -> BTreeMap<String, Vec<Vec<u8>>> {
    let mut all: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    for letter in Corpus::small(7, COUNT).with_large() {
        dovecot.deliver("ada", &letter.folder, &letter.raw, &letter.flags).unwrap();
        all.entry(letter.folder).or_default().push(as_sent(&letter.raw));
    }
    all.values_mut().for_each(|letters| letters.sort());
    all
}

fn as_sent(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    for (at, byte) in raw.iter().enumerate() {
        if *byte == b'\n' && (at == 0 || raw[at - 1] != b'\r') {
            out.push(b'\r');
        }
        out.push(if *byte == 0 { 0x80 } else { *byte });
    }
    out
}

// S10, R6, P10: everything, octet by octet, and the server as it was
#[tokio::test]
async fn every_letter_arrives_octet_by_octet_and_the_server_stays_as_it_was() {
    let Some(dovecot) = start(DovecotOptions { record_commands: false, extra: COMPRESSING.to_owned(), ..DovecotOptions::default() }) else {
        return;
    };
    let expected = deliver(&dovecot);
    let before = dovecot.flags_snapshot("ada").unwrap();
    for (security, compress) in [(Security::Tls, false), (Security::StartTls, true)] {
        let mut reader = connect(&settings(&dovecot, security)).await.unwrap();
        if compress {
            assert!(reader.can().compress, "Dovecot offers compression");
            reader = reader.compress().await.unwrap();
        }
        let found = collect(&mut reader).await;
        assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
        for (folder, letters) in &expected {
            assert_eq!(found[folder].len(), letters.len(), "{folder}");
            for (got, wanted) in found[folder].iter().zip(letters) {
                assert!(
                    got == wanted,
                    "{folder} (compressed: {compress}): {:?} for {:?}",
                    got.escape_ascii().to_string(),
                    wanted.escape_ascii().to_string()
                );
            }
        }
        let record = reader.leave().await;
        assert!(record.commands.iter().all(|(verb, _)| !verb.contains("BODY[") && !verb.contains("STORE")), "{:?}", record.commands);
    }
    assert_eq!(dovecot.flags_snapshot("ada").unwrap(), before);
}

// FP-01: a new letter wakes the reader
#[tokio::test]
async fn a_new_letter_ends_the_wait() {
    let Some(dovecot) = start(DovecotOptions::default()) else { return };
    dovecot.deliver("ada", "INBOX", b"Subject: one\r\n\r\none\r\n", &[]).unwrap();
    let mut reader = connect(&settings(&dovecot, Security::Tls)).await.unwrap();
    let folders = reader.folders().await.unwrap();
    assert_eq!(folders.iter().find(|folder| folder.role == Some(FolderRole::Inbox)).map(|folder| folder.name.as_str()), Some("INBOX"));
    reader.examine("INBOX").await.unwrap();
    let waiting = tokio::spawn(async move { reader.wait(Duration::from_secs(30), std::future::pending::<()>()).await });
    dovecot.deliver("ada", "INBOX", b"Subject: two\r\n\r\ntwo\r\n", &[]).unwrap();
    let (mut reader, woken) = waiting.await.unwrap().unwrap();
    assert_eq!(woken, Woken::Changed);
    assert_eq!(reader.uids().await.unwrap().len(), 2);
    reader.leave().await;
    // The server's own record knows no write and no body without PEEK.
    for command in dovecot.commands() {
        let upper = command.to_uppercase();
        assert!(!upper.replace("CONDSTORE", "").contains("STORE") && !upper.contains("BODY[") && !upper.contains("SELECT"), "{command}");
    }
}

// S7
#[tokio::test]
async fn a_real_wrong_password_is_an_authentication_verdict() {
    let Some(dovecot) = start(DovecotOptions::default()) else { return };
    let mut wrong = settings(&dovecot, Security::Tls);
    wrong.password = SecretString::from("wrong");
    assert!(matches!(connect(&wrong).await, Err(ConnectError::SignIn { .. })));
    let diagnosis = postroom_connect::diagnose(&settings(&dovecot, Security::Auto), &mut |_| ()).await;
    assert!(diagnosis.passed(), "{diagnosis:#?}");
}
