//! Letters on their way: four come at once, those before them are read, those before these are saved.

use super::GraphRun;
use crate::{
    CollectError,
    folder::{Haul, refusal},
    prepare::{Raw, prepare},
    window::{LETTERS, OCTETS},
};
use futures::{StreamExt, stream::FuturesOrdered};
use model::Outcome;
use postroom_connect::{
    ConnectError, LARGE_LETTER, Later,
    graph::{AT_ONCE, GraphLetter, Mailbox},
};
use postroom_store::{FolderRecord, Octets, StoreError};
use std::collections::HashMap;
use tokio::sync::mpsc;

/// Letters larger than this (octets) are not fetched: they are counted and named in the queue.
const LARGEST: u64 = 256 << 20;
/// A letter whose line breaks is asked for this often.
const TRIES: usize = 3;
/// So many letters in a row that do not come: the service is out of order, not the letters.
const NOTHING_IN_A_ROW: u32 = 6;
/// The first letters of a run are saved early, so that they can be read at once.
const FIRST: usize = 50;

/// A letter that is to come.
pub(super) struct Wanted {
    uid: i64,
    id: String,
    received: Option<i64>,
}

/// What became of it.
enum Come {
    Raw(Raw),
    Refused(String),
    /// Broke off each time.
    Broken(ConnectError),
}

impl GraphRun<'_> {
    /// The letters with their ids, newest first; what was listed in an earlier run has no date any more and comes by its number.
    pub(super) async fn named(
        &self,
        folder: &FolderRecord,
        epoch: i64,
        missing: &[i64],
        letters: &HashMap<i64, GraphLetter>,
    ) -> Result<Vec<Wanted>, CollectError> {
        let names = self.engine.store().remote_names(folder.id, epoch, missing).await?;
        let mut wanted: Vec<Wanted> =
            names.into_iter().map(|(uid, id)| Wanted { uid, id, received: letters.get(&uid).and_then(|letter| letter.received) }).collect();
        wanted.sort_by_key(|letter| std::cmp::Reverse((letter.received, letter.uid)));
        Ok(wanted)
    }

    pub(super) async fn fetch(&mut self, folder: &FolderRecord, epoch: i64, wanted: Vec<Wanted>) -> Result<(), CollectError> {
        let (send, mut receive) = mpsc::channel::<Haul>(1);
        let (engine, account, stop, mailbox) = (self.engine, self.account.id, self.stop, self.mailbox);
        let mut broken = self.broken;
        let begun = self.filed == 0;
        let run = &*self;
        let fetching = async {
            let mut waiting = wanted.iter();
            let mut coming: FuturesOrdered<_> = waiting.by_ref().take(AT_ONCE).map(|letter| run.one(mailbox, letter)).collect();
            let mut haul = Haul { raws: Vec::new(), refusals: Vec::new() };
            let (mut octets, mut most) = (0, if begun { FIRST } else { LETTERS });
            let mut outcome = Ok(());
            while let Some((uid, come)) = coming.next().await {
                if let Some(letter) = waiting.next() {
                    coming.push_back(run.one(mailbox, letter));
                }
                let short = u32::try_from(uid).unwrap_or(u32::MAX);
                match come {
                    Ok(Come::Raw(raw)) => {
                        octets += raw.octets.length();
                        haul.raws.push(raw);
                        broken = 0;
                    }
                    Ok(Come::Refused(reason)) => haul.refusals.push(refusal(short, &reason, 0)),
                    Ok(Come::Broken(error)) => {
                        broken += 1;
                        if broken >= NOTHING_IN_A_ROW {
                            outcome = Err(error.into());
                            break;
                        }
                        haul.refusals.push(refusal(short, "The service breaks off when it is asked for this letter", 0));
                    }
                    Err(error) => {
                        outcome = Err(error);
                        break;
                    }
                }
                if stop.is_cancelled() {
                    outcome = Err(CollectError::Stopped);
                    break;
                }
                if haul.raws.len() + haul.refusals.len() >= most || octets >= OCTETS {
                    let full = std::mem::replace(&mut haul, Haul { raws: Vec::new(), refusals: Vec::new() });
                    (octets, most) = (0, LETTERS);
                    if send.send(full).await.is_err() {
                        break; // the saving side failed and says why
                    }
                }
            }
            // What came before trouble is never thrown away; where nothing came, no letter is to blame.
            if outcome.is_err() && haul.raws.is_empty() {
                haul.refusals.clear();
            }
            let _ = send.send(haul).await; // as above
            drop(send);
            outcome
        };
        let saving = async {
            let mut filed = 0;
            while let Some(Haul { raws, refusals }) = receive.recv().await {
                let arrived = prepare(raws, engine.clock.now()).await?;
                let (letters, octets) = (arrived.len() as i64, arrived.iter().map(|letter| letter.raw.length() as i64).sum::<i64>());
                let refused = refusals.iter().filter(|refusal| refusal.outcome == Outcome::Excluded).count() as i64;
                filed += engine.store().save_import(folder.id, epoch, &arrived, &refusals, engine.clock.now()).await?.filed;
                engine.index_wake.notify_one();
                engine.board.change(account, |progress| {
                    progress.done += letters + refused;
                    progress.bytes += octets;
                    if let Some((_, done, _)) = progress.folders.iter_mut().find(|(name, _, _)| *name == folder.name) {
                        *done += letters + refused;
                    }
                });
            }
            drop(receive);
            Ok::<i64, CollectError>(filed)
        };
        let (fetched, saved) = tokio::join!(fetching, saving);
        self.broken = broken;
        self.filed += saved?;
        fetched
    }

    /// One letter: held while it is small, in a file of its own when it is large.
    async fn one(&self, mailbox: &Mailbox, letter: &Wanted) -> (i64, Result<Come, CollectError>) {
        (letter.uid, self.ask(mailbox, letter).await)
    }

    async fn ask(&self, mailbox: &Mailbox, letter: &Wanted) -> Result<Come, CollectError> {
        let mut last = ConnectError::Later { why: Later::Closed, said: String::new(), wait: None };
        for _ in 0..TRIES {
            let mut held: Vec<u8> = Vec::new();
            let mut spool = None;
            let mut full = None;
            let store = self.engine.store();
            let asked = mailbox
                .letter(&letter.id, LARGEST, &mut |part| {
                    if spool.is_none() && held.len() as u64 + part.len() as u64 > LARGE_LETTER {
                        let mut file = store.spool().map_err(|error| {
                            full = Some(std::io::ErrorKind::Other);
                            std::io::Error::other(error.to_string())
                        })?;
                        file.write(&std::mem::take(&mut held)).inspect_err(|error| full = Some(error.kind()))?;
                        spool = Some(file);
                    }
                    match &mut spool {
                        Some(file) => file.write(part).inspect_err(|error| full = Some(error.kind())),
                        None => {
                            held.extend_from_slice(part);
                            Ok(())
                        }
                    }
                })
                .await;
            if let Some(kind) = full {
                // Our disk's trouble is not held against the letter.
                return Err(StoreError::File(kind.into()).into());
            }
            let uid = u32::try_from(letter.uid).unwrap_or(u32::MAX);
            match asked {
                Ok(true) if spool.is_none() && held.is_empty() => {
                    return Ok(Come::Refused("The service hands out nothing for this letter".into()));
                }
                Ok(true) => {
                    let octets: Octets = match spool {
                        Some(file) => file.finish().into(),
                        None => held.into(),
                    };
                    return Ok(Come::Raw(Raw { uid, octets, arrival: letter.received }));
                }
                // Moved or deleted meanwhile: the next list of changes tells.
                Ok(false) => return Ok(Come::Refused("The service lists this letter but does not hand it out".into())),
                Err(ConnectError::Refused { said }) => {
                    return Ok(Come::Refused(format!("The service refuses to hand out this letter: {said}")));
                }
                Err(ConnectError::Protocol { said, .. }) => {
                    return Ok(Come::Refused(format!("The service's answer for this letter cannot be understood: {said}")));
                }
                Err(error @ ConnectError::Later { why: Later::Closed | Later::TimedOut | Later::Busy, .. }) => last = error,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Come::Broken(last))
    }
}
