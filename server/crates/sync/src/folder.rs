//! One folder of a collection: census, plan, fetch, save; the next window streams in while the last one is read and saved.

use crate::{
    CollectError,
    imap::Session,
    prepare::{Raw, prepare},
    window::{self, Window},
};
use model::Outcome;
use postroom_connect::{ConnectError, FolderStatus, Opened, Reader, RemoteLetter};
use postroom_store::{ArrivedLetter, Census, FolderRecord, Refusal};
use std::collections::{HashMap, HashSet, VecDeque};
use tokio::sync::mpsc;

/// A letter that the server refuses this often waits in the queue, and is asked for once a day from then on.
pub(crate) const ENOUGH_TRIES: i64 = 3;
/// A window in which so many requests in a row bring nothing is given up for this run: the server is out of order, not the letters.
const NOTHING_IN_A_ROW: u32 = 6;

/// Refusals older than this do not count any more, ms.
pub(crate) fn asked_again_before(now: i64) -> i64 {
    now - 24 * 60 * 60 * 1000
}

/// Sizes are asked for so many letters at once: a history starts to fill before the whole folder is measured.
const SIZES_AT_ONCE: usize = 2_000;
/// At first fewer: the newest letters are waited for.
const SIZES_AT_FIRST: usize = 500;
/// Letters that arrive during the run are looked for this often.
const ROUNDS: usize = 3;

pub(crate) struct FolderRun<'a, 'b> {
    pub(crate) session: &'a mut Session<'b>,
    pub(crate) folder: &'a FolderRecord,
    /// The server's counts of a moment ago.
    status: Option<FolderStatus>,
    /// Letters whose sizes came together with the census.
    measured: HashMap<u32, RemoteLetter>,
    /// Letters that came before their window did.
    early: HashSet<u32>,
    /// UIDVALIDITY of the last census.
    validity: Option<u32>,
    /// The change count of the last census.
    modseq: Option<i64>,
    /// The server refused to tell labels in this run.
    pub(crate) labels_refused: bool,
    /// The numbering that sightings are kept under.
    pub(crate) epoch: i64,
}

/// A window as fetched, on its way to the store.
pub(crate) struct Haul {
    pub raws: Vec<Raw>,
    pub refusals: Vec<Refusal>,
}

impl<'a, 'b> FolderRun<'a, 'b> {
    pub(crate) fn new(session: &'a mut Session<'b>, folder: &'a FolderRecord, status: Option<FolderStatus>) -> Self {
        Self {
            session,
            folder,
            status,
            measured: HashMap::new(),
            early: HashSet::new(),
            validity: None,
            modseq: None,
            labels_refused: false,
            epoch: 0,
        }
    }

    /// Brings the folder's ledger to balance, as far as the server lets it. A letter is tried once a run; letters that arrive
    /// meanwhile are fetched too.
    pub(crate) async fn collect(mut self) -> Result<(), CollectError> {
        let mut tried: HashSet<u32> = HashSet::new();
        for round in 0..ROUNDS {
            let measure = if round == 0 { self.measure_from() } else { None };
            let (present, missing) = self.missing(measure).await?;
            self.follow_labels(self.modseq, &present, &missing).await?;
            let missing: Vec<u32> = missing.into_iter().filter(|uid| !tried.contains(uid)).collect();
            if missing.is_empty() {
                return Ok(());
            }
            self.announce(missing.len() as i64);
            tried.extend(&missing);
            self.fetch_all(&missing, true).await?;
        }
        let present = self.census(None).await?;
        self.follow_labels(self.modseq, &present, &[]).await
    }

    /// Fetches only the newest of what is missing; the rest is for [`FolderRun::collect`].
    pub(crate) async fn collect_newest(mut self, most: usize) -> Result<(), CollectError> {
        let measure = self.measure_from();
        let (_, mut missing) = self.missing(measure).await?;
        missing.truncate(most);
        self.announce(missing.len() as i64);
        self.fetch_all(&missing, false).await
    }

    /// What is on the server, and what of it is not here, newest first.
    async fn missing(&mut self, measure: Option<u32>) -> Result<(Vec<u32>, Vec<u32>), CollectError> {
        let present = self.census(measure).await?;
        let engine = self.session.engine;
        let since = asked_again_before(engine.clock.now());
        let settled = engine.store().settled_uids(self.folder.id, self.epoch, ENOUGH_TRIES, since).await?;
        let settled: HashSet<i64> = settled.into_iter().collect();
        let missing = present.iter().rev().copied().filter(|uid| !settled.contains(&i64::from(*uid))).collect();
        Ok((present, missing))
    }

    /// From which UID on letters are measured together with the census: all of them in a folder that is new here, else those that came
    /// since. A hint: what it misses is asked for later.
    fn measure_from(&self) -> Option<u32> {
        let status = self.status.filter(|status| status.messages.is_some_and(|letters| letters > 0))?;
        let same = status.uid_validity.map(i64::from) == self.folder.uid_validity;
        if self.folder.census_at.is_none() || !same {
            return status.messages.is_some_and(|letters| letters as usize <= SIZES_AT_ONCE).then_some(1);
        }
        let (then, now) = (u32::try_from(self.folder.uid_next?).ok()?, status.uid_next?);
        (now > then && (now - then) as usize <= SIZES_AT_ONCE).then_some(then)
    }

    /// Opens the folder and lists its ids; the server's count of this moment goes into the ledger.
    async fn census(&mut self, measure: Option<u32>) -> Result<Vec<u32>, CollectError> {
        let Opened { examined, uids, letters } = self.open(measure).await?;
        self.measured = letters.into_iter().map(|letter| (letter.uid, letter)).collect();
        let present: Vec<i64> = uids.iter().copied().map(i64::from).collect();
        let engine = self.session.engine;
        let census = Census {
            uid_validity: examined.uid_validity.map(i64::from),
            uid_next: examined.uid_next.map(i64::from),
            modseq: examined.highest_modseq.and_then(|n| i64::try_from(n).ok()),
            exists: i64::from(examined.exists),
            present: &present,
            continues: (self.epoch > 0).then_some(self.epoch),
        };
        self.epoch = engine.store().close_census(self.folder.id, &census, engine.clock.now()).await?;
        self.validity = examined.uid_validity;
        self.modseq = census.modseq;
        Ok(uids)
    }

    fn announce(&self, more: i64) {
        let name = self.folder.name.clone();
        self.session.engine.board.change(self.session.account, |progress| {
            progress.doing = format!("Collecting {name}");
            progress.total += more;
            match progress.folders.iter_mut().find(|(known, _, _)| *known == name) {
                Some((_, _, total)) => *total += more,
                None => progress.folders.push((name, 0, more)),
            }
        });
    }

    /// Opens the folder and lists its ids; once more on a fresh connection when the first one breaks on an odd answer.
    async fn open(&mut self, mut measure: Option<u32>) -> Result<Opened, CollectError> {
        let mut again = true;
        loop {
            let reader = self.session.reader().await?;
            match reader.open(&self.folder.raw_name, measure).await {
                Err(ConnectError::Protocol { .. }) if again => {
                    self.session.drop_reader();
                    (again, measure) = (false, None);
                }
                outcome => return Ok(outcome?),
            }
        }
    }

    async fn sizes(&mut self, uids: &[u32]) -> Result<Vec<RemoteLetter>, CollectError> {
        let (known, unknown): (Vec<u32>, Vec<u32>) = uids.iter().partition(|uid| self.measured.contains_key(uid));
        let mut letters: Vec<RemoteLetter> = known.iter().filter_map(|uid| self.measured.remove(uid)).collect();
        if !unknown.is_empty() {
            let asked = match self.opened_reader().await?.sizes(&unknown).await {
                Err(ConnectError::Protocol { .. }) => {
                    self.session.drop_reader();
                    self.opened_reader().await?.sizes(&unknown).await
                }
                outcome => outcome,
            };
            letters.extend(asked?);
        }
        Ok(letters)
    }

    /// Fetches letters; with `closing` the folder is looked at again right behind the last of them.
    async fn fetch_all(&mut self, uids: &[u32], closing: bool) -> Result<(), CollectError> {
        let first = if self.session.received == 0 { SIZES_AT_FIRST } else { SIZES_AT_ONCE };
        let (first, rest) = uids.split_at(first.min(uids.len()));
        let mut sized: VecDeque<&[u32]> = [first].into_iter().filter(|part| !part.is_empty()).chain(rest.chunks(SIZES_AT_ONCE)).collect();
        while let Some(part) = sized.pop_front() {
            let mut letters = self.sizes(part).await?;
            let order: HashMap<u32, usize> = part.iter().enumerate().map(|(at, uid)| (*uid, at)).collect();
            letters.sort_by_key(|letter| order.get(&letter.uid).copied().unwrap_or(usize::MAX));
            let (drafts, letters): (Vec<RemoteLetter>, Vec<RemoteLetter>) = letters.into_iter().partition(|letter| letter.draft);
            let listed: HashSet<u32> = letters.iter().chain(&drafts).map(|letter| letter.uid).collect();
            let mut refusals: Vec<Refusal> = drafts
                .iter()
                .map(|letter| Refusal {
                    uid: i64::from(letter.uid),
                    outcome: Outcome::Excluded,
                    reason: "A draft: not sent yet".into(),
                    size: i64::try_from(letter.size).unwrap_or(i64::MAX),
                })
                .collect();
            // No size and not gone either: the server hides it. The census after this run decides which of the two it was.
            refusals.extend(
                part.iter()
                    .filter(|uid| !listed.contains(uid))
                    .map(|uid| refusal(*uid, "The server lists this letter but says nothing about it", 0)),
            );
            let windows = window::plan(&letters, self.session.received == 0);
            self.fetch_windows(windows, refusals, closing && sized.is_empty()).await?;
        }
        Ok(())
    }

    /// Three windows are under way at once: one streams in, the one before is read, the one before that is saved.
    async fn fetch_windows(&mut self, windows: Vec<Window>, refusals: Vec<Refusal>, closing: bool) -> Result<(), CollectError> {
        let (send, mut receive) = mpsc::channel::<Haul>(1);
        let (read, mut ready) = mpsc::channel::<(Vec<ArrivedLetter>, Vec<Refusal>)>(1);
        let (engine, folder, epoch, account) = (self.session.engine, self.folder, self.epoch, self.session.account);
        let fetching = async {
            if !refusals.is_empty() {
                let _ = send.send(Haul { raws: Vec::new(), refusals }).await;
            }
            let mut windows: VecDeque<Window> = windows.into();
            while let Some(window) = windows.pop_front() {
                if self.session.stop.is_cancelled() {
                    return Err(CollectError::Stopped);
                }
                self.ask_ahead(&window, windows.front(), closing).await;
                let haul = self.fetch_window(window).await?;
                if send.send(haul).await.is_err() {
                    break; // the saving side failed and says why
                }
            }
            drop(send);
            Ok(())
        };
        let reading = async {
            while let Some(Haul { raws, refusals }) = receive.recv().await {
                let arrived = prepare(raws, engine.clock.now()).await?;
                if read.send((arrived, refusals)).await.is_err() {
                    break; // the saving side failed and says why
                }
            }
            // Whoever fetches need not go on when this side failed.
            drop((read, receive));
            Ok::<(), CollectError>(())
        };
        let saving = async {
            let mut filed = 0;
            while let Some((arrived, refusals)) = ready.recv().await {
                let (letters, octets) = (arrived.len() as i64, arrived.iter().map(|letter| letter.raw.length() as i64).sum::<i64>());
                let refused = refusals.iter().filter(|refusal| refusal.outcome == Outcome::Excluded).count() as i64;
                let count = engine.store().save_import(folder.id, epoch, &arrived, &refusals, engine.clock.now()).await?;
                filed += count.filed;
                engine.index_wake.notify_one();
                engine.board.change(account, |progress| {
                    progress.done += letters + refused;
                    progress.bytes += octets;
                    if let Some((_, done, _)) = progress.folders.iter_mut().find(|(name, _, _)| *name == folder.name) {
                        *done += letters + refused;
                    }
                });
            }
            drop(ready);
            Ok::<i64, CollectError>(filed)
        };
        let (fetched, read, saved) = tokio::join!(fetching, reading, saving);
        self.session.filed += saved?;
        read?;
        fetched
    }

    /// Keeps a distant server busy: the next window, or the look at the folder that follows the last one, is asked for before this one
    /// has come. Trouble is met where the answer is waited for.
    async fn ask_ahead(&mut self, window: &Window, next: Option<&Window>, closing: bool) {
        let Some(reader) = self.session.reader.as_mut().filter(|reader| reader.usable()) else { return };
        for window in [Some(window), next].into_iter().flatten() {
            let Some(uids) = window.uids() else { return };
            if !reader.is_asked(&uids) && reader.ask(&uids).await.is_err() {
                return;
            }
        }
        if closing && next.is_none() {
            let _ = reader.open_ahead(&self.folder.raw_name, None).await;
        }
    }

    async fn fetch_window(&mut self, window: Window) -> Result<Haul, CollectError> {
        match window {
            Window::Several(letters) => self.fetch_several(letters).await,
            Window::Large(letter) => self.fetch_large(letter).await,
        }
    }

    /// Fetches a window; what an odd answer or a broken connection spoils is asked for again in smaller parts, at last one by one, so
    /// that one bad letter never blocks another (I5, P18). What came before trouble is never thrown away.
    async fn fetch_several(&mut self, letters: Vec<RemoteLetter>) -> Result<Haul, CollectError> {
        let mut haul = Haul { raws: Vec::with_capacity(letters.len()), refusals: Vec::new() };
        let mut parts: Vec<Vec<RemoteLetter>> = vec![letters];
        let mut nothing = 0;
        while let Some(part) = parts.pop() {
            let (rest, outcome) = self.ask(&part, &mut haul.raws).await;
            nothing = match part.len() {
                _ if rest.len() < part.len() => 0,
                // One letter alone that does not come speaks against itself, not against the server.
                1 => nothing,
                _ => nothing + 1,
            };
            let error = match outcome {
                // Not handed out without a word: expunged meanwhile, or hidden. The next census tells.
                Ok(()) => {
                    let why = "The server lists this letter but does not hand it out";
                    haul.refusals.extend(rest.iter().map(|letter| refusal(letter.uid, why, letter.size)));
                    nothing = 0;
                    continue;
                }
                Err(error) => error,
            };
            let Some((reason, broke)) = blame(&error) else { return self.keep_and_fail(haul, error).await };
            if broke {
                self.session.drop_reader();
            }
            if nothing >= NOTHING_IN_A_ROW {
                return self.keep_and_fail(haul, error).await;
            }
            match rest.len() {
                0 => {}
                1 => haul.refusals.push(refusal(rest[0].uid, &reason, rest[0].size)),
                _ if broke && nothing < 2 => set_suspect_aside(rest, &mut parts),
                _ => halve(rest, &mut parts),
            }
        }
        Ok(haul)
    }

    /// Asks for letters once; answers those that did not come, and how it ended.
    async fn ask(&mut self, part: &[RemoteLetter], raws: &mut Vec<Raw>) -> (Vec<RemoteLetter>, Result<(), CollectError>) {
        let uids: Vec<u32> = part.iter().map(|letter| letter.uid).collect();
        let asked: HashSet<u32> = uids.iter().copied().collect();
        // An empty answer for a letter that has a size is no letter (emailjs-imap-client#147): it is asked for again.
        let sized: HashSet<u32> = part.iter().filter(|letter| letter.size > 0).map(|letter| letter.uid).collect();
        let mut got: HashSet<u32> = part.iter().map(|letter| letter.uid).filter(|uid| self.early.remove(uid)).collect();
        let (mut early, mut received) = (HashSet::new(), 0_u32);
        let outcome = match self.opened_reader().await {
            Ok(reader) => reader
                .fetch(&uids, &mut |fetched| {
                    if fetched.raw.is_empty() && sized.contains(&fetched.uid) {
                        return;
                    }
                    if asked.contains(&fetched.uid) {
                        got.insert(fetched.uid);
                    } else {
                        early.insert(fetched.uid);
                    }
                    received = received.saturating_add(1);
                    raws.push(Raw { uid: fetched.uid, octets: fetched.raw.into(), arrival: fetched.internal_date });
                })
                .await
                .map_err(CollectError::from),
            Err(error) => Err(error),
        };
        self.early.extend(early);
        self.session.received = self.session.received.saturating_add(received);
        (part.iter().copied().filter(|letter| !got.contains(&letter.uid)).collect(), outcome)
    }

    /// Ends a window with an error, after saving what came. Where nothing came, the server is out of order, and no letter is to blame.
    async fn keep_and_fail(&mut self, mut haul: Haul, error: CollectError) -> Result<Haul, CollectError> {
        if self.session.received == 0 {
            haul.refusals.clear();
        }
        if !haul.raws.is_empty() || !haul.refusals.is_empty() {
            self.save_now(haul).await?;
        }
        Err(error)
    }

    /// Saves at once, outside the pipeline.
    async fn save_now(&mut self, haul: Haul) -> Result<(), CollectError> {
        let engine = self.session.engine;
        let now = engine.clock.now();
        let arrived = prepare(haul.raws, now).await?;
        let count = engine.store().save_import(self.folder.id, self.epoch, &arrived, &haul.refusals, now).await?;
        self.session.filed += count.filed;
        Ok(())
    }

    /// The reader with this folder open: after a reconnect it is opened again, and must be of the same epoch.
    pub(crate) async fn opened_reader(&mut self) -> Result<&mut Reader, CollectError> {
        if self.session.reader.is_none() {
            let raw_name = self.folder.raw_name.clone();
            let validity = self.validity;
            let reader = self.session.reader().await?;
            let examined = reader.examine(&raw_name).await?;
            if examined.uid_validity != validity {
                return Err(ConnectError::Protocol {
                    said: "The folder was renumbered during the collection.".into(),
                    transcript: Vec::new(),
                }
                .into());
            }
            reader.uids().await?;
        }
        self.session.reader().await
    }
}

pub(crate) fn refusal(uid: u32, reason: &str, size: u64) -> Refusal {
    Refusal { uid: i64::from(uid), outcome: Outcome::Errored, reason: reason.to_owned(), size: i64::try_from(size).unwrap_or(i64::MAX) }
}

/// What an error says about the letters that were asked for, and whether the connection is of no more use; `None` when it says nothing
/// about them.
fn blame(error: &CollectError) -> Option<(String, bool)> {
    match error {
        CollectError::Connect(ConnectError::Refused { said }) => {
            Some((format!("The server refuses to hand out this letter: {said}"), false))
        }
        CollectError::Connect(ConnectError::Protocol { said, .. }) => {
            Some((format!("The server's answer for this letter cannot be understood: {said}"), true))
        }
        CollectError::Connect(error @ ConnectError::Later { .. }) if error.verdict() != model::Verdict::Throttled => {
            Some(("The server ends the connection when it is asked for this letter".to_owned(), true))
        }
        _ => None,
    }
}

/// Servers answer in ascending order: of the letters that did not come, the lowest is the likeliest to have broken the line. It is
/// asked for alone, after the others.
fn set_suspect_aside(mut rest: Vec<RemoteLetter>, parts: &mut Vec<Vec<RemoteLetter>>) {
    if let Some(suspect) = (0..rest.len()).min_by_key(|at| rest[*at].uid) {
        parts.push(vec![rest.remove(suspect)]);
    }
    parts.push(rest);
}

/// Halves what is left to ask for; the half with the likeliest culprit later.
fn halve(mut rest: Vec<RemoteLetter>, parts: &mut Vec<Vec<RemoteLetter>>) {
    rest.sort_by_key(|letter| letter.uid);
    let high = rest.split_off(rest.len() / 2);
    parts.push(rest);
    parts.push(high);
}
