//! A run over an IMAP account: its session, its folders, and in which order they are collected.
//!
//! Census of ids, then what is missing, newest first; everything saved as it comes.

use crate::{CollectError, Engine, folder::FolderRun, run::Ran};
use model::{AccountId, FolderRole, HandsOff, Protocol};
use postroom_connect::{ConnectError, FolderStatus, ImapSettings, Reader, RemoteFolder, compressed, connect};
use postroom_store::{AccountRecord, FolderRecord, SeenFolder, StoreError};
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use tokio_util::sync::CancellationToken;

/// What a run over an account carries along.
pub(crate) struct Session<'a> {
    pub engine: &'a Engine,
    pub account: AccountId,
    pub settings: ImapSettings,
    /// `None` after the connection broke.
    pub reader: Option<Reader>,
    pub stop: CancellationToken,
    pub hands_off: HandsOff,
    pub filed: i64,
    /// Letters that came in this run.
    pub received: u32,
    /// Asking for labels broke the line: not again in this run.
    pub no_labels: bool,
    /// Connections made in this run.
    dials: u32,
}

/// Connections that a run may make before a letter has come.
const DIALS: u32 = 3;
/// So many letters earn one connection more: letters that break the line one by one do not keep the others from coming, and a server
/// that drops everything is not asked in a storm (R7, R12).
const LETTERS_A_DIAL: u32 = 8;
const MOST_DIALS: u32 = 64;

impl Session<'_> {
    /// The reader, connected anew if need be.
    pub(crate) async fn reader(&mut self) -> Result<&mut Reader, CollectError> {
        if self.reader.is_none() {
            if self.dials >= (DIALS + self.received / LETTERS_A_DIAL).min(MOST_DIALS) {
                return Err(CollectError::BrokenOff);
            }
            self.dials += 1;
            self.reader = Some(self.dial().await?);
        }
        Ok(self.reader.as_mut().expect("connected just above"))
    }

    /// Connects; a token that the mailbox refuses is renewed once.
    async fn dial(&mut self) -> Result<Reader, CollectError> {
        match connect(&self.settings).await {
            Err(ConnectError::SignIn { .. }) if self.settings.bearer => {
                self.settings.password = self.engine.other_token(self.account, &self.settings.password).await?;
                Ok(connect(&self.settings).await?)
            }
            outcome => Ok(outcome?),
        }
    }

    /// Compresses the connection, where letters are to come from far away. Nothing is open afterwards.
    async fn compress(&mut self) -> Result<(), CollectError> {
        if let Some(reader) = self.reader.take() {
            self.reader = Some(compressed(reader, &self.settings).await?);
        }
        Ok(())
    }

    /// Drops a connection that is of no more use, keeping its record.
    pub(crate) fn drop_reader(&mut self) {
        if let Some(reader) = self.reader.take() {
            self.keep(reader.record().hands_off());
        }
    }

    pub(crate) fn keep(&mut self, record: HandsOff) {
        self.hands_off.add(&record);
    }
}

impl Engine {
    pub(crate) async fn run_imap(
        &self,
        account: &AccountRecord,
        warm: Option<Warm>,
        stop: &CancellationToken,
        ran: &mut Ran,
    ) -> Result<(), CollectError> {
        let settings = self.signed_connection(account).await?;
        let key = settings_key(&settings);
        // A session opened with the settings of before must not go on under the new ones.
        let (warm, cold): (Option<Warm>, Option<Warm>) =
            warm.map_or((None, None), |warm| if warm.key == key { (Some(warm), None) } else { (None, Some(warm)) });
        if let Some(cold) = cold {
            cold.reader.leave().await;
        }
        let warm = warm.map(|warm| warm.reader);
        let before = warm.as_ref().map(|reader| reader.record().hands_off()).unwrap_or_default();
        let mut session = Session {
            engine: self,
            account: account.id,
            settings,
            reader: warm,
            stop: stop.clone(),
            hands_off: negative(before),
            filed: 0,
            received: 0,
            no_labels: false,
            dials: 0,
        };
        let outcome = collect_folders(&mut session, account).await;
        if outcome.is_ok() {
            if let Some(reader) = &session.reader {
                let record = reader.record().hands_off();
                session.keep(record);
            }
            ran.reader = session.reader.take().map(|reader| Warm { reader, key });
        } else {
            session.drop_reader();
        }
        ran.hands_off = session.hands_off;
        ran.hands_off.commands.retain(|(_, times)| *times > 0);
        ran.filed = session.filed;
        outcome
    }

    /// Asks the server for its folders and keeps the list (FP-25). Nothing is collected.
    ///
    /// # Errors
    /// The server's and the store's.
    pub async fn download_folders(&self, id: AccountId) -> Result<(), CollectError> {
        let account = self.store().account(id).await?;
        match account.settings.protocol {
            Protocol::Imap => {
                let settings = self.signed_connection(&account).await?;
                let aside = self.aside(&account).await?;
                let folders = list_aside(&settings).await;
                self.end_aside(aside).await?;
                self.keep_folders(id, &folders?).await?;
                Ok(())
            }
            Protocol::Pop3 => {
                let aside = self.aside(&account).await?;
                let looked = self.look_into_maildrop(&account).await;
                self.end_aside(aside).await?;
                looked
            }
            Protocol::Graph => self.download_graph_folders(&account).await,
            Protocol::Archive | Protocol::Smtp => Ok(()),
        }
    }

    async fn keep_folders(&self, id: AccountId, remote: &[RemoteFolder]) -> Result<(), StoreError> {
        let seen: Vec<SeenFolder> = remote.iter().map(|folder| seen(folder, remote)).collect();
        self.store().keep_folders(id, &seen).await
    }
}

/// A signed-in session that waits for its next use, and what it was opened with.
pub(crate) struct Warm {
    pub reader: Reader,
    pub key: [u8; 32],
}

/// A digest of everything that decides where a session leads and as whom.
fn settings_key(settings: &ImapSettings) -> [u8; 32] {
    let mut digest = Sha256::new();
    let (port, security, clear) = (settings.port.to_string(), settings.security.as_str(), settings.allow_clear_text.to_string());
    let pin = settings.pinned_fingerprint.as_deref().unwrap_or("");
    for part in [&settings.server, &port, security, &settings.user_name, pin, &clear, settings.password.expose_secret()] {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    digest.finalize().into()
}

/// What a warm session said before this run is on record already: it is taken off at the end.
fn negative(mut record: HandsOff) -> HandsOff {
    record.sessions = -record.sessions;
    for (_, times) in &mut record.commands {
        *times = -*times;
    }
    record
}

async fn list_aside(settings: &ImapSettings) -> Result<Vec<RemoteFolder>, ConnectError> {
    let mut reader = connect(settings).await?;
    let folders = reader.folders().await;
    reader.leave().await;
    folders
}

/// The default selection: everything a person wrote or kept, Sent above all (FP-02); not spam, bin and drafts. Where there is one
/// folder with all mail (Gmail), the views of it would only repeat it (P11).
fn seen(folder: &RemoteFolder, all: &[RemoteFolder]) -> SeenFolder {
    let has_all = all.iter().any(|other| other.role == Some(FolderRole::All) && other.selectable);
    let left_out = matches!(folder.role, Some(FolderRole::Junk | FolderRole::Trash | FolderRole::Drafts | FolderRole::Flagged));
    SeenFolder {
        raw_name: folder.raw_name.clone(),
        name: folder.name.clone(),
        role: folder.role,
        selectable: folder.selectable,
        letters: folder.status.and_then(|status| status.messages).map(i64::from),
        select_by_default: !left_out && (!has_all || folder.role == Some(FolderRole::All)),
    }
}

async fn collect_folders(session: &mut Session<'_>, account: &AccountRecord) -> Result<(), CollectError> {
    let engine = session.engine;
    let known = engine.store().folders(account.id).await?;
    let remote = list_folders(session, &known).await?;
    engine.keep_folders(account.id, &remote).await?;
    let mut folders: Vec<FolderRecord> = engine
        .store()
        .folders(account.id)
        .await?
        .into_iter()
        .filter(|folder| folder.selected && folder.selectable && !folder.gone)
        .collect();
    // Sent before the many others: a history with both sides is what is waited for.
    folders.sort_by_key(|folder| match folder.role {
        Some(FolderRole::Inbox) => 0,
        Some(FolderRole::Sent) => 1,
        _ => 2,
    });
    let status: HashMap<&str, FolderStatus> = remote.iter().filter_map(|folder| Some((folder.raw_name.as_str(), folder.status?))).collect();
    let (mut same, mut changed) = (Vec::new(), Vec::new());
    for folder in &folders {
        let status = status.get(folder.raw_name.as_str()).copied();
        match status {
            Some(status) if is_unchanged(session, folder, &status).await? => same.push(folder.id),
            _ => changed.push((folder, status)),
        }
    }
    if !same.is_empty() {
        engine.store().confirm_census(&same, engine.clock.now()).await?;
    }
    if !changed.is_empty() {
        session.compress().await?;
    }
    collect_newest(session, &changed).await?;
    let mut refused: Option<CollectError> = None;
    for (folder, status) in changed {
        if session.stop.is_cancelled() {
            return Err(CollectError::Stopped);
        }
        match FolderRun::new(session, folder, status).collect().await {
            Ok(()) => {}
            // One folder that cannot be opened does not stop the others.
            Err(CollectError::Connect(error @ ConnectError::Refused { .. })) => refused = refused.or(Some(error.into())),
            Err(error) => return Err(error),
        }
    }
    refused.map_or(Ok(()), Err)
}

/// Letters of a folder that come before everything else, when an account is collected for the first time.
const NEWEST: usize = 250;
/// A folder with fewer letters is through soon enough.
const LONG: u32 = 1_000;

/// Before a long inbox is collected for the first time: the newest letters of it and of Sent, so that histories have both sides at once.
async fn collect_newest(session: &mut Session<'_>, folders: &[(&FolderRecord, Option<FolderStatus>)]) -> Result<(), CollectError> {
    let first: Vec<_> = folders
        .iter()
        .filter(|(folder, status)| {
            // Without UIDVALIDITY, what is collected in one go is numbered anew in the next.
            let numbered = status.is_some_and(|status| status.uid_validity.is_some() && status.messages.is_some_and(|n| n > 0));
            matches!(folder.role, Some(FolderRole::Inbox | FolderRole::Sent)) && folder.census_at.is_none() && numbered
        })
        .collect();
    if !first.iter().any(|(folder, status)| {
        folder.role == Some(FolderRole::Inbox) && status.and_then(|status| status.messages).is_some_and(|letters| letters >= LONG)
    }) {
        return Ok(());
    }
    for (folder, status) in first {
        match FolderRun::new(session, folder, *status).collect_newest(NEWEST).await {
            // Whatever it is: the collection of the folder meets it again.
            Ok(()) | Err(CollectError::Connect(ConnectError::Refused { .. })) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Lists folders; a warm connection that turns out cold is made anew once.
async fn list_folders(session: &mut Session<'_>, known: &[FolderRecord]) -> Result<Vec<RemoteFolder>, CollectError> {
    let known: Vec<&str> =
        known.iter().filter(|folder| folder.selected && folder.selectable && !folder.gone).map(|folder| folder.raw_name.as_str()).collect();
    let was_warm = session.reader.is_some();
    match session.reader().await?.folders_knowing(&known).await {
        Err(ConnectError::Later { .. } | ConnectError::Protocol { .. }) if was_warm => {
            session.drop_reader();
            Ok(session.reader().await?.folders_knowing(&known).await?)
        }
        other => Ok(other?),
    }
}

/// All ids of a folder are listed at least this often, ms.
pub(crate) const CENSUS_EVERY: i64 = 6 * 60 * 60 * 1000;

/// Nothing new, nothing gone, nothing missing: then the folder need not even be opened. UIDNEXT alone proves nothing (servers lie),
/// so the counts and, where offered, the change count must agree too, and every few hours all ids are listed in any case (R11).
async fn is_unchanged(session: &Session<'_>, folder: &FolderRecord, status: &FolderStatus) -> Result<bool, StoreError> {
    let same = status.uid_validity.map(i64::from) == folder.uid_validity
        && folder.uid_validity.is_some()
        && status.uid_next.is_some()
        && status.uid_next.map(i64::from) == folder.uid_next
        && status.messages.map(i64::from) == folder.counted
        && (status.highest_modseq.is_none() || status.highest_modseq.and_then(|n| i64::try_from(n).ok()) == folder.modseq);
    let engine = session.engine;
    let now = engine.clock.now();
    if !same || folder.census_at.is_none_or(|at| now - at >= CENSUS_EVERY) {
        return Ok(false);
    }
    if session.reader.as_ref().is_some_and(|reader| reader.can().gmail) && crate::labels::behind(engine.store(), folder, now).await? {
        return Ok(false);
    }
    let since = crate::folder::asked_again_before(now);
    Ok(engine.store().settled_count(folder.id, folder.epoch, crate::folder::ENOUGH_TRIES, since).await? == folder.counted.unwrap_or(-1))
}
