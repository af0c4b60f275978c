//! What a folder holds: the last known state, what changed since, and the service's own count as the proof.

use super::GraphRun;
use crate::CollectError;
use model::Outcome;
use postroom_connect::graph::{Found, GraphLetter};
use postroom_store::{Census, FolderRecord, Refusal};
use std::collections::{BTreeSet, HashMap};

/// A count that does not agree has everything listed anew at most this often, ms.
const WHOLE_EVERY: i64 = 6 * 60 * 60 * 1000;
/// Ids mean the same for ever, so there is one numbering; another mailbox behind the same account begins a new one.
pub(super) const NUMBERING: i64 = 1;

/// What a census found.
pub(super) struct Listed {
    pub epoch: i64,
    /// Our numbers, ascending.
    pub present: Vec<i64>,
    /// What was told about letters, by our number.
    pub letters: HashMap<i64, GraphLetter>,
}

impl GraphRun<'_> {
    /// Lists what changed, and proves it by the count: first once more (letters come and go meanwhile), then by listing everything.
    pub(super) async fn census(&self, folder: &FolderRecord, first: bool) -> Result<Listed, CollectError> {
        let store = self.engine.store();
        let folder = if first { folder.clone() } else { store.folder(folder.id).await?.1 };
        let now = self.engine.clock.now();
        let epoch = self.epoch(&folder).await?;
        let mut link = store.remote_cursor(folder.id, epoch).await?;
        let mut present: BTreeSet<i64> = store.present_uids(folder.id, epoch).await?.into_iter().collect();
        let mut letters: HashMap<i64, GraphLetter> = HashMap::new();
        let mut whole_at = folder.modseq.filter(|_| folder.epoch == epoch);
        let mut count = 0;
        for attempt in 0..3 {
            let changes = self.mailbox.changes(&folder.raw_name, link.as_deref()).await?;
            if changes.whole {
                present.clear();
                whole_at = Some(now);
            }
            self.apply(&folder, epoch, &changes.rows, &mut present, &mut letters).await?;
            count = self.mailbox.count(&folder.raw_name).await?;
            link = Some(changes.link);
            if count == present.len() as i64 {
                break;
            }
            let just_listed = whole_at.is_some_and(|at| now - at < WHOLE_EVERY);
            if attempt == 1 {
                if just_listed {
                    break;
                }
                link = None;
            }
        }
        let present: Vec<i64> = present.into_iter().collect();
        let census = Census {
            uid_validity: Some(NUMBERING),
            uid_next: None,
            // When everything was last listed; the service counts no changes.
            modseq: whole_at,
            exists: count,
            present: &present,
            continues: Some(epoch),
        };
        let closed = store.close_census(folder.id, &census, now).await?;
        self.exclude_drafts(&folder, closed, &letters).await?;
        // Last: from here on only what changes is listed.
        store.keep_remote_cursor(folder.id, closed, link.as_deref()).await?;
        Ok(Listed { epoch: closed, present, letters })
    }

    /// The numbering that is to be used; a new one is begun by an empty census, before anything is numbered under it.
    pub(super) async fn epoch(&self, folder: &FolderRecord) -> Result<i64, CollectError> {
        if folder.uid_validity == Some(NUMBERING) && folder.epoch > 0 {
            return Ok(folder.epoch);
        }
        let census = Census { uid_validity: Some(NUMBERING), ..Census::default() };
        Ok(self.engine.store().close_census(folder.id, &census, self.engine.clock.now()).await?)
    }

    pub(super) async fn apply(
        &self,
        folder: &FolderRecord,
        epoch: i64,
        rows: &[Found],
        present: &mut BTreeSet<i64>,
        letters: &mut HashMap<i64, GraphLetter>,
    ) -> Result<(), CollectError> {
        // A letter may stand in the list more than once: the last row counts.
        let mut last: HashMap<&str, &Found> = HashMap::new();
        for found in rows {
            let (Found::There(GraphLetter { id, .. }) | Found::Gone(id)) = found;
            last.insert(id, found);
        }
        // Numbered in the order in which they were listed, so that a run tells the same story each time.
        let mut there: Vec<&GraphLetter> = Vec::new();
        let mut gone: Vec<&str> = Vec::new();
        for found in rows {
            match (found, last.get(id_of(found))) {
                (Found::There(letter), Some(Found::There(newest))) if std::ptr::eq(letter, newest) => there.push(letter),
                (Found::Gone(id), Some(Found::Gone(newest))) if std::ptr::eq(id, newest) => gone.push(id),
                _ => {}
            }
        }
        let store = self.engine.store();
        let names: Vec<&str> = there.iter().map(|letter| letter.id.as_str()).collect();
        let numbers = store.number_remote_ids(folder.id, epoch, &names).await?;
        for (number, letter) in numbers.into_iter().zip(there) {
            present.insert(number);
            letters.insert(number, letter.clone());
        }
        for number in store.remote_numbers(folder.id, epoch, &gone).await?.into_values() {
            present.remove(&number);
            letters.remove(&number);
        }
        Ok(())
    }

    /// Drafts are counted and named, not collected; before the link moves on, since no later list would name them again.
    pub(super) async fn exclude_drafts(
        &self,
        folder: &FolderRecord,
        epoch: i64,
        letters: &HashMap<i64, GraphLetter>,
    ) -> Result<(), CollectError> {
        let drafts: Vec<Refusal> = letters
            .iter()
            .filter(|(_, letter)| letter.draft)
            .map(|(uid, _)| Refusal { uid: *uid, outcome: Outcome::Excluded, reason: "A draft: not sent yet".into(), size: 0 })
            .collect();
        for some in drafts.chunks(400) {
            self.engine.store().save_import(folder.id, epoch, &[], some, self.engine.clock.now()).await?;
        }
        Ok(())
    }
}

fn id_of(found: &Found) -> &str {
    match found {
        Found::There(letter) => &letter.id,
        Found::Gone(id) => id,
    }
}
