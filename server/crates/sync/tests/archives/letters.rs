//! Any list of letters, as any kind of archive, is the same letters; twice is once; a stop in the middle loses nothing.

use crate::{
    archive, import, octets,
    office::{event, offices},
    sums,
};
use postroom_lab::{corpus::Corpus, random::Dice};
use postroom_sync::{ArchiveError, ArchiveFile};
use std::{collections::BTreeSet, fs, io::Write, path::Path};
use tokio_util::sync::CancellationToken;
use zip::{ZipWriter, write::SimpleFileOptions};

/// Letters that differ from each other, among them every oddity of the corpus.
fn letters(seed: u64, count: usize) -> Vec<Vec<u8>> {
    Corpus::small(seed, count).filter(|letter| letter.truth.number == letter.truth.message).map(|letter| letter.raw).collect()
}

fn mbox(letters: &[Vec<u8>]) -> Vec<u8> {
    letters.iter().flat_map(|raw| postroom_mail::mbox::entry(raw, "a@b.example", 1_773_479_520_000)).collect()
}

fn maildir(folder: &Path, letters: &[Vec<u8>]) {
    for part in ["cur", "new", "tmp", ".Sent/cur", ".Sent/new"] {
        fs::create_dir_all(folder.join(part)).unwrap();
    }
    for (at, raw) in letters.iter().enumerate() {
        let part = ["cur", "new", ".Sent/cur"][at % 3];
        let flags = if part.ends_with("cur") { ":2,S" } else { "" };
        fs::write(folder.join(part).join(format!("{}.M{at}.host{flags}", 1_700_000_000 + at)), raw).unwrap();
    }
    fs::write(folder.join("tmp/1700000000.M1.host"), "Subject: not finished").unwrap();
    fs::write(folder.join("dovecot.index.log"), "\0\0").unwrap();
}

fn zip(letters: &[Vec<u8>]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (at, raw) in letters.iter().enumerate() {
        zip.start_file(format!("mails/{at}.eml"), SimpleFileOptions::default()).unwrap();
        zip.write_all(raw).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Identities of letters, as a set.
fn identities<'a>(raws: impl IntoIterator<Item = &'a Vec<u8>>) -> BTreeSet<[u8; 32]> {
    raws.into_iter().map(|raw| postroom_mail::read(raw).identity.digest).collect()
}

// Any list of letters → mbox, Maildir, zip, mbox in a zip → the same identities, and each archive after the first brings nothing new.
#[tokio::test]
async fn every_kind_of_archive_holds_the_same_letters() {
    for office in offices().await {
        for seed in [1, 2, 3] {
            let mut dice = Dice::new(seed);
            let letters = letters(seed, 20 + dice.below(120));
            let folder = tempfile::tempdir().unwrap();
            let at = |name: &str| folder.path().join(name);
            fs::write(at("a.mbox"), mbox(&letters)).unwrap();
            let crlf = String::from_utf8_lossy(&mbox(&[b"Subject: x\nFrom: a@b.example\n\nFrom y\n".to_vec()])).replace('\n', "\r\n");
            fs::write(at("crlf.mbox"), crlf).unwrap();
            maildir(&at("Maildir"), &letters);
            fs::write(at("letters.zip"), zip(&letters)).unwrap();
            let mut nested = ZipWriter::new(std::io::Cursor::new(Vec::new()));
            nested.start_file("Mail/a.mbox", SimpleFileOptions::default()).unwrap();
            nested.write_all(&mbox(&letters)).unwrap();
            fs::write(at("nested.zip"), nested.finish().unwrap().into_inner()).unwrap();

            let account = archive(&office, &format!("Archive {seed}")).await;
            let expected = identities(&letters);
            let count = letters.len() as i64;
            let mut first = true;
            for name in ["letters.zip", "Maildir", "a.mbox", "nested.zip"] {
                let report = import(&office, account, &at(name)).await;
                let held = octets(&office, &report).await;
                assert_eq!(report.ledger.server, count, "{name} of seed {seed} on {}", office.name);
                assert_eq!(report.ledger.missing, 0, "{name}");
                assert_eq!(identities(held.values()), expected, "{name} of seed {seed} on {}", office.name);
                assert_eq!(report.filed + report.ledger.errored > 0, first, "{name} brought {} new letters", report.filed);
                if !first {
                    assert_eq!(report.ledger.filed, 0, "{name}: nothing is held twice");
                }
                first = false;
            }
            assert_eq!(import(&office, account, &at("crlf.mbox")).await.ledger.server, 1);
        }
    }
}

// The same file again changes nothing; a file under another name is the same file.
#[tokio::test]
async fn importing_again_changes_nothing() {
    for office in offices().await {
        let folder = tempfile::tempdir().unwrap();
        let (file, renamed) = (folder.path().join("a.mbox"), folder.path().join("b.mbox"));
        let letters = letters(7, 60);
        fs::write(&file, mbox(&letters)).unwrap();
        let account = archive(&office, "Archive").await;
        let first = import(&office, account, &file).await;
        assert!(!first.known);
        fs::rename(&file, &renamed).unwrap();
        let again = import(&office, account, &renamed).await;
        assert_eq!((again.known, again.letters, again.filed, again.folder), (true, 0, 0, first.folder));
        assert_eq!(again.ledger, first.ledger);
        assert_eq!(office.store.folders(account).await.unwrap().len(), 1);
        // Never polled: nothing is due, though it is enabled.
        assert!(office.store.claim_due_account("x", i64::MAX - 1, i64::MAX).await.unwrap().is_none());
    }
}

// Half of a file is here already: the other half is filed.
#[tokio::test]
async fn what_is_held_already_is_not_held_twice() {
    for office in offices().await {
        let folder = tempfile::tempdir().unwrap();
        let letters: Vec<Vec<u8>> = (0..200)
            .map(|n| format!("From: a{n}@b.example\r\nSubject: {n}\r\nMessage-ID: <{n}@b.example>\r\n\r\nText {n}\r\n").into_bytes())
            .collect();
        let even: Vec<Vec<u8>> = letters.iter().step_by(2).cloned().collect();
        let (half, whole) = (folder.path().join("half.mbox"), folder.path().join("whole.zip"));
        fs::write(&half, mbox(&even)).unwrap();
        fs::write(&whole, zip(&letters)).unwrap();
        let account = archive(&office, "Archive").await;
        assert_eq!(import(&office, account, &half).await.ledger, sums(100, 100, 0, 0, 0));
        let other = archive(&office, "Other").await;
        assert_eq!(import(&office, other, &whole).await.ledger, sums(200, 100, 100, 0, 0));
    }
}

// Asked to end in the middle, it goes on where it stopped.
#[tokio::test]
async fn an_import_that_is_stopped_goes_on() {
    for office in offices().await {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.mbox");
        let letters: Vec<Vec<u8>> =
            (0..3000).map(|n| format!("From: a{n}@b.example\r\nSubject: {n}\r\n\r\nText {n}\r\n").into_bytes()).collect();
        fs::write(&file, mbox(&letters)).unwrap();
        let account = archive(&office, "Archive").await;
        let stop = CancellationToken::new();
        let mut changes = office.engine.progress();
        let archive = ArchiveFile::Path(file.clone());
        let told = event("archive.imported");
        let importing = office.engine.import_archive(account, "a.mbox", archive, &told, &stop);
        let watching = async {
            while let Ok(progress) = changes.recv().await {
                if progress.done > 0 {
                    stop.cancel();
                    return;
                }
            }
        };
        let (stopped, ()) = tokio::join!(importing, watching);
        assert!(matches!(stopped, Err(ArchiveError::Stopped)), "{stopped:?}");
        let row = office.store.ledger(Some(account)).await.unwrap()[0].sums;
        assert!(row.filed > 0 && row.missing > 0, "{row:?}");
        let on = import(&office, account, &file).await;
        assert!(on.known && on.letters == row.missing && on.filed == row.missing, "{on:?}");
        assert_eq!(on.ledger, sums(3000, 3000, 0, 0, 0));
    }
}

#[tokio::test]
async fn what_holds_no_letters_is_refused_in_words() {
    let office = offices().await.remove(0);
    let folder = tempfile::tempdir().unwrap();
    let account = archive(&office, "Archive").await;
    for (name, octets, word) in [
        ("a.txt", b"just notes".as_slice(), "No letter"),
        ("a.mbox.gz", b"\x1F\x8B\x08\0", "gzip"),
        ("a.zip", b"PK\x03\x04....", "zip"),
        ("empty", b"", "No letter"),
    ] {
        let file = folder.path().join(name);
        fs::write(&file, octets).unwrap();
        match crate::try_import(&office, account, &file).await {
            Err(ArchiveError::NotOne(sentence)) => assert!(sentence.contains(word), "{name}: {sentence}"),
            other => panic!("{name}: {other:?}"),
        }
    }
    assert!(office.store.folders(account).await.unwrap().is_empty());
}
