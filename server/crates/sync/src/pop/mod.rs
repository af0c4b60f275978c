//! Collecting by POP3: one folder, made by us; letters known by the server's names (UIDL), newest first; deleted on the server only where
//! the account says so, and only what is stored, read back and on record (O8).
//!
//! A POP3 session sees the letters of the moment it began, so a run is one listing. Must never: take a letter's number for its identity
//! (P35), or delete a letter that this very session did not list.

mod census;
mod deletion;
mod fetch;
mod order;
mod rehearsal;

pub(crate) use order::Remembered;

use crate::{
    Engine,
    folder::{ENOUGH_TRIES, asked_again_before},
    run::{CollectError, Ran},
    window,
};
use model::{AccountId, FolderRole, HandsOff};
use postroom_connect::{ConnectError, ImapSettings, PopReader, RemoteLetter, connect_pop3};
use postroom_store::{AccountRecord, FolderRecord, SeenFolder, StoreError};
use std::collections::{HashMap, HashSet};
use tokio_util::sync::CancellationToken;

/// Connections that a run may make before a letter has come, and letters that earn one more (R7, R12).
const DIALS: u32 = 3;
const LETTERS_A_DIAL: u32 = 8;
const MOST_DIALS: u32 = 64;

/// The one folder, as it stands beside the folders of other accounts.
const INBOX: &str = "INBOX";

/// What a run over a POP3 account carries along.
pub(crate) struct PopRun<'a> {
    engine: &'a Engine,
    account: AccountId,
    settings: ImapSettings,
    stop: CancellationToken,
    /// `None` before the first connection, and after one broke.
    reader: Option<PopReader>,
    /// The letters of the session at hand: our number → the session's number.
    numbers: HashMap<i64, u32>,
    folder: FolderRecord,
    epoch: i64,
    /// `TOP` does not bring whole letters here.
    plainly: bool,
    hands_off: HandsOff,
    filed: i64,
    received: u32,
    dials: u32,
}

/// Collects a POP3 account.
pub(crate) async fn run(
    engine: &Engine,
    account: &AccountRecord,
    settings: ImapSettings,
    stop: &CancellationToken,
    ran: &mut Ran,
) -> Result<(), CollectError> {
    let folder = engine.pop_folder(account.id, None).await?;
    let mut run = PopRun {
        engine,
        account: account.id,
        settings,
        stop: stop.clone(),
        reader: None,
        numbers: HashMap::new(),
        folder,
        epoch: 0,
        plainly: false,
        hands_off: HandsOff::default(),
        filed: 0,
        received: 0,
        dials: 0,
    };
    let outcome = run.collect().await;
    run.leave().await;
    ran.hands_off = run.hands_off;
    ran.filed = run.filed;
    outcome
}

impl PopRun<'_> {
    async fn collect(&mut self) -> Result<(), CollectError> {
        let listed = self.census().await?;
        let missing = self.missing(&listed).await?;
        if !missing.is_empty() {
            self.announce(missing.len() as i64);
            let windows = window::plan(&missing, true);
            self.fetch_all(windows).await?;
        }
        if self.stop.is_cancelled() {
            return Err(CollectError::Stopped);
        }
        self.delete_what_is_due().await
    }

    /// What is on the server and not here, newest first: servers list in the order of arrival.
    async fn missing(&self, listed: &[RemoteLetter]) -> Result<Vec<RemoteLetter>, CollectError> {
        let store = self.engine.store();
        let since = asked_again_before(self.engine.clock.now());
        let settled = store.settled_uids(self.folder.id, self.epoch, ENOUGH_TRIES, since).await?;
        let settled: HashSet<i64> = settled.into_iter().collect();
        Ok(listed.iter().rev().filter(|letter| !settled.contains(&i64::from(letter.uid))).copied().collect())
    }

    fn announce(&self, total: i64) {
        let name = self.folder.name.clone();
        self.engine.board.change(self.account, |progress| {
            progress.doing = format!("Collecting {name}");
            progress.total += total;
            progress.folders.push((name, 0, total));
        });
    }

    /// The session at hand, or a new one; the caller lists again after a new one.
    async fn reader(&mut self) -> Result<&mut PopReader, CollectError> {
        if self.reader.as_ref().is_some_and(|reader| !reader.usable()) {
            self.drop_reader();
        }
        if self.reader.is_none() {
            if self.dials >= (DIALS + self.received / LETTERS_A_DIAL).min(MOST_DIALS) {
                return Err(CollectError::BrokenOff);
            }
            self.dials += 1;
            self.numbers.clear();
            let mut reader = self.dial().await?;
            if self.plainly {
                reader.retrieve_plainly();
            }
            self.reader = Some(reader);
        }
        Ok(self.reader.as_mut().expect("connected just above"))
    }

    /// Connects; a token that the mailbox refuses is renewed once.
    async fn dial(&mut self) -> Result<PopReader, CollectError> {
        match connect_pop3(&self.settings).await {
            Err(ConnectError::SignIn { .. }) if self.settings.bearer => {
                self.settings.password = self.engine.other_token(self.account, &self.settings.password).await?;
                Ok(connect_pop3(&self.settings).await?)
            }
            outcome => Ok(outcome?),
        }
    }

    /// Drops a connection that is of no more use, keeping its record. Nothing is deleted by that (RFC 1939 §6).
    fn drop_reader(&mut self) {
        self.numbers.clear();
        if let Some(reader) = self.reader.take() {
            self.plainly |= reader.must_retrieve_plainly();
            self.hands_off.add(&reader.record().hands_off());
        }
    }

    async fn leave(&mut self) {
        if let Some(reader) = self.reader.take() {
            let record = reader.leave().await;
            self.hands_off.add(&record.hands_off());
        }
    }
}

impl Engine {
    /// The one folder of a POP3 account, made if need be.
    pub(crate) async fn pop_folder(&self, account: AccountId, letters: Option<i64>) -> Result<FolderRecord, StoreError> {
        let known = |folders: Vec<FolderRecord>| folders.into_iter().find(|folder| folder.raw_name == INBOX && !folder.gone);
        if letters.is_none()
            && let Some(folder) = known(self.store().folders(account).await?)
        {
            return Ok(folder);
        }
        let inbox = SeenFolder {
            raw_name: INBOX.to_owned(),
            name: "Inbox".to_owned(),
            role: Some(FolderRole::Inbox),
            selectable: true,
            letters,
            select_by_default: true,
        };
        self.store().keep_folders(account, &[inbox]).await?;
        known(self.store().folders(account).await?).ok_or(StoreError::NotFound)
    }

    /// Looks into the mailbox and keeps its one folder with the server's count.
    pub(crate) async fn look_into_maildrop(&self, account: &AccountRecord) -> Result<(), CollectError> {
        let settings = self.signed_connection(account).await?;
        let mut reader = connect_pop3(&settings).await?;
        let counted = reader.stat().await;
        reader.leave().await;
        self.pop_folder(account.id, Some(i64::from(counted?.0))).await?;
        Ok(())
    }
}
