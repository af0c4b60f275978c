//! Which letters there are: the server's names, made whole where they are blank, given twice or given again, and numbered by us.
//!
//! RFC 1939 §7 lets a server name a new letter as one that is gone. The octets are part of what a letter is known by, and a name that was
//! gone and is back counts as a new one: at worst a letter is fetched once more and found to be held (P35). Where nobody looked in between,
//! the head tells: that of the newest letters, which such a name goes to, and of those that changed their place among the others
//! (`order.rs`).

use super::{
    PopRun,
    fetch::is_about_a_letter,
    order::{Doubtful, Hidden, Remembered, doubtful},
};
use crate::{
    folder::{ENOUGH_TRIES, asked_again_before},
    run::CollectError,
};
use postroom_connect::{ConnectError, PopLetter, RemoteLetter};
use postroom_store::Census;
use sha2::{Digest, Sha256};
use std::{
    collections::{HashMap, HashSet},
    fmt::Write as _,
    sync::{Arc, PoisonError},
};

/// POP3 has no UIDVALIDITY: as long as the settings stay, the numbering is ours and one.
const VALIDITY: i64 = 1;
/// Letters that can be told apart by nothing at all are fetched again at each collection; not more than these.
const FETCHED_AGAIN: usize = 200;
/// The settings may change while a census is written: then once more.
const TRIES: usize = 3;

/// What became of the doubts of a census.
struct Looked {
    /// Names were parted from the letters that we hold by them.
    parted: bool,
    /// Places of letters that are in doubt still: there was no time for them, or the server did not show their heads.
    unseen: HashSet<usize>,
    hidden: Hidden,
}

impl PopRun<'_> {
    /// Lists all letters; the server's count of this moment goes into the ledger.
    pub(super) async fn census(&mut self) -> Result<Vec<RemoteLetter>, CollectError> {
        let (count, letters) = self.list().await?;
        let names = self.names(&letters).await?;
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let store = Arc::clone(self.engine.store());
        for _ in 0..TRIES {
            let (_, folder) = store.folder(self.folder.id).await?;
            // A folder that was never listed, or listed at another server, begins a new numbering with this census.
            let begins = folder.epoch == 0 || folder.uid_validity != Some(VALIDITY);
            let epoch = if begins { folder.epoch + 1 } else { folder.epoch };
            store.part_returned_names(folder.id, epoch, &names).await?;
            let mut uids = store.number_remote_ids(folder.id, epoch, &names).await?;
            let Looked { parted, unseen, mut hidden } = self.part_borrowed_names(epoch, &letters, &names, &uids).await?;
            if parted {
                uids = store.number_remote_ids(folder.id, epoch, &names).await?;
            }
            let census = Census {
                uid_validity: Some(VALIDITY),
                uid_next: None,
                modseq: None,
                exists: i64::from(count),
                present: &uids,
                continues: None,
            };
            self.epoch = store.close_census(folder.id, &census, self.engine.clock.now()).await?;
            if self.epoch == epoch {
                // What was in doubt and not looked at is remembered by nobody, so that it is in doubt at the next census as well.
                let listed = uids.iter().enumerate().filter(|(at, _)| !unseen.contains(at)).map(|(_, uid)| *uid).collect();
                hidden.keep_listed(&uids);
                self.engine.listed.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.id, Remembered { listed, hidden });
                self.numbers = uids.iter().copied().zip(letters.iter().map(|letter| letter.number)).collect();
                let listed = letters.iter().zip(uids);
                return Ok(listed.filter_map(|(letter, uid)| Some(remote(u32::try_from(uid).ok()?, letter.size))).collect());
            }
        }
        Err(CollectError::Stopped)
    }

    /// The letters of a new session, by our numbers: what was listed before keeps its number, what came since waits for the next census.
    pub(super) async fn list_again(&mut self) -> Result<(), CollectError> {
        let (_, letters) = self.list().await?;
        let names = self.names(&letters).await?;
        let asked: Vec<&str> = names.iter().map(String::as_str).collect();
        let known = self.engine.store().remote_numbers(self.folder.id, self.epoch, &asked).await?;
        self.numbers = letters.iter().zip(&names).filter_map(|(letter, name)| Some((*known.get(name)?, letter.number))).collect();
        Ok(())
    }

    /// Lists; once more on a fresh connection when the first one breaks on an odd answer.
    async fn list(&mut self) -> Result<(u32, Vec<PopLetter>), CollectError> {
        match self.reader().await?.letters().await {
            Err(ConnectError::Protocol { .. }) => {
                self.drop_reader();
                Ok(self.reader().await?.letters().await?)
            }
            outcome => Ok(outcome?),
        }
    }

    /// Parts names that stand for another letter than the one we hold by them, of the same length at that; and names of letters whose heads
    /// the server did not show often enough: those are fetched whole, and what cannot be fetched either is listed with its reason.
    async fn part_borrowed_names(
        &mut self,
        epoch: i64,
        letters: &[PopLetter],
        names: &[&str],
        uids: &[i64],
    ) -> Result<Looked, CollectError> {
        let (now, store, folder) = (self.engine.clock.now(), Arc::clone(self.engine.store()), self.folder.id);
        let held = store.settled_uids(folder, epoch, ENOUGH_TRIES, asked_again_before(now)).await?;
        let held: HashSet<i64> = held.into_iter().collect();
        let by_name: Vec<usize> =
            (0..letters.len()).filter(|at| held.contains(&uids[*at]) && names[*at] == plain_name(&letters[*at])).collect();
        let Remembered { listed: before, mut hidden } = self.remembered();
        hidden.forget_old(now);
        let Doubtful { now: doubtful, later } = doubtful(&by_name, uids, &before, &hidden);
        // Where no head is ever shown, a name is all there is to go by.
        if doubtful.is_empty() || self.reader.as_ref().is_some_and(|reader| !reader.shows_heads()) {
            return Ok(Looked { parted: false, unseen: HashSet::new(), hidden });
        }
        let mut unseen: HashSet<usize> = later.into_iter().collect();
        let known = store.heads(folder, epoch, &doubtful.iter().map(|at| uids[*at]).collect::<Vec<_>>()).await?;
        let asked: Vec<u32> = doubtful.iter().map(|at| letters[*at].number).collect();
        let mut shown = self.heads_shown(&asked).await?;
        let (mut parted, mut heads, mut never_shown) = (Vec::new(), Vec::new(), Vec::new());
        for at in doubtful {
            match (shown.remove(&letters[at].number), known.get(&uids[at])) {
                // The connection ended before it.
                (None, _) => {
                    unseen.insert(at);
                }
                (Some(None), before) => {
                    if !hidden.note(uids[at], now) {
                        unseen.insert(at);
                    } else if before.is_some() {
                        parted.push((uids[at], names[at].to_owned()));
                        never_shown.push(names[at]);
                    }
                }
                (Some(Some(head)), Some(before)) if *before != head => {
                    parted.push((uids[at], names[at].to_owned()));
                    heads.push((names[at], head));
                }
                (Some(Some(_)), Some(_)) => {}
                // Held before heads were noted.
                (Some(Some(head)), None) => store.note_heads(folder, epoch, &[(uids[at], head)]).await?,
            }
        }
        if parted.is_empty() {
            return Ok(Looked { parted: false, unseen, hidden });
        }
        store.part_names(folder, epoch, &parted).await?;
        // As the server shows it: a head that it writes anew each way is not taken for another letter's again.
        let fresh: Vec<&str> = heads.iter().map(|(name, _)| *name).collect();
        let numbers = store.number_remote_ids(folder, epoch, &fresh).await?;
        let heads: Vec<(i64, String)> = numbers.into_iter().zip(heads.into_iter().map(|(_, head)| head)).collect();
        store.note_heads(folder, epoch, &heads).await?;
        for uid in store.number_remote_ids(folder, epoch, &never_shown).await? {
            hidden.give_up(uid, now);
        }
        Ok(Looked { parted: true, unseen, hidden })
    }

    /// What the last census, and what came after it, left for this folder.
    pub(super) fn remembered(&self) -> Remembered {
        self.engine.listed.lock().unwrap_or_else(PoisonError::into_inner).get(&self.folder.id).cloned().unwrap_or_default()
    }

    /// What the server shows of these letters' heads, `None` for one that it refuses, or ends the connection for; nothing is known of those
    /// behind that one. Asks only the session that listed them.
    async fn heads_shown(&mut self, asked: &[u32]) -> Result<HashMap<u32, Option<String>>, CollectError> {
        let mut shown: HashMap<u32, Option<String>> = HashMap::new();
        let Some(reader) = self.reader.as_mut().filter(|reader| reader.usable()) else { return Ok(shown) };
        let outcome = reader
            .heads(asked, &mut |number, head| {
                shown.insert(number, head.map(|head| head_key(&head)));
            })
            .await;
        match outcome {
            Ok(()) => {}
            // Answers come in the order of the questions: the first that is missing is the one to blame.
            Err(error) if is_about_a_letter(&error) => {
                self.drop_reader();
                if let Some(number) = asked.iter().find(|number| !shown.contains_key(number)) {
                    shown.insert(*number, None);
                }
            }
            Err(error) => return Err(error.into()),
        }
        Ok(shown)
    }

    /// What each letter is known by: the server's name with the octets; where that says too little, its head as well.
    async fn names(&mut self, letters: &[PopLetter]) -> Result<Vec<String>, CollectError> {
        let mut given: HashMap<&str, usize> = HashMap::new();
        for name in letters.iter().filter_map(|letter| letter.name.as_deref()) {
            *given.entry(name).or_default() += 1;
        }
        // Names that are nothing but places in the list: another letter has them as soon as one before it is gone.
        let by_place = letters.iter().all(|letter| letter.name.as_deref().is_some_and(|name| name == letter.number.to_string()));
        let by_place = by_place && !letters.is_empty() && self.reader().await?.shows_heads();
        let unclear =
            |letter: &PopLetter| by_place || letter.name.as_deref().is_none_or(|name| given.get(name).is_none_or(|times| *times > 1));
        let asked: Vec<u32> = letters.iter().filter(|letter| unclear(letter)).map(|letter| letter.number).collect();
        let mut heads: HashMap<u32, String> = HashMap::new();
        if !asked.is_empty() {
            let reader = self.reader().await?;
            if reader.shows_heads() {
                reader
                    .heads(&asked, &mut |number, head| {
                        if let Some(head) = head {
                            heads.insert(number, head_key(&head));
                        }
                    })
                    .await?;
            }
            if !by_place && asked.len() - heads.len() > FETCHED_AGAIN {
                let sentence = "The server offers neither UIDL nor TOP, so letters cannot be told apart. Use IMAP, or ask whoever runs it.";
                return Err(ConnectError::Permission { sentence: sentence.to_owned(), said: String::new() }.into());
            }
        }
        let now = self.engine.clock.now();
        let mut used: HashSet<String> = HashSet::new();
        let mut names = Vec::with_capacity(letters.len());
        for letter in letters {
            let mut name = plain_name(letter);
            if unclear(letter) {
                match heads.get(&letter.number) {
                    Some(key) => name = format!("{name} {key}"),
                    None if by_place => {}
                    // Known by nothing: new each time, never lost, and never filed twice.
                    None => name = format!("{name} {now}-{}-{}", self.dials, letter.number),
                }
            }
            let (whole, mut times) = (name.clone(), 1);
            while !used.insert(name.clone()) {
                times += 1;
                name = format!("{whole} {times}");
            }
            names.push(name);
        }
        Ok(names)
    }
}

/// The server's name with the octets.
fn plain_name(letter: &PopLetter) -> String {
    format!("{} {}", letter.name.as_deref().unwrap_or_default(), letter.size)
}

fn remote(uid: u32, size: u64) -> RemoteLetter {
    RemoteLetter { uid, size, internal_date: None, draft: false }
}

/// A digest of what does not change in a head: servers and programs add lines of their own (`Status:`, `X-UIDL:`).
pub(super) fn head_key(head: &[u8]) -> String {
    const STEADY: [&str; 6] = ["message-id", "date", "from", "to", "cc", "subject"];
    let mut digest = Sha256::new();
    let mut steady = false;
    for line in head.split(|octet| *octet == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            let name = line.split(|octet| *octet == b':').next().unwrap_or_default();
            let name = String::from_utf8_lossy(name).trim().to_ascii_lowercase();
            steady = STEADY.contains(&name.as_str());
        }
        if steady {
            digest.update(line.trim_ascii());
            digest.update(b"\n");
        }
    }
    digest.finalize()[..16].iter().fold(String::with_capacity(32), |mut text, octet| {
        let _ = write!(text, "{octet:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_known_by_what_stays() {
        let plain = b"Subject: a\r\n b\r\nDate: today\r\n\r\nbody";
        assert_eq!(head_key(plain), head_key(b"Status: RO\r\nSubject: a\r\n b\r\nX-UIDL: 7\r\n folded\r\nDate: today\r\n\r\n"));
        assert_ne!(head_key(plain), head_key(b"Subject: a\r\nDate: today\r\n\r\n"));
        assert_ne!(head_key(b""), head_key(b"From: a@b.example"));
    }
}
