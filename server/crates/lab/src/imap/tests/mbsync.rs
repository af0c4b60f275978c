use std::fs;
use std::path::Path;
use std::process::Command;

use super::*;

/// A program other than ours agrees that this is IMAP.
#[test]
fn mbsync_pulls_every_letter() {
    if Command::new("mbsync").arg("--version").output().is_err() {
        eprintln!("skipped: mbsync is not installed (package isync)");
        return;
    }
    let (mut mailboxes, truths) = LabMailbox::from_corpus(crate::corpus::Corpus::small(3, 120).filter(|l| l.truth.oddity.is_none()));
    assert_eq!(mailboxes.iter().map(|mailbox| mailbox.letters.len()).sum::<usize>(), truths.len());
    mailboxes.push(LabMailbox::new("Archive/Münze"));
    let lab = ImapLab::start(ImapLabOptions { mailboxes: mailboxes.clone(), tls: Tls::Implicit, ..Default::default() }).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let output = run_mbsync(&lab, folder.path());
    assert!(output.status.success(), "{}\n{:#?}", String::from_utf8_lossy(&output.stderr), lab.commands());
    for name in mailboxes.iter().map(|mailbox| &mailbox.name) {
        let expected = lab.mailbox("ada", name).unwrap().letters;
        let expected = sorted(expected.iter().map(|letter| comparable(&letter.raw)).collect());
        let pulled = sorted(letters_below(&folder.path().join("mail").join(crate::utf7::encode(name))));
        assert_eq!(pulled.len(), expected.len(), "{name}");
        assert!(pulled == expected, "{name} differs");
    }
    assert!(lab.commands().iter().all(|line| !line.contains("STORE") && !line.contains("APPEND")));
}

fn run_mbsync(lab: &ImapLab, folder: &Path) -> std::process::Output {
    fs::create_dir(folder.join("mail")).unwrap();
    fs::write(folder.join("ca.pem"), lab.ca_pem()).unwrap();
    let (port, dir) = (lab.port(), folder.display());
    let settings = format!(
        "IMAPStore far\nHost localhost\nPort {port}\nUser ada\nPass secret\nSSLType IMAPS\nSystemCertificates no\nCertificateFile {dir}/ca.pem\nAuthMechs LOGIN\n\n\
         MaildirStore near\nPath {dir}/mail/\nInbox {dir}/mail/INBOX\nSubFolders Verbatim\n\n\
         Channel all\nFar :far:\nNear :near:\nPatterns *\nCreate Near\nSync Pull\nExpunge None\nSyncState {dir}/state/\n"
    );
    fs::create_dir(folder.join("state")).unwrap();
    fs::write(folder.join("mbsyncrc"), settings).unwrap();
    Command::new("mbsync").arg("-c").arg(folder.join("mbsyncrc")).arg("all").env("HOME", folder).output().unwrap()
}

fn letters_below(maildir: &Path) -> Vec<Vec<u8>> {
    let files = ["cur", "new"].iter().flat_map(|part| fs::read_dir(maildir.join(part)).into_iter().flatten().flatten());
    files.map(|file| comparable(&fs::read(file.path()).unwrap())).collect()
}

/// mbsync keeps LF line ends and adds a header of its own.
fn comparable(raw: &[u8]) -> Vec<u8> {
    let lines = raw.split_inclusive(|&octet| octet == b'\n').filter(|line| !line.starts_with(b"X-TUID:"));
    lines.flatten().copied().filter(|&octet| octet != b'\r').collect()
}

fn sorted(mut letters: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    letters.sort();
    letters
}
