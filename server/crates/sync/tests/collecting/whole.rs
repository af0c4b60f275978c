//! A mailbox collected whole and left as it was, with other programs as judges: Python's imaplib and mbsync read the same mailbox.
//! `POSTROOM_TEST_LETTERS` makes the mailbox larger than the 600 letters of every day.

use crate::{dovecot::dovecot, office::offices};
use postroom_lab::{corpus::Corpus, dovecot::Dovecot, utf7};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::Command,
    time::Instant,
};

/// Prints folder (as the server writes it), UID and SHA-256 of every letter.
const IMAPLIB: &str = r#"
import hashlib, imaplib, re, sys
imaplib._MAXLINE = 10 ** 8
imap = imaplib.IMAP4("127.0.0.1", int(sys.argv[1]))
imap.login("ada", "secret")
for line in imap.list()[1]:
    name = re.search(rb' "?([^"]+)"?$', line).group(1).decode()
    kind, count = imap.select('"' + name + '"', readonly=True)
    if kind != "OK" or count == [b"0"]:
        continue
    uids = imap.uid("SEARCH", "ALL")[1][0].split()
    for at in range(0, len(uids), 200):
        for item in imap.uid("FETCH", b",".join(uids[at:at + 200]), "(UID BODY.PEEK[])")[1]:
            if isinstance(item, tuple):
                uid = re.search(rb"UID (\d+)", item[0]).group(1).decode()
                print(name, uid, hashlib.sha256(item[1]).hexdigest(), sep="\t")
imap.logout()
"#;

fn letters() -> usize {
    std::env::var("POSTROOM_TEST_LETTERS").ok().map_or(600, |number| number.parse().expect("POSTROOM_TEST_LETTERS is a number"))
}

/// Every letter of the mailbox as imaplib reads it: SHA-256 by folder and UID.
fn by_imaplib(server: &Dovecot) -> Option<BTreeMap<(String, u32), String>> {
    let output = Command::new("python3").arg("-c").arg(IMAPLIB).arg(server.imap_port().to_string()).output();
    let Ok(output) = output else {
        println!("skipped: Python is not installed (package python3)");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let read = lines.lines().map(|line| {
        let [folder, uid, digest] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        ((folder.to_owned(), uid.parse().unwrap()), digest.to_owned())
    });
    Some(read.collect())
}

/// What mbsync pulls, folder by folder, as digests of letters with LF line ends and without the header it adds.
fn by_mbsync(server: &Dovecot, names: &BTreeSet<String>) -> Option<BTreeMap<String, Vec<[u8; 32]>>> {
    let folder = tempfile::tempdir().unwrap();
    let (port, dir) = (server.imaps_port(), folder.path().display());
    let settings = format!(
        "IMAPStore far\nHost localhost\nPort {port}\nUser ada\nPass secret\nSSLType IMAPS\nSystemCertificates no\nCertificateFile {dir}/ca.pem\n\
         AuthMechs LOGIN\n\nMaildirStore near\nPath {dir}/mail/\nInbox {dir}/mail/INBOX\nSubFolders Verbatim\n\n\
         Channel all\nFar :far:\nNear :near:\nPatterns *\nCreate Near\nSync Pull\nExpunge None\nSyncState {dir}/state/\n"
    );
    fs::create_dir(folder.path().join("mail")).unwrap();
    fs::create_dir(folder.path().join("state")).unwrap();
    fs::write(folder.path().join("ca.pem"), server.ca_pem()).unwrap();
    fs::write(folder.path().join("mbsyncrc"), settings).unwrap();
    let Ok(output) = Command::new("mbsync").arg("-c").arg(folder.path().join("mbsyncrc")).arg("all").env("HOME", folder.path()).output()
    else {
        println!("skipped: mbsync is not installed (package isync)");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(names.iter().map(|name| (name.clone(), letters_below(&folder.path().join("mail").join(name)))).collect())
}

fn letters_below(maildir: &Path) -> Vec<[u8; 32]> {
    let files = ["cur", "new"].iter().flat_map(|part| fs::read_dir(maildir.join(part)).into_iter().flatten().flatten());
    let mut letters: Vec<[u8; 32]> = files.map(|file| comparable(&fs::read(file.path()).unwrap())).collect();
    letters.sort_unstable();
    letters
}

fn comparable(raw: &[u8]) -> [u8; 32] {
    let lines = raw.split_inclusive(|octet| *octet == b'\n').filter(|line| !line.starts_with(b"X-TUID:"));
    let plain: Vec<u8> = lines.flatten().copied().filter(|octet| *octet != b'\r').collect();
    Sha256::digest(plain).into()
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|octet| format!("{octet:02x}")).collect()
}

// FP-03, FP-09, S1, S10, I1, I3, P6, P7, P8, P10: everything is collected, nothing is changed, a second run fetches no body.
#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_is_collected_whole_and_left_as_it_was() {
    let Some(server) = dovecot() else { return };
    let truths = server.deliver_corpus("ada", Corpus::small(11, letters())).unwrap();
    let before = server.flags_snapshot("ada").unwrap();
    let drafts: BTreeSet<(String, u32)> = before
        .iter()
        .filter(|(_, _, flags)| flags.iter().any(|flag| flag == "\\Draft"))
        .map(|(folder, uid, _)| (utf7::encode(folder), *uid))
        .collect();
    let mut offices = offices().await;
    for office in &offices {
        let (account, start) = (office.connect_account(&server, "Ada").await, Instant::now());
        let report = office.collect(account).await;
        println!("{}: {} letters in {:.1} s, {:?}", office.name, truths.len(), start.elapsed().as_secs_f64(), report.ledger);
        assert_eq!(report.ledger.excluded, drafts.len() as i64);
        assert_eq!(report.error, None, "{}", office.name);
        assert_eq!(report.ledger.missing, 0);
        assert_eq!(report.ledger.server, truths.len() as i64);
        assert_eq!(report.filed, report.ledger.filed);

        let bodies = |commands: &[String]| commands.iter().filter(|line| line.contains("BODY.PEEK[]")).count();
        let said = bodies(&server.commands());
        let again = office.collect(account).await;
        assert_eq!((again.filed, again.ledger), (0, report.ledger));
        assert_eq!(bodies(&server.commands()), said, "a second collection downloads no body");
        println!("{}: the second collection brought nothing new and fetched no body", office.name);
    }
    assert_eq!(server.flags_snapshot("ada").unwrap(), before);
    let commands = server.commands();
    for line in &commands {
        let upper = line.to_uppercase();
        let writes =
            [" STORE ", " APPEND ", " SELECT ", " COPY ", " MOVE ", " CREATE ", " DELETE ", " RENAME ", "EXPUNGE", "SUBSCRIBE", " CLOSE"];
        assert!(writes.iter().all(|verb| !upper.contains(verb)), "{line}");
        assert!(!upper.contains("BODY[") && !upper.contains("RFC822 ") && !upper.contains("RFC822)"), "{line}");
    }
    println!("{} flags unchanged; {} commands, no write among them, no body without PEEK", before.len(), commands.len());
    compare(&server, &mut offices, &drafts).await;
}

/// Every copy is what imaplib reads, octet by octet; the set of letters is what mbsync pulls.
async fn compare(server: &Dovecot, offices: &mut Vec<crate::office::Office>, drafts: &BTreeSet<(String, u32)>) {
    let Some(judged) = by_imaplib(server) else { return };
    let names: BTreeSet<String> = judged.keys().map(|(folder, _)| folder.clone()).collect();
    let wanted: BTreeMap<&(String, u32), &String> = judged.iter().filter(|(place, _)| !drafts.contains(place)).collect();
    let pulled = by_mbsync(server, &names);
    for office in offices {
        let mut ours: BTreeMap<String, Vec<[u8; 32]>> = BTreeMap::new();
        let mut drafted: BTreeMap<String, usize> = BTreeMap::new();
        for ((folder, _), digest) in &wanted {
            let octets: [u8; 32] = std::array::from_fn(|at| u8::from_str_radix(&digest[2 * at..2 * at + 2], 16).unwrap());
            let raw = office.store.copy_bytes(&octets).await.unwrap();
            assert_eq!(hex(&Sha256::digest(&raw)), **digest);
            ours.entry(folder.clone()).or_default().push(comparable(&raw));
        }
        for (folder, _) in drafts {
            *drafted.entry(folder.clone()).or_default() += 1;
        }
        println!("{}: {} copies equal what imaplib reads", office.name, wanted.len());
        let Some(pulled) = &pulled else { continue };
        for (folder, theirs) in pulled {
            let letters = ours.entry(folder.clone()).or_default();
            letters.sort_unstable();
            let mut rest = theirs.clone();
            for letter in letters.iter() {
                let at = rest.binary_search(letter).unwrap_or_else(|_| panic!("{folder}: a letter that mbsync did not pull"));
                rest.remove(at);
            }
            assert_eq!(rest.len(), drafted.get(folder).copied().unwrap_or(0), "{folder}: mbsync pulled more");
        }
        println!("{}: the letters are those that mbsync pulls, less {} drafts", office.name, drafts.len());
    }
}

// I1, I3, I12, P16: a letter too large to be held is collected like any other, and known again when it comes by another way.
#[tokio::test(flavor = "multi_thread")]
async fn a_large_letter_passes_through_a_file() {
    let Some(server) = dovecot() else { return };
    let line = format!("{}\r\n", "QUJD".repeat(19));
    let body = format!(
        "From: cy@client.example\r\nSubject: The plans\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nWords of quartz\r\n--x\r\n\
         Content-Type: application/zip; name=plans.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n{}--x--\r\n",
        line.repeat((20 << 20) / line.len())
    );
    let traced = format!("Received: from a by b; Fri, 3 May 2024 10:16:00 +0000\r\n{body}");
    for raw in [&body, &traced] {
        server.deliver("ada", "INBOX", raw.as_bytes(), &[]).unwrap();
    }
    for office in offices().await {
        let account = office.connect_account(&server, "Ada").await;
        let report = office.collect(account).await;
        assert_eq!((report.ledger.filed, report.ledger.elsewhere, report.ledger.missing), (1, 1, 0), "{}", office.name);
        for raw in [&body, &traced] {
            assert!(office.store.copy_bytes(&office.digest(raw.as_bytes())).await.unwrap() == raw.as_bytes(), "{}", office.name);
        }
        assert_eq!(office.search("quartz filename:plans").await.len(), 1, "{}", office.name);
    }
    assert!(server.commands().iter().any(|line| line.contains("BODY.PEEK[]<")), "it came in parts");
}
