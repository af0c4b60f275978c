//! Hostile zips: nothing is written where they point, nothing grows without bound, and every file of them is accounted for.

use crate::{archive, import, octets, office::offices, reasons, sums, try_import};
use model::Outcome;
use postroom_sync::ArchiveError;
use std::{fs, io::Write, path::Path, time::Instant};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

const LETTER: &[u8] = b"From: a@b.example\r\nTo: c@d.example\r\nSubject: in a zip\r\n\r\nText\r\n";

fn write(file: &Path, members: &[(&str, &[u8])]) {
    let mut zip = ZipWriter::new(fs::File::create(file).unwrap());
    for (name, octets) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(octets).unwrap();
    }
    zip.finish().unwrap();
}

#[tokio::test]
async fn names_that_point_outside_are_only_names() {
    for office in offices().await {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tricks.zip");
        let escaped = folder.path().join("escaped.eml");
        let absolute = escaped.to_str().unwrap().to_owned();
        let other = |n: u8| [LETTER, &[n + b'0'], b"\r\n"].concat();
        write(
            &file,
            &[
                ("../../escaped.eml", &other(1)),
                (&absolute, &other(2)),
                ("a/../../../escaped.eml", &other(3)),
                ("C:\\x\\y.eml", &other(4)),
                ("x\n\u{1b}[2J.txt", b"?"),
            ],
        );
        let account = archive(&office, "Archive").await;
        let report = import(&office, account, &file).await;
        assert_eq!(report.ledger, sums(5, 4, 0, 1, 0), "on {}", office.name);
        assert!(!escaped.exists());
        let told = reasons(&office, &report, Outcome::Excluded).await;
        assert!(told[0].contains("not a letter") && !told[0].contains('\n') && !told[0].contains('\u{1b}'), "{told:?}");
    }
}

// A letter and an mbox that unpack to a thousand times their size, and a zip of such zips.
#[tokio::test]
async fn a_bomb_does_not_go_off() {
    let office = offices().await.remove(0);
    let folder = tempfile::tempdir().unwrap();
    let began = Instant::now();
    let nothing = vec![b'x'; 60 << 20];
    let mbox = [b"From a@b.example Sat Mar 14 09:12:00 2026\nSubject: x\n\n".as_slice(), &nothing].concat();
    let inner = folder.path().join("inner.zip");
    write(&inner, &[("bomb.eml", &[LETTER, &nothing].concat()), ("bomb.mbox", &mbox)]);
    let inner = fs::read(&inner).unwrap();
    let file = folder.path().join("bomb.zip");
    let deep = folder.path().join("deep.zip");
    write(&deep, &[("deeper.zip", &inner)]);
    write(
        &file,
        &[
            ("bomb.eml", &[LETTER, &nothing].concat()),
            ("bomb.mbox", &mbox),
            ("inner.zip", &inner),
            ("deep.zip", &fs::read(&deep).unwrap()),
            ("good.eml", LETTER),
        ],
    );
    let account = archive(&office, "Archive").await;
    let report = import(&office, account, &file).await;
    // Two here, two in the zip in the zip, and one that lies too deep.
    assert_eq!(report.ledger, sums(6, 1, 0, 0, 5));
    let told = reasons(&office, &report, Outcome::Errored).await;
    assert_eq!(told.iter().filter(|reason| reason.contains("unpacks to far more")).count(), 4, "{told:?}");
    assert_eq!(told.iter().filter(|reason| reason.contains("a zip in a zip in a zip")).count(), 1, "{told:?}");
    println!("looked at a bomb for {:?}", began.elapsed());
}

#[tokio::test]
async fn damaged_and_locked_files_wait_with_a_reason() {
    let office = offices().await.remove(0);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("odd.zip");
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut zip = ZipWriter::new(fs::File::create(&file).unwrap());
    for (name, octets) in [
        ("good.eml", LETTER.to_vec()),
        ("bad.eml", [LETTER, b"marked for damage"].concat()),
        ("readme.pdf", b"%PDF".to_vec()),
        ("__MACOSX/._good.eml", b"x".to_vec()),
        ("cur/1700000000.M1.h:2,S", b"no header".to_vec()),
        ("tmp/1.M1.h", LETTER.to_vec()),
    ] {
        zip.start_file(name, stored).unwrap();
        zip.write_all(&octets).unwrap();
    }
    zip.add_directory("empty", stored).unwrap();
    zip.finish().unwrap();
    let mut octets = fs::read(&file).unwrap();
    let at = octets.windows(6).position(|six| six == b"marked").unwrap();
    octets[at] = b'M';
    fs::write(&file, &octets).unwrap();
    let account = archive(&office, "Archive").await;
    let report = import(&office, account, &file).await;
    assert_eq!((report.ledger.server, report.ledger.missing), (4, 0));
    assert_eq!(octets_of(&office, &report).await, 2);
    let waiting = reasons(&office, &report, Outcome::Errored).await;
    assert!(waiting.iter().any(|reason| reason.starts_with("bad.eml: damaged")), "{waiting:?}");
    let left_out = reasons(&office, &report, Outcome::Excluded).await;
    assert!(left_out.len() == 1 && left_out[0].starts_with("readme.pdf"), "{left_out:?}");
    // Cut off in the middle: refused as a whole, in words.
    let cut = folder.path().join("cut.zip");
    fs::write(&cut, &octets[..octets.len() / 2]).unwrap();
    assert!(matches!(try_import(&office, account, &cut).await, Err(ArchiveError::NotOne(sentence)) if sentence.contains("copied whole")));
}

async fn octets_of(office: &crate::office::Office, report: &postroom_sync::ArchiveReport) -> usize {
    octets(office, report).await.len()
}

// A directory that lists far more files than the file can hold costs nothing: the marks in it are counted first.
#[tokio::test]
async fn a_directory_without_end_is_refused() {
    let office = offices().await.remove(0);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("many.zip");
    let entry = [b"PK\x01\x02".as_slice(), &[0; 42]].concat();
    let mut octets = b"PK\x03\x04".to_vec();
    (0..600_000).for_each(|_| octets.extend_from_slice(&entry));
    octets.extend_from_slice(b"PK\x05\x06\0\0\0\0\xFF\xFF\xFF\xFF\0\0\0\0\0\0\0\0\0\0");
    fs::write(&file, octets).unwrap();
    let account = archive(&office, "Archive").await;
    assert!(
        matches!(try_import(&office, account, &file).await, Err(ArchiveError::NotOne(sentence)) if sentence.contains("lists more than"))
    );
}
