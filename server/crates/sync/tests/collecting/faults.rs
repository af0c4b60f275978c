//! A server that renumbers, pushes, limits or holds poison: no letter lost, none doubled, none invented (RELIABILITY §1.2).

use crate::office::{Office, event, offices};
use postroom_lab::imap::{Fault, ImapLab, ImapLabOptions, LabMailbox, Tls};
use postroom_store::AccountState;
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

const LETTERS: usize = 40;

pub fn raw(n: usize) -> Vec<u8> {
    let id = if n.is_multiple_of(7) { String::new() } else { format!("Message-ID: <{}@lab.example>\r\n", n % 30) };
    format!("From: cy{n}@client.example\r\nTo: ada@office.example\r\nSubject: Letter {n}\r\n{id}\r\nWords of letter {n}.\r\n").into_bytes()
}

pub fn lab() -> ImapLab {
    let mut inbox = LabMailbox::new("INBOX");
    for n in 0..LETTERS {
        inbox = inbox.letter(raw(n), &["\\Seen"]);
    }
    let sent = LabMailbox::new("Sent").special_use("\\Sent").letter(raw(1000), &[]);
    ImapLab::start(ImapLabOptions {
        users: vec![("ada".into(), "secret".into())],
        mailboxes: vec![inbox, sent],
        tls: Tls::Implicit,
        ..ImapLabOptions::default()
    })
    .unwrap()
}

/// Every letter is here, octet by octet, and nothing else is.
pub async fn assert_whole(office: &Office, lab: &ImapLab, what: &str) {
    for folder in ["INBOX", "Sent"] {
        for letter in &lab.mailbox("ada", folder).unwrap().letters {
            let stored = office.store.copy_bytes(&office.digest(&letter.raw)).await;
            assert!(stored.is_ok_and(|stored| stored == *letter.raw), "{}: {what}: a letter of {folder} is missing", office.name);
        }
    }
}

// P9, R5: renumbered, shuffled in among new letters, even under the old number: nothing lost, nothing twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_renumbered_folder_brings_only_what_is_new() {
    for office in offices().await {
        for (at, new_value) in [77_u32, 0].into_iter().enumerate() {
            let lab = lab();
            let account = office.connect(&format!("R{at} {}", office.name), lab.port(), lab.fingerprint(), 5).await;
            let first = office.collect(account).await;
            assert_eq!(first.ledger.missing, 0);
            let validity = if new_value == 0 { lab.mailbox("ada", "INBOX").unwrap().uid_validity } else { new_value };
            lab.change_uid_validity("ada", "INBOX", validity, true);
            for n in 0..10 {
                lab.deliver("ada", "INBOX", raw(500 + at * 100 + n), &[]);
            }
            let second = office.collect(account).await;
            assert_eq!(second.error, None);
            assert_eq!((second.filed, second.ledger.missing, second.ledger.server), (10, 0, first.ledger.server + 10), "{}", office.name);
            assert_whole(&office, &lab, "renumbered").await;
        }
    }
}

// FP-01: a new letter is collected at once where the server offers IDLE, without waiting for the schedule, over the same session.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_letter_arrives_by_itself() {
    for office in offices().await {
        let lab = lab();
        let account = office.connect(&format!("Idle {}", office.name), lab.port(), lab.fingerprint(), 5).await;
        let Office { engine, store, .. } = office;
        let mut progress = engine.progress();
        let stop = CancellationToken::new();
        let running = tokio::spawn(Arc::clone(&engine).start(stop.clone()));
        store.set_account_state(account, AccountState::Enabled, &event("account.enabled")).await.unwrap();
        engine.wake();
        let limit = Duration::from_secs(30);
        let finished = async |progress: &mut tokio::sync::broadcast::Receiver<model::Progress>| {
            tokio::time::timeout(limit, async { while !progress.recv().await.unwrap().finished {} }).await.unwrap();
        };
        finished(&mut progress).await;
        let idling = async || {
            while !lab.commands().iter().any(|line| line.to_uppercase().contains("IDLE")) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(limit, idling()).await.unwrap();
        let logins = lab.logins();
        lab.deliver("ada", "INBOX", raw(700), &[]);
        finished(&mut progress).await;
        let digest: [u8; 32] = sha2::Digest::finalize(sha2::Digest::chain_update(<sha2::Sha256 as sha2::Digest>::new(), raw(700))).into();
        assert_eq!(store.copy_bytes(&digest).await.unwrap(), raw(700));
        assert_eq!(lab.logins(), logins, "the waiting session collects; nobody signs in again");
        stop.cancel();
        tokio::time::timeout(limit, running).await.unwrap().unwrap();
    }
}

// P18, P19, I5, R7: letters that cannot be understood are stored, counted, and stop nobody.
#[tokio::test(flavor = "multi_thread")]
async fn broken_letters_stop_nobody() {
    let poison: Vec<Vec<u8>> = vec![
        Vec::from(*b"\0\0\0\0"),
        b"From: a@b.example\r\n\r\nNUL \0 inside\r\n".to_vec(),
        b"no header at all".to_vec(),
        [b"Subject: ".as_slice(), &[0xff; 400], b"\r\n\r\n\xfe\xff"].concat(),
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x".to_vec(),
        [b"Content-Type: message/rfc822\r\n\r\n".repeat(5_000), b"end".to_vec()].concat(),
    ];
    for office in offices().await {
        let lab = lab();
        for letter in &poison {
            lab.deliver("ada", "INBOX", letter.clone(), &[]);
        }
        let account = office.connect(&format!("Poison {}", office.name), lab.port(), lab.fingerprint(), 5).await;
        let report = office.collect(account).await;
        assert_eq!((report.error, report.ledger.missing), (None, 0), "{}", office.name);
        assert_whole(&office, &lab, "poison").await;
        let found: BTreeSet<_> = office.search("subject:letter").await.into_iter().collect();
        assert_eq!(found.len(), LETTERS + 1);
    }
}

// I5, P18, R7: twenty letters that a server cannot hand over, or that nobody can read, among a thousand: one collection brings all
// others, each of the twenty is listed with its reason, and the ledger balances.
#[tokio::test(flavor = "multi_thread")]
async fn twenty_poison_letters_stop_none_of_a_thousand() {
    const REFUSED: [u32; 8] = [3, 4, 90, 333, 334, 600, 998, 999];
    const BREAK_OFF: [u32; 8] = [1, 2, 5, 400, 401, 700, 997, 1000];
    let deep = [b"Content-Type: message/rfc822\r\n\r\n".repeat(3_000), b"end".to_vec()].concat();
    let mut inbox = LabMailbox::new("INBOX");
    for n in 1..=1000_usize {
        let body = if [50, 51, 52, 53].contains(&n) { [raw(n), deep.clone()].concat() } else { raw(n) };
        inbox = inbox.letter(body, &[]);
    }
    let lab = ImapLab::start(ImapLabOptions {
        users: vec![("ada".into(), "secret".into())],
        mailboxes: vec![inbox],
        tls: Tls::Implicit,
        ..ImapLabOptions::default()
    })
    .unwrap();
    for uid in REFUSED {
        lab.set_fault(Fault::FetchRefused { uid, text: "Cannot read this letter".into() });
    }
    for uid in BREAK_OFF {
        lab.set_fault(Fault::TruncateLetter(uid));
    }
    for office in offices().await {
        let account = office.connect(&format!("Twenty {}", office.name), lab.port(), lab.fingerprint(), 5).await;
        let report = office.collect(account).await;
        assert_eq!(report.error, None, "{}", office.name);
        let ledger = report.ledger;
        assert_eq!((ledger.server, ledger.missing, ledger.errored), (1000, 0, 16), "{}: {ledger:?}", office.name);
        let folder = office.store.folders(account).await.unwrap().remove(0);
        let errored =
            office.store.sightings(postroom_store::Scope::Everything, folder.id, model::Outcome::Errored, None, 100).await.unwrap();
        let mut uids: Vec<i64> = errored.iter().map(|row| row.uid).collect();
        uids.sort_unstable();
        let mut expected: Vec<i64> = REFUSED.into_iter().chain(BREAK_OFF).map(i64::from).collect();
        expected.sort_unstable();
        assert_eq!(uids, expected, "{}", office.name);
        assert!(errored.iter().all(|row| !row.reason.is_empty()));
    }
}

// TP-36: where one connection is all there is, nobody connects beside it, and nothing is lost by taking turns.
#[tokio::test(flavor = "multi_thread")]
async fn a_limit_of_one_connection_is_kept() {
    for office in offices().await {
        let lab = lab();
        lab.set_fault(Fault::TooManyConnections(1, "[LIMIT] Too many connections".into()));
        let account = office.connect(&format!("One {}", office.name), lab.port(), lab.fingerprint(), 5).await;
        let record = office.store.account(account).await.unwrap();
        let limited = postroom_store::NewAccount { connection_limit: Some(1), ..record.settings };
        office.store.change_account(account, &limited, &event("account.changed")).await.unwrap();
        let stop = CancellationToken::new();
        let (collected, listed, rehearsed) = tokio::join!(
            office.engine.collect_account(account, &stop),
            office.engine.download_folders(account),
            office.engine.rehearse(account)
        );
        assert_eq!(collected.unwrap().error, None, "{}", office.name);
        listed.unwrap();
        assert_eq!(rehearsed.unwrap().letters, LETTERS as i64 + 1);
        assert_whole(&office, &lab, "one connection").await;
    }
}
