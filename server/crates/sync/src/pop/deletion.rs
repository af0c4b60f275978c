//! Deleting on the server what is stored here (O8, IT-11): off unless the account says otherwise.
//!
//! In this order, for every letter: its commit long done; listed by this very session; its octets read back and right, and not fewer than
//! the server lists; its head on the server the head of what is stored; the deed in the audit trail with its head on disk; then DELE, and QUIT, which carries it out. A
//! failure anywhere leaves the letter where it is: nothing is lost by that, and the next collection tries again.
//!
//! The ledger counts what the server holds, so a letter that is gone leaves it on both sides; how many went because we asked is told
//! beside it ([`postroom_store::Store::deleted_by_us`]).

use super::{PopRun, census::head_key, fetch::is_about_a_letter};
use crate::run::CollectError;
use postroom_connect::ConnectError;
use postroom_store::{Deletable, NewEvent, Octets, StoreError};
use std::{
    collections::{HashMap, HashSet},
    sync::PoisonError,
};

const DAY: i64 = 24 * 60 * 60 * 1000;
/// Letters whose deletion is one entry of the audit trail.
const AT_ONCE: usize = 100;
/// Letters looked at in one run.
const MOST: i64 = 20_000;
/// As much of a letter as its head can be.
const HEAD: usize = 256 * 1024;

impl PopRun<'_> {
    pub(super) async fn delete_what_is_due(&mut self) -> Result<(), CollectError> {
        let store = self.engine.store();
        let Some(days) = store.delete_after_days(self.account).await? else { return Ok(()) };
        let before = self.engine.clock.now() - days.saturating_mul(DAY);
        // A server that refused, or said yes and did nothing, is not asked at every poll.
        let answered = self.engine.clock.now() - DAY;
        let due = store.deletable(self.folder.id, self.epoch, before, answered, MOST).await?;
        // Only what this session listed, and only on a session that can show that a letter is the one we hold; a letter whose head it does not
        // show, or ends the connection for, holds up no others.
        let hidden = self.remembered().hidden;
        let due = due.into_iter().filter(|due| !hidden.holds(due.uid));
        let due: Vec<(Deletable, u32)> = due.filter_map(|due| self.numbers.get(&due.uid).copied().map(|number| (due, number))).collect();
        let usable = self.reader.as_ref().is_some_and(|reader| reader.usable() && reader.shows_heads());
        if due.is_empty() || !usable {
            return Ok(());
        }
        let mut asked: Vec<i64> = Vec::new();
        for some in due.chunks(AT_ONCE) {
            if self.stop.is_cancelled() {
                break;
            }
            match self.delete(some).await {
                Ok(marked) => asked.extend(marked),
                // The server's trouble with deletions is no trouble of the collection: the letters are here.
                Err(CollectError::Connect(error)) => {
                    tracing::info!(account.id = %self.account, verdict = ?error.verdict(), "Letters were left on the server");
                    self.drop_reader();
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
        if !asked.is_empty()
            && let Some(reader) = self.reader.take()
        {
            let (record, outcome) = reader.quit().await;
            self.hands_off.add(&record.hands_off());
            if let Err(error) = &outcome {
                tracing::info!(account.id = %self.account, verdict = ?error.verdict(), "The server did not delete all letters");
            }
            // A line that broke is no answer: then it is asked again at the next poll.
            let answered = match &outcome {
                Ok(()) => true,
                Err(ConnectError::Refused { said } | ConnectError::Later { said, .. }) => !said.is_empty(),
                Err(_) => false,
            };
            if answered {
                store.note_answered(self.folder.id, self.epoch, &asked, self.engine.clock.now()).await?;
            }
        }
        Ok(())
    }

    /// Asks for the deletion of those letters that are proven to be held; answers our numbers of those that the server will delete.
    async fn delete(&mut self, some: &[(Deletable, u32)]) -> Result<Vec<i64>, CollectError> {
        let store = self.engine.store();
        let numbers: Vec<u32> = some.iter().map(|(_, number)| *number).collect();
        let (mut heads, mut answered): (HashMap<u32, String>, usize) = (HashMap::new(), 0);
        let reader = self.reader.as_mut().ok_or(ConnectError::Refused { said: String::new() })?;
        let outcome = reader
            .heads(&numbers, &mut |number, head| {
                answered += 1;
                if let Some(head) = head {
                    heads.insert(number, head_key(&head));
                }
            })
            .await;
        if let Err(error) = outcome {
            if is_about_a_letter(&error)
                && let Some((due, _)) = some.get(answered)
            {
                let now = self.engine.clock.now();
                let mut remembered = self.engine.listed.lock().unwrap_or_else(PoisonError::into_inner);
                remembered.entry(self.folder.id).or_default().hidden.note(due.uid, now);
            }
            return Err(error.into());
        }
        let mut proven = Vec::new();
        for (due, number) in some {
            match store.read_back(&due.digest).await {
                Ok(octets) => {
                    let same = heads.get(number).is_some_and(|head| stored_head(&octets).is_ok_and(|stored| stored == *head));
                    if same && is_as_long_as_listed(&due.name, &octets) {
                        proven.push((due.uid, *number));
                    }
                }
                // Not what was stored: the one copy that is whole is the server's. The verification tells the administrator.
                Err(error @ (StoreError::Inconsistent(_) | StoreError::NotFound | StoreError::File(_))) => {
                    tracing::warn!(%error, "A stored letter could not be read back, so it stays on the server: {error}");
                }
                Err(error) => return Err(error.into()),
            }
        }
        if proven.is_empty() {
            return Ok(Vec::new());
        }
        let (uids, numbers): (Vec<i64>, Vec<u32>) = proven.into_iter().unzip();
        let now = self.engine.clock.now();
        let event = NewEvent {
            at: now,
            principal: "scheduler".to_owned(),
            action: "account.letters_deleted_on_server".to_owned(),
            subject: format!("account:{}", self.account),
            detail: format!("{} letters, each stored and read back", uids.len()),
        };
        store.note_deletions(self.folder.id, self.epoch, &uids, now, &event).await?;
        let reader = self.reader.as_mut().ok_or(ConnectError::Refused { said: String::new() })?;
        let will: HashSet<u32> = reader.delete(&numbers).await?.into_iter().collect();
        let (marked, refused): (Vec<_>, Vec<_>) = uids.into_iter().zip(numbers).partition(|(_, number)| will.contains(number));
        let refused: Vec<i64> = refused.into_iter().map(|(uid, _)| uid).collect();
        store.note_answered(self.folder.id, self.epoch, &refused, now).await?;
        Ok(marked.into_iter().map(|(uid, _)| uid).collect())
    }
}

/// Whether no octet is missing that the server lists: whatever stands between us may end a letter early, and its head is right all the
/// same. Servers that keep lines ended by LF alone count two octets for each of them.
fn is_as_long_as_listed(name: &str, octets: &Octets) -> bool {
    let Some(listed) = name.split(' ').nth(1).and_then(|size| size.parse::<u64>().ok()) else { return false };
    listed > 0 && (octets.length() >= listed || bare_line_ends(octets).is_ok_and(|bare| octets.length() + bare >= listed))
}

fn bare_line_ends(octets: &Octets) -> std::io::Result<u64> {
    let (mut part, mut at, mut bare, mut before) = (vec![0; 64 * 1024], 0, 0, 0);
    loop {
        let got = octets.read_at(at, &mut part)?;
        if got == 0 {
            return Ok(bare);
        }
        for octet in &part[..got] {
            bare += u64::from(*octet == b'\n' && before != b'\r');
            before = *octet;
        }
        at += got as u64;
    }
}

fn stored_head(octets: &Octets) -> std::io::Result<String> {
    let mut head = vec![0; usize::try_from(octets.length()).unwrap_or(HEAD).min(HEAD)];
    let got = octets.read_at(0, &mut head)?;
    head.truncate(got);
    Ok(head_key(&head))
}
