//! Collecting a mailbox at Microsoft 365: what changed in each folder, then what is missing, newest first, four letters at a time.
//!
//! The census is the state of the service's own list of changes, held against its count; ids that survive a move get our numbers
//! ([`postroom_store::Store::number_remote_ids`]). The link to the next changes is kept last: what is listed twice does no harm.

mod census;
mod fetch;
mod first;

use crate::{
    CollectError, Engine,
    folder::{ENOUGH_TRIES, asked_again_before},
    run::Ran,
};
use census::Listed;
use model::{FolderRole, Rehearsal};
use postroom_connect::{
    ConnectError,
    graph::{GraphFolder, Mailbox},
};
use postroom_store::{AccountRecord, FolderRecord, SeenFolder, StoreError};
use std::collections::HashSet;
use tokio_util::sync::CancellationToken;

/// Letters that arrive during the run are looked for this often.
const ROUNDS: usize = 3;

/// A run over a mailbox.
pub(crate) struct GraphRun<'a> {
    engine: &'a Engine,
    account: &'a AccountRecord,
    mailbox: &'a Mailbox,
    stop: &'a CancellationToken,
    filed: i64,
    /// Letters in a row that did not come, with an error that speaks against the service.
    broken: u32,
}

impl Engine {
    /// Collects a mailbox at Microsoft 365; see [`crate::run`] for what goes round it.
    pub(crate) async fn collect_graph(&self, account: &AccountRecord, stop: &CancellationToken, ran: &mut Ran) -> Result<(), CollectError> {
        let mailbox = self.mailbox(account).await?;
        let mut run = GraphRun { engine: self, account, mailbox: &mailbox, stop, filed: 0, broken: 0 };
        let outcome = tokio::select! {
            outcome = run.collect() => outcome,
            // Waiting for the service's permission to go on may take minutes.
            () = stopped_for_long(stop) => Err(CollectError::Stopped),
        };
        ran.filed = run.filed;
        ran.hands_off = mailbox.record().hands_off();
        outcome
    }

    /// The folders of a mailbox at Microsoft 365, kept (FP-25).
    pub(crate) async fn download_graph_folders(&self, account: &AccountRecord) -> Result<(), CollectError> {
        let mailbox = self.mailbox(account).await?;
        self.keep_graph_folders(account, &mailbox.folders().await?).await?;
        Ok(())
    }

    async fn keep_graph_folders(&self, account: &AccountRecord, remote: &[GraphFolder]) -> Result<(), StoreError> {
        let seen: Vec<SeenFolder> = remote.iter().map(seen).collect();
        self.store().keep_folders(account.id, &seen).await
    }

    /// What collecting would bring, as far as counts tell (S9): the service hands out headers only letter by letter.
    pub(crate) async fn rehearse_graph(&self, account: &AccountRecord) -> Result<Rehearsal, CollectError> {
        let mailbox = self.mailbox(account).await?;
        let mut rehearsal = Rehearsal { clients_on_file: self.store().addresses_on_file().await?.len() as i64, ..Rehearsal::default() };
        for folder in self.store().folders(account.id).await?.iter().filter(|folder| folder.selected && folder.selectable && !folder.gone) {
            let letters = mailbox.count(&folder.raw_name).await?;
            rehearsal.letters += letters;
            rehearsal.folders.push((folder.name.clone(), letters, 0));
        }
        Ok(rehearsal)
    }
}

/// Asked to stop, and the letters at hand had their time to be saved.
async fn stopped_for_long(stop: &CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(std::time::Duration::from_secs(10)).await;
}

/// The default selection, as for IMAP; what Outlook hides is the service's own.
fn seen(folder: &GraphFolder) -> SeenFolder {
    let left_out = matches!(folder.role, Some(FolderRole::Junk | FolderRole::Trash | FolderRole::Drafts));
    SeenFolder {
        raw_name: folder.id.clone(),
        name: folder.name.clone(),
        role: folder.role,
        selectable: !folder.search,
        letters: Some(folder.letters),
        select_by_default: !left_out && !folder.hidden,
    }
}

impl GraphRun<'_> {
    async fn collect(&mut self) -> Result<(), CollectError> {
        let remote = self.mailbox.folders().await?;
        self.engine.keep_graph_folders(self.account, &remote).await?;
        let mut folders: Vec<FolderRecord> = self
            .engine
            .store()
            .folders(self.account.id)
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
        let mut refused: Option<CollectError> = None;
        for folder in &folders {
            match self.folder(folder).await {
                Ok(()) => {}
                // One folder that cannot be opened does not stop the others.
                Err(CollectError::Connect(error @ ConnectError::Refused { .. })) => refused = refused.or(Some(error.into())),
                Err(error) => return Err(error),
            }
        }
        refused.map_or(Ok(()), Err)
    }

    /// Brings the folder's ledger to balance, as far as the service lets it. A letter is tried once a run; letters that arrive
    /// meanwhile are fetched too.
    async fn folder(&mut self, folder: &FolderRecord) -> Result<(), CollectError> {
        self.list_first(folder).await?;
        let mut tried: HashSet<i64> = HashSet::new();
        for round in 0..=ROUNDS {
            if self.stop.is_cancelled() {
                return Err(CollectError::Stopped);
            }
            let Listed { epoch, present, letters } = self.census(folder, round == 0).await?;
            let now = self.engine.clock.now();
            let settled: HashSet<i64> =
                self.engine.store().settled_uids(folder.id, epoch, ENOUGH_TRIES, asked_again_before(now)).await?.into_iter().collect();
            let missing: Vec<i64> = present.into_iter().filter(|uid| !settled.contains(uid) && !tried.contains(uid)).collect();
            if missing.is_empty() || round == ROUNDS {
                return Ok(());
            }
            self.announce(folder, missing.len() as i64);
            tried.extend(&missing);
            let wanted = self.named(folder, epoch, &missing, &letters).await?;
            self.fetch(folder, epoch, wanted).await?;
        }
        Ok(())
    }

    fn announce(&self, folder: &FolderRecord, more: i64) {
        let name = folder.name.clone();
        self.engine.board.change(self.account.id, |progress| {
            progress.doing = format!("Collecting {name}");
            progress.total += more;
            match progress.folders.iter_mut().find(|(known, _, _)| *known == name) {
                Some((_, _, total)) => *total += more,
                None => progress.folders.push((name, 0, more)),
            }
        });
    }
}
