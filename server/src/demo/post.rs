//! The demo's mail servers, their faults, and the letters that keep coming.

use super::MAILBOX_WORD;
use crate::office::{Office, Principal};
use anyhow::{Context, Result};
use model::{AccountId, DemoMailbox};
use postroom_lab::certs::LabAuthority;
use postroom_lab::demo::{DemoLetter, MAILBOXES, Mailroom};
use postroom_lab::imap::{Fault, ImapLab, ImapLabOptions, LabMailbox};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The same letters at every start, save for their dates.
const SEED: u64 = 1;
/// From one new letter to the next.
const PAUSE: Duration = Duration::from_secs(30);
/// The mailbox that nobody has connected.
const PRACTICE: &str = "hello@bellcarter.example";
/// Places in [`MAILBOXES`].
const CLARA: usize = 3;
const FRANK: usize = 5;

/// A server a mailbox, so that each can have faults of its own.
pub struct Post {
    labs: Vec<ImapLab>,
    accounts: Vec<Option<AccountId>>,
    authority: LabAuthority,
    practice: DemoMailbox,
    mailroom: Mailroom,
    now: i64,
}

impl Post {
    /// Writes all letters and starts the servers. Takes a moment and blocks.
    pub fn open(now: i64) -> Result<Self> {
        let authority = LabAuthority::new()?;
        let mut mailroom = Mailroom::new(SEED, now);
        let mut folders: Vec<Vec<LabMailbox>> = MAILBOXES.iter().map(|mailbox| usual_folders(mailbox.sent)).collect();
        for letter in mailroom.years_of_letters() {
            put(&mut folders[letter.mailbox], letter);
        }
        let practice_folders = folders[0].iter().map(|folder| first_letters(folder, 40)).collect();
        let start = |address: &str, mailboxes: Vec<LabMailbox>| -> Result<ImapLab> {
            ImapLab::start(ImapLabOptions {
                users: vec![(address.to_owned(), MAILBOX_WORD.to_owned())],
                mailboxes,
                certificate: Some(authority.good()?),
                ..ImapLabOptions::default()
            })
        };
        let mut labs = Vec::new();
        for (mailbox, folders) in MAILBOXES.iter().zip(folders) {
            labs.push(start(mailbox.address, folders)?);
        }
        hide_letters(&labs[CLARA]);
        labs.push(start(PRACTICE, practice_folders)?);
        let practice = DemoMailbox {
            address: PRACTICE.into(),
            server: "127.0.0.1".into(),
            port: labs[MAILBOXES.len()].port(),
            word: MAILBOX_WORD.into(),
        };
        Ok(Self { labs, accounts: vec![None; MAILBOXES.len()], authority, practice, mailroom, now })
    }

    /// The moment for which the letters were written, seconds since 1970.
    pub fn now(&self) -> i64 {
        self.now
    }

    /// The authority that signed the servers' certificates, DER.
    pub fn authority(&self) -> &[u8] {
        &self.authority.ca_der
    }

    /// The mailbox that nobody has connected.
    pub fn practice(&self) -> DemoMailbox {
        self.practice.clone()
    }

    /// Where the server of a mailbox listens.
    pub fn port(&self, place: usize) -> u16 {
        self.labs[place].port()
    }

    /// The account of a mailbox is connected.
    pub fn connected(&mut self, place: usize, id: AccountId) {
        self.accounts[place] = Some(id);
    }

    /// Frank has left, and after his mailbox was collected somebody changes its password.
    pub async fn refuse_frank(&self, office: &Office) -> Result<()> {
        let Some(id) = self.accounts[FRANK] else { return Ok(()) };
        let mut progress = office.engine.progress();
        while office.store.account(id).await.context("Looking at Frank's account")?.collected_at.is_none() {
            // Any news will do; what counts is asked of the store.
            let _ = tokio::time::timeout(Duration::from_secs(1), progress.recv()).await;
        }
        // The refusal stands first: a session that ends after it can only come back with the password.
        self.labs[FRANK].set_fault(Fault::RefuseLogin("Invalid credentials".into()));
        office.engine.forget_session(id).await;
        self.labs[FRANK].drop_connections();
        office.collect_now(&Principal::Console, id).await?;
        Ok(())
    }

    /// A letter every half minute until the stop.
    pub async fn deliver_until(mut self, office: &Office, stop: CancellationToken) {
        let mut clock = tokio::time::interval(PAUSE);
        clock.tick().await;
        loop {
            tokio::select! {
                _ = clock.tick() => {}
                () = stop.cancelled() => break,
            }
            for letter in self.mailroom.new_letter(office.now() / 1000) {
                self.deliver(office, letter).await;
            }
        }
        // Each server joins its thread.
        let _ = tokio::task::spawn_blocking(move || drop(self.labs)).await;
    }

    async fn deliver(&self, office: &Office, letter: DemoLetter) {
        let (mailbox, place) = (&MAILBOXES[letter.mailbox], letter.mailbox);
        let sent = letter.folder == mailbox.sent;
        self.labs[place].change(mailbox.address, &letter.folder, |folder| folder.deliver(letter.raw, letter.flags, Some(letter.at)));
        // The inbox is waited on; for a sent letter the office looks by itself within a minute, which is long when one watches.
        if let (true, Some(id)) = (sent, self.accounts[place])
            && let Err(problem) = office.collect_now(&Principal::Console, id).await
        {
            tracing::debug!("{} is not collected now: {problem}", mailbox.name);
        }
    }
}

fn usual_folders(sent: &str) -> Vec<LabMailbox> {
    vec![
        LabMailbox::new("INBOX"),
        LabMailbox::new(sent).special_use("\\Sent"),
        LabMailbox::new("Drafts").special_use("\\Drafts"),
        LabMailbox::new("Junk").special_use("\\Junk"),
        LabMailbox::new("Trash").special_use("\\Trash"),
    ]
}

fn put(folders: &mut Vec<LabMailbox>, letter: DemoLetter) {
    let place = folders.iter().position(|folder| folder.name == letter.folder).unwrap_or_else(|| {
        folders.push(LabMailbox::new(&letter.folder));
        folders.len() - 1
    });
    folders[place].deliver(letter.raw, letter.flags, Some(letter.at));
}

fn first_letters(folder: &LabMailbox, count: usize) -> LabMailbox {
    let mut copy = folder.clone();
    copy.letters.truncate(count);
    copy
}

/// Three letters of the fullest folder that its server does not hand out. Only there are UIDs so high.
fn hide_letters(lab: &ImapLab) {
    let address = MAILBOXES[CLARA].address;
    let counts =
        lab.flags_snapshot(address).into_iter().fold(std::collections::BTreeMap::<String, u32>::new(), |mut counts, (folder, uid, _)| {
            let highest = counts.entry(folder).or_default();
            *highest = uid.max(*highest);
            counts
        });
    let mut highest: Vec<u32> = counts.into_values().collect();
    highest.sort_unstable();
    let [.., second, first] = highest[..] else { return };
    for (at, uid) in (second + 1..=first).rev().skip(2).step_by(9).take(3).enumerate() {
        lab.set_fault(match at {
            0 => Fault::FetchRefused { uid, text: "[SERVERBUG] This message is damaged in our store".into() },
            _ => Fault::FetchOmits(uid),
        });
    }
}
