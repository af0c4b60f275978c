//! Labels of letters at Google (P11): after each census those that changed since are asked for, by the server's change count; all of them
//! the first time, newest first, and how far that came is kept. They decide nothing, so that trouble with them ends no collection.

use crate::{CollectError, folder::FolderRun, imap::CENSUS_EVERY};
use postroom_connect::{ConnectError, Labelled, Later, LetterLabels};
use postroom_store::{FolderRecord, LabelMark, Store, StoreError};

/// Labels are asked for and saved for so many letters at once, newest first.
const AT_ONCE: usize = 5_000;
/// An answer that cannot be read, or does not come, ends the connection: the next run asks for a tenth of it, and after so many for what
/// comes behind it.
const TRIES: i64 = 4;
/// A server that says no so often in a row, or more often, is left alone for so long, ms: each question opens the folder.
const REFUSALS: i64 = 3;
const REST: i64 = 24 * 60 * 60 * 1000;
/// No letter has so high an id: nothing is known yet.
const ABOVE_ALL: i64 = 1 << 32;

/// Whether the labels of a folder may have changed although nothing else did: never followed, or not up to where its census came.
pub(crate) async fn behind(store: &Store, folder: &FolderRecord, now: i64) -> Result<bool, StoreError> {
    let Some(mark) = store.label_mark(folder.id).await? else { return Ok(true) };
    let rests = mark.epoch == folder.epoch && now < mark.rest_until;
    Ok(!rests && (mark.epoch != folder.epoch || mark.down_to.is_some() || mark.modseq != folder.modseq))
}

/// Whether asking for less may help: the answer cannot be read, or is more than the server sends.
fn asked_for_too_much(error: &ConnectError) -> bool {
    matches!(error, ConnectError::Protocol { .. } | ConnectError::Later { why: Later::Closed | Later::TimedOut, .. })
}

/// The next letters, below those that are known.
fn next<'p>(present: &'p [u32], mark: &LabelMark) -> &'p [u32] {
    let known_from = mark.down_to.unwrap_or(0);
    let end = present.partition_point(|uid| i64::from(*uid) < known_from);
    &present[end.saturating_sub(most(mark))..end]
}

/// How many are asked for at once: fewer after each answer that could not be read.
fn most(mark: &LabelMark) -> usize {
    (0..mark.tries).fold(AT_ONCE, |most, _| most / 10).max(1)
}

/// An answer about the next letters could not be read, or did not come: fewer next time; at last they stay without labels until these change.
fn stumble(mark: &mut LabelMark, present: &[u32], modseq: Option<i64>) {
    if mark.tries < TRIES {
        mark.tries += 1;
        return;
    }
    match mark.down_to {
        Some(_) => mark.down_to = next(present, mark).first().map(|lowest| i64::from(*lowest)),
        // Which letter of those that changed it was cannot be told: all are asked for anew, in ever smaller parts.
        None => (mark.modseq, mark.down_to) = (modseq, Some(ABOVE_ALL)),
    }
    mark.tries = 0;
}

impl FolderRun<'_, '_> {
    /// Follows the labels up to the census just made. `present` are all letters by their ids, lowest first, `fresh` those that are not here
    /// yet.
    pub(crate) async fn follow_labels(&mut self, modseq: Option<i64>, present: &[u32], fresh: &[u32]) -> Result<(), CollectError> {
        if self.session.no_labels || self.labels_refused || !self.session.reader.as_ref().is_some_and(|reader| reader.can().gmail) {
            return Ok(());
        }
        let engine = self.session.engine;
        let now = engine.clock.now();
        let known = engine.store().label_mark(self.folder.id).await?.filter(|mark| mark.epoch == self.epoch);
        if known.is_some_and(|mark| now < mark.rest_until) {
            return Ok(());
        }
        let refused = known.map_or(0, |mark| mark.refused);
        let begin = LabelMark { epoch: self.epoch, modseq, at: now, down_to: Some(ABOVE_ALL), tries: 0, refused, rest_until: 0 };
        let (mut mark, outcome) = match known {
            // A server that counts no changes is asked for all labels with every whole census, and for those of new letters in between.
            Some(mark) if mark.down_to.is_none() && modseq.is_none() && now - mark.at < CENSUS_EVERY => (mark, self.labels_of(fresh).await),
            known => {
                let counted = |mark: &LabelMark| mark.modseq.is_some() && modseq.is_some();
                let mut mark = known.filter(|mark| mark.down_to.is_some() || counted(mark)).unwrap_or(begin);
                let outcome = self.catch_up(&mut mark, modseq, present).await;
                (mark, outcome)
            }
        };
        match outcome {
            Ok(()) if refused == 0 => Ok(()),
            Ok(()) => self.note_labels(LabelMark { refused: 0, rest_until: 0, ..mark }).await,
            // What was not told is asked for with the next collection, or the next day: the mark stays where it is.
            Err(CollectError::Connect(ConnectError::Refused { .. })) => {
                self.labels_refused = true;
                let refused = mark.refused + 1;
                let rest_until = if refused < REFUSALS { 0 } else { now + REST };
                self.note_labels(LabelMark { refused, rest_until, ..mark }).await
            }
            Err(CollectError::Connect(error)) => {
                self.session.no_labels = true;
                self.session.drop_reader();
                if asked_for_too_much(&error) {
                    stumble(&mut mark, present, modseq);
                    engine.store().note_labels(self.folder.id, mark).await?;
                }
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// First what is not known yet, from the newest letter down; then what changed since that began.
    async fn catch_up(&mut self, mark: &mut LabelMark, modseq: Option<i64>, present: &[u32]) -> Result<(), CollectError> {
        let mut read = 0;
        while mark.down_to.is_some() {
            let some = next(present, mark);
            if !some.is_empty() {
                self.keep_labels(Labelled::These(some)).await?;
            }
            mark.down_to = some.first().map(|lowest| i64::from(*lowest));
            read += some.len();
            if some.is_empty() {
                mark.tries = 0;
            } else if mark.tries > 0 && read >= 10 * most(mark) {
                // What could not be read lies behind.
                (mark.tries, read) = (mark.tries - 1, 0);
            }
            self.note_labels(*mark).await?;
        }
        if let (Some(then), Some(_)) = (mark.modseq, modseq)
            && mark.modseq != modseq
        {
            self.keep_labels(Labelled::ChangedSince(u64::try_from(then).unwrap_or(0))).await?;
            *mark = LabelMark { modseq, at: self.session.engine.clock.now(), tries: 0, ..*mark };
            self.note_labels(*mark).await?;
        }
        Ok(())
    }

    async fn labels_of(&mut self, uids: &[u32]) -> Result<(), CollectError> {
        for some in uids.chunks(AT_ONCE) {
            self.keep_labels(Labelled::These(some)).await?;
        }
        Ok(())
    }

    async fn note_labels(&mut self, mark: LabelMark) -> Result<(), CollectError> {
        Ok(self.session.engine.store().note_labels(self.folder.id, mark).await?)
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

#[cfg(test)]
mod tests {
    use super::*;

    // P11: a mailbox of many letters is followed from where the last run came to.
    #[test]
    fn what_is_asked_next_lies_below_what_is_known_and_shrinks_around_what_cannot_be_read() {
        let present: Vec<u32> = (1..=20_000).collect();
        let mut mark = LabelMark { epoch: 1, modseq: Some(7), at: 0, down_to: Some(ABOVE_ALL), tries: 0, refused: 0, rest_until: 0 };
        assert_eq!(next(&present, &mark), &present[15_000..]);
        mark.down_to = Some(15_001);
        assert_eq!(next(&present, &mark), &present[10_000..15_000]);
        for most in [500, 50, 5, 1] {
            stumble(&mut mark, &present, Some(9));
            assert_eq!(next(&present, &mark), &present[15_000 - most..15_000]);
        }
        stumble(&mut mark, &present, Some(9));
        assert_eq!((mark.down_to, mark.tries, mark.modseq), (Some(15_000), 0, Some(7)), "one letter stays without labels");
        mark.down_to = Some(1);
        assert!(next(&present, &mark).is_empty());
        mark = LabelMark { down_to: None, tries: TRIES, ..mark };
        stumble(&mut mark, &present, Some(9));
        assert_eq!(
            (mark.down_to, mark.modseq, mark.tries),
            (Some(ABOVE_ALL), Some(9), 0),
            "one letter that changed costs no other its labels"
        );
    }
}
