//! Saving what a collection fetched: raw bytes first, then copies, letters, addresses and sightings in one transaction.
//!
//! Running it twice on the same letters changes nothing: a copy is known by its digest, a letter by its identity, a
//! sighting by folder, epoch and UID.

use crate::{
    Store, StoreError,
    db::{read, write},
    dialect,
    fresh::{FreshEntry, entry_of},
    import_facts::queue_for_import,
    import_rows::{file_letters, insert_copies, insert_letters, insert_people, insert_sightings, insert_texts, intern_addresses},
    mailboxes::list_in_account,
    packs::{Place, Syncing},
    spool::Octets,
    sums::{add_to_sums, outcomes_of},
    threads::{Threading, join_threads},
};
use model::{AddressRole, FolderId, MessageId, Outcome};
use sqlx::QueryBuilder;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// A letter as read, ready to be filed. Texts hold no NUL.
#[derive(Debug, Clone)]
pub struct NewLetter {
    /// Identity digest and the version of its rule (DESIGN §6).
    pub identity: [u8; 32],
    /// Version of the identity rule.
    pub identity_version: i64,
    /// Version of the reader.
    pub parser_version: i64,
    /// Message-ID, cut to 500 characters.
    pub message_id: String,
    /// Hash of the whole Message-ID, 0 = none.
    pub message_key: i64,
    /// Keys of the Message-IDs it refers to; they and its own decide its conversation.
    pub refers: Vec<i64>,
    /// Subject.
    pub subject: String,
    /// First words.
    pub preview: String,
    /// Sort date, ms (O9).
    pub date: i64,
    /// Date header as written.
    pub date_header: String,
    /// Received header's date, ms.
    pub received_at: Option<i64>,
    /// The Date header is missing or implausible.
    pub date_looks_wrong: bool,
    /// Addresses by header, canonical, with display names.
    pub people: Vec<(AddressRole, String, String)>,
    /// Files attached.
    pub attachments: i64,
    /// Their names, one a line.
    pub files: String,
    /// There is an HTML part.
    pub has_html: bool,
    /// It asks for pictures from the network.
    pub remote_content: bool,
    /// A bounce.
    pub is_bounce: bool,
    /// Sent by a machine.
    pub is_automatic: bool,
    /// Why it could not be read.
    pub unreadable: Option<String>,
    /// Remarks of the reader.
    pub remarks: Vec<String>,
    /// Text for search and snippets.
    pub text: String,
}

/// A fetched letter of one folder.
#[derive(Debug, Clone)]
pub struct ArrivedLetter {
    /// UID.
    pub uid: i64,
    /// SHA-256 of the raw bytes.
    pub digest: [u8; 32],
    /// The raw bytes.
    pub raw: Octets,
    /// The letter.
    pub letter: NewLetter,
}

/// A letter that was left out or refused: no bytes.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// UID.
    pub uid: i64,
    /// [`Outcome::Excluded`] or [`Outcome::Errored`].
    pub outcome: Outcome,
    /// The rule or the server's words.
    pub reason: String,
    /// Octets, as far as known.
    pub size: i64,
}

/// What saving did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportCount {
    /// New letters.
    pub filed: i64,
    /// Letters already held.
    pub elsewhere: i64,
    /// Letters that wait in a queue.
    pub errored: i64,
}

/// A copy that is held already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// The copy.
    pub copy: i64,
    /// Its letter.
    pub message: MessageId,
}

/// A letter's row: its date is the first copy's, for every address on it, whatever a later copy says.
#[derive(Clone, Copy)]
pub(crate) struct Filed {
    pub id: i64,
    pub date: i64,
}

pub(crate) fn by_identity((identity, id, date): (Vec<u8>, i64, i64)) -> Option<([u8; 32], Filed)> {
    Some((identity.try_into().ok()?, Filed { id, date }))
}

/// An import is tried so often when the database chose it to give way to another one.
pub(crate) const TRIES: usize = 5;

/// Rows in one statement: far below the 32,766 parameters that SQLite takes.
pub(crate) const AT_ONCE: usize = 400;

/// A window sorted out: what must be inserted, in an order that is the same for every process, so that two imports of the same
/// letters wait for each other and never lock each other out.
pub(crate) struct Sorted<'a> {
    /// First arrival of each copy that is not held yet, by digest.
    pub copies: Vec<(&'a ArrivedLetter, Place)>,
    /// First arrival of each letter among those, by identity.
    pub letters: Vec<&'a ArrivedLetter>,
}

impl Store {
    /// Which of these copies are held already.
    pub async fn known_copies(&self, digests: &[[u8; 32]]) -> Result<HashMap<[u8; 32], Known>, StoreError> {
        let mut known = HashMap::new();
        for part in digests.chunks(AT_ONCE) {
            let marks = (1..=part.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
            let sql = format!("select digest, id, message_id from copy where digest in ({marks})");
            let rows: Vec<(Vec<u8>, i64, i64)> = read!(self, c => {
                let mut query = sqlx::query_as(sqlx::AssertSqlSafe(sql));
                for digest in part {
                    query = query.bind(&digest[..]);
                }
                query.fetch_all(c).await
            })?;
            for (digest, copy, message) in rows {
                if let Ok(digest) = digest.try_into() {
                    known.insert(digest, Known { copy, message: MessageId(message) });
                }
            }
        }
        Ok(known)
    }

    /// Saves a window of one folder (each UID once). The bytes are on disk before the rows; the rows are one transaction.
    pub async fn save_import(
        &self,
        folder: FolderId,
        epoch: i64,
        letters: &[ArrivedLetter],
        refusals: &[Refusal],
        now: i64,
    ) -> Result<ImportCount, StoreError> {
        self.void_returned_codes(letters).await?;
        let stones = self.under_stones(folder, letters).await?;
        let codes = self.code_copies(folder, letters, now).await?;
        if !stones.is_empty() || !codes.is_empty() {
            let mut left_out: HashSet<i64> = stones.iter().map(|refusal| refusal.uid).collect();
            let refusals = refusals.iter().cloned().chain(stones);
            let refusals: Vec<Refusal> = refusals.chain(codes.into_iter().filter(|code| left_out.insert(code.uid))).collect();
            let rest: Vec<ArrivedLetter> = letters.iter().filter(|letter| !left_out.contains(&letter.uid)).cloned().collect();
            return self.save_window(folder, epoch, &rest, &refusals, now).await;
        }
        self.save_window(folder, epoch, letters, refusals, now).await
    }

    async fn save_window(
        &self,
        folder: FolderId,
        epoch: i64,
        letters: &[ArrivedLetter],
        refusals: &[Refusal],
        now: i64,
    ) -> Result<ImportCount, StoreError> {
        let digests: Vec<[u8; 32]> = letters.iter().map(|letter| letter.digest).collect();
        let known = self.known_copies(&digests).await?;
        self.save_window_knowing(folder, epoch, letters, refusals, &known, now).await
    }

    /// Saves a window with what was known before its transaction: that may be out of date by then.
    pub(crate) async fn save_window_knowing(
        &self,
        folder: FolderId,
        epoch: i64,
        letters: &[ArrivedLetter],
        refusals: &[Refusal],
        known: &HashMap<[u8; 32], Known>,
        now: i64,
    ) -> Result<ImportCount, StoreError> {
        match self.save_knowing(folder, epoch, letters, refusals, known, now).await {
            // What was held a moment ago went with a removal beside us: once more, with what is held now.
            Err(StoreError::Driver(error)) if dialect::leads_nowhere(&error) => {
                let digests: Vec<[u8; 32]> = letters.iter().map(|letter| letter.digest).collect();
                let known = self.known_copies(&digests).await?;
                self.save_knowing(folder, epoch, letters, refusals, &known, now).await
            }
            outcome => outcome,
        }
    }

    async fn save_knowing(
        &self,
        folder: FolderId,
        epoch: i64,
        letters: &[ArrivedLetter],
        refusals: &[Refusal],
        known: &HashMap<[u8; 32], Known>,
        now: i64,
    ) -> Result<ImportCount, StoreError> {
        let (sorted, mut syncing) = self.sort_out(letters, known).await?;
        let mut tries = 1;
        loop {
            match self.save_sorted(folder, epoch, letters, refusals, known, &sorted, &mut syncing, now).await {
                Err(StoreError::Driver(error)) if tries < TRIES && dialect::gave_way(&error) => tries += 1,
                outcome => return outcome,
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the one caller just above has them all at hand")]
    async fn save_sorted(
        &self,
        folder: FolderId,
        epoch: i64,
        letters: &[ArrivedLetter],
        refusals: &[Refusal],
        known: &HashMap<[u8; 32], Known>,
        sorted: &Sorted<'_>,
        syncing: &mut Syncing,
        now: i64,
    ) -> Result<ImportCount, StoreError> {
        write!(self, c => {
            let (held, mut fresh, threading, entries) = file_letters!(&self.keys, c, sorted, known);
            let seen = outcomes(letters, &held, &mut fresh)?;
            let uids: Vec<i64> = seen.iter().map(|(arrived, _, _)| arrived.uid).chain(refusals.iter().map(|refusal| refusal.uid)).collect();
            let before = outcomes_of!(c, folder, epoch, uids);
            insert_sightings!(c, folder, epoch, seen, refusals, now);
            let here: Vec<i64> = seen.iter().map(|(_, known, _)| known.message.0).collect::<BTreeSet<i64>>().into_iter().collect();
            queue_for_import!(c, folder, here, now);
            list_in_account!(c, folder, here);
            let after = outcomes_of!(c, folder, epoch, uids);
            add_to_sums!(c, folder, epoch, before, after);
            let mut count = ImportCount::default();
            for outcome in seen.iter().map(|(_, _, outcome)| *outcome).chain(refusals.iter().map(|refusal| refusal.outcome)) {
                match outcome {
                    Outcome::Filed => count.filed += 1,
                    Outcome::Elsewhere => count.elsewhere += 1,
                    Outcome::Errored => count.errored += 1,
                    Outcome::Excluded => {}
                }
            }
            // No row may point at bytes that a power cut could take away.
            syncing.wait().await?;
            // Last, since on PostgreSQL others wait from here to the commit.
            join_threads!(c, self.database(), &threading);
            Ok((count, entries))
        })
        .map(|(count, entries)| {
            self.fresh.keep(entries);
            count
        })
    }

    /// Puts the bytes of new copies on disk and sorts what is to be inserted.
    pub(crate) async fn sort_out<'a>(
        &self,
        letters: &'a [ArrivedLetter],
        known: &HashMap<[u8; 32], Known>,
    ) -> Result<(Sorted<'a>, Syncing), StoreError> {
        let mut fresh: BTreeMap<[u8; 32], &ArrivedLetter> = BTreeMap::new();
        for arrived in letters.iter().filter(|arrived| !known.contains_key(&arrived.digest)) {
            fresh.entry(arrived.digest).or_insert(arrived);
        }
        let (places, syncing) = self.packs.append(fresh.values().map(|arrived| arrived.raw.clone()).collect()).await?;
        let copies: Vec<(&ArrivedLetter, Place)> = fresh.into_values().zip(places).collect();
        let by_identity: BTreeMap<[u8; 32], &ArrivedLetter> =
            copies.iter().map(|(arrived, _)| (arrived.letter.identity, *arrived)).collect();
        Ok((Sorted { letters: by_identity.into_values().collect(), copies }, syncing))
    }
}

/// What decides the conversations of the letters that are new.
pub(crate) fn threading_of(letters: &[&ArrivedLetter], messages: &HashMap<[u8; 32], Filed>, fresh: &HashSet<i64>) -> Vec<Threading> {
    let new = letters.iter().filter_map(|arrived| Some((messages.get(&arrived.letter.identity)?.id, &arrived.letter)));
    new.filter(|(id, _)| fresh.contains(id))
        .map(|(id, letter)| Threading { message: MessageId(id), key: letter.message_key, refers: letter.refers.clone() })
        .collect()
}

pub(crate) fn size_of(arrived: &ArrivedLetter) -> i64 {
    i64::try_from(arrived.raw.length()).unwrap_or(i64::MAX)
}

/// What became of each letter: the first arrival of a new message is *filed*, the others were held already.
fn outcomes<'a>(
    letters: &'a [ArrivedLetter],
    held: &HashMap<[u8; 32], Known>,
    fresh: &mut HashSet<i64>,
) -> Result<Vec<(&'a ArrivedLetter, Known, Outcome)>, StoreError> {
    letters
        .iter()
        .map(|arrived| {
            let known = *held.get(&arrived.digest).ok_or_else(|| StoreError::Inconsistent("a copy was not stored".into()))?;
            let outcome = if arrived.letter.unreadable.is_some() {
                Outcome::Errored
            } else if fresh.remove(&known.message.0) {
                Outcome::Filed
            } else {
                Outcome::Elsewhere
            };
            Ok((arrived, known, outcome))
        })
        .collect()
}
