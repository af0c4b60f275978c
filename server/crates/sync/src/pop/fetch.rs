//! Letters are retrieved window by window, and each window is saved while the next one comes. One bad letter never blocks another (I5):
//! answers come in the order of the questions, so the first that is missing is the one to blame.

use super::{PopRun, census::head_key};
use crate::{
    folder::{Haul, refusal},
    prepare::{Raw, prepare},
    run::CollectError,
    window::Window,
};
use model::{Outcome, Verdict};
use postroom_connect::{ConnectError, LARGE_LETTER, PopReader, RemoteLetter, Retrieved};
use postroom_store::{Octets, StoreError};

/// Letters larger than this (octets) are not fetched: they are counted and named in the queue.
const LARGEST: u64 = 256 << 20;
/// So many letters in a row for which the connection ends: the server is out of order, not the letters.
const NOTHING_IN_A_ROW: u32 = 6;

const TOO_LARGE: &str = "This letter is larger than 256 MiB and was left on the server";
const NOTHING_CAME: &str = "The server lists this letter but does not hand it out";

impl PopRun<'_> {
    pub(super) async fn fetch_all(&mut self, windows: Vec<Window>) -> Result<(), CollectError> {
        let mut fetched: Option<Haul> = None;
        for window in windows {
            if self.stop.is_cancelled() {
                self.save(fetched.take()).await?;
                return Err(CollectError::Stopped);
            }
            let saving = Saving::of(self, fetched.take());
            let (came, saved) = tokio::join!(self.fetch(window), saving.save());
            // Whatever could not be saved is asked for again; nothing is deleted after this.
            self.filed += saved?;
            let (haul, error) = came;
            if let Some(error) = error {
                self.save(Some(haul)).await?;
                return Err(error);
            }
            fetched = Some(haul);
        }
        self.save(fetched).await
    }

    async fn save(&mut self, haul: Option<Haul>) -> Result<(), CollectError> {
        self.filed += Saving::of(self, haul).save().await?;
        Ok(())
    }

    /// What came of a window, and the trouble that ended it early.
    async fn fetch(&mut self, window: Window) -> (Haul, Option<CollectError>) {
        let mut haul = Haul { raws: Vec::new(), refusals: Vec::new() };
        let outcome = match window {
            Window::Several(letters) => self.fetch_several(letters, &mut haul).await,
            Window::Large(letter) => self.fetch_alone(letter, &mut haul).await,
        };
        // Where nothing ever came, the server is out of order, and no letter is to blame.
        if outcome.is_err() && self.received == 0 {
            haul.refusals.clear();
        }
        (haul, outcome.err())
    }

    async fn fetch_several(&mut self, letters: Vec<RemoteLetter>, haul: &mut Haul) -> Result<(), CollectError> {
        let mut rest = letters;
        let (mut suspects, mut nothing) = (Vec::new(), 0);
        while !rest.is_empty() {
            self.opened().await?;
            // What is not listed any more is gone; the next census tells.
            rest.retain(|letter| self.numbers.contains_key(&i64::from(letter.uid)));
            let asked: Vec<(u32, u64)> =
                rest.iter().filter_map(|letter| Some((*self.numbers.get(&i64::from(letter.uid))?, letter.size))).collect();
            let (mut answered, mut received, mut refused) = (0, 0_u32, Vec::new());
            let outcome = self
                .reader()
                .await?
                .retrieve(&asked, &mut |_, retrieved| {
                    let Some(letter) = rest.get(answered) else { return };
                    answered += 1;
                    match retrieved {
                        Retrieved::Letter(raw) if raw.is_empty() && letter.size > 0 => {
                            haul.refusals.push(refusal(letter.uid, NOTHING_CAME, letter.size));
                        }
                        Retrieved::Letter(raw) => {
                            received += 1;
                            haul.raws.push(Raw { uid: letter.uid, octets: raw.into(), arrival: None });
                        }
                        Retrieved::Refused(said) => refused.push((*letter, said)),
                    }
                })
                .await;
            self.received = self.received.saturating_add(received);
            let by_top = self.reader.as_ref().is_some_and(PopReader::retrieves_by_top);
            for (letter, said) in refused {
                // A letter that TOP is refused for may come by RETR.
                if by_top {
                    suspects.push(letter);
                } else {
                    haul.refusals.push(refusal(letter.uid, &refused_as(&said), letter.size));
                }
            }
            let Err(error) = outcome else { break };
            if !is_about_a_letter(&error) {
                return Err(error.into());
            }
            self.drop_reader();
            nothing = if answered > 0 { 0 } else { nothing + 1 };
            if nothing >= NOTHING_IN_A_ROW || answered >= rest.len() {
                return Err(error.into());
            }
            let mut left = rest.split_off(answered);
            suspects.push(left.remove(0));
            rest = left;
        }
        for suspect in suspects {
            self.fetch_alone(suspect, haul).await?;
        }
        Ok(())
    }

    /// One letter by itself, through a file, however long it is.
    async fn fetch_alone(&mut self, letter: RemoteLetter, haul: &mut Haul) -> Result<(), CollectError> {
        if letter.size > LARGEST {
            haul.refusals.push(refusal(letter.uid, TOO_LARGE, letter.size));
            return Ok(());
        }
        self.opened().await?;
        let Some(number) = self.numbers.get(&i64::from(letter.uid)).copied() else { return Ok(()) };
        let mut spool = self.engine.store().spool()?;
        let (mut full, mut too_large, plainly) = (None, false, self.plainly);
        let outcome = self
            .reader()
            .await?
            .retrieve_large((number, letter.size), &mut |part| {
                if spool.length() + part.len() as u64 > LARGEST {
                    too_large = true;
                    return Err(std::io::Error::other("too large"));
                }
                spool.write(part).inspect_err(|error| full = Some(error.kind()))
            })
            .await;
        if let Some(kind) = full {
            // Our disk's trouble is not held against the letter.
            return Err(StoreError::File(kind.into()).into());
        }
        match outcome {
            Ok(()) if spool.length() == 0 && letter.size > 0 => haul.refusals.push(refusal(letter.uid, NOTHING_CAME, letter.size)),
            Ok(()) => {
                self.received = self.received.saturating_add(1);
                haul.raws.push(Raw { uid: letter.uid, octets: held(spool.finish().into())?, arrival: None });
            }
            Err(_) if too_large => {
                self.drop_reader();
                haul.refusals.push(refusal(letter.uid, TOO_LARGE, letter.size));
            }
            Err(ConnectError::Refused { said }) => {
                haul.refusals.push(refusal(letter.uid, &refused_as(&said), letter.size));
            }
            Err(error) if is_about_a_letter(&error) => {
                self.drop_reader();
                if self.plainly && !plainly {
                    return Box::pin(self.fetch_alone(letter, haul)).await;
                }
                haul.refusals.push(refusal(letter.uid, "The server ends the connection when it is asked for this letter", letter.size));
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// A session whose letters are known by our numbers.
    async fn opened(&mut self) -> Result<(), CollectError> {
        self.reader().await?;
        if self.numbers.is_empty() {
            self.list_again().await?;
        }
        Ok(())
    }
}

fn refused_as(said: &str) -> String {
    format!("The server refuses to hand out this letter: {said}")
}

/// A short letter that came through a file is held like any other.
fn held(octets: Octets) -> Result<Octets, CollectError> {
    match &octets {
        Octets::Spooled(spool) if octets.length() <= LARGE_LETTER => {
            let mut raw = vec![0; usize::try_from(octets.length()).unwrap_or_default()];
            let mut at = 0;
            while at < raw.len() {
                let got = spool.read_at(at as u64, &mut raw[at..]).map_err(StoreError::File)?;
                if got == 0 {
                    return Err(StoreError::Inconsistent("a letter on its way was cut off".into()).into());
                }
                at += got;
            }
            Ok(raw.into())
        }
        _ => Ok(octets),
    }
}

/// What a letter's head is known by; a long letter's is looked at by the next census.
fn head_of(raw: &Raw) -> Option<(i64, String)> {
    match &raw.octets {
        Octets::Held(octets) => Some((i64::from(raw.uid), head_key(octets))),
        Octets::Spooled(_) => None,
    }
}

/// Whether the trouble may be one letter's rather than the server's.
pub(super) fn is_about_a_letter(error: &ConnectError) -> bool {
    match error {
        ConnectError::Protocol { .. } => true,
        ConnectError::Later { .. } => error.verdict() != Verdict::Throttled,
        _ => false,
    }
}

/// A window on its way to the store, apart from the run, so that the next window can come meanwhile.
struct Saving<'a> {
    engine: &'a crate::Engine,
    account: model::AccountId,
    folder: model::FolderId,
    name: String,
    epoch: i64,
    haul: Option<Haul>,
}

impl<'a> Saving<'a> {
    fn of(run: &PopRun<'a>, haul: Option<Haul>) -> Self {
        Self { engine: run.engine, account: run.account, folder: run.folder.id, name: run.folder.name.clone(), epoch: run.epoch, haul }
    }

    async fn save(self) -> Result<i64, CollectError> {
        let Some(haul) = self.haul else { return Ok(0) };
        let now = self.engine.clock.now();
        let heads: Vec<(i64, String)> = haul.raws.iter().filter_map(head_of).collect();
        let arrived = prepare(haul.raws, now).await?;
        if arrived.is_empty() && haul.refusals.is_empty() {
            return Ok(0);
        }
        let refused = haul.refusals.iter().filter(|refusal| refusal.outcome == Outcome::Excluded).count() as i64;
        let (letters, octets) = (arrived.len() as i64, arrived.iter().map(|letter| letter.raw.length() as i64).sum::<i64>());
        let count = self.engine.store().save_import(self.folder, self.epoch, &arrived, &haul.refusals, now).await?;
        self.engine.store().note_heads(self.folder, self.epoch, &heads).await?;
        self.engine.index_wake.notify_one();
        self.engine.board.change(self.account, |progress| {
            progress.done += letters + refused;
            progress.bytes += octets;
            if let Some((_, done, _)) = progress.folders.iter_mut().find(|(name, _, _)| *name == self.name) {
                *done += letters + refused;
            }
        });
        Ok(count.filed)
    }
}
