//! Archives: files of letters that somebody has, brought in through the same pipeline as letters from a server. Each file is a folder of
//! an account that has no server; each letter of it a sighting under its number in the file.
//!
//! A file is known by its digest, so importing it again goes on where it stopped, or does nothing. Must never: change the file, hold more
//! of it than a window, or count a letter that is not accounted for.

mod contents;
mod folder;
mod source;
mod zipped;

pub use contents::{ArchiveError, ArchiveFile, glance_at_archive};

use crate::{
    CollectError, Engine,
    prepare::{Raw, prepare},
    run::{HEARTBEAT, LEASE},
};
use contents::{Contents, Part, look_through};
use model::{AccountId, FolderId, HandsOff, LedgerSums, Outcome, Verdict};
use postroom_store::{ArchiveFolder, Census, Claim, CollectionEnd, NewEvent, Refusal, Run, StoreError};
use source::NotTaken;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// How an import went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveReport {
    /// The folder that the file is.
    pub folder: FolderId,
    /// It was imported before, at least in part.
    pub known: bool,
    /// Letters that this import looked at.
    pub letters: i64,
    /// Of those, new ones.
    pub filed: i64,
    /// The file's ledger afterwards.
    pub ledger: LedgerSums,
}

/// A window as taken out of the archive.
struct Haul {
    raws: Vec<Raw>,
    refusals: Vec<Refusal>,
    /// The first file that could not be read: its letters are neither taken nor settled.
    unread: Option<String>,
}

/// A file with the folder it is imported into.
struct Filing {
    account: AccountId,
    folder: FolderId,
    epoch: i64,
    contents: Arc<Contents>,
}

impl Engine {
    /// Imports a file into an archive account, waiting for another import into it. `event` tells of it.
    ///
    /// # Errors
    /// [`ArchiveError`]; what was saved before stays, and the next import of the same file goes on there.
    pub async fn import_archive(
        &self,
        account: AccountId,
        name: &str,
        file: ArchiveFile,
        event: &NewEvent,
        stop: &CancellationToken,
    ) -> Result<ArchiveReport, ArchiveError> {
        let claim = self.claim_patiently(account, stop).await.map_err(ours)?;
        let stop = stop.child_token();
        self.stops.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).insert(account, stop.clone());
        let started_at = self.clock.now();
        self.board.change(account, |progress| progress.doing = format!("Looking through {name}"));
        let outcome = tokio::select! {
            outcome = self.import_claimed(account, name, file, event, &stop) => outcome,
            error = self.keep_lease(&claim) => Err(error),
        };
        self.stops.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).remove(&account);
        let closed = self.close_import(&claim, started_at, &outcome).await;
        self.board.finish(account);
        let report = outcome?;
        closed?;
        Ok(report)
    }

    async fn import_claimed(
        &self,
        account: AccountId,
        name: &str,
        file: ArchiveFile,
        event: &NewEvent,
        stop: &CancellationToken,
    ) -> Result<ArchiveReport, ArchiveError> {
        let (store, called) = (Arc::clone(self.store()), name.to_owned());
        let contents = tokio::task::spawn_blocking(move || look_through(&store, &file, &called))
            .await
            .map_err(|_| StoreError::Inconsistent("looking through an archive was cut off".into()))??;
        let contents = Arc::new(contents);
        let letters = contents.pieces.len() as i64;
        let folder = ArchiveFolder { digest: contents.digest, name: name.to_owned(), letters };
        let (folder, known) = self.store().keep_archive_folder(account, &folder, event).await?;
        let present: Vec<i64> = (1..=letters).collect();
        let census = Census {
            uid_validity: Some(1),
            uid_next: Some(letters + 1),
            modseq: None,
            exists: letters,
            present: &present,
            continues: None,
        };
        let epoch = self.store().close_census(folder, &census, self.clock.now()).await?;
        drop(present);
        // A letter that could not be taken out once will not be better another time: the file is the same.
        let settled = self.store().settled_uids(folder, epoch, 1, i64::MIN).await?;
        let wanted = |number: i64| settled.binary_search(&number).is_err();
        let windows = contents.windows(wanted);
        let total: i64 = windows.iter().map(|window| window.len() as i64).sum();
        self.board.change(account, |progress| {
            progress.doing = format!("Importing {name}");
            progress.total = total;
            progress.folders = vec![(name.to_owned(), 0, total)];
        });
        let filing = Filing { account, folder, epoch, contents };
        let filed = self.import_windows(&filing, windows, stop).await?;
        let rows = self.store().ledger(Some(account)).await?;
        let ledger = rows.into_iter().find(|row| row.folder_id == folder).map(|row| row.sums).unwrap_or_default();
        Ok(ArchiveReport { folder, known, letters: total, filed, ledger })
    }

    /// Three windows are under way at once: one is taken out, the one before is read, the one before that is saved.
    async fn import_windows(&self, filing: &Filing, windows: Vec<Vec<u32>>, stop: &CancellationToken) -> Result<i64, ArchiveError> {
        let (send, mut receive) = mpsc::channel::<Haul>(1);
        let (read, mut ready) = mpsc::channel(1);
        let taking = async move {
            let mut unread = None;
            for window in windows {
                if stop.is_cancelled() {
                    return Err(ArchiveError::Stopped);
                }
                let (store, contents) = (Arc::clone(self.store()), Arc::clone(&filing.contents));
                let mut haul = tokio::task::spawn_blocking(move || haul(&store, &contents, &window))
                    .await
                    .map_err(|_| StoreError::Inconsistent("reading an archive was cut off".into()))??;
                let failed = haul.unread.take();
                unread = unread.or(failed);
                if send.send(haul).await.is_err() {
                    break; // the saving side failed and says why
                }
            }
            // The others are in; these stay missing until the same file is imported again.
            unread.map_or(Ok(()), |reason| Err(ArchiveError::File(std::io::Error::other(reason))))
        };
        let reading = async move {
            while let Some(Haul { raws, refusals, .. }) = receive.recv().await {
                let arrived = prepare(raws, self.clock.now()).await?;
                if read.send((arrived, refusals)).await.is_err() {
                    break; // the saving side failed and says why
                }
            }
            Ok::<(), ArchiveError>(())
        };
        let saving = async move {
            let mut filed = 0;
            while let Some((arrived, refusals)) = ready.recv().await {
                let count = self.store().save_import(filing.folder, filing.epoch, &arrived, &refusals, self.clock.now()).await?;
                filed += count.filed;
                self.index_wake.notify_one();
                let done = (arrived.len() + refusals.len()) as i64;
                let octets: i64 = arrived.iter().map(|letter| letter.raw.length() as i64).sum();
                self.board.change(filing.account, |progress| {
                    progress.done += done;
                    progress.bytes += octets;
                    if let Some((_, so_far, _)) = progress.folders.first_mut() {
                        *so_far += done;
                    }
                });
            }
            Ok::<i64, ArchiveError>(filed)
        };
        let (taken, read, saved) = tokio::join!(taking, reading, saving);
        let filed = saved?;
        read?;
        taken?;
        Ok(filed)
    }

    /// Prolongs the lease until it is lost.
    async fn keep_lease(&self, claim: &Claim) -> ArchiveError {
        loop {
            tokio::time::sleep(HEARTBEAT).await;
            if matches!(self.store().renew_claim(claim, self.clock.now() + LEASE).await, Ok(false)) {
                return ArchiveError::LostLease;
            }
        }
    }

    async fn close_import(
        &self,
        claim: &Claim,
        started_at: i64,
        outcome: &Result<ArchiveReport, ArchiveError>,
    ) -> Result<(), ArchiveError> {
        if matches!(outcome, Err(ArchiveError::LostLease)) {
            return Ok(());
        }
        let (filed, missing) = outcome.as_ref().map_or((0, 0), |report| (report.filed, report.ledger.missing));
        let stopped = matches!(outcome, Err(ArchiveError::Stopped));
        let error = outcome.as_ref().err().filter(|_| !stopped).map(|error| (error.to_string(), Verdict::Connection));
        let at = self.clock.now();
        let run = Run { started_at, filed, missing, stopped };
        // Never due: nothing is asked for by itself.
        let end = CollectionEnd { at, error, next_at: 1, poll: i64::MAX, hands_off: HandsOff::default(), run };
        self.store().end_collection(claim, &end).await?;
        self.index_wake.notify_one();
        Ok(())
    }
}

fn ours(error: CollectError) -> ArchiveError {
    match error {
        CollectError::Store(error) => ArchiveError::Store(error),
        CollectError::Stopped => ArchiveError::Stopped,
        _ => ArchiveError::LostLease,
    }
}

/// Takes the letters of a window out.
fn haul(store: &postroom_store::Store, contents: &Contents, window: &[u32]) -> Result<Haul, StoreError> {
    let mut haul = Haul { raws: Vec::with_capacity(window.len()), refusals: Vec::new(), unread: None };
    for number in window {
        let Some(piece) = contents.pieces.get(*number as usize - 1) else { continue };
        match contents.read(store, piece) {
            Ok(octets) => haul.raws.push(Raw { uid: *number, octets, arrival: piece.arrival }),
            Err(NotTaken::Ours(error)) => return Err(error),
            Err(NotTaken::File(reason)) => {
                haul.unread.get_or_insert(reason);
            }
            Err(NotTaken::Letter(reason)) => {
                let left_out = matches!(piece.part, Part::Refused { left_out: true, .. });
                let outcome = if left_out { Outcome::Excluded } else { Outcome::Errored };
                let size = i64::try_from(piece.size).unwrap_or(i64::MAX);
                haul.refusals.push(Refusal { uid: i64::from(*number), outcome, reason, size });
            }
        }
    }
    Ok(haul)
}
