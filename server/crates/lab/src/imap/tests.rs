//! Sessions through each command, and each fault doing what it says.

mod faults;
mod mbsync;
mod sessions;
mod starttls;

use super::*;
use crate::imap_client::{LabClient, Reply};

const LETTER: &[u8] = b"Message-ID: <1@lab.example>\r\nSubject: Rente\r\nDate: Tue, 05 Mar 2024 09:08:07 +0100\r\nFrom: ada@post.example\r\n\r\nGuten Tag\r\n";

/// Three folders: INBOX with three letters, a Sent with one, an empty one with an umlaut.
fn three_folders() -> Vec<LabMailbox> {
    vec![
        LabMailbox::new("INBOX")
            .letter(LETTER, &["\\Seen"])
            .letter(b"Subject: b\r\n\r\nBB\r\n", &[])
            .letter(b"Subject: c\r\n\r\nCCC\r\n", &[]),
        LabMailbox::new("Sent").special_use("\\Sent").letter(b"Subject: sent\r\n\r\nS\r\n", &["\\Seen"]),
        LabMailbox::new("Archive/Münze").uid_validity(77),
    ]
}

fn lab(faults: Faults) -> ImapLab {
    ImapLab::start(ImapLabOptions { mailboxes: three_folders(), faults, ..ImapLabOptions::default() }).unwrap()
}

fn signed_in(lab: &ImapLab) -> LabClient {
    let mut client = LabClient::connect(lab.port()).unwrap();
    client.login("ada", "secret").unwrap();
    client
}

fn in_inbox(lab: &ImapLab) -> LabClient {
    let mut client = signed_in(lab);
    assert!(client.command("EXAMINE INBOX").unwrap().is_ok());
    client
}

fn has(reply: &Reply, text: &str) -> bool {
    reply.lines().iter().any(|line| line.contains(text))
}
