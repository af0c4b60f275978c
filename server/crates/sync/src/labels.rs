//! Labels of letters at Google (P11): after each census those that changed since are asked for, by the server's change count; all of them
//! the first time. They decide nothing, so that trouble with them ends no collection.

use crate::{CollectError, folder::FolderRun, imap::CENSUS_EVERY};
use postroom_connect::{ConnectError, Labelled, LetterLabels};
use postroom_store::{FolderRecord, LabelMark, Store, StoreError};

/// Labels are asked for and saved for so many letters at once, newest first.
const AT_ONCE: usize = 5_000;

/// Whether the labels of a folder may have changed although nothing else did: never followed, or not up to where its census came.
pub(crate) async fn behind(store: &Store, folder: &FolderRecord) -> Result<bool, StoreError> {
    let mark = store.label_mark(folder.id).await?;
    Ok(mark.is_none_or(|mark| mark.epoch != folder.epoch || mark.modseq != folder.modseq))
}

impl FolderRun<'_, '_> {
    /// Follows the labels up to the census just made. `fresh` are the letters that are not here yet.
    pub(crate) async fn follow_labels(&mut self, modseq: Option<i64>, present: &[u32], fresh: &[u32]) -> Result<(), CollectError> {
        if self.session.no_labels || self.labels_refused || !self.session.reader.as_ref().is_some_and(|reader| reader.can().gmail) {
            return Ok(());
        }
        let engine = self.session.engine;
        let now = engine.clock.now();
        let mark = engine.store().label_mark(self.folder.id).await?.filter(|mark| mark.epoch == self.epoch);
        let since = mark.and_then(|mark| mark.modseq).and_then(|count| u64::try_from(count).ok());
        // A server that counts no changes is asked for all labels with every whole census, and for those of new letters in between.
        let recent = modseq.is_none() && mark.is_some_and(|mark| now - mark.at < CENSUS_EVERY);
        let outcome = match (modseq, since) {
            (Some(_), Some(_)) if mark.and_then(|mark| mark.modseq) == modseq => return Ok(()),
            (Some(_), Some(since)) => self.keep_labels(Labelled::ChangedSince(since)).await,
            _ if recent => self.labels_of(fresh).await,
            _ => self.labels_of(present).await,
        };
        match outcome {
            Ok(()) if recent => Ok(()),
            // What was not told is asked for with the next collection: the mark stays where it is.
            Err(CollectError::Connect(ConnectError::Refused { .. })) => {
                self.labels_refused = true;
                Ok(())
            }
            Ok(()) => Ok(engine.store().note_labels(self.folder.id, LabelMark { epoch: self.epoch, modseq, at: now }).await?),
            Err(CollectError::Connect(_)) => {
                self.session.no_labels = true;
                self.session.drop_reader();
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    async fn labels_of(&mut self, uids: &[u32]) -> Result<(), CollectError> {
        for some in uids.rchunks(AT_ONCE) {
            self.keep_labels(Labelled::These(some)).await?;
        }
        Ok(())
    }

    async fn keep_labels(&mut self, of: Labelled<'_>) -> Result<(), CollectError> {
        let found = self.opened_reader().await?.labels(of).await?;
        let letters: Vec<(i64, Vec<String>)> = found.into_iter().map(|LetterLabels { uid, labels }| (i64::from(uid), labels)).collect();
        for some in letters.chunks(AT_ONCE) {
            self.session.engine.store().keep_labels(self.folder.id, self.epoch, some).await?;
        }
        Ok(())
    }
}
