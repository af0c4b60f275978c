//! Reading again goes on by itself, and puts conversations together anew (S16).

use crate::office::{Office, event, offices};
use model::{MessageId, RereadObstacle, RereadState, RereadTrouble};
use postroom_lab::imap::{ImapLab, ImapLabOptions, Tls};
use postroom_mail::PARSER_VERSION;
use postroom_store::Scope;
use postroom_sync::{Engine, EngineSettings};
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// The loops are quick; what takes longer is stuck.
const PATIENCE: Duration = Duration::from_secs(60);

async fn until(office: &Office, wanted: RereadState) {
    let reached = async {
        while office.store.reread_job().await.unwrap().map(|job| job.state) != Some(wanted) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, reached).await.unwrap_or_else(|_| panic!("{}: never {wanted:?}", office.name));
}

fn letter(name: &str, more: &str) -> Vec<u8> {
    format!(
        "From: cy@client.example\r\nTo: ada@office.example\r\nSubject: {name}\r\nMessage-ID: <{name}@there.example>\r\nDate: Sat, 14 Mar 2026 09:12:00 +0000\r\n{more}\r\nWords of {name}.\r\n"
    )
    .into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_that_was_cut_off_goes_on_by_itself_and_finds_conversations() {
    for office in offices().await {
        let lab = ImapLab::start(ImapLabOptions { tls: Tls::Implicit, ..ImapLabOptions::default() }).unwrap();
        lab.deliver("ada", "INBOX", letter("first", ""), &[]);
        lab.deliver("ada", "INBOX", letter("second", "References: <first@there.example>\r\n"), &[]);
        let account = office.connect("Ada", lab.port(), lab.fingerprint(), 60).await;
        office.collect(account).await;
        let rows = office.store.mailbox(Scope::Everything, account, None, 9).await.unwrap();
        let of = |subject: &str| rows.iter().find(|row| row.subject == subject).map(|row| row.id).unwrap();
        let (first, second) = (of("first"), of("second"));
        let together = async || {
            let threads = office.store.threads_of(&[first, second]).await.unwrap();
            threads[&first] == threads[&second]
        };
        assert!(together().await);
        // As if an earlier reader had found no References.
        office.forget_references(second).await;
        assert!(!together().await, "{}", office.name);

        // Begun by a process that ended before it did anything.
        office.store.begin_reread(PARSER_VERSION, &event("letters.reread_begun")).await.unwrap();
        let engine = Arc::new(Engine::new(Arc::clone(&office.store), Arc::new(office.clock.clone()), EngineSettings::default()));
        let stop = CancellationToken::new();
        let loops = tokio::spawn(Arc::clone(&engine).start(stop.clone()));
        until(&office, RereadState::Ready).await;
        let (counts, found) = office.store.reread_found(9).await.unwrap();
        assert_eq!(counts, [("conversation".to_owned(), 1)], "{}", office.name);
        assert_eq!(found.iter().map(|one| one.letter).collect::<Vec<MessageId>>(), [second]);
        office.store.accept_reread(&event("letters.reread_accepted")).await.unwrap();
        engine.wake_reread();
        until(&office, RereadState::Done).await;
        let joined = async {
            while !together().await {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, joined).await.unwrap_or_else(|_| panic!("{}: never together", office.name));
        stop.cancel();
        loops.await.unwrap();
    }
}

/// Carries the reading on until it is through; how often a letter was to be tried again later.
async fn through(office: &Office) -> usize {
    let mut pauses = 0;
    while !office.engine.carry_reread_on(&CancellationToken::new()).await.unwrap() {
        pauses += 1;
        assert!(pauses < 20, "{}: it never ends", office.name);
    }
    pauses
}

// S16, R7: what cannot be read is tried a few times, then told; the others do not wait for it for ever.
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_whose_bytes_are_damaged_is_left_after_a_few_tries_and_told() {
    for office in offices().await {
        let lab = ImapLab::start(ImapLabOptions { tls: Tls::Implicit, ..ImapLabOptions::default() }).unwrap();
        lab.deliver("ada", "INBOX", letter("first", ""), &[]);
        let account = office.connect("Ada", lab.port(), lab.fingerprint(), 60).await;
        office.collect(account).await;
        let damaged = office.store.mailbox(Scope::Everything, account, None, 9).await.unwrap()[0].id;
        office.spoil_packs();
        office.store.begin_reread(PARSER_VERSION, &event("letters.reread_begun")).await.unwrap();
        assert_eq!(through(&office).await as i64, RereadTrouble::TRIES - 1, "{}", office.name);
        let job = office.store.reread_job().await.unwrap().unwrap();
        assert_eq!((job.state, job.changed), (RereadState::Ready, 0));
        let told = RereadTrouble { letter: damaged, tries: RereadTrouble::TRIES, why: RereadObstacle::Octets };
        assert_eq!(office.store.reread_troubles(9).await.unwrap(), (1, vec![told]), "{}", office.name);
    }
}

// S16, R7: neither does one that cannot be written.
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_cannot_be_written_is_left_after_a_few_tries_and_the_next_is_written() {
    let office = offices().await.remove(0);
    let lab = ImapLab::start(ImapLabOptions { tls: Tls::Implicit, ..ImapLabOptions::default() }).unwrap();
    lab.deliver("ada", "INBOX", letter("first", ""), &[]);
    lab.deliver("ada", "INBOX", letter("second", ""), &[]);
    let account = office.connect("Ada", lab.port(), lab.fingerprint(), 60).await;
    office.collect(account).await;
    let mut letters: Vec<MessageId> =
        office.store.mailbox(Scope::Everything, account, None, 9).await.unwrap().into_iter().map(|row| row.id).collect();
    letters.sort();
    // As if an earlier reader had found other subjects.
    office.tamper("update message set subject = 'else'").await;
    office.store.begin_reread(PARSER_VERSION, &event("letters.reread_begun")).await.unwrap();
    assert_eq!(through(&office).await, 0);
    office.store.accept_reread(&event("letters.reread_accepted")).await.unwrap();
    office
        .tamper(
            "create trigger full before update on message
             begin select raise(abort, 'it does not fit') where new.id = (select min(id) from message); end",
        )
        .await;
    assert_eq!(through(&office).await as i64, RereadTrouble::TRIES - 1);
    assert_eq!(office.store.reread_job().await.unwrap().unwrap().state, RereadState::Done);
    let told = RereadTrouble { letter: letters[0], tries: RereadTrouble::TRIES, why: RereadObstacle::Writing };
    assert_eq!(office.store.reread_troubles(9).await.unwrap(), (1, vec![told]));
    let subject = async |id: MessageId| office.store.letter(Scope::Everything, id).await.unwrap().subject;
    assert_eq!(subject(letters[0]).await, "else");
    assert_ne!(subject(letters[1]).await, "else");
}
