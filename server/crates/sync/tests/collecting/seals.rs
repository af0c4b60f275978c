//! Copies that an earlier version stored are sealed afterwards.

use crate::{
    faults::raw,
    office::{Office, event, offices},
};
use postroom_lab::imap::{ImapLab, ImapLabOptions, Tls};

/// An office that has so many letters, each stored with its seal, and the server that they came from.
async fn with_letters(letters: usize) -> (Office, ImapLab) {
    let office = offices().await.remove(0);
    let lab = ImapLab::start(ImapLabOptions { tls: Tls::Implicit, ..ImapLabOptions::default() }).unwrap();
    for n in 1..=letters {
        lab.deliver("ada", "INBOX", raw(n), &[]);
    }
    let account = office.connect("Ada", lab.port(), lab.fingerprint(), 60).await;
    office.collect(account).await;
    (office, lab)
}

// S4: what was stored before copies were sealed gets its seal after it was looked at, and the record is in order; what is not what was
// filed gets none.
#[tokio::test(flavor = "multi_thread")]
async fn copies_without_a_seal_are_sealed_if_they_are_what_was_filed() {
    let (office, _lab) = with_letters(3).await;
    let findings = async || office.store.verify(&mut |_, _| ()).await.unwrap().findings;
    assert_eq!(findings().await, Vec::<String>::new());
    office.tamper("update copy set seal = null").await;
    assert!(findings().await[0].starts_with("Copies without a seal: 3."));
    // One letter's copy was exchanged for another's, digest and all: only what was filed tells.
    office.tamper("update message set identity = zeroblob(32) where id = 2").await;
    let done = office.engine.seal_copies(&event("copies.sealed")).await.unwrap();
    assert_eq!((done.sealed, done.left.len()), (2, 1), "{done:?}");
    assert!(done.left[0].contains("of letter 2 is not what was filed"), "{done:?}");
    assert!(findings().await[0].starts_with("Copies without a seal: 1."));
    let told = office.store.events(None, 1).await.unwrap().remove(0);
    assert_eq!((told.action.as_str(), told.detail.as_str()), ("copies.sealed", "2 that had no seal"));

    office.tamper("update message set identity_version = 0 where id = 2").await;
    let done = office.engine.seal_copies(&event("copies.sealed")).await.unwrap();
    assert_eq!((done.sealed, done.left.len()), (0, 1), "nobody can compare identities of another rule");
}

// S4: what was filed with a seal and has none any more was tampered with: it is told, and not made good.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_lost_its_seal_is_not_sealed_again() {
    let (office, _lab) = with_letters(3).await;
    office.tamper("update copy set seal = null where id = 1").await;
    let done = office.engine.seal_copies(&event("copies.sealed")).await.unwrap();
    assert_eq!((done.sealed, done.left.len()), (1, 0), "of an earlier version: {done:?}");
    office.tamper("update copy set seal = null").await;
    let done = office.engine.seal_copies(&event("copies.sealed")).await.unwrap();
    assert_eq!((done.sealed, done.left.len()), (1, 2), "{done:?}");
    assert!(done.left.iter().all(|one| one.contains("took its seal away")), "{done:?}");
}

// S4: nor is a copy sealed whose octets are damaged.
#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_copy_is_not_sealed() {
    let (office, _lab) = with_letters(1).await;
    office.tamper("update copy set seal = null").await;
    office.tamper("update copy set size = size + 1").await;
    let done = office.engine.seal_copies(&event("copies.sealed")).await.unwrap();
    assert_eq!((done.sealed, done.left.len()), (0, 1), "of another length: {done:?}");
    office.tamper("update copy set size = size - 1").await;
    office.spoil_packs();
    let done = office.engine.seal_copies(&event("copies.sealed")).await.unwrap();
    assert_eq!((done.sealed, done.left.len()), (0, 1), "{done:?}");
}
