//! The first listing of a folder, worked page by page: what stands on a page is stored before the next one is asked for, and a run that
//! ends in the midst is gone on with where it was. What moves or goes meanwhile stands on a later page, or is found by the count.

use super::{GraphRun, census::NUMBERING};
use crate::{
    CollectError,
    folder::{ENOUGH_TRIES, asked_again_before},
};
use postroom_connect::graph::starts_over;
use postroom_store::{Census, FolderRecord};
use std::collections::{BTreeSet, HashMap, HashSet};

/// A list that became too old while it was read is begun anew this often in a run.
const BEGUN_ANEW: usize = 2;

impl GraphRun<'_> {
    /// Works the first listing of a folder to its end, if that is not done yet; from then on only what changes is listed.
    pub(super) async fn list_first(&mut self, folder: &FolderRecord) -> Result<(), CollectError> {
        let engine = self.engine;
        let store = engine.store();
        let epoch = self.epoch(folder).await?;
        if store.remote_cursor(folder.id, epoch).await?.is_some() {
            return Ok(());
        }
        let mut link = store.remote_listing(folder.id, epoch).await?;
        if link.is_none() && !store.present_uids(folder.id, epoch).await?.is_empty() {
            // It was listed before and is to be listed anew: only a list read at one go tells what is gone.
            return Ok(());
        }
        if link.is_none() {
            // The service's count is what the ledger is held against from now on.
            self.count_first(folder, epoch).await?;
        }
        let since = asked_again_before(engine.clock.now());
        let mut settled: HashSet<i64> = store.settled_uids(folder.id, epoch, ENOUGH_TRIES, since).await?.into_iter().collect();
        let mut anew = 0;
        loop {
            if self.stop.is_cancelled() {
                return Err(CollectError::Stopped);
            }
            let page = match self.mailbox.listed(&folder.raw_name, link.as_deref()).await {
                Err(error) if starts_over(&error) && anew < BEGUN_ANEW => {
                    anew += 1;
                    link = None;
                    store.keep_remote_listing(folder.id, epoch, None).await?;
                    continue;
                }
                page => page?,
            };
            let mut letters = HashMap::new();
            let mut on_page: BTreeSet<i64> = BTreeSet::new();
            self.apply(folder, epoch, &page.rows, &mut on_page, &mut letters).await?;
            self.exclude_drafts(folder, epoch, &letters).await?;
            settled.extend(letters.iter().filter(|(_, letter)| letter.draft).map(|(uid, _)| *uid));
            let missing: Vec<i64> = on_page.into_iter().filter(|uid| settled.insert(*uid)).collect();
            if !missing.is_empty() {
                self.announce(folder, missing.len() as i64);
                let wanted = self.named(folder, epoch, &missing, &letters).await?;
                self.fetch(folder, epoch, wanted).await?;
            }
            // Last: what stands on this page is stored.
            if page.last {
                store.keep_remote_cursor(folder.id, epoch, Some(&page.link)).await?;
                store.keep_remote_listing(folder.id, epoch, None).await?;
                return Ok(());
            }
            store.keep_remote_listing(folder.id, epoch, Some(&page.link)).await?;
            link = Some(page.link);
        }
    }

    async fn count_first(&self, folder: &FolderRecord, epoch: i64) -> Result<(), CollectError> {
        let exists = self.mailbox.count(&folder.raw_name).await?;
        let census = Census { uid_validity: Some(NUMBERING), exists, continues: Some(epoch), ..Census::default() };
        self.engine.store().close_census(folder.id, &census, self.engine.clock.now()).await?;
        Ok(())
    }
}
